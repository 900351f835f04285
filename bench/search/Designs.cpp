// Specs with the analytic evaluator as search problems.
#include "bench/search/Problems.h"

#include "bench/feasibility/Load.h"
#include "feasibility/Sample.h"
#include "search/BestStrategy.h"
#include "search/Estimates.h"
#include "search/Explorer.h"
#include "search/Hypervolume.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::bench {

using feasibility::Design;

namespace {

search::Points minimizedPoints(const search::Task &task,
                               const std::vector<std::vector<double>> &all) {
  search::Points points(all.size(), task.objectiveCount());
  for (size_t i = 0; i < all.size(); ++i) {
    const std::vector<double> values = task.minimized(all[i]);
    for (unsigned k = 0; k < values.size(); ++k)
      points(i, k) = std::isfinite(values[k]) ? values[k] : HUGE_VAL;
  }
  return points;
}

} // namespace

SearchProblem spec(llvm::StringRef path, bool enumerate, bool useEstimates) {
  Instance instance = load(path, {});
  SearchProblem problem{instance.name, std::move(instance.space)};
  auto binding = evaluation::Binding::create(*problem.space);
  auto *ready = std::get_if<evaluation::Binding>(&binding);
  if (!ready) {
    llvm::errs() << path << ": the evaluator misses fields\n";
    exit(2);
  }
  if (useEstimates) {
    problem.estimate = search::estimateByBounds(*problem.space, *ready);
    problem.name += " + bounds";
  }
  auto strategies = std::make_shared<search::BestStrategy>(*problem.space, *ready);
  problem.refine = [strategies](const Design &design) {
    const auto found = strategies->find(design);
    return found ? std::optional(found->design) : std::nullopt;
  };
  // NaN where the evaluator has none; measured requirements are not asked.
  problem.truth = search::estimateBy(
      *problem.space, createEvaluator(evaluation::Fidelity::Analytic, std::move(*ready)));
  problem.evaluate = [truth = problem.truth](const Design &design, uint64_t) {
    return truth(design);
  };

  const feasibility::Problem feasible(*problem.space);
  const search::Task task(feasible);
  std::vector<std::vector<double>> all;
  if (enumerate) {
    feasibility::Sampler sampler(feasible, /*seed=*/1);
    while (auto design = sampler.next())
      all.push_back(problem.truth(*design));
    if (!sampler.isExhausted())
      llvm::errs() << problem.name << ": not all designs were enumerated\n";
    llvm::errs() << problem.name << ": " << all.size() << " feasible designs\n";
  } else {
    std::string error;
    for (uint64_t seed : {1001, 1002}) {
      auto algorithm = search::createAlgorithm("nsga2", task, seed, error);
      constexpr unsigned evaluations = 20'000;
      search::explore(task, *algorithm, {evaluations, 100},
                      [&](llvm::ArrayRef<search::Question> asked) {
                        std::vector<search::Outcome> outcomes;
                        for (const auto &[design, fidelity] : asked) {
                          all.push_back(problem.truth(design));
                          outcomes.push_back({std::isfinite(all.back()[0]), all.back()});
                        }
                        return std::optional(std::move(outcomes));
                      });
    }
  }
  const search::Points points = minimizedPoints(task, all);
  std::vector<double> reference(points.cols());
  const std::vector<unsigned> front = search::paretoFront(points);
  for (unsigned k = 0; k < points.cols(); ++k) {
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (unsigned i : front) {
      least = std::min(least, points(i, k));
      most = std::max(most, points(i, k));
    }
    reference[k] = most + 0.1 * (most - least);
  }
  problem.best = search::hypervolume(points, reference);
  problem.reference = task.minimized(reference); // back to the direction of the spec
  return problem;
}

} // namespace wsc::bench
