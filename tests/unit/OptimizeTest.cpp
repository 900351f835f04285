// Optimal values against brute force on random small spaces.
#include "feasibility/Optimize.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Enumerate.h"
#include "ir/Rebuild.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

/// Some number that a constraint of the space compares.
const ir::Node *anyQuantity(const ir::Space &space) {
  for (const ir::Node *node : space.reachable())
    if (node->type().isNumber() && node->operands().size() == 2)
      return node;
  return nullptr;
}

struct Reference {
  bool isFeasible = false;
  std::optional<double> largest; ///< nothing where no design has a value
};

/// The largest value over all designs, exact where it is rational.
Reference bruteForce(const ir::Space &space, const ir::Node *quantity) {
  Problem problem(space);
  ir::Tape tape(space, quantity);
  Reference result;
  std::vector<double> point(space.params.size());
  std::vector<Rational> exactPoint(point.size());
  enumerateDesigns(problem, problem.constraints(), [&](const Design &design) {
    for (unsigned param = 0; param < point.size(); ++param) {
      point[param] = space.params[param].values[design.choice[param]];
      exactPoint[param] = space.params[param].domain[design.choice[param]];
    }
    double value;
    tape.evaluate(point, {}, value);
    if (auto exact = tape.evaluateExactly(0, exactPoint))
      value = toDouble(*exact);
    if (!std::isnan(value))
      result.largest = std::max(result.largest.value_or(value), value);
    return result.isFeasible = true;
  });
  return result;
}

} // namespace

TEST(Optimize, QuantitiesAgreeWithEnumeration) {
  unsigned compared = 0;
  for (uint64_t seed = 0; seed < test::seeds(500); ++seed) {
    SCOPED_TRACE(seed);
    auto space = ir::copy(*test::randomSpace(seed));
    const ir::Node *quantity = anyQuantity(*space);
    if (!quantity)
      continue;
    auto [isFeasible, expected] = bruteForce(*space, quantity);
    Optimizer optimizer(std::move(space), Target{quantity, true}, {.seed = seed});
    Optimum best = optimizer.best(0, optimizer.constraints());
    ASSERT_EQ(best.verdict, isFeasible ? Verdict::Feasible : Verdict::Infeasible);
    if (!expected || *expected > std::numeric_limits<float>::max()) // no threshold is higher
      continue;
    ++compared;
    EXPECT_TRUE(best.proven);
    double rounding = 1e-14 * std::fabs(*expected);
    EXPECT_LE(best.value, *expected + rounding);
    EXPECT_GE(best.bound, *expected - rounding);
    EXPECT_LE(best.bound - best.value, std::fabs(*expected) * 1.2e-7 + 1e-44);
  }
  EXPECT_GT(compared, 25u);
}

TEST(Optimize, ExtremesOfFieldsAgreeWithEnumeration) {
  unsigned compared = 0;
  for (uint64_t seed = 0; seed < test::seeds(100); ++seed) {
    SCOPED_TRACE(seed);
    Optimizer optimizer(ir::copy(*test::randomSpace(seed)), {}, {.seed = seed});
    const Problem &problem = optimizer.problem();
    std::vector<Range> hull(problem.paramCount(), {UINT_MAX, 0});
    enumerateDesigns(problem, problem.constraints(), [&](const Design &design) {
      for (unsigned param = 0; param < problem.paramCount(); ++param)
        hull[param] = {std::min(hull[param].lo, design.choice[param]),
                       std::max(hull[param].hi, design.choice[param])};
      return true;
    });
    for (unsigned param = 0; param < problem.paramCount(); ++param) {
      Optimum smallest = optimizer.extreme(param, false, optimizer.constraints());
      Optimum largest = optimizer.extreme(param, true, optimizer.constraints());
      bool feasible = hull[param].lo <= hull[param].hi;
      ASSERT_EQ(smallest.verdict, feasible ? Verdict::Feasible : Verdict::Infeasible);
      ASSERT_EQ(largest.verdict, smallest.verdict);
      if (!feasible)
        continue;
      ++compared;
      EXPECT_TRUE(smallest.proven && largest.proven);
      EXPECT_EQ(smallest.bound, hull[param].lo);
      EXPECT_EQ(largest.bound, hull[param].hi);
    }
  }
  EXPECT_GT(compared, 60u);
}
