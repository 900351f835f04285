// Explaining why there is no design: the smallest sets of requirements that exclude each other.
#pragma once

#include "tools/wsc/Pipeline.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

void showConflicts(Session &session, const feasibility::Problem &problem,
                   const feasibility::Answer &answer);
/// As a diagnostic at the first requirement of the conflict.
void reportConflicts(Session &session, const feasibility::Problem &problem,
                     const feasibility::Answer &answer);
llvm::json::Array conflictsJson(Session &session, const feasibility::Problem &problem,
                                const feasibility::Answer &answer);

} // namespace wsc::tool
