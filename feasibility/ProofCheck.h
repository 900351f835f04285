// The independent checker of proofs.  It shares with the engines what an expression means
// (ir::Tape, Judge::at), and nothing of how they search, propagate or learn.
#pragma once

#include "feasibility/Proof.h"

namespace wsc::feasibility {

struct ProofVerdict {
  enum Kind {
    Proven,
    Underived,    ///< a lemma does not follow
    DesignsLeft,  ///< the lemmas leave a design
    LimitReached, ///< of work
  };
  Kind kind = Proven;
  size_t step = 0;    ///< Underived: which of the steps
  std::string reason; ///< a sentence
  /// Proven: points that only double precision decides (see Decision).
  uint64_t borderline = 0;
};

/// Derives each lemma of a proof again, and asks Z3 whether they leave a design.
ProofVerdict checkProof(const Problem &problem, const Proof &proof, const Limits &limits = {});

/// A single constraint is tested at every point of a box that has at most so many.
constexpr uint64_t maxProofPoints = 4096;

} // namespace wsc::feasibility
