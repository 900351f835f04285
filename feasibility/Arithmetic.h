// The second, independent engine: the expressions themselves as Z3 arithmetic over exact
// rationals.  Slow, and meant to check the main engine on small instances.
#pragma once

#include "feasibility/Problem.h"

namespace wsc::feasibility {

/// Decides a Problem.  Functions that Z3 does not know (exp, log, sqrt, at_least, other
/// powers) become tables of enclosures over their inputs where these have at most 4096
/// combinations, else an unknown within its root bounds: both relax the problem, so that
/// Infeasible is a proof, and a model counts only when Problem::verify accepts it.
/// `limits.work` is in Z3's resource units here.  Cores are not minimal.
Answer checkArithmetic(const Problem &problem, const Options &options = {},
                       const Limits &limits = {});

} // namespace wsc::feasibility
