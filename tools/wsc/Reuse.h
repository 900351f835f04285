// Taking over what another run evaluated, where the inputs of the evaluator have not changed.
#pragma once

#include "feasibility/Problem.h"
#include "tools/wsc/RunEvaluations.h"

namespace wsc::tool {

struct Reused {
  std::vector<runs::RunStore::Entry> entries; ///< by id from 1 on, at no cost
  /// The others of the old run: not a design of the new spec any more, or with other inputs.
  unsigned infeasible = 0, changed = 0;
};

/// Designs of `old` that are feasible designs of `problem` and of which the evaluator would read
/// what it has read: fields are found by name, whether they are open or fixed now and then.
Reused reuse(const runs::RunStore &old, const feasibility::Problem &problem,
             const runs::Inputs &inputs);

} // namespace wsc::tool
