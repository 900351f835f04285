// Which rows of a table may have values in given ranges, without looking at each of them: for every
// column a range-encoded bitmap index (C.-Y. Chan and Y. Ioannidis, SIGMOD 1998).
#pragma once

#include "support/Interval.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/bit.h"
#include <cstdint>
#include <vector>

namespace wsc::ir {

class RowIndex {
public:
  RowIndex() = default;
  /// `valueOf(row, column)` encloses a value.
  RowIndex(unsigned rows, unsigned columns,
           llvm::function_ref<Interval(unsigned, unsigned)> valueOf);

  /// Rows whose values overlap ranges of some columns: all of these, and some others where a column
  /// has more than `mostGroups` values.
  class Selection {
  public:
    /// All rows of an index, which must outlive it.
    explicit Selection(const RowIndex &index);
    void require(unsigned column, Interval range);
    /// Calls `visit(row)`, first rows first, until it is false.
    template <typename F> void visit(F visit) const;
    /// The part of a range of a column that its values in these rows may have; of no rows empty,
    /// from +inf to -inf.
    Interval hull(unsigned column, Interval range) const;

  private:
    const RowIndex &index_;
    llvm::SmallVector<uint64_t, 4> rows_;
  };

private:
  static constexpr unsigned mostGroups = 64;
  static constexpr unsigned wordBits = 64;

  /// Rows in groups by one end of their values: a group has those with ends from `least` to `most`,
  /// and `upTo` those of it and of all before.
  struct Ends {
    std::vector<double> least, most;
    std::vector<std::vector<uint64_t>> upTo;
    Ends(unsigned rows, llvm::function_ref<double(unsigned)> endOf);
    /// How many groups have an end up to a value, and how many only have ends below it.
    unsigned groupsUpTo(double value) const;
    unsigned groupsBelow(double value) const;
  };
  struct Column {
    Ends lower, upper;
  };
  unsigned rows_ = 0;
  std::vector<Column> columns_;
};

template <typename F> void RowIndex::Selection::visit(F visit) const {
  for (unsigned i = 0; i < rows_.size(); ++i)
    for (uint64_t left = rows_[i]; left; left &= left - 1)
      if (!visit(i * wordBits + llvm::countr_zero(left)))
        return;
}

} // namespace wsc::ir
