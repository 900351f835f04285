// The sources of samples.
#include "feasibility/Sample.h"

#include "feasibility/Probe.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

/// What the cover may cost: at first; until it has to pay; altogether.
static constexpr uint64_t firstWork = 20'000, patience = 100'000, mostWork = 10'000'000;
/// Moves of a chain before its first design, at most between two, and what that costs.
static constexpr unsigned burnIn = 300, mostMoves = 2000, chainWork = 6000;
/// The same where designs need not be independent.
static constexpr unsigned fewMoves = 5, shortBurnIn = 30;
/// How many designs chains start from, and how many chains there are for diversity.
static constexpr unsigned maxSeeds = 32, manyStates = 256;

Sampler::Sampler(const Problem &problem, uint64_t seed, Limits limits, Aim aim)
    : problem_(problem), workLimit_(limits.work), aim_(aim), judge_(problem), random_(seed),
      propagation_(problem, judge_), root_(problem.domains()), screen_(problem, judge_) {
  exhausted_ = !propagation_.narrow(problem.constraints(), root_);
  chain_.emplace(problem, judge_, screen_, random_, root_);
}

std::optional<Design> Sampler::next() {
  constexpr unsigned attempts = 20; // the sources are hardly ever wrong
  for (unsigned i = 0; i < attempts && !exhausted_; ++i) {
    std::optional<Design> design = aim_ == Aim::Diverse ? diverse() : uniform();
    if (!design)
      return std::nullopt;
    if (!isFeasible(*design))
      continue;
    known_.insert(*design);
    found_.push_back(*design);
    if (engine_)
      engine_->exclude(*design);
    return design;
  }
  return std::nullopt;
}

bool Sampler::isFeasible(const Design &design) {
  return llvm::all_of(problem_.constraints(), [&](unsigned constraint) {
    return judge_.at(constraint, design.choice).holds;
  });
}

std::optional<Design> Sampler::uniform() {
  if (auto design = fromCover())
    return design;
  if (exhausted_)
    return std::nullopt;
  if (auto design = fromChains())
    return design;
  return fromEngine();
}

// ---- the cover --------------------------------------------------------------------------------

/// Divides the cover as much as it has been already, unless it would be better to give it up.
void Sampler::divideCover() {
  coverPays_ = coverWork_ < std::min(patience, workLimit_) || hits_ * chainWork >= drawWork_;
  if (!coverPays_)
    return;
  if (!cover_)
    cover_ = std::make_unique<Cover>(problem_, judge_);
  uint64_t more = std::max(firstWork, coverWork_);
  if (coverWork_ < mostWork)
    cover_->refine(judge_.work() + more);
  coverWork_ += more;
  hits_ = drawWork_ = 0;
}

std::optional<Design> Sampler::fromCover() {
  constexpr unsigned work = 2;
  while (coverPays_) {
    if (cover_ && cover_->isExact())
      return fromNumbers();
    while (2 * drawWork_ < coverWork_) { // what it has cost since it was divided last
      uint64_t before = judge_.work();
      Design design = cover_->draw(random_);
      bool accepted = screen_.holds(design.choice) && isNew(design);
      drawWork_ += judge_.work() - before + work;
      if (!accepted)
        continue;
      ++hits_;
      return design;
    }
    divideCover();
  }
  return std::nullopt;
}

/// The next of a random permutation of all designs.  (R. Fisher and F. Yates, 1938, on an array
/// that is stored only where it differs from 0, 1, 2, ...)
std::optional<Design> Sampler::fromNumbers() {
  const Natural &count = cover_->upper();
  if (!count.fits_ulong_p()) { // too many to meet one twice
    while (true)
      if (Design design = cover_->draw(random_); isNew(design))
        return design;
  }
  auto at = [&](uint64_t place) {
    auto it = moved_.find(place);
    return it == moved_.end() ? place : it->second;
  };
  for (uint64_t size = count.get_ui(); numbered_ < size; ++numbered_) {
    uint64_t place = numbered_ + random_.below(size - numbered_), number = at(place);
    moved_[place] = at(numbered_);
    moved_.erase(numbered_);
    if (Design design = cover_->at((unsigned long)number); isNew(design)) {
      ++numbered_;
      return design;
    }
  }
  exhausted_ = true;
  return std::nullopt;
}

// ---- chains -----------------------------------------------------------------------------------

