// Passes: IR to IR, one by one or as a pipeline.
#pragma once

#include "ir/Rebuild.h"

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

using ir::copy;
using ir::rebuild;

} // namespace wsc::passes
