// Specs with the evaluators of wsc as search problems.
#include "bench/search/Problems.h"

#include "bench/feasibility/Load.h"
#include "feasibility/Sample.h"
#include "search/ChipRefinement.h"
#include "search/EstimatedFront.h"
#include "search/Estimates.h"
#include "search/Hypervolume.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::bench {

using evaluation::Fidelity;
using feasibility::Design;

namespace {

using Objectives = std::function<std::vector<double>(const Design &)>;

/// NaN where the evaluator has none; measured requirements are not asked.
Objectives objectivesBy(const ir::Space &space, std::unique_ptr<evaluation::Evaluator> evaluator) {
  return [ask = search::estimateBy(space, std::move(evaluator))](const Design &design) {
    return ask(design).objectives;
  };
}

/// Answers with their designs; those that cannot be evaluated have none.
struct Evaluated {
  std::vector<Design> designs;
  std::vector<std::vector<double>> objectives; ///< minimized, finite

  void add(const search::Task &task, const Design &design, const std::vector<double> &answer) {
    if (!llvm::all_of(answer, [](double value) { return std::isfinite(value); }))
      return;
    designs.push_back(design);
    objectives.push_back(task.minimized(answer));
  }

  search::Points points() const {
    return search::pointsOf(objectives, objectives.empty() ? 0 : objectives[0].size());
  }
};

Evaluated enumerated(const search::Task &task, const Objectives &ask, llvm::StringRef name) {
  Evaluated all;
  feasibility::Sampler sampler(task.problem(), /*seed=*/1);
  while (auto design = sampler.next())
    all.add(task, *design, ask(*design));
  if (!sampler.isExhausted())
    llvm::errs() << name << ": not all designs were enumerated\n";
  llvm::errs() << name << ": " << all.designs.size() << " designs\n";
  return all;
}

/// The fronts of two runs of NSGA-II on what is no dearer than the evaluator, asked by that.
Evaluated bred(const feasibility::Problem &feasible, search::Task::Estimate cheap,
               const Objectives &ask) {
  constexpr size_t most = 2000;
  const search::Task task(feasible, std::move(cheap));
  Evaluated all;
  for (uint64_t seed : {1001, 1002})
    for (const Design &design : search::estimatedFront(task, seed, most))
      all.add(task, design, ask(design));
  return all;
}

/// The hypervolume, and the reference point: a tenth of the front's range beyond it, of one
/// objective a tenth of its best value.
void judge(SearchProblem &problem, const search::Task &task, const Evaluated &all) {
  const search::Points points = all.points();
  std::vector<double> reference(points.cols());
  const std::vector<unsigned> front = search::paretoFront(points);
  for (unsigned k = 0; k < points.cols(); ++k) {
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (unsigned i : front) {
      least = std::min(least, points(i, k));
      most = std::max(most, points(i, k));
    }
    reference[k] = most + 0.1 * (most > least ? most - least : std::abs(most));
  }
  problem.best = search::hypervolume(points, reference);
  problem.reference = task.minimized(reference); // back to the direction of the spec
}

/// What the evaluators of a spec say before, beside and instead of the one that is asked.
void addCheaper(SearchProblem &problem, const evaluation::Binding &binding, Fidelity fidelity,
                bool useEstimates) {
  const ir::Space &space = *problem.space;
  if (fidelity == Fidelity::Analytic)
    problem.refinement = search::refineChips(space, binding);
  if (!useEstimates)
    return;
  problem.estimate = search::estimateFor(space, binding, fidelity);
  problem.name += " + estimates";
  if (fidelity == Fidelity::Cycle) {
    problem.costs.insert(problem.costs.begin(), search::flowCost);
    problem.cheaper = [byFlow = objectivesBy(space, createEvaluator(Fidelity::Flow, binding))](
                          const Design &design, unsigned) { return byFlow(design); };
  }
}

} // namespace

SearchProblem spec(llvm::StringRef path, Fidelity fidelity, bool enumerate, bool useEstimates) {
  Instance instance = load(path, {});
  SearchProblem problem{instance.name, std::move(instance.space)};
  const ir::Space &space = *problem.space;
  const bool isMeasured = llvm::any_of(space.objectives, [](const ir::Objective &objective) {
    return objective.node->bindingTime() == ir::BindingTime::Measured;
  });
  search::Task::Estimate cheap; // what the best front is bred by
  if (!isMeasured) {
    problem.truth = objectivesBy(space, evaluation::createStaticEvaluator());
  } else {
    auto result = evaluation::Binding::create(space);
    auto *binding = std::get_if<evaluation::Binding>(&result);
    if (!binding) {
      llvm::errs() << path << ": the evaluator misses fields\n";
      exit(2);
    }
    problem.name += " by " + evaluation::name(fidelity).str();
    problem.truth = objectivesBy(space, createEvaluator(fidelity, *binding));
    const Fidelity below = fidelity == Fidelity::Cycle ? Fidelity::Flow : Fidelity::Analytic;
    cheap = search::estimateBy(space, createEvaluator(below, *binding));
    addCheaper(problem, *binding, fidelity, useEstimates);
  }
  problem.evaluate = [truth = problem.truth](const Design &design, uint64_t) {
    return truth(design);
  };

  const feasibility::Problem feasible(space);
  const search::Task task(feasible);
  judge(problem, task,
        enumerate ? enumerated(task, problem.truth, problem.name)
                  : bred(feasible, cheap, problem.truth));
  return problem;
}

} // namespace wsc::bench
