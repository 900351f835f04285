// Exact where possible, else bounds and an estimate.
#include "feasibility/Count.h"

#include "feasibility/Boxes.h"
#include "feasibility/Screen.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <set>

namespace wsc::feasibility {

/// What dividing the cover may take of all work, and the search for a design of the rest; what is
/// left after both goes into the estimate.
static constexpr double coverShare = 0.6, searchShare = 0.25;

/// Of `draws` designs out of `total`, `hits` were feasible.
static Estimate wilson(double total, uint64_t hits, uint64_t draws) {
  constexpr double z = 1.959963984540054; // of 95 %
  double n = draws, p = hits / n, centre = (p + z * z / (2 * n)) / (1 + z * z / n),
         reach = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {total * p, total * std::max(0.0, centre - reach), total * (centre + reach), hits, draws};
}

/// Draws from a cover until the estimate is good, or `limit` is reached.
static void estimate(const Problem &problem, Judge &judge, const Cover &cover, uint64_t seed,
                     uint64_t limit, Count &count) {
  constexpr uint64_t goodHits = 10'000, goodDraws = 40'000; // within 2 % of the count
  constexpr unsigned drawWork = 2;
  Random random(seed);
  Screen screen(problem, judge);
  std::set<Design> feasible;
  uint64_t hits = 0, draws = 0;
  do {
    Design design = cover.draw(random);
    ++draws;
    if (screen.holds(design.choice) && problem.verify(design).feasible) {
      ++hits;
      feasible.insert(std::move(design));
    }
    judge.addWork(drawWork);
  } while (judge.work() < limit && !stopIsWanted && (hits < goodHits || draws < goodDraws));
  count.estimate = wilson(count.upper.get_d(), hits, draws);
  count.lower = std::max(count.lower, Natural((unsigned long)feasible.size()));
  count.estimate->low = std::max(count.estimate->low, count.lower.get_d());
}

Count countDesigns(const Problem &problem, const Options &options, const Limits &limits) {
  Count count;
  if (auto errors = problem.check(); !errors.empty()) {
    count.reason = errors.front();
    return count;
  }
  Judge judge(problem);
  Cover cover(problem, judge);
  cover.refine(limits.work * coverShare);
  count.lower = cover.lower();
  count.upper = cover.upper();
  if (!cover.isExact()) {
    count.reason = whyStopped();
    // The cover may hold no design that is known, or none at all.
    if (count.lower == 0) {
      uint64_t rest = limits.work - std::min(limits.work, judge.work());
      BoxEngine engine(problem, options, {uint64_t(rest * searchShare)});
      Answer answer = engine.solve(problem.constraints());
      judge.addWork(engine.work());
      count.lower = answer.verdict == Verdict::Feasible;
      if (answer.verdict == Verdict::Infeasible)
        count.upper = 0, count.reason.clear();
    }
    if (!count.isExact() && std::isfinite(count.upper.get_d()))
      estimate(problem, judge, cover, options.seed, limits.work, count);
  }
  count.work = judge.work();
  return count;
}

} // namespace wsc::feasibility
