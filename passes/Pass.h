// Passes: IR to IR, one by one or as a pipeline.
#pragma once

#include "ir/Space.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace wsc::passes {

struct Pass {
  llvm::StringRef name, summary, example;
  std::unique_ptr<ir::Space> (*run)(const ir::Space &);
};

/// All passes in the order of the default pipeline.
llvm::ArrayRef<Pass> all();
const Pass *find(llvm::StringRef name);

/// What every command runs before it reasons about a Space: all but `tighten`, since a domain
/// that shrank in silence could not be named in an explanation.
std::unique_ptr<ir::Space> runDefault(const ir::Space &space);

#define PASS(function, name, summary, example)                                                     \
  std::unique_ptr<ir::Space> function(const ir::Space &space);
#include "passes/Passes.def"

/// Builds a new Space by visiting every reachable node, operands first.  `rewrite` gets the
/// old node and its new operands and returns the new node.  What nothing reaches is dropped.
using Rewrite = llvm::function_ref<const ir::Node *(ir::Space &to, const ir::Node *old,
                                                    llvm::ArrayRef<const ir::Node *> operands)>;
std::unique_ptr<ir::Space> rebuild(const ir::Space &space, Rewrite rewrite);

/// The same Space once more, without what nothing reaches.
std::unique_ptr<ir::Space> copy(const ir::Space &space);

} // namespace wsc::passes
