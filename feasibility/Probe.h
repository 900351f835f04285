// Randomized probing: fixes parameters one after the other in random order and propagates
// after each step.  Most feasible problems are decided here.
#pragma once

#include "feasibility/Propagate.h"
#include "support/Random.h"

namespace wsc::feasibility {

/// One try to reach a design in a box that meets `constraints`; it is verified.  A few wrong
/// turns are mended, then the probe gives up, so that it costs milliseconds at most; which
/// values are tried first is random, so that repeated probes find different designs.
std::optional<Design> probe(Propagation &propagation, Judge &judge,
                            llvm::ArrayRef<unsigned> constraints, Box box, Random &random);

} // namespace wsc::feasibility
