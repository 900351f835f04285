// What a sum is made of, for sentences about one that is too large.
#pragma once

#include "ir/Space.h"

namespace wsc::tool {

struct SumPart {
  llvm::StringRef name; ///< a quantity of the Space; empty: what has none
  double value;         ///< base units
};

/// The summands of a node at a point of the Space, without those that are 0.  A quantity that is a
/// sum itself is one of them.  Empty where fewer than two have names.
std::vector<SumPart> partsOfSum(const ir::Space &space, const ir::Node *sum,
                                llvm::ArrayRef<double> point);

} // namespace wsc::tool
