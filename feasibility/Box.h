// Boxes over domain indices: what lemmas are about.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

namespace wsc::feasibility {

/// Domain indices lo..hi of one parameter, both included.
struct Range {
  unsigned lo, hi;

  uint64_t size() const { return uint64_t(hi) - lo + 1; }
  bool isPoint() const { return lo == hi; }
  bool contains(unsigned i) const { return lo <= i && i <= hi; }
  auto operator<=>(const Range &) const = default;
};

/// One range for each parameter of the Space.
using Box = std::vector<Range>;

/// The number of points of a box in some of its parameters; saturates at 2^62.
inline uint64_t pointCount(llvm::ArrayRef<unsigned> params, const Box &box) {
  uint64_t count = 1;
  for (unsigned param : params)
    count = std::min<__uint128_t>(__uint128_t(count) * box[param].size(), uint64_t(1) << 62);
  return count;
}

/// Visits the points of a box in some of its parameters, the last of them fastest, until
/// `visit(choice)` returns false; whether it never did.  Other members of `choice` stay at the
/// lower end of their range.
template <typename F> bool forEachPoint(llvm::ArrayRef<unsigned> params, const Box &box, F visit) {
  std::vector<unsigned> choice;
  for (Range range : box)
    choice.push_back(range.lo);
  while (visit(choice)) {
    size_t i = params.size();
    while (i > 0 && choice[params[i - 1]] == box[params[i - 1]].hi) {
      --i;
      choice[params[i]] = box[params[i]].lo;
    }
    if (i == 0)
      return true;
    ++choice[params[i - 1]];
  }
  return false;
}

/// "No point of this box meets these constraints together": true on its own, whatever other
/// constraints say.  Parameters that are not bounded may have any value.
struct Lemma {
  struct Bound {
    unsigned param;
    Range range;
    auto operator<=>(const Bound &) const = default;
  };
  std::vector<unsigned> constraints;
  std::vector<Bound> bounds;
  auto operator<=>(const Lemma &) const = default;
};

} // namespace wsc::feasibility
