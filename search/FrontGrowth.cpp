// Fronts, their reference points and what they leave undominated.
#include "search/FrontGrowth.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::search {

/// How far beyond the worst of the front the reference point is, in ranges of the front.
static constexpr double beyond = 0.1;

FrontGrowth::FrontGrowth(const Task &task, const History &history)
    : task_(task), history_(history) {
  begin(0);
}

void FrontGrowth::begin(unsigned level) {
  level_ = level;
  best_.assign(task_.objectiveCount(), HUGE_VAL);
  worst_.assign(task_.objectiveCount(), -HUGE_VAL);
}

/// At this level; what is outstanding may be.
bool FrontGrowth::isUsable(const Observation &observation) const {
  return observation.level == level_ && (!observation.told || observation.feasible);
}

void FrontGrowth::update(Belief &belief) {
  improvements_.clear();
  front_.clear();
  const auto observations = history_.observations();
  const bool isNoisy = task_.noise == Noise::Unknown;
  std::vector<Candidate> all;
  std::vector<unsigned> usable;
  for (auto [i, observation] : llvm::enumerate(observations))
    if (isUsable(observation)) {
      usable.push_back(i);
      all.push_back(observation.candidate);
    }
  if (llvm::none_of(usable, [&](unsigned i) { return observations[i].told; }))
    return;
  if (isNoisy)
    belief.draw(level_);
  const std::vector<Expectation> expected = belief.at(all, level_);
  Points points(usable.size(), task_.objectiveCount());
  for (auto [row, i] : llvm::enumerate(usable))
    for (unsigned k = 0; k < points.cols(); ++k)
      points(row, k) = observations[i].told && !isNoisy ? observations[i].objectives[k]
                                                        : expected[row].objectives[k].middle();
  const std::vector<unsigned> on = paretoFront(points);
  for (unsigned i : on)
    front_.push_back(usable[i]);
  const Points front = points(on, Eigen::all);
  const std::vector<double> reference = referenceOf(front);
  volume_ = hypervolume(front, reference);
  if (!isNoisy) {
    improvements_.emplace_back(undominatedBoxes(front, reference));
    return;
  }
  for (size_t d = 0; d < expected[0].drawn.size(); ++d) {
    for (Eigen::Index row = 0; row < points.rows(); ++row)
      for (unsigned k = 0; k < points.cols(); ++k)
        points(row, k) = expected[row].drawn[d][k].middle();
    improvements_.emplace_back(undominatedBoxes(points, reference));
  }
}

size_t FrontGrowth::answersInVain(size_t count) const {
  size_t newest = 0, answers = 0;
  for (auto [i, observation] : llvm::enumerate(history_.observations())) {
    if (observation.level != level_ || !observation.told)
      continue;
    ++answers;
    if (llvm::is_contained(front_, i))
      newest = answers;
  }
  return answers - std::min(answers, std::max(newest, count));
}

double FrontGrowth::log(const Expectation &expectation) {
  if (expectation.drawn.empty())
    return improvements_[0].log(expectation.objectives);
  std::vector<double> logs;
  for (auto [improvement, drawn] : llvm::zip_equal(improvements_, expectation.drawn))
    logs.push_back(improvement.log(drawn));
  return logSum(logs, logs.size());
}

std::optional<double> FrontGrowth::share(const Expectation &expectation) {
  if (!isKnown() || !(volume_ > 0))
    return std::nullopt;
  return std::exp(log(expectation)) / volume_;
}

std::optional<Boxes> FrontGrowth::left() {
  std::vector<std::vector<double>> answers;
  for (const Observation &observation : history_.observations())
    if (observation.told && isUsable(observation))
      answers.push_back(observation.objectives);
  if (answers.empty())
    return std::nullopt;
  const Points points = pointsOf(answers, task_.objectiveCount());
  const Points front = points(paretoFront(points), Eigen::all);
  return undominatedBoxes(front, referenceOf(front));
}

std::vector<double> FrontGrowth::referenceOf(const Points &front) {
  if (!task_.reference.empty())
    return task_.minimized(task_.reference);
  std::vector<double> reference;
  for (unsigned k = 0; k < front.cols(); ++k) {
    best_[k] = std::min(best_[k], front.col(k).minCoeff());
    worst_[k] = std::max(worst_[k], front.col(k).maxCoeff());
    const double range = worst_[k] - best_[k];
    reference.push_back(worst_[k] + (range > 0 ? beyond * range : std::fabs(worst_[k]) + 1e-300));
  }
  return reference;
}

} // namespace wsc::search
