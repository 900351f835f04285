// Raising thresholds: climb from the best design known, then ask for a better one.
#include "feasibility/Optimize.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::feasibility {

static std::vector<Goal> addGoals(ir::Space &space, llvm::ArrayRef<Target> targets) {
  std::vector<Goal> goals;
  for (const Target &target : targets)
    goals.push_back(addGoal(space, target.quantity, target.maximize));
  return goals;
}

Optimizer::Optimizer(std::unique_ptr<ir::Space> space, llvm::ArrayRef<Target> targets,
                     const Options &options, const Limits &limits)
    : space_(std::move(space)), goals_(addGoals(*space_, targets)), targets_(targets),
      problem_(*space_, goals_), judge_(problem_), limits_(limits),
      engine_(problem_, options, limits) {
  for (const Goal &goal : goals_)
    quantities_.emplace_back(*space_, space_->constraints[goal.constraint].node->operand(1));
}

Answer Optimizer::solve(llvm::ArrayRef<unsigned> constraints, std::optional<Lemma::Bound> assumed,
                        uint64_t work) {
  engine_.extend(work);
  if (assumed)
    engine_.assume({*assumed});
  Answer answer = engine_.solve(constraints);
  statistics_ = answer.statistics;
  if (answer.verdict == Verdict::Feasible)
    known_.push_back(answer.witness);
  return answer;
}

void Optimizer::suggestNear(const Lemma::Bound &bound) {
  auto distance = [&](const Design &design) {
    unsigned value = design.choice[bound.param];
    return std::max({value, bound.range.lo, bound.range.hi}) -
           std::min({value, bound.range.lo, bound.range.hi}) - (bound.range.hi - bound.range.lo);
  };
  if (known_.empty())
    return;
  engine_.suggest(*std::min_element(known_.begin(), known_.end(),
                                    [&](auto &a, auto &b) { return distance(a) < distance(b); }));
}

/// The best design of earlier answers that meets the constraints.
std::optional<Design> Optimizer::known(llvm::ArrayRef<unsigned> constraints, IsBetter isBetter) {
  std::optional<Design> best;
  for (const Design &design : known_)
    if ((!best || isBetter(design, *best)) && llvm::all_of(constraints, [&](unsigned constraint) {
          return judge_.at(constraint, design.choice).holds;
        }))
      best = design;
  return best;
}

bool Optimizer::reaches(const Goal &goal, const Design &design, unsigned threshold) {
  std::vector<unsigned> choice = design.choice;
  choice.resize(problem_.paramCount());
  choice[goal.threshold] = threshold;
  return judge_.at(goal.constraint, choice).holds;
}

/// The highest threshold that a design reaches, 0 where the quantity is undefined.
unsigned Optimizer::reached(const Goal &goal, const Design &design) {
  std::vector<double> point(problem_.paramCount()), metrics(space_->metrics.size(), NAN);
  for (unsigned param = 0; param < problem_.fieldCount(); ++param)
    point[param] = problem_.value(param, design.choice[param]);
  double value;
  quantities_[&goal - goals_.data()].evaluate(point, metrics, value);
  if (std::isnan(value))
    return 0;
  unsigned guess = thresholds::below(value);
  if (guess == 0 || reaches(goal, design, guess))
    return guess;
  if (reaches(goal, design, guess - 1))
    return guess - 1;
  // Doubles are far off, as where they miss that 4 mod 0.8 is 0.
  unsigned low = 0, high = guess;
  while (low + 1 < high) {
    unsigned middle = low + (high - low) / 2;
    (reaches(goal, design, middle) ? low : high) = middle;
  }
  return low;
}

/// Changes single fields as long as that helps.
void Optimizer::climb(const Goal &goal, llvm::ArrayRef<unsigned> constraints, Design &design) {
  constexpr unsigned manyValues = 64;
  auto allowed = [&](unsigned param) {
    return llvm::all_of(problem_.users(param), [&](unsigned constraint) {
      return !llvm::is_contained(constraints, constraint) ||
             judge_.at(constraint, design.choice).holds;
    });
  };
  unsigned best = reached(goal, design);
  for (bool better = true; better;) {
    better = false;
    for (unsigned param : problem_.cone(goal.constraint)) {
      if (problem_.isThreshold(param) || problem_.domainSize(param) > manyValues)
        continue;
      unsigned kept = design.choice[param];
      for (unsigned i = 0; i < problem_.domainSize(param); ++i) {
        design.choice[param] = i;
        if (unsigned now; i != kept && (now = reached(goal, design)) > best && allowed(param))
          best = now, kept = i, better = true;
      }
      design.choice[param] = kept;
    }
  }
}

