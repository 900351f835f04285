// Numbers of things by the group that each is in.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace wsc::network {

/// The numbers 0..n-1, one group after the other, each in order.
class Grouping {
public:
  Grouping() = default;

  /// `groupOf(i)` is in 0..groups-1; what is in no such group is left out.
  template <typename GroupOf>
  Grouping(size_t n, size_t groups, GroupOf groupOf) : first_(groups + 1) {
    for (size_t i = 0; i < n; ++i)
      if (const size_t group = groupOf(i); group < groups)
        ++first_[group + 1];
    for (size_t group = 0; group < groups; ++group)
      first_[group + 1] += first_[group];
    members_.resize(first_.back());
    std::vector<uint32_t> next(first_.begin(), first_.end() - 1);
    for (size_t i = 0; i < n; ++i)
      if (const size_t group = groupOf(i); group < groups)
        members_[next[group]++] = i;
  }

  size_t groups() const { return first_.size() - 1; }
  llvm::ArrayRef<uint32_t> operator[](size_t group) const {
    return llvm::ArrayRef(members_).slice(first_[group], first_[group + 1] - first_[group]);
  }

private:
  std::vector<uint32_t> first_{0}; ///< where each group starts, and the end
  std::vector<uint32_t> members_;
};

} // namespace wsc::network
