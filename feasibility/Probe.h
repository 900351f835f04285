// Randomized sequential probing: fixes parameters one by one in random order by bisection,
// and backtracks where interval evaluation refutes a constraint.  Most feasible problems are
// decided here.
#pragma once

#include "feasibility/Judge.h"
#include "feasibility/Random.h"

namespace wsc::feasibility {

/// Searches a box for a design that meets `constraints`, for at most `budget` evaluations.
/// Which values are tried first is random, so that repeated probes find different designs.
std::optional<Design> probe(Judge &judge, const Problem &problem,
                            llvm::ArrayRef<unsigned> constraints, const Box &box,
                            Random &random, uint64_t budget);

} // namespace wsc::feasibility
