// The loop of Bayesian optimization: first designs, candidates, the best of them.
#include "search/Bayes.h"

#include "search/EstimatedFront.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::search {

using feasibility::Design;

namespace {

/// First designs, and the fewest with estimates.
constexpr unsigned fewestFirst = 5, mostFirst = 10, fewestEstimated = 4;
/// Feasible spaces up to this size are looked at whole.
constexpr size_t smallSpace = 2000;
constexpr size_t fewestInPool = 48, mostInPool = 160, poolByAnswers = 9600;
constexpr size_t freshPerQuestion = 8, relatives = 96, mostStarts = 128;
/// Local search: from how many candidates, over how many neighbours at a time, how often.
constexpr size_t climbers = 3, neighbourCount = 24;
/// Predictions cost the square of the answers, so that there are fewer rounds, and fewer random
/// designs, the more of these there are.
constexpr size_t fewestRounds = 3, mostRounds = 24, roundsByAnswers = 800;

/// Each level but the last is searched on its own for so many times the first designs.
constexpr double fewestAtLevel = 2, mostAtLevel = 8;
/// What answers at cheaper levels may cost, as a share of those at the dear one, and how many there
/// may be in a row.
constexpr double cheapShare = 0.1;
constexpr size_t mostCheapInARow = 20;

/// So many answers in a row may miss the front before the model is taken to be wrong.
constexpr double patience = 4;

} // namespace

Bayes::Bayes(const Task &task, uint64_t seed, bool useKnown)
    : task_(task), useKnown_(useKnown),
      neighbours_(task.problem(), seed,
                  useKnown && task.costs.size() > 1 ? Encoding::Steps::None
                                                    : Encoding::Steps::Possible,
                  decides() ? llvm::ArrayRef(task.refinement.fields) : llvm::ArrayRef<unsigned>()),
      belief_(task, neighbours_.encoding(), useKnown ? task.costs.size() : 1, useKnown),
      history_(task, useKnown ? task.costs.size() : 1), growth_(task, history_) {
  if (useKnown)
    start_ = estimatedFront(task, seed, mostStarts);
  const unsigned fields = neighbours_.encoding().open().size();
  firstDesigns_ = start_.empty() ? std::clamp(fields, fewestFirst, mostFirst)
                                 : std::clamp(fields / 2, fewestEstimated, mostFirst);
}

/// Estimates of a design with any values of the fields that are decided say little about the best
/// ones: they are the looser the worse these are.
Candidate Bayes::candidate(Design design) const {
  Known known = !useKnown_  ? Known{std::vector<double>(task_.objectiveCount(), std::nan(""))}
                : decides() ? task_.exactlyKnown(design)
                            : task_.known(design);
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
  llvm::erase_if(pool_, [&](const Candidate &c) { return !isOpen(c.design); });
  const size_t answers = std::max<size_t>(history_.observations().size(), 1);
  const size_t size = std::clamp(poolByAnswers / answers, fewestInPool, mostInPool);
  if (!isPoolAll_ && pool_.size() > size)
    pool_.erase(pool_.begin(), pool_.end() - size);
}

Design Bayes::undecided(Design design) const {
  for (unsigned field : task_.refinement.fields)
    design.choice[field] = 0;
  return design;
}

/// With the best values of the fields that are decided: a single measured objective depends on
/// them.
std::optional<Design> Bayes::bestOfAll(const Design &design) const {
  auto best = task_.refinement.best(
      design, [&](llvm::ArrayRef<double> goals) { return task_.worthByMeasured(goals); });
  return best ? std::optional(std::move(best->design)) : std::nullopt;
}

/// Gives the fields that are decided their best values.
void Bayes::decide(Candidate &chosen) {
  if (!decides())
    return;
  if (auto best = bestOfAll(chosen.design))
    chosen.design = std::move(*best);
  decided_.insert(undecided(chosen.design));
}

/// Goes on to the next level where enough is known of this one.
void Bayes::chooseFocus() {
  while (focus_ + 1 < levels()) {
    const double affordable = costOf(focus_ + 1) / costOf(focus_);
    const size_t enough =
        std::clamp<double>(affordable, fewestAtLevel * firstDesigns_, mostAtLevel * firstDesigns_);
    if (history_.told(focus_) < enough)
      return;
    growth_.begin(++focus_);
  }
}

std::optional<Question> Bayes::ask() {
  chooseFocus();
  fillPool();
  while (std::optional<Candidate> chosen = choose()) {
    decide(*chosen);
    if (!neighbours_.isCertainlyFeasible(chosen->design)) {
      history_.exclude(chosen->design);
      continue;
    }
    const unsigned level = std::max(chosen->level, history_.next(chosen->design));
    cheapInARow_ = level < focus_ ? cheapInARow_ + 1 : 0;
    Question question{chosen->design, fidelityOf(level)};
    history_.ask(std::move(*chosen), level);
    return question;
  }
  return std::nullopt;
}

