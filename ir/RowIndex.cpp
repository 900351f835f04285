// Sets of rows by the ends of their values.
#include "ir/RowIndex.h"

#include "llvm/ADT/STLExtras.h"
#include <limits>

namespace wsc::ir {

RowIndex::Ends::Ends(unsigned rows, llvm::function_ref<double(unsigned)> endOf) {
  std::vector<double> ends(rows);
  for (unsigned row = 0; row < rows; ++row)
    ends[row] = endOf(row);
  std::vector<double> sorted = ends;
  llvm::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  const size_t groups = std::min<size_t>(sorted.size(), mostGroups);
  for (size_t i = 0; i < groups; ++i) {
    least.push_back(sorted[i * sorted.size() / groups]);
    most.push_back(sorted[(i + 1) * sorted.size() / groups - 1]);
  }
  upTo.assign(groups, std::vector<uint64_t>((rows + wordBits - 1) / wordBits));
  for (unsigned row = 0; row < rows; ++row)
    for (unsigned i = groupsBelow(ends[row]); i < groups; ++i)
      upTo[i][row / wordBits] |= uint64_t(1) << row % wordBits;
}

unsigned RowIndex::Ends::groupsUpTo(double value) const {
  return llvm::upper_bound(least, value) - least.begin();
}

unsigned RowIndex::Ends::groupsBelow(double value) const {
  return llvm::lower_bound(most, value) - most.begin();
}

RowIndex::RowIndex(unsigned rows, unsigned columns,
                   llvm::function_ref<Interval(unsigned, unsigned)> valueOf)
    : rows_(rows) {
  for (unsigned k = 0; k < columns; ++k)
    columns_.push_back({{rows, [&](unsigned row) { return valueOf(row, k).lo; }},
                        {rows, [&](unsigned row) { return valueOf(row, k).hi; }}});
}

RowIndex::Selection::Selection(const RowIndex &index)
    : index_(index), rows_((index.rows_ + wordBits - 1) / wordBits, ~uint64_t(0)) {
  if (const unsigned beyond = rows_.size() * wordBits - index.rows_)
    rows_.back() >>= beyond;
}

void RowIndex::Selection::require(unsigned column, Interval range) {
  const auto &[lower, upper] = index_.columns_[column];
  const unsigned begun = lower.groupsUpTo(range.hi), over = upper.groupsBelow(range.lo);
  for (unsigned i = 0; i < rows_.size(); ++i)
    rows_[i] &= (begun ? lower.upTo[begun - 1][i] : 0) & ~(over ? upper.upTo[over - 1][i] : 0);
}

Interval RowIndex::Selection::hull(unsigned column, Interval range) const {
  const auto &[lower, upper] = index_.columns_[column];
  auto none = [&](auto &&wordOf) {
    for (unsigned i = 0; i < rows_.size(); ++i)
      if (wordOf(i))
        return false;
    return true;
  };
  constexpr double inf = std::numeric_limits<double>::infinity();
  if (none([&](unsigned i) { return rows_[i]; }))
    return {inf, -inf};
  unsigned first = 0, last = upper.upTo.size() - 1;
  while (none([&](unsigned i) { return rows_[i] & lower.upTo[first][i]; }))
    ++first;
  while (last && none([&](unsigned i) { return rows_[i] & ~upper.upTo[last - 1][i]; }))
    --last;
  return {std::max(range.lo, lower.least[first]), std::min(range.hi, upper.most[last])};
}

} // namespace wsc::ir
