// Long meshes on which the same is sent again and again from every other row or column: a shorter
// mesh goes through what they do.
//
// A ring that winds over a wafer sends from each node what it sends from the node two rows on.  In
// the rounds that are looked at, what happens at a border gets only so many rows far; the rows
// beyond do the same, one period after the other, and as many of them are left out as are alike.
#pragma once

#include "network/Program.h"
#include "network/Routing.h"

namespace wsc::network::flow {

/// Rows or columns that are left out: periods of some that repeat.
struct Cut {
  unsigned begin = 0, length = 0, period = 1;

  bool has(unsigned place) const { return place >= begin && place - begin < length; }
  /// Where the same happens on the shorter mesh.
  unsigned image(unsigned place) const {
    if (has(place))
      return begin + (place - begin) % period;
    return place < begin ? place : place - length;
  }
};

class Shortened {
public:
  /// Empty unless messages of repeated steps go along dimensions of a whole mesh, most of which can
  /// be left out.
  static std::optional<Shortened> of(const Routes &routes, const Program &program);

  Network network() const { return Network::grid(shorter_); }
  Program program(const Program &whole) const;
  /// Of its nodes, the share that is left.
  double share() const { return double(shorter_.nodes()) / whole_.nodes(); }
  /// What a result says of the whole mesh.
  ProgramResult expand(ProgramResult result, const Network &shorter, const Network &whole) const;

private:
  Shortened(const GridShape &whole, const Cut &rows, const Cut &cols);

  GridShape whole_, shorter_;
  Cut rows_, cols_;
};

} // namespace wsc::network::flow
