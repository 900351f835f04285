// Dominance between points with several objectives, all to be minimized.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace wsc::search {

/// Whether a is nowhere worse than b and somewhere better.
bool dominates(llvm::ArrayRef<double> a, llvm::ArrayRef<double> b);

/// Indices of the points that no other point dominates, ascending; of equal points the first.
std::vector<unsigned> paretoFront(llvm::ArrayRef<std::vector<double>> points);

} // namespace wsc::search
