// A table as a Tape looks it up: by doubles, rationals or intervals.
#pragma once

#include "ir/ExactKernel.h"
#include "ir/RowIndex.h"
#include "ir/Space.h"
#include "support/Interval.h"
#include <memory>

namespace wsc::ir {

/// The smallest interval of doubles around a rational; a point if the rational is a double.
Interval enclose(const Rational &value);

/// All values that a constant may have: its range, or its only value.
Interval enclose(const NamedConstant &constant);

class TapeTable {
public:
  TapeTable() = default;
  /// Refers to the values of `def`, which must outlive it.
  explicit TapeTable(const TableDef &def);

  /// The key operands of a look-up, picked from the values of all instructions.
  template <typename V> struct Keys {
    llvm::ArrayRef<V> values;
    const unsigned *operands;
    const V &operator[](unsigned i) const { return values[operands[i]]; }
  };

  /// The value in the row with these keys; NaN or empty without one.
  double lookup(unsigned column, Keys<double> keys) const;
  kernel::Exact lookup(unsigned column, Keys<kernel::Exact> keys) const;
  /// The hull over all rows that may be selected, everything if there are none.
  Interval lookup(unsigned column, Keys<Interval> keys) const;

  /// Whether there is such a row; NaN or empty if a key is.
  double hasRow(Keys<double> keys) const;
  kernel::Exact hasRow(Keys<kernel::Exact> keys) const;
  /// Certainly true only for keys that are points.
  Interval hasRow(Keys<Interval> keys) const;

  /// The rows that may be selected, and perhaps some more.
  RowIndex::Selection select(Keys<Interval> keys) const;

private:
  /// One value in the three kinds.
  struct Cell {
    double number;
    Interval enclosure;
    const Rational *exact;
  };
  const Cell *row(unsigned i) const { return cells_.data() + i * columns_; }
  const Cell *find(Keys<double> keys) const;
  const Cell *find(Keys<kernel::Exact> keys) const;
  /// Calls `visit(row)` of rows that may be selected until it is false.
  template <typename F> void visitMatches(Keys<Interval> keys, F visit) const;
  bool mayMatch(const Cell *row, Keys<Interval> keys) const;
  Interval matches(const Cell *row, Keys<Interval> keys) const;

  unsigned keys_ = 0, columns_ = 0;
  std::vector<Cell> cells_; ///< row by row
  std::vector<unsigned>
      sorted_;     ///< rows by the numbers of their keys, of equal ones the first first
  RowIndex index_; ///< of the enclosures
  std::vector<Interval> unknown_; ///< of each column: all values of its type
};

/// The tables of a Space, each made ready when it is asked for first: what several Tapes share.
class TapeTables {
public:
  /// The Space must outlive whoever looks something up.
  explicit TapeTables(const Space &space) : space_(space), tables_(space.tables.size()) {}

  std::shared_ptr<const TapeTable> get(unsigned index);

private:
  const Space &space_;
  std::vector<std::shared_ptr<const TapeTable>> tables_;
};

} // namespace wsc::ir
