// Which expressions have whole numbers as values, and no others.
#pragma once

#include "ir/Space.h"
#include "llvm/ADT/DenseSet.h"

namespace wsc::feasibility {

/// Those among some nodes, given operands first, for which that is certain.
llvm::DenseSet<const ir::Node *> wholeNodes(const ir::Space &space,
                                            llvm::ArrayRef<const ir::Node *> nodes);

} // namespace wsc::feasibility
