// The loop of Bayesian optimization: first designs, candidates, the best of them.
#include "search/Bayes.h"

#include "search/EstimatedFront.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::search {

using feasibility::Design;

namespace {

constexpr unsigned fewestFirst = 5, mostFirst = 10;
/// Feasible spaces up to this size are looked at whole.
constexpr size_t smallSpace = 2000;
constexpr size_t poolSize = 160, freshPerQuestion = 8, relatives = 96, mostStarts = 128;
/// Local search: from how many candidates, over how many neighbours at a time, how often.
constexpr size_t climbers = 3, neighbourCount = 24;
/// Predictions cost the square of the answers, so that there are fewer rounds the more of these
/// there are.
constexpr size_t fewestRounds = 3, mostRounds = 24, roundsByAnswers = 800;

/// So many answers in a row may miss the front before the model is taken to be wrong.
constexpr double patience = 4;

/// How far beyond the worst of the front the reference point is, in ranges of the front.
constexpr double beyond = 0.1;

} // namespace

Bayes::Bayes(const Task &task, uint64_t seed, bool useKnown)
    : task_(task), useKnown_(useKnown), neighbours_(task.problem(), seed),
      belief_(task, neighbours_.encoding(), useKnown),
      firstDesigns_(
          std::clamp<unsigned>(neighbours_.encoding().open().size() / 2, fewestFirst, mostFirst)),
      best_(task.objectiveCount(), HUGE_VAL), worst_(task.objectiveCount(), -HUGE_VAL) {
  if (useKnown)
    start_ = estimatedFront(task, seed);
  if (start_.size() > mostStarts)
    start_.resize(mostStarts);
}

Candidate Bayes::candidate(Design design) const {
  std::vector<double> known =
      useKnown_ ? task_.known(design) : std::vector<double>(task_.objectiveCount(), std::nan(""));
  return {std::move(design), std::move(known)};
}

void Bayes::fillPool() {
  const bool isFirst = pool_.empty();
  for (size_t i = 0; !isPoolAll_ && i < (isFirst ? smallSpace : freshPerQuestion); ++i) {
    auto design = neighbours_.fresh();
    isPoolAll_ = !design;
    if (design)
      pool_.push_back(candidate(std::move(*design)));
  }
  llvm::erase_if(pool_, [&](const Candidate &c) { return seen_.count(c.design); });
  if (!isPoolAll_ && pool_.size() > poolSize)
    pool_.erase(pool_.begin(), pool_.end() - poolSize);
}

std::optional<Question> Bayes::ask() {
  fillPool();
  const bool canLearn = told_ >= firstDesigns_ && observations_.size() >= firstDesigns_;
  while (true) {
    std::optional<Design> design = canLearn ? best() : first();
    if (!design)
      return std::nullopt;
    seen_.insert(*design);
    if (!neighbours_.isCertainlyFeasible(*design))
      continue;
    observations_.push_back({candidate(*design)});
    return task_.targetQuestion(std::move(design));
  }
}

/// Of the front of the estimates, or of a few random designs the one that is farthest from those
/// before.
std::optional<Design> Bayes::first() {
  constexpr size_t choices = 8;
  for (const Design &design : start_)
    if (!seen_.count(design))
      return design;
  std::vector<Design> random;
  for (const Candidate &c : pool_)
    if (!seen_.count(c.design) && random.size() < choices)
      random.push_back(c.design);
  if (random.empty())
    return std::nullopt;
  std::vector<Design> before;
  for (const Observation &observation : observations_)
    before.push_back(observation.candidate.design);
  // In many dimensions the farthest designs are corners, and worse than others.
  constexpr size_t manyFields = 6;
  if (before.empty() || neighbours_.encoding().open().size() > manyFields)
    return random[0];
  const Matrix a = neighbours_.encoding().features(random),
               b = neighbours_.encoding().features(before);
  Vector nearest(random.size());
  for (Eigen::Index i = 0; i < a.cols(); ++i)
    nearest[i] = (b.colwise() - a.col(i)).colwise().squaredNorm().minCoeff();
  Eigen::Index farthest;
  nearest.maxCoeff(&farthest);
  return random[farthest];
}

void Bayes::tell(const Point &point) {
  Observation &observation = observations_[told_++];
  observation.told = true;
  observation.feasible = point.outcome.feasible;
  observation.objectives = task_.minimized(point.outcome.objectives);
  observation.margins = point.outcome.margins;
}

/// Grows while answers do not enter the front, so that a model that is wrong about the rest of the
/// space finds out (F. Berkenkamp, A. Schoellig and A. Krause, JMLR 20, 2019).
double Bayes::caution() const {
  size_t newest = 0;
  for (unsigned i : front_)
    if (observations_[i].told)
      newest = std::max<size_t>(newest, i + 1);
  const double idle = told_ - std::min(told_, std::max<size_t>(newest, firstDesigns_));
  return 1 + std::max(0.0, idle - patience) / patience;
}