std::optional<Candidate> Bayes::choose() {
  if (std::min(history_.told(focus_), history_.asked(focus_)) >= firstDesigns_) {
    // Instead of what was chosen it would not do: that the model was wrong about it must be learnt.
    if (auto better = refined())
      return candidate(std::move(*better));
    std::optional<Candidate> result = best();
    if (result)
      chosen_ = result->design;
    return result;
  }
  expectedGrowth_.reset();
  auto design = focus_ == 0 ? first() : firstOfUpperLevel();
  if (!design)
    return std::nullopt;
  Candidate result = candidate(std::move(*design));
  result.level = cheapestFor(result.design);
  return result;
}

/// Of what is open beside the chip of the latest question, the best that is known without asking:
/// by how much the hypervolume of the answers would grow.
std::optional<Design> Bayes::refined() {
  const auto chosen = std::exchange(chosen_, std::nullopt);
  if (!chosen || !task_.refinement.best || !useKnown_ || decides())
    return std::nullopt;
  const std::optional<Boxes> left = growth_.left();
  if (!left)
    return std::nullopt;
  auto best = task_.refinement.best(*chosen, [&](llvm::ArrayRef<double> objectives) {
    const double growth = left->volumeOf(objectives);
    return growth > 0 ? growth : worthless;
  });
  return best && isOpen(best->design) ? std::optional(std::move(best->design)) : std::nullopt;
}

/// The level to ask a design at first if it is wanted at the present one.
unsigned Bayes::cheapestFor(const Design &design) const {
  unsigned level = focus_;
  while (level > history_.next(design) && belief_.isHelpful(level - 1))
    --level;
  return level;
}

/// Of the front below.
std::optional<Design> Bayes::firstOfUpperLevel() {
  std::vector<const Design *> designs;
  std::vector<std::vector<double>> rows;
  for (const Observation &observation : history_.observations())
    if (observation.level + 1 == focus_ && observation.told && observation.feasible) {
      designs.push_back(&observation.candidate.design);
      rows.push_back(observation.objectives);
    }
  if (designs.empty())
    return first();
  for (unsigned i : spreadFronts(pointsOf(rows, task_.objectiveCount()), rows.size()))
    if (isOpen(*designs[i]))
      return *designs[i];
  return first();
}

/// Of the front of the estimates, or of some random designs the one that is farthest from those
/// before.
std::optional<Design> Bayes::first() {
  // In many dimensions the farthest designs are corners, and worse than others, but where few
  // corners are feasible.
  constexpr size_t few = 8, many = 100, fewFields = 4;
  // Of chips, every second one is for what estimates may be wrong about.  Where all designs are
  // looked at, the ends of that front tell the model as much about estimates as it needs to go
  // along the front itself if they are right: two others for each.
  const unsigned every = decides() ? 2 : isPoolAll_ ? 3 : 1;
  if (history_.asked(focus_) % every == 0)
    for (const Design &design : start_)
      if (isOpen(design))
        return design;
  std::vector<Design> random;
  for (const Candidate &c : pool_)
    if (isOpen(c.design) && random.size() < (isPoolAll_ ? many : few))
      random.push_back(c.design);
  if (random.empty())
    return std::nullopt;
  std::vector<Design> before;
  for (const Observation &observation : history_.observations())
    before.push_back(observation.candidate.design);
  const bool isLarge = !isPoolAll_ && neighbours_.encoding().open().size() > fewFields;
  if (before.empty() || isLarge)
    return random[0];
  const Matrix a = neighbours_.encoding().places(random), b = neighbours_.encoding().places(before);
  Vector nearest(random.size());
  for (Eigen::Index i = 0; i < a.cols(); ++i)
    nearest[i] = (b.colwise() - a.col(i)).colwise().squaredNorm().minCoeff();
  Eigen::Index farthest;
  nearest.maxCoeff(&farthest);
  return random[farthest];
}

void Bayes::know(const Point &point) {
  if (point.fidelity < fidelityOf(0))
    return;
  if (decides()) {
    const auto best = bestOfAll(point.design);
    if (best && *best != point.design)
      return;
    decided_.insert(undecided(point.design));
  }
  history_.ask(candidate(point.design), point.fidelity - fidelityOf(0));
  history_.tell(point.outcome);
}

void Bayes::tell(const Point &point) { history_.tell(point.outcome); }

/// Grows while answers do not enter the front, so that a model that is wrong about the rest of the
/// space finds out (F. Berkenkamp, A. Schoellig and A. Krause, JMLR 20, 2019).
double Bayes::caution() const {
  const double idle = growth_.answersInVain(firstDesigns_);
  return 1 + std::max(0.0, idle - patience) / patience;
}

/// Observations: the front, which with one objective is a single design, and then the best that
/// differ in it.
std::vector<unsigned> Bayes::parents() const {
  constexpr size_t enough = 8;
  constexpr double differ = 0.01; // of the value
  if (task_.objectiveCount() > 1)
    return growth_.front();
  const auto observations = history_.observations();
  auto valueOf = [&](unsigned i) { return observations[i].objectives[0]; };
  std::vector<unsigned> sorted, result;
  for (auto [i, observation] : llvm::enumerate(observations))
    if (observation.level == focus_ && observation.told && observation.feasible)
      sorted.push_back(i);
  llvm::stable_sort(sorted, [&](unsigned a, unsigned b) { return valueOf(a) < valueOf(b); });
  for (unsigned i : sorted)
    if (result.size() < enough &&
        (result.empty() ||
         valueOf(i) - valueOf(result.back()) > differ * std::fabs(valueOf(result.back()))))
      result.push_back(i);
  return result;
}

