// The lightest set that has a member in each of some sets: what has to be given up.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <vector>

namespace wsc::feasibility {

/// By branch and bound; the first of equals in the order of the sets.  Weights are positive.
/// Nothing if a set is empty.
std::optional<std::vector<unsigned>>
lightestHittingSet(llvm::ArrayRef<std::vector<unsigned>> sets,
                   llvm::function_ref<double(unsigned)> weight);

} // namespace wsc::feasibility
