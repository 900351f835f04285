// The best design of a spec, by a search that keeps nothing else.
#include "feasibility/Preferences.h"
#include "search/Explorer.h"
#include "tools/wsc/RunEvaluations.h"
#include "tools/wsc/SearchEvaluators.h"
#include "tools/wsc/Sweep.h"
#include "llvm/Support/FormatVariadic.h"

namespace wsc::tool {

namespace {

/// Answers the questions of a search and remembers the best design.
class Contest {
public:
  Contest(const search::Task &task, const SearchEvaluators &evaluators)
      : task_(task), space_(task.problem().space()), evaluators_(evaluators), judge_(space_) {}

  search::Outcome answer(const search::Question &question) {
    const search::Outcome outcome = evaluate(question.design, question.fidelity);
    if (question.fidelity == task_.target())
      improveStrategy(question.design);
    return outcome;
  }

  std::optional<BestDesign> best;
  unsigned evaluated = 0;

private:
  search::Outcome evaluate(const feasibility::Design &design, unsigned fidelity) {
    const evaluation::Evaluation result =
        evaluators_.evaluators[fidelity]->evaluate(feasibility::valuesOf(space_, design));
    runs::Answer answer;
    answer.status = name(result.status).str();
    answer.metrics = evaluation::metricsOf(space_, result);
    runs::Record record = judge_.judge(design, answer);
    record.answer = &answer;
    if (fidelity == task_.target())
      consider(design, record);
    return judge_.outcomeOf(record);
  }

  /// A chip is as good as its best strategy, which loops over all of them find in less time than it
  /// takes to choose the next design: it is not counted.  Algorithms that know do it themselves.
  void improveStrategy(const feasibility::Design &design) {
    if (!evaluators_.refinement.best || task_.refinement.best)
      return;
    const auto better = evaluators_.refinement.best(
        design, [&](llvm::ArrayRef<double> goals) { return task_.worthByMeasured(goals); });
    if (better && task_.problem().verify(better->design).feasible)
      evaluate(better->design, task_.target());
  }

  void consider(const feasibility::Design &design, const runs::Record &record) {
    ++evaluated;
    std::vector<double> objectives = task_.minimized(record.objectives);
    if (record.feasible && (!best || objectives < best->objectives))
      best = BestDesign{design, std::move(objectives), record.answer->metrics};
  }

  const search::Task &task_;
  const ir::Space &space_;
  const SearchEvaluators &evaluators_;
  const Judge judge_;
};

} // namespace

std::optional<BestDesign> findBest(Session &session, unsigned budget, std::string &problem) {
  const ir::Space &space = *session.optimized;
  const feasibility::Problem designs(space);
  const feasibility::Answer verdict =
      checkPreferred(designs, {.seed = session.options.seed, .minimizeCore = false},
                     feasibility::Limits{session.options.limit});
  if (verdict.verdict == feasibility::Verdict::Infeasible)
    problem = "no design meets every requirement";
  if (verdict.verdict == feasibility::Verdict::Unknown)
    problem = "unknown: " + verdict.reason;
  if (!problem.empty())
    return std::nullopt;
  const SearchEvaluators evaluators = evaluatorsFor(session, space, chosenFidelity());
  if (evaluators.evaluators.empty())
    return std::nullopt;
  search::Task task(designs, evaluators.estimate);
  task.costs = evaluators.costs;
  if (evaluators.refinement.isDecided)
    task.refinement = evaluators.refinement;
  std::string error;
  auto algorithm = search::createAlgorithm("bayes", task, session.options.seed, error);
  if (!algorithm) {
    problem = error;
    return std::nullopt;
  }
  Contest contest(task, evaluators);
  search::ExploreOptions options;
  options.budget = budget;
  search::explore(task, *algorithm, options, [&](llvm::ArrayRef<search::Question> batch) {
    std::vector<search::Outcome> outcomes;
    for (const search::Question &question : batch)
      outcomes.push_back(contest.answer(question));
    return std::optional(std::move(outcomes));
  });
  if (!contest.best)
    problem = llvm::formatv("none of {0} designs runs the workload and meets what is measured",
                            contest.evaluated);
  return contest.best;
}

} // namespace wsc::tool
