// Batches of questions and answers.
#include "search/Explorer.h"

#include "search/Pareto.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::search {

static std::vector<unsigned> frontOf(const Task &task, llvm::ArrayRef<Point> points) {
  std::vector<unsigned> usable, front;
  for (unsigned i = 0; i < points.size(); ++i)
    if (points[i].outcome.feasible)
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
  while (result.points.size() < options.budget && result.stopped.empty()) {
    const size_t left = options.budget - result.points.size();
    std::vector<feasibility::Design> batch;
    while (batch.size() < std::min<size_t>(left, options.batch)) {
      auto design = algorithm.ask();
      if (!design)
        break;
      batch.push_back(std::move(*design));
    }
    if (batch.empty()) {
      result.stopped = "no further feasible design was found";
      break;
    }
    const auto outcomes = evaluate(batch);
    if (!outcomes) {
      result.stopped = "interrupted";
      break;
    }
    for (auto [design, outcome] : llvm::zip_equal(batch, *outcomes)) {
      result.points.push_back({std::move(design), outcome});
      algorithm.tell(result.points.back());
    }
  }
  result.front = frontOf(task, result.points);
  return result;
}

} // namespace wsc::search
