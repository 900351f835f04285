// What would help where no change of one requirement alone does: the fewest that must change
// together, and by how much.
#pragma once

#include "feasibility/Relax.h"

namespace wsc::feasibility {

struct Combination {
  /// Feasible: the spec is once all changes are made.
  Verdict verdict = Verdict::Unknown;
  std::vector<Relaxation> changes;
  bool isFewest = false; ///< whether no smaller number of changes would do
  std::string reason;    ///< Unknown: why
};

/// Among the demands of all conflicts.  Every set of demands that cannot hold with the rest is a
/// lemma; the smallest choice that breaks all of them is given up, until the rest can be met
/// (implicit hitting sets: Davies and Bacchus, CP 2011).  Of the designs that this allows, one with
/// the least sum of changes in parts of each limit.
Combination combine(const Inquiry &inquiry, Simplify simplify, const Options &options,
                    const Limits &limits, UnitOf unitOf = {});

} // namespace wsc::feasibility