/// Learns, and sets up the improvement over the present front.
void Bayes::prepare() {
  belief_.learn(observations_, caution());
  std::vector<Candidate> all;
  std::vector<unsigned> usable;
  const bool isNoisy = task_.noise == Noise::Unknown;
  for (auto [i, observation] : llvm::enumerate(observations_))
    if (!observation.told || observation.feasible) {
      usable.push_back(i);
      all.push_back(observation.candidate);
    }
  const bool anyTold = llvm::any_of(usable, [&](unsigned i) { return observations_[i].told; });
  improvement_.reset();
  front_.clear();
  if (!anyTold)
    return;
  const std::vector<Expectation> expected = belief_.at(all);
  Points points(usable.size(), task_.objectiveCount());
  for (auto [row, i] : llvm::enumerate(usable))
    for (unsigned k = 0; k < points.cols(); ++k)
      points(row, k) = observations_[i].told && !isNoisy ? observations_[i].objectives[k]
                                                         : expected[row].objectives[k].middle();
  const std::vector<unsigned> on = paretoFront(points);
  Points front(on.size(), points.cols());
  for (auto [row, i] : llvm::enumerate(on)) {
    front.row(row) = points.row(i);
    front_.push_back(usable[i]);
  }
  improvement_.emplace(undominatedBoxes(front, referenceOf(front)));
}

std::vector<double> Bayes::referenceOf(const Points &front) {
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

std::vector<Candidate> Bayes::candidates() {
  std::vector<Candidate> result = pool_;
  if (isPoolAll_)
    return result;
  for (const Design &design : start_)
    if (!seen_.count(design))
      result.push_back(candidate(design));
  std::set<Design> bred;
  for (size_t i = 0; i < relatives && !front_.empty(); ++i) {
    auto parent = [&]() -> const Design & {
      return observations_[front_[neighbours_.random().below(front_.size())]].candidate.design;
    };
    const Design &a = parent(), &b = parent();
    if (auto child = i % 2 ? neighbours_.child(a, b) : neighbours_.mutant(a))
      if (!seen_.count(*child) && bred.insert(*child).second)
        result.push_back(candidate(std::move(*child)));
  }
  return result;
}

void Bayes::score(std::vector<Candidate> &candidates) {
  const std::vector<Expectation> expected = belief_.at(candidates);
  for (auto [candidate, expectation] : llvm::zip_equal(candidates, expected)) {
    candidate.score = expectation.logFeasible;
    if (improvement_)
      candidate.score += improvement_->log(expectation.objectives);
  }
}

/// Moves each of some candidates to its best neighbour for as long as that is better.
void Bayes::climb(std::vector<Candidate> &candidates) {
  std::vector<size_t> moving(candidates.size());
  std::iota(moving.begin(), moving.end(), 0);
  const size_t rounds = std::clamp(roundsByAnswers / told_, fewestRounds, mostRounds);
  for (size_t round = 0; round < rounds && !moving.empty(); ++round) {
    std::vector<Candidate> around;
    std::vector<size_t> origin;
    for (size_t i : moving)
      for (Design &design : neighbours_.around(candidates[i].design, neighbourCount))
        if (!seen_.count(design)) {
          around.push_back(candidate(std::move(design)));
          origin.push_back(i);
        }
    if (around.empty())
      return;
    score(around);
    std::vector<bool> moved(candidates.size());
    for (size_t j = 0; j < around.size(); ++j)
      if (around[j].score > candidates[origin[j]].score) {
        candidates[origin[j]] = std::move(around[j]);
        moved[origin[j]] = true;
      }
    llvm::erase_if(moving, [&](size_t i) { return !moved[i]; });
  }
}

std::optional<Design> Bayes::best() {
  prepare();
  std::vector<Candidate> found = candidates();
  if (found.empty())
    return std::nullopt;
  score(found);
  llvm::stable_sort(found,
                    [](const Candidate &a, const Candidate &b) { return a.score > b.score; });
  if (!isPoolAll_) {
    found.resize(std::min(found.size(), climbers));
    climb(found);
  }
  return llvm::max_element(found,
                           [](const Candidate &a, const Candidate &b) { return a.score < b.score; })
      ->design;
}

std::unique_ptr<Algorithm> createBayes(const Task &task, uint64_t seed, std::string &error) {
  return std::make_unique<Bayes>(task, seed, /*useKnown=*/true);
}

std::unique_ptr<Algorithm> createPlainEhvi(const Task &task, uint64_t seed, std::string &error) {
  return std::make_unique<Bayes>(task, seed, /*useKnown=*/false);
}

} // namespace wsc::search