/// A first design, and what to say where there is none.
Optimum Optimizer::start(llvm::ArrayRef<unsigned> constraints, IsBetter isBetter) {
  if (auto design = known(constraints, isBetter)) {
    Optimum result;
    result.verdict = Verdict::Feasible;
    result.witness = std::move(*design);
    return result;
  }
  return Optimum::of(solve(constraints, std::nullopt, limits_.work));
}

Optimum Optimizer::best(unsigned target, llvm::ArrayRef<unsigned> constraints, double gap) {
  const Goal &goal = goals_[target];
  Optimum result = start(constraints, [&](const Design &a, const Design &b) {
    return reached(goal, a) > reached(goal, b);
  });
  if (result.verdict == Verdict::Feasible)
    raise(goal, constraints, gap, result);
  for (double *value : {&result.value, &result.bound})
    *value *= targets_[target].maximize ? 1 : -1;
  result.witness.choice.resize(problem_.fieldCount());
  return result;
}

/// From a first design to the best one.  Half of the gap to what is proved impossible is asked for,
/// which mostly is easy, or easily refuted; where it is neither, less is asked for, at last only
/// what is just above the best design.
void Optimizer::raise(const Goal &goal, llvm::ArrayRef<unsigned> constraints, double gap,
                      Optimum &result) {
  constexpr unsigned near = 1 << 15; // 0.4 %
  // A question that need not be answered gets as much work as all before it, so that one that goes
  // astray does not take most of the time.
  constexpr uint64_t leastWork = 50'000, share = 4;
  auto patience = [&] {
    return std::min(limits_.work / share, std::max(leastWork, engine_.work()));
  };
  auto isClose = [&](unsigned best, unsigned impossible) {
    double value = thresholds::value(best);
    return impossible < thresholds::count &&
           thresholds::value(impossible) - value <= gap * std::fabs(value);
  };
  std::vector<unsigned> with = constraints.vec();
  with.push_back(goal.constraint);
  climb(goal, constraints, result.witness);
  unsigned best = reached(goal, result.witness), impossible = thresholds::count;
  unsigned parts = 2;
  while (best + 1 < impossible && !isClose(best, impossible)) {
    unsigned step = (impossible - best) / parts;
    bool isNear = step < near;
    unsigned asked = best + (isNear ? 1 : step);
    engine_.suggest(result.witness);
    Answer answer = solve(with, Lemma::Bound{goal.threshold, {asked, thresholds::count - 1}},
                          isNear ? limits_.work : patience());
    if (answer.verdict == Verdict::Feasible) {
      result.witness = answer.witness;
      climb(goal, constraints, answer.witness);
      best = reached(goal, answer.witness);
      // Doubles may miss what a design reaches (a remainder next to a multiple); the answer does
      // not.
      if (best < asked)
        best = asked;
      else
        result.witness = std::move(answer.witness);
      parts = std::max(2u, parts / 2);
    } else if (answer.verdict == Verdict::Infeasible) {
      impossible = asked;
    } else if (!isNear) {
      parts *= 2;
    } else {
      result.reason = answer.reason;
      break;
    }
  }
  result.proven = best + 1 == impossible && impossible < thresholds::count;
  result.value = thresholds::value(best);
  result.bound = impossible == thresholds::count ? std::numeric_limits<double>::infinity()
                                                 : thresholds::value(impossible);
}

Optimum Optimizer::extreme(unsigned param, bool largest, llvm::ArrayRef<unsigned> constraints) {
  unsigned last = problem_.domainSize(param) - 1;
  Optimum result = start(constraints, [&](const Design &a, const Design &b) {
    return largest ? a.choice[param] > b.choice[param] : a.choice[param] < b.choice[param];
  });
  while (result.verdict == Verdict::Feasible) {
    unsigned index = result.witness.choice[param];
    result.value = result.bound = index;
    result.proven = index == (largest ? last : 0);
    if (result.proven)
      break;
    engine_.suggest(result.witness);
    Range beyond = largest ? Range{index + 1, last} : Range{0, index - 1};
    Answer better = solve(constraints, Lemma::Bound{param, beyond}, limits_.work);
    if (better.verdict == Verdict::Feasible) {
      result.witness = std::move(better.witness);
      continue;
    }
    result.proven = better.verdict == Verdict::Infeasible;
    result.reason = better.reason;
    if (!result.proven)
      result.bound = largest ? last : 0;
    break;
  }
  result.witness.choice.resize(problem_.fieldCount());
  return result;
}

} // namespace wsc::feasibility
