// Who evaluates the designs of a search: the evaluators of a spec, by fidelity.
#pragma once

#include "runs/Inputs.h"
#include "search/Task.h"
#include "tools/wsc/Evaluation.h"

namespace wsc::tool {

struct SearchEvaluators {
  /// One for each fidelity that the search may ask, the one that it is about last; none where the
  /// designs cannot be evaluated.
  std::vector<std::unique_ptr<evaluation::Evaluator>> evaluators = {};
  std::vector<double> costs = {1};           ///< of each, in evaluations of the last
  search::Task::Estimate estimate = nullptr; ///< what is known before a design is evaluated
  search::Task::Refinement refinement = {};  ///< of chips, where closed forms say
  std::optional<runs::Inputs> inputs = std::nullopt;
};

/// For the designs of `space`, which is that of the session after passes.  No evaluators after
/// showing why the designs cannot be evaluated.
SearchEvaluators evaluatorsFor(Session &session, const ir::Space &space,
                               evaluation::Fidelity fidelity);

/// `--budget`, where it is given.
std::optional<unsigned> givenBudget();
/// How many designs to evaluate: `--budget`, else that of the spec, else a default.
unsigned budgetFor(const ir::Space &space);

} // namespace wsc::tool
