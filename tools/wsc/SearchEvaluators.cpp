// Evaluators by fidelity, what they cost, and what is known before they are asked.
#include "tools/wsc/SearchEvaluators.h"

#include "search/BestStrategy.h"
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

/// Processor time at `flow` over that at `cycle` (docs/runs.md has the measurement).
static constexpr double flowCost = 0.01;

/// Closed forms are nearly free beside what is routed over links: their answers are known before.
static search::Task::Estimate estimateFor(const ir::Space &space,
                                          const evaluation::Binding &binding,
                                          evaluation::Fidelity fidelity) {
  if (fidelity == evaluation::Fidelity::Analytic)
    return search::estimateByBounds(space, binding);
  return search::estimateBy(space,
                            evaluation::createEvaluator(evaluation::Fidelity::Analytic, binding));
}

/// Loops over all strategies of a chip take less time than choosing the next chip does.
static search::Task::Refine refineFor(const ir::Space &space, const evaluation::Binding &binding) {
  // Most algorithms never ask.
  return [&space, binding, strategies = std::shared_ptr<search::BestStrategy>()](
             const feasibility::Design &design) mutable -> std::optional<feasibility::Design> {
    if (!strategies)
      strategies = std::make_shared<search::BestStrategy>(space, binding);
    if (strategies->fields().empty())
      return std::nullopt;
    auto found = strategies->find(design);
    return found ? std::optional(std::move(found->design)) : std::nullopt;
  };
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
    evaluators.costs.insert(evaluators.costs.begin(), flowCost);
  }
  evaluators.evaluators.push_back(evaluation::createEvaluator(fidelity, *binding));
  evaluators.estimate = estimateFor(space, *binding, fidelity);
  if (fidelity == evaluation::Fidelity::Analytic && measured(space.objectives[0]))
    evaluators.refine = refineFor(space, *binding);
  evaluators.inputs = inputsOf(space, &*binding);
  return evaluators;
}

} // namespace wsc::tool
