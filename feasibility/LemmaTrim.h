// Which of many lemmas an infeasible answer needs.
#pragma once

#include "feasibility/Problem.h"

namespace wsc::feasibility {

/// Some of the lemmas, in their order, that leave no design; few, but not the fewest possible.
/// Empty if all of them leave designs, or if Z3 could not tell.
std::optional<std::vector<Lemma>> trimLemmas(const Problem &problem, std::vector<Lemma> lemmas,
                                             uint64_t seed);

} // namespace wsc::feasibility
