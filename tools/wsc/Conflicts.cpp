// Explaining why there is no design.
#include "tools/wsc/Conflicts.h"
#include "llvm/Support/raw_ostream.h"
namespace wsc::tool {
void showConflicts(Session &session, const feasibility::Problem &problem, const feasibility::Answer &answer) {
  for (unsigned i : answer.core) llvm::outs() << session.space->constraints[i].name << "\n";
}
llvm::json::Array conflictsJson(Session &session, const feasibility::Problem &problem, const feasibility::Answer &answer) { return {}; }
} // namespace wsc::tool
