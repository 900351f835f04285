// Building a new Space from an old one: how passes rewrite, and how questions about a Space are
// asked on a variant of it.
#pragma once

#include "ir/Space.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace wsc::ir {

using Rewrite = llvm::function_ref<const Node *(Space &to, const Node *old,
                                                llvm::ArrayRef<const Node *> operands)>;
using NodeMap = llvm::DenseMap<const Node *, const Node *>;

/// Visits nodes, operands first.  `rewrite` gets the old node and its new operands in `to` and
/// returns the new node; the result has the new nodes by the old ones.
NodeMap rebuildNodes(Space &to, llvm::ArrayRef<const Node *> nodes, Rewrite rewrite);

/// Builds a new Space by visiting every reachable node, operands first.  `rewrite` gets the
/// old node and its new operands and returns the new node.  What nothing reaches is dropped.
std::unique_ptr<Space> rebuild(const Space &space, Rewrite rewrite);

/// The same Space once more, without what nothing reaches.
std::unique_ptr<Space> copy(const Space &space);

} // namespace wsc::ir
