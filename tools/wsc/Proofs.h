// Proofs of infeasibility on disk: `check --proof` and `check --verify-proof`.
#pragma once

#include "tools/wsc/Pipeline.h"

namespace wsc::tool {

/// Writes the proof of an infeasible answer that carries its lemmas; says what was written, or
/// why nothing was.
Exit writeProof(const Session &session, const feasibility::Problem &problem,
                const feasibility::Answer &answer, llvm::StringRef path);

/// Checks a proof about a spec and says what it proves.
Exit verifyProof(Session &session, const feasibility::Problem &problem, llvm::StringRef path);

} // namespace wsc::tool
