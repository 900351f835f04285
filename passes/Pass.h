// Passes: IR to IR, one by one or as a pipeline.
#pragma once

#include "ir/Rebuild.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::passes {

struct Pass {
  enum Kind { Default, Optional, Analysis } kind; ///< see Passes.def
  llvm::StringRef name, summary, example;
  std::unique_ptr<ir::Space> (*run)(const ir::Space &);       ///< null for analyses
  void (*print)(const ir::Space &, llvm::raw_ostream &) = {}; ///< of analyses only
};

/// All passes, those of the default pipeline in its order.
llvm::ArrayRef<Pass> all();
const Pass *find(llvm::StringRef name);

/// What every command runs before it reasons about a Space: the passes after which every count,
/// sample and explanation is still about the Space as written.
std::unique_ptr<ir::Space> runDefault(const ir::Space &space);

#define PASS(function, name, summary, example)                                                     \
  std::unique_ptr<ir::Space> function(const ir::Space &space);
#define OPTIONAL_PASS PASS
#define ANALYSIS(function, name, summary, example)                                                 \
  void function(const ir::Space &space, llvm::raw_ostream &out);
#include "passes/Passes.def"

using ir::copy;
using ir::rebuild;

} // namespace wsc::passes
