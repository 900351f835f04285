// A search problem for optimizers in other programs: peers.py asks.
#pragma once

#include "bench/search/Problems.h"

namespace wsc::bench {

/// Writes a line that describes the problem, then answers each line of standard input with one, all
/// in JSON; a design is the index into each domain:
///   seed N          begins again with another seed of samples
///   sample N        N random feasible designs that were not drawn before
///   near N DESIGN   up to N feasible mutants of a design
///   front N         N designs spread over the front of the estimates; none without estimates
///   check DESIGN    whether it is feasible
///   evaluate DESIGN its objectives, minimized
///   estimate DESIGN what is known of them before
void serve(const SearchProblem &problem);

} // namespace wsc::bench
