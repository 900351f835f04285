// The lightest set that has a member in each of some sets: what has to be given up.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <vector>

namespace wsc::feasibility {

struct HittingSet {
  std::vector<unsigned> members; ///< ascending
  double weight = 0;
  bool isLightest = true; ///< whether the search ended; else there may be lighter ones
};

/// By branch and bound, one connected part of the sets at a time; the same for the same question.
/// Weights are positive.  A member is only in it together with those before it on its ladder;
/// ladders share no members, and members on none stand for themselves.  Nothing if a set is empty.
std::optional<HittingSet> lightestHittingSet(llvm::ArrayRef<std::vector<unsigned>> sets,
                                             llvm::function_ref<double(unsigned)> weight,
                                             llvm::ArrayRef<std::vector<unsigned>> ladders = {});

} // namespace wsc::feasibility
