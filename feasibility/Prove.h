// From the lemmas of an infeasible answer to a proof that stands on its own (ProofCheck.h).
#pragma once

#include "feasibility/Proof.h"

namespace wsc::feasibility {

/// A proof of an infeasible answer that carries its lemmas (Options::keepLemmas): those that its
/// core needs, each with the cuts that refute its box, or split until they do.  Empty when
/// `limits` did not suffice.  Deterministic for a seed.
std::optional<Proof> prove(const Problem &problem, const Answer &answer, uint64_t seed = 1,
                           const Limits &limits = {});

} // namespace wsc::feasibility
