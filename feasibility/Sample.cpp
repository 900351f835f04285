// The three sources of samples.
#include "feasibility/Sample.h"

#include "feasibility/Probe.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

/// A source that failed so often in a row is not asked any more.
static constexpr unsigned patience = 20;
static constexpr unsigned movesPerSample = 500;

Sampler::Sampler(const Problem &problem, uint64_t seed, Limits limits)
    : problem_(problem), workLimit_(limits.work), judge_(problem), propagation_(problem, judge_),
      random_(seed), root_(problem.domains()) {
  exhausted_ = !propagation_.narrow(problem.constraints(), root_);
}

std::optional<Design> Sampler::next() {
  if (exhausted_)
    return std::nullopt;
  std::optional<Design> design = fromProbe();
  if (!design)
    design = fromMove();
  if (!design)
    design = fromEngine();
  if (!design)
    return std::nullopt;
  known_.insert(*design);
  found_.push_back(*design);
  if (engine_)
    engine_->exclude(*design);
  return design;
}

std::optional<Design> Sampler::fromProbe() {
  while (probeFailures_ < patience) {
    auto design = probe(propagation_, judge_, problem_.constraints(), root_, random_);
    if (design && isNew(*design)) {
      probeFailures_ = 0;
      return design;
    }
    ++probeFailures_;
  }
  return std::nullopt;
}

bool Sampler::isFeasible(const Design &design, llvm::ArrayRef<unsigned> changed) {
  for (unsigned param : changed)
    for (unsigned constraint : problem_.users(param))
      if (!judge_.at(constraint, design.choice).holds)
        return false;
  return true;
}

/// Walks from a random known design; proposals are symmetric, so the chain is uniform over
/// the designs it can reach.
std::optional<Design> Sampler::fromMove() {
  if (found_.empty() || moveFailures_ >= patience || problem_.paramCount() == 0)
    return std::nullopt;
  Design state = found_[random_.below(found_.size())];
  for (unsigned i = 0; i < movesPerSample; ++i) {
    Design proposal = state;
    llvm::SmallVector<unsigned, 3> changed;
    for (unsigned k = 1 + random_.below(3); k > 0; --k) {
      unsigned param = random_.below(problem_.paramCount());
      proposal.choice[param] = random_.below(problem_.domainSize(param));
      changed.push_back(param);
    }
    if (isFeasible(proposal, changed))
      state = std::move(proposal);
  }
  if (isNew(state)) {
    moveFailures_ = 0;
    return state;
  }
  ++moveFailures_;
  return std::nullopt;
}

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
    if (answer.verdict == Verdict::Feasible)
      return answer.witness;
    exhausted_ = !bounded && answer.verdict == Verdict::Infeasible;
  }
  return std::nullopt;
}

} // namespace wsc::feasibility