/// States from which to walk: designs that are known, or that probes find.
void Sampler::seedChains() {
  states_.assign(found_.begin(), found_.begin() + std::min<size_t>(found_.size(), maxSeeds));
  constexpr unsigned maxFailures = 20; // in a row
  for (unsigned failures = 0; states_.size() < maxSeeds && failures < maxFailures; ++failures)
    if (auto design = probe(propagation_, judge_, problem_.constraints(), root_, random_)) {
      states_.push_back(std::move(*design));
      failures = 0;
    }
  bool isDiverse = aim_ == Aim::Diverse;
  for (Design &state : states_)
    chain_->walk(state, isDiverse ? shortBurnIn : burnIn);
  for (size_t i = 0; isDiverse && !states_.empty() && states_.size() < manyStates; ++i) {
    states_.push_back(Design(states_[i]));
    chain_->walk(states_.back(), shortBurnIn);
  }
  moves_ = isDiverse ? fewMoves : std::min<double>(mostMoves, mixChains());
}

/// Walks until the states are independent of where they came from, and returns how many moves
/// that takes.  Where it is many, the chains learn what designs look like, from more designs and
/// better ones each time.
double Sampler::mixChains() {
  constexpr unsigned blocks = 2, moves = 500, many = 200, lessons = 4, movesOfFirstLesson = 40;
  std::vector<Design> seen;
  double time = chain_->autocorrelation(states_, blocks, moves, seen);
  if (time < many)
    return chain_->autocorrelation(states_, blocks, 2 * moves, seen);
  double walked = states_.size() * blocks, independent = walked * moves / time;
  for (unsigned lesson = 0; lesson < lessons; ++lesson) {
    unsigned movesOfLesson = movesOfFirstLesson << lesson;
    chain_->learn(seen, independent);
    time = chain_->autocorrelation(states_, blocks, movesOfLesson, seen);
    independent += walked * movesOfLesson / time;
  }
  return time;
}

std::optional<Design> Sampler::fromChains() {
  constexpr unsigned maxFailures = 200; // in a row
  if (states_.empty() && chainFailures_ < maxFailures)
    seedChains();
  while (!states_.empty() && chainFailures_ < maxFailures) {
    Design &state = states_[turn_++ % states_.size()];
    chain_->walk(state, moves_);
    if (isNew(state)) {
      chainFailures_ = 0;
      return state;
    }
    ++chainFailures_;
  }
  return std::nullopt;
}

// ---- the engine -------------------------------------------------------------------------------

std::optional<Design> Sampler::fromEngine() {
  if (!engine_) {
    engine_ = std::make_unique<BoxEngine>(problem_, Options{random_.below(UINT32_MAX)},
                                          Limits{workLimit_});
    for (const Design &design : found_)
      engine_->exclude(design);
  }
  constexpr unsigned randomBounds = 4;
  for (bool bounded : {true, false}) {
    std::vector<Lemma::Bound> bounds;
    for (unsigned i = 0; bounded && i < std::min(randomBounds, problem_.paramCount()); ++i) {
      unsigned param = random_.below(problem_.paramCount());
      Range range = root_[param];
      unsigned middle = range.lo + random_.below(range.size());
      bounds.push_back(
          {param, random_.below(2) ? Range{range.lo, middle} : Range{middle, range.hi}});
    }
    engine_->extend(workLimit_);
    engine_->assume(bounds);
    Answer answer = engine_->solve(problem_.constraints());
    if (answer.verdict == Verdict::Feasible) {
      if (states_.size() < maxSeeds)
        states_.push_back(answer.witness), chainFailures_ = 0;
      return answer.witness;
    }
    exhausted_ = !bounded && answer.verdict == Verdict::Infeasible;
  }
  return std::nullopt;
}

// ---- diversity --------------------------------------------------------------------------------

/// The number of fields in which a design differs from the known one that is most like it, or
/// `enough` if that is not less.
unsigned Sampler::distance(const Design &design, unsigned enough) const {
  unsigned least = design.choice.size();
  for (auto it = found_.rbegin(); it != found_.rend() && least > enough; ++it) {
    unsigned differences = 0;
    for (unsigned i = 0; i < design.choice.size(); ++i)
      differences += design.choice[i] != it->choice[i];
    least = std::min(least, differences);
  }
  return std::max(least, enough);
}

/// Of some candidates the one that is farthest from all before.  (Best-candidate sampling: D.
/// Mitchell, SIGGRAPH 1991.)
std::optional<Design> Sampler::diverse() {
  constexpr unsigned candidates = 8;
  while (coverWork_ < firstWork * 4)
    divideCover(); // perhaps it becomes exact
  std::optional<Design> best;
  unsigned farthest = 0;
  for (unsigned i = 0; i < candidates; ++i) {
    std::optional<Design> candidate;
    if (!cover_->isExact())
      candidate = fromChains();
    else if (cover_->upper() > 0)
      candidate = cover_->draw(random_);
    if (!candidate || !isNew(*candidate))
      continue;
    if (unsigned apart = distance(*candidate, farthest); !best || apart > farthest) {
      best = std::move(candidate);
      farthest = apart;
    }
  }
  return best ? best : uniform();
}

} // namespace wsc::feasibility
