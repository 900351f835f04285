// The reference engine: nested loops over every design, each constraint tested as soon as the
// last of its parameters is fixed.  Exact, and hopeless beyond a hundred million designs.
#pragma once

#include "feasibility/Problem.h"

namespace wsc::feasibility {

struct Enumeration {
  bool complete = false; ///< false: the limit of work was reached, or `visit` stopped it
  uint64_t count = 0;    ///< feasible designs seen
};

/// Visits every design that meets `constraints` (a subset of those that count), in the order
/// of domain indices, until `visit` returns false.
Enumeration enumerateDesigns(const Problem &problem, llvm::ArrayRef<unsigned> constraints,
                             llvm::function_ref<bool(const Design &)> visit,
                             const Limits &limits = {});

/// Decides a Problem; an infeasible answer's core is found by leaving constraints out.
Answer checkEnumerate(const Problem &problem, const Options &options = {},
                      const Limits &limits = {});

} // namespace wsc::feasibility
