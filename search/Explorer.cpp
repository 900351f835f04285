// Batches of questions and answers.
#include "search/Explorer.h"

#include "search/Pareto.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::search {

static std::vector<unsigned> frontOf(const Task &task, llvm::ArrayRef<Point> points) {
  std::vector<unsigned> usable, front;
  for (unsigned i = 0; i < points.size(); ++i)
    if (points[i].outcome.feasible && points[i].fidelity == task.target())
      usable.push_back(i);
  Points objectives(usable.size(), task.objectiveCount());
  for (auto [row, i] : llvm::enumerate(usable))
    for (auto [k, value] : llvm::enumerate(task.minimized(points[i].outcome.objectives)))
      objectives(row, k) = value;
  for (unsigned row : paretoFront(objectives))
    front.push_back(usable[row]);
  return front;
}

ExploreResult explore(const Task &task, Algorithm &algorithm, const ExploreOptions &options,
                      const Evaluate &evaluate) {
  ExploreResult result;
  // Sums of costs have rounding errors.
  const double budget = options.budget * (1 + 1e-9), cheapest = task.costs.front();
  bool isSpent = result.cost + cheapest > budget;
  while (!isSpent) {
    std::vector<Question> batch;
    while (batch.size() < options.batch && !isSpent) {
      auto question = algorithm.ask();
      if (!question)
        break;
      const double cost = task.costs[question->fidelity];
      isSpent = result.cost + cost > budget;
      if (isSpent)
        break;
      result.cost += cost;
      isSpent = result.cost + cheapest > budget;
      batch.push_back(std::move(*question));
    }
    if (batch.empty()) {
      if (!isSpent)
        result.stopped = "no further feasible design was found";
      break;
    }
    const auto outcomes = evaluate(batch);
    if (!outcomes) {
      result.stopped = "interrupted";
      break;
    }
    for (auto [question, outcome] : llvm::zip_equal(batch, *outcomes)) {
      result.points.push_back({std::move(question.design), question.fidelity, outcome});
      algorithm.tell(result.points.back());
    }
  }
  result.front = frontOf(task, result.points);
  return result;
}

} // namespace wsc::search
