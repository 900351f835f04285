// Runs as the data of a report: everything that is drawn, as JSON.
#pragma once

#include "report/Front.h"
#include "llvm/Support/JSON.h"

namespace wsc::report {

/// Of the first run everything, of the others what it takes to compare fronts.  All have the same
/// objectives (`sameObjectives`).  `commands` does each run again.
llvm::json::Object dataOf(llvm::ArrayRef<const runs::RunStore *> runs,
                          llvm::ArrayRef<std::string> commands);

/// Whether two runs ask for the same: names, directions and dimensions.
bool sameObjectives(const ir::Space &a, const ir::Space &b);

} // namespace wsc::report
