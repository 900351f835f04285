// Evaluators by fidelity, what they cost, and what is known before they are asked.
#include "tools/wsc/SearchEvaluators.h"

#include "search/ChipRefinement.h"
#include "search/Estimates.h"
#include "tools/wsc/RunEvaluations.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<unsigned> budget("budget", cl::value_desc("n"),
                                cl::desc("How many designs to evaluate, in a sweep at each value "
                                         "(default: the spec's `budget`, else 200)"),
                                cl::init(200), cl::sub(exploreCommand()), cl::sub(sweepCommand()));

std::optional<unsigned> givenBudget() {
  return budget.getNumOccurrences() ? std::optional(budget.getValue()) : std::nullopt;
}

unsigned budgetFor(const ir::Space &space) {
  return givenBudget().value_or(space.budget.value_or(budget));
}

SearchEvaluators evaluatorsFor(Session &session, const ir::Space &space,
                               evaluation::Fidelity fidelity) {
  SearchEvaluators evaluators;
  auto measured = [](const auto &item) {
    return item.node->bindingTime() == ir::BindingTime::Measured;
  };
  if (!isWorkloadGiven(space) && llvm::none_of(space.objectives, measured) &&
      llvm::none_of(space.constraints, measured)) {
    evaluators.evaluators.push_back(evaluation::createStaticEvaluator());
    evaluators.inputs = inputsOf(space, nullptr);
    return evaluators;
  }
  auto binding = bindFields(session, space);
  if (!binding)
    return evaluators;
  if (fidelity == evaluation::Fidelity::Cycle) {
    evaluators.evaluators.push_back(
        evaluation::createEvaluator(evaluation::Fidelity::Flow, *binding));
    evaluators.costs.insert(evaluators.costs.begin(), search::flowCost);
  }
  evaluators.evaluators.push_back(evaluation::createEvaluator(fidelity, *binding));
  evaluators.estimate = search::estimateFor(space, *binding, fidelity);
  if (fidelity == evaluation::Fidelity::Analytic && llvm::any_of(space.objectives, measured))
    evaluators.refinement = search::refineChips(space, *binding);
  evaluators.inputs = inputsOf(space, &*binding);
  return evaluators;
}

} // namespace wsc::tool