/// The same with such values of what can be refined as some design of the front has: a chip is
/// known by the best strategies, and random ones are far from these.
std::optional<Design> Bayes::likeTheFront(Design design) {
  const llvm::ArrayRef<unsigned> front = growth_.front();
  if (front.empty() || isPoolAll_ || !useKnown_ || decides() || task_.refinement.fields.empty())
    return std::nullopt;
  const unsigned other = front[neighbours_.random().below(front.size())];
  for (unsigned field : task_.refinement.fields)
    design.choice[field] = history_.observations()[other].candidate.design.choice[field];
  const bool isUsable = neighbours_.isFeasible(design) && isOpen(design);
  return isUsable ? std::optional(std::move(design)) : std::nullopt;
}

std::vector<Candidate> Bayes::candidates() {
  std::vector<Candidate> result;
  for (const Candidate &random : pool_) {
    auto better = likeTheFront(random.design);
    result.push_back(better ? candidate(std::move(*better)) : random);
  }
  for (const Observation &observation : history_.observations()) // known at a cheaper level only
    if (observation.level < focus_ && isOpen(observation.candidate.design))
      result.push_back(observation.candidate);
  if (isPoolAll_)
    return result;
  for (const Design &design : start_)
    if (isOpen(design))
      result.push_back(candidate(design));
  std::set<Design> bred;
  const std::vector<unsigned> parents = this->parents();
  for (size_t i = 0; i < relatives && !parents.empty(); ++i) {
    auto parent = [&]() -> const Design & {
      return history_.observations()[parents[neighbours_.random().below(parents.size())]]
          .candidate.design;
    };
    const Design &a = parent(), &b = parent();
    if (auto child = i % 2 ? neighbours_.child(a, b) : neighbours_.mutant(a))
      if (isOpen(*child) && bred.insert(*child).second)
        result.push_back(candidate(std::move(*child)));
  }
  return result;
}

/// Whether a question to a cheaper level may be asked: these are worth a share of what is spent,
/// and never put off the dear one for long.
bool Bayes::mayAskCheaply() const {
  double cheap = 0;
  for (unsigned level = 0; level < focus_; ++level)
    cheap += costOf(level) * history_.asked(level);
  const double dear = costOf(focus_) * history_.asked(focus_);
  return cheapInARow_ == 0 || (cheapInARow_ < mostCheapInARow && cheap < cheapShare * dear);
}

void Bayes::score(std::vector<Candidate> &candidates) {
  const std::vector<Expectation> expected = belief_.at(candidates, focus_);
  const bool mayAskCheaply = focus_ > 0 && this->mayAskCheaply();
  for (auto [candidate, expectation] : llvm::zip_equal(candidates, expected)) {
    candidate.score = expectation.logFeasible;
    candidate.level = focus_;
    if (growth_.isKnown())
      candidate.score += growth_.log(expectation);
    if (focus_ == 0)
      continue;
    const unsigned cheapest = cheapestFor(candidate.design);
    if (cheapest < focus_ && !mayAskCheaply) {
      candidate.score = -HUGE_VAL;
      continue;
    }
    double cost = 0, most = -HUGE_VAL;
    for (unsigned level = cheapest; level <= focus_; ++level) {
      cost += costOf(level);
      most = std::max(most, std::log(expectation.shares[level] / cost));
    }
    candidate.score += most;
    candidate.level = cheapest;
  }
}

/// Moves each of some candidates to its best neighbour for as long as that is better.
void Bayes::climb(std::vector<Candidate> &candidates) {
  std::vector<size_t> moving(candidates.size());
  std::iota(moving.begin(), moving.end(), 0);
  const size_t rounds =
      std::clamp(roundsByAnswers / history_.observations().size(), fewestRounds, mostRounds);
  for (size_t round = 0; round < rounds && !moving.empty(); ++round) {
    std::vector<Candidate> around;
    std::vector<size_t> origin;
    for (size_t i : moving)
      for (Design &design : neighbours_.around(candidates[i].design, neighbourCount))
        if (isOpen(design)) {
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

std::optional<Candidate> Bayes::best() {
  belief_.learn(history_.observations(), caution());
  growth_.update(belief_);
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
  Candidate &best = *llvm::max_element(
      found, [](const Candidate &a, const Candidate &b) { return a.score < b.score; });
  expectedGrowth_ = growth_.share(belief_.at(best, focus_)[0]);
  return std::move(best);
}

std::unique_ptr<Algorithm> createBayes(const Task &task, uint64_t seed, std::string &error) {
  return std::make_unique<Bayes>(task, seed, /*useKnown=*/true);
}

std::unique_ptr<Algorithm> createPlainEhvi(const Task &task, uint64_t seed, std::string &error) {
  return std::make_unique<Bayes>(task, seed, /*useKnown=*/false);
}

} // namespace wsc::search
