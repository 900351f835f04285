// How outputs answer to one input.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <vector>

namespace wsc::evaluation {

/// d ln(output) / d ln(input) at an input x, from the outputs at x and 1 % to both sides: the
/// change in percent for 1 % more of the input.  One side is enough, for a share that cannot
/// exceed 1.  An output that is undefined or changes its sign has NaN.  Empty where x is zero, or
/// an output that is defined at x is defined on neither side: an input that takes integers only.
std::optional<std::vector<double>>
elasticities(double x, llvm::ArrayRef<double> outputs,
             llvm::function_ref<std::vector<double>(double)> response);

} // namespace wsc::evaluation
