// A proof that a Space is infeasible, as data and as text that people and programs can read.
//
//   wsc proof 1
//   spec "9f86d081..."                        the SHA-256 of the Space that was decided
//   core "power_cap", "wafer_count"           no design meets these together
//   lemma "power_cap": "wafer.rows" in 4 .. 8, "wafer.integration" in info_sow .. info_sow
//   lemma "power_cap", "wafer_count": "core.macs" in 4 .. 16
//     by "wafer.power" < 2000.001, %118 > 12.5
//
// A lemma says that no design of its box meets the constraints it names; fields that it does not
// name may have any value.  The lemmas of a proof leave no design.  Numbers are exact and in
// base units.  Behind `by` stand the cuts that refute the box, see Derivation.h; `%118` is a
// node of the IR.
#pragma once

#include "feasibility/Problem.h"
#include "support/Diagnostics.h"

namespace wsc::feasibility {

/// While the constraints hold, no design of the box has a value of `node` of `bound` or more
/// (below: or less).
struct Cut {
  const ir::Node *node;
  bool above;
  double bound;
};

struct Proof {
  struct Step {
    Lemma lemma;
    std::vector<Cut> cuts;
    wsc::Range place = {}; ///< in the file that it was read from
  };
  std::vector<unsigned> core; ///< ascending, as Answer::core
  std::vector<Step> steps;
};

/// The SHA-256 of a Space as text, without the places where it was written.
std::string digestOf(const ir::Space &space);

std::string toText(const Problem &problem, const Proof &proof);

/// Reads a proof about this Problem; empty after reporting what is wrong.
std::optional<Proof> readProof(const Problem &problem, const SourceFile &source,
                               DiagnosticEngine &diagnostics);

} // namespace wsc::feasibility
