// What is known of every expression of a Space over all of its designs and all values of constants
// that are known to a range: its own range, and whether it is always defined.  What passes may
// rely on.
#pragma once

#include "ir/Tape.h"
#include "llvm/ADT/DenseMap.h"

namespace wsc::ir {

/// All values of the parameters, then of the named constants, known to a range or not: what an open
/// Tape reads.
std::vector<Interval> openBox(const Space &space);

class Ranged {
public:
  /// Of the nodes that the Space reaches.  The Space must outlive this.
  explicit Ranged(const Space &space);

  /// Encloses the values of a node, where it is defined.
  Interval range(const Node *node) const { return facts_.lookup(node).range; }
  bool isNeverZero(const Node *node) const { return !range(node).contains(0); }
  /// Whether it has a value at every design: no division by zero, no root of a negative number.
  bool isDefined(const Node *node) const { return facts_.lookup(node).isDefined; }

private:
  struct Fact {
    Interval range = Interval::all();
    bool isDefined = false;
  };
  bool definesResult(const Node *node) const;

  llvm::DenseMap<const Node *, Fact> facts_;
};

} // namespace wsc::ir
