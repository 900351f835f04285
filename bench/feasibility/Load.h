// A spec of the benchmark as a Space, after the passes that `wsc check` runs, or all but some.
#pragma once

#include "ir/Space.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <memory>
#include <string>

namespace wsc::bench {

struct Instance {
  std::string name;  ///< of the file: `l3_tighter`
  std::string group; ///< instances of a group share a row: `random`, else the name
  /// What the comment of the file says about it.
  bool isInfeasible;
  std::unique_ptr<ir::Space> space;
};

/// What to change about the passes that run by default.
struct PassChoice {
  llvm::StringSet<> without, with;
};

/// Shows the errors of a spec that cannot be used and ends the program.
Instance load(llvm::StringRef path, const PassChoice &passes);

} // namespace wsc::bench
