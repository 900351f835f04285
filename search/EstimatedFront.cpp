// The front of the estimates, and the baseline that evaluates it.
#include "search/EstimatedFront.h"

#include "search/Algorithm.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::search {

using feasibility::Design;

namespace {

constexpr unsigned estimates = 30'000, population = 120, mostFronts = 10;

/// Up to `most` rows so that each is as far as possible from those before it; the first is the best
/// in the first objective.  Objectives are measured by their range.
std::vector<unsigned> spread(const Points &points, size_t most) {
  const Eigen::Index n = points.rows();
  Points unit = points.rowwise() - points.colwise().minCoeff();
  const Eigen::Array<double, 1, Eigen::Dynamic> range = unit.colwise().maxCoeff().max(1e-300);
  unit.rowwise() /= range;
  std::vector<unsigned> order;
  Eigen::ArrayXd nearest = Eigen::ArrayXd::Constant(n, HUGE_VAL);
  Eigen::Index next;
  unit.col(0).minCoeff(&next);
  while (order.size() < std::min<size_t>(n, most)) {
    order.push_back(next);
    nearest = nearest.min((unit.rowwise() - unit.row(next)).square().rowwise().sum());
    for (unsigned i : order)
      nearest[i] = -1;
    nearest.maxCoeff(&next);
  }
  return order;
}

} // namespace

std::vector<unsigned> spreadFronts(const Points &points, size_t most) {
  std::vector<unsigned> order, left(points.rows());
  std::iota(left.begin(), left.end(), 0);
  for (unsigned front = 0; front < mostFronts && !left.empty() && order.size() < most; ++front) {
    const Points rest = points(left, Eigen::all);
    const std::vector<unsigned> best = paretoFront(rest);
    for (unsigned i : spread(rest(best, Eigen::all), most - order.size()))
      order.push_back(left[best[i]]);
    for (unsigned i : llvm::reverse(best))
      left.erase(left.begin() + i);
  }
  return order;
}

std::vector<Design> estimatedFront(const Task &task, uint64_t seed, size_t most) {
  if (!task.isKnown())
    return {};
  Neighbours neighbours(task.problem(), seed);
  Nsga2 genetic(neighbours, population);
  std::vector<Design> designs;
  std::vector<std::vector<double>> known;
  for (unsigned i = 0; i < estimates; ++i) {
    auto design = genetic.breed();
    if (!design)
      break;
    auto [objectives, margins] = task.known(*design);
    if (!llvm::all_of(objectives, [](double value) { return std::isfinite(value); }) ||
        llvm::any_of(margins, [](double margin) { return margin > 0; })) {
      genetic.add(*design, {});
      continue;
    }
    genetic.add(*design, objectives);
    designs.push_back(std::move(*design));
    known.push_back(std::move(objectives));
  }
  std::vector<Design> result;
  for (unsigned i : spreadFronts(pointsOf(known, task.objectiveCount()), most))
    result.push_back(designs[i]);
  llvm::erase_if(result,
                 [&](const Design &design) { return !neighbours.isCertainlyFeasible(design); });
  return result;
}

namespace {

class FrontSearch final : public Algorithm {
public:
  /// More than are evaluated from end to end.
  static constexpr size_t most = 1000;

  FrontSearch(const Task &task, uint64_t seed)
      : task_(task), neighbours_(task.problem(), seed), designs_(estimatedFront(task, seed, most)) {
  }

  bool hasFront() const { return !designs_.empty(); }

  std::optional<Question> ask() override {
    while (next_ < designs_.size())
      if (const Design &design = designs_[next_++]; seen_.insert(design).second)
        return task_.targetQuestion(design);
    while (auto design = neighbours_.fresh())
      if (seen_.insert(*design).second)
        return task_.targetQuestion(std::move(design));
    return std::nullopt;
  }
  void know(const Point &point) override {
    if (point.fidelity == task_.target())
      seen_.insert(point.design);
  }
  void tell(const Point &point) override {}

private:
  const Task &task_;
  Neighbours neighbours_;
  std::vector<Design> designs_;
  std::set<Design> seen_;
  size_t next_ = 0;
};

} // namespace

std::unique_ptr<Algorithm> createFront(const Task &task, uint64_t seed, std::string &error) {
  auto search = std::make_unique<FrontSearch>(task, seed);
  if (search->hasFront())
    return search;
  error =
      "algorithm `front` evaluates the best designs of a cheaper evaluator, and none is there for "
      "these objectives";
  return nullptr;
}

} // namespace wsc::search
