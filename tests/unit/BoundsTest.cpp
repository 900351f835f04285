// Bounds against brute force on random small spaces.
#include "feasibility/Bounds.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Enumerate.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <set>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

/// What all designs have.
struct Reference {
  bool isFeasible = false;
  std::vector<std::set<unsigned>> values; ///< by parameter
  std::vector<std::optional<Interval>> quantities;
};

std::vector<const ir::Node *> numbers(const ir::Space &space) {
  std::vector<const ir::Node *> result;
  for (const ir::Node *node : space.reachable())
    if (node->type().isNumber() && node->bindingTime() == ir::BindingTime::Static &&
        result.size() < 6)
      result.push_back(node);
  return result;
}

Reference everyDesign(const ir::Space &space, llvm::ArrayRef<const ir::Node *> quantities) {
  Reference result{false, std::vector<std::set<unsigned>>(space.params.size()),
                   std::vector<std::optional<Interval>>(quantities.size())};
  Problem problem(space);
  ir::Tape tape(space, quantities);
  std::vector<double> point(space.params.size()), values(quantities.size());
  std::vector<Rational> exactPoint(point.size());
  enumerateDesigns(problem, problem.constraints(), [&](const Design &design) {
    result.isFeasible = true;
    for (unsigned param = 0; param < point.size(); ++param) {
      result.values[param].insert(design.choice[param]);
      point[param] = space.params[param].values[design.choice[param]];
      exactPoint[param] = space.params[param].domain[design.choice[param]];
    }
    tape.evaluate(point, {}, values);
    for (unsigned i = 0; i < values.size(); ++i)
      if (auto exact = tape.evaluateExactly(i, exactPoint))
        values[i] = toDouble(*exact);
    for (auto [value, range] : llvm::zip(values, result.quantities))
      if (!std::isnan(value))
        range = range ? hull(*range, Interval::point(value)) : Interval::point(value);
    return true;
  });
  return result;
}

/// Bounds are about real numbers, brute force in doubles where they are irrational.
double slack(double value) { return std::isfinite(value) ? 1e-14 * std::fabs(value) : 0; }

} // namespace

TEST(Bounds, PropagationEnclosesWhatDesignsHave) {
  unsigned compared = 0, tightened = 0;
  for (uint64_t seed = 0; seed < test::seeds(500); ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    auto quantities = numbers(*space);
    Reference reference = everyDesign(*space, quantities);
    Bounds bounds = boundsOf(*space, quantities, false);
    if (bounds.verdict == Verdict::Infeasible) {
      EXPECT_FALSE(reference.isFeasible);
      continue;
    }
    EXPECT_EQ(bounds.verdict, Verdict::Unknown);
    for (auto [param, field] : llvm::enumerate(bounds.fields)) {
      tightened +=
          field.greatest.proved - field.least.proved + 1 < space->params[param].domain.size();
      for (unsigned value : reference.values[param]) {
        EXPECT_LE(field.least.proved, value);
        EXPECT_GE(field.greatest.proved, value);
        EXPECT_TRUE(field.possible.empty() || llvm::is_contained(field.possible, value));
      }
    }
    for (auto [range, expected] : llvm::zip(bounds.quantities, reference.quantities)) {
      if (!expected)
        continue;
      ++compared;
      EXPECT_LE(range.least.proved, expected->lo + slack(expected->lo));
      EXPECT_GE(range.greatest.proved, expected->hi - slack(expected->hi));
    }
  }
  EXPECT_GT(compared, 200u);
  EXPECT_GT(tightened, 50u);
}

/// To single precision; doubles of the reference may miss a zero by rounding.
static void expectReached(const RangeEnd &end, double expected) {
  if (std::fabs(expected) > std::numeric_limits<float>::max()) // not told apart
    return;
  EXPECT_TRUE(end.isExact);
  EXPECT_NEAR(*end.reached, expected, std::fabs(expected) * 1.2e-7 + 1e-15);
}

TEST(Bounds, OptimizedOnesAreReached) {
  unsigned compared = 0, enums = 0;
  for (uint64_t seed = 0; seed < test::seeds(100); ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    auto quantities = numbers(*space);
    Reference reference = everyDesign(*space, quantities);
    Bounds bounds = boundsOf(*space, quantities, true, {.seed = seed});
    ASSERT_EQ(bounds.verdict, reference.isFeasible ? Verdict::Feasible : Verdict::Infeasible);
    if (!reference.isFeasible)
      continue;
    for (auto [param, field] : llvm::enumerate(bounds.fields)) {
      const std::set<unsigned> &values = reference.values[param];
      EXPECT_TRUE(field.least.isExact && field.greatest.isExact);
      EXPECT_EQ(field.least.reached, *values.begin());
      EXPECT_EQ(field.greatest.reached, *values.rbegin());
      if (!field.possible.empty()) {
        ++enums;
        EXPECT_TRUE(field.possibleIsExact);
        EXPECT_EQ(std::set<unsigned>(field.possible.begin(), field.possible.end()), values);
      }
    }
    for (auto [range, expected] : llvm::zip(bounds.quantities, reference.quantities)) {
      if (!expected)
        continue;
      ++compared;
      expectReached(range.least, expected->lo);
      expectReached(range.greatest, expected->hi);
      EXPECT_LE(range.least.proved, expected->lo + slack(expected->lo));
      EXPECT_GE(range.greatest.proved, expected->hi - slack(expected->hi));
    }
  }
  EXPECT_GT(compared, 60u);
  EXPECT_GT(enums, 20u);
}

// `1 mod 14/3` and the like: what a design reaches is more than doubles say, which must not end in
// asking for the same value for ever.
TEST(Bounds, EndWhereDoublesMissWhatADesignReaches) {
  auto space = test::randomSpace(2892);
  auto quantities = numbers(*space);
  Reference reference = everyDesign(*space, quantities);
  Bounds bounds = boundsOf(*space, quantities, true);
  ASSERT_EQ(bounds.verdict, Verdict::Feasible);
  for (auto [range, expected] : llvm::zip(bounds.quantities, reference.quantities)) {
    ASSERT_TRUE(expected);
    EXPECT_TRUE(range.least.isExact && range.greatest.isExact);
    EXPECT_NEAR(*range.greatest.reached, expected->hi, std::fabs(expected->hi) * 1.2e-7);
  }
}

TEST(Bounds, ALimitLeavesWhatIsProved) {
  auto space = test::waferSpace(20, 15000);
  const ir::Node *power = nullptr;
  for (const ir::Constraint &constraint : space->constraints)
    if (constraint.name == "power")
      power = constraint.node->operand(0);
  ASSERT_NE(power, nullptr);
  Bounds bounds = boundsOf(*space, power, true, {}, {20'000});
  ASSERT_NE(bounds.verdict, Verdict::Infeasible);
  EXPECT_LE(bounds.quantities[0].greatest.proved, 15000 * (1 + 1e-6));
  EXPECT_FALSE(llvm::all_of(bounds.fields, [](const FieldBounds &field) {
    return field.least.isExact && field.greatest.isExact;
  }));
}
