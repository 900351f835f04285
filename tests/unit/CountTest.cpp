// Counts against brute force: exact ones, bounds under small limits, and how often confidence
// intervals contain the truth.
#include "feasibility/Count.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Enumerate.h"
#include <gtest/gtest.h>
#include <set>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

std::set<Design> allDesigns(const Problem &problem) {
  std::set<Design> designs;
  enumerateDesigns(problem, problem.constraints(),
                   [&](const Design &design) { return designs.insert(design).second; });
  return designs;
}

/// Some million combinations of a wafer-like space, of which tens of thousands are feasible.
std::unique_ptr<ir::Space> partlySpace() {
  auto space = std::make_unique<ir::Space>();
  auto open = [&](const char *name, int hi) {
    return test::open(*space, name, test::steps(1, hi));
  };
  test::Expr rows = open("rows", 24), cols = open("cols", 24), macs = open("macs", 16),
             tp = open("tp", 16), pp = open("pp", 16);
  test::Expr power = 0.37 * rows * cols * macs;
  test::require("power", power <= 300);
  test::require("shape", rows <= 2.0 * cols);
  test::require("ranks", tp * pp <= rows * cols);
  test::require("feed", macs <= 3.0 * test::numeric(ir::Op::Sqrt, {rows + tp}));
  return space;
}

} // namespace

TEST(Count, IsThatOfEnumeration) {
  unsigned feasible = 0;
  for (uint64_t seed = 0; seed < test::seeds(500); ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    Problem problem(*space);
    std::set<Design> expected = allDesigns(problem);
    Count count = countDesigns(problem);
    ASSERT_TRUE(count.isExact());
    ASSERT_EQ(count.lower, count.upper);
    ASSERT_EQ(count.lower, Natural((unsigned long)expected.size()));
    ASSERT_FALSE(count.estimate);
    feasible += !expected.empty();
  }
  EXPECT_GT(feasible, test::seeds(500) / 5);
  EXPECT_LT(feasible, test::seeds(500) * 3 / 5);
}

// An exact cover has every design once; an unfinished one has every design as well, and others.
TEST(Count, RanksAreDesigns) {
  for (uint64_t seed = 0; seed < 200; ++seed)
    for (uint64_t limit : {1, 100, 1000, 1'000'000}) {
      SCOPED_TRACE(seed);
      auto space = test::randomSpace(seed);
      Problem problem(*space);
      Judge judge(problem);
      Cover cover(problem, judge);
      cover.refine(limit);
      std::set<Design> expected = allDesigns(problem), covered;
      for (Natural rank = 0; rank < cover.upper(); ++rank)
        ASSERT_TRUE(covered.insert(cover.at(rank)).second);
      for (const Design &design : expected)
        ASSERT_TRUE(covered.count(design));
      ASSERT_LE(cover.lower(), expected.size());
      if (cover.isExact()) {
        ASSERT_EQ(covered, expected);
      }
      Random random(seed);
      for (unsigned i = 0; i < 20 && cover.upper() > 0; ++i)
        ASSERT_TRUE(covered.count(cover.draw(random)));
    }
}

TEST(Count, BoundsHoldUnderSmallLimits) {
  unsigned unfinished = 0;
  for (uint64_t seed = 0; seed < 300; ++seed)
    for (uint64_t limit : {1, 30, 300, 3000}) {
      SCOPED_TRACE(seed);
      auto space = test::randomSpace(seed);
      Problem problem(*space);
      Natural expected = (unsigned long)allDesigns(problem).size();
      Count count = countDesigns(problem, {}, {limit});
      EXPECT_LE(count.lower, expected);
      EXPECT_GE(count.upper, expected);
      unfinished += !count.isExact();
    }
  EXPECT_GT(unfinished, 100u);
}

TEST(Count, ConfidenceIntervalsCoverTheTruth) {
  auto space = partlySpace();
  Problem problem(*space);
  Count exact = countDesigns(problem);
  ASSERT_TRUE(exact.isExact());
  unsigned covered = 0, estimates = 100;
  for (uint64_t seed = 1; seed <= estimates; ++seed) {
    Count count = countDesigns(problem, {seed}, {5000});
    ASSERT_TRUE(count.estimate);
    double truth = exact.lower.get_d();
    covered += count.estimate->low <= truth && truth <= count.estimate->high;
    EXPECT_LT(count.estimate->high, 2 * truth);
  }
  EXPECT_GE(covered, 90u);
  EXPECT_LE(covered, 99u);
}

TEST(Count, PartsAreMultiplied) {
  ir::Space space;
  unsigned pairs = 30;
  for (unsigned i = 0; i < pairs; ++i) {
    test::Expr x = test::open(space, "x" + std::to_string(i), test::steps(1, 100)),
               y = test::open(space, "y" + std::to_string(i), test::steps(1, 100));
    test::require("c" + std::to_string(i), x * y <= 100);
  }
  Problem problem(space);
  Count count = countDesigns(problem);
  Natural expected;
  mpz_ui_pow_ui(expected.get_mpz_t(), 482, pairs); // the sum of 100 / x, each rounded down
  EXPECT_TRUE(count.isExact());
  EXPECT_EQ(count.lower, expected);
}

// What is left of tp * pp * dp * ... == n depends on products of what is fixed.
TEST(Count, EqualPartsAreCountedOnce) {
  constexpr unsigned factors = 10, most = 24, n = 720;
  ir::Space space;
  test::Expr product = test::number(space, 1);
  std::vector<unsigned long> ways(n + 1); // to write a number as a product of so many factors
  ways[1] = 1;
  for (unsigned i = 0; i < factors; ++i) {
    product = product * test::open(space, "p" + std::to_string(i), test::steps(1, most));
    std::vector<unsigned long> longer(n + 1);
    for (unsigned value = 1; value <= n; ++value)
      for (unsigned factor = 1; factor <= most && factor * value <= n; ++factor)
        longer[factor * value] += ways[value];
    ways = std::move(longer);
  }
  test::require("ranks", product == n);
  Problem problem(space);
  Count count = countDesigns(problem);
  EXPECT_TRUE(count.isExact());
  EXPECT_EQ(count.lower, ways[n]);
  EXPECT_LT(count.work, 500'000u); // of 6e13 combinations
}

TEST(Count, UndefinedIsNotFeasible) {
  ir::Space space;
  test::Expr x = test::open(space, "x", test::steps(-20, 20)), zero = test::number(space, 0);
  test::open(space, "y", test::steps(0, 99));
  test::require("ratio", zero * (test::number(space, 1) / x) >= 0);
  Problem problem(space);
  EXPECT_EQ(countDesigns(problem).lower, 4000); // not where x is 0
}

TEST(Count, NothingIsProvedInfeasible) {
  auto space = test::waferSpace(100, 15000);
  Problem problem(*space);
  Count count = countDesigns(problem, {}, {2'000'000});
  EXPECT_TRUE(count.isExact());
  EXPECT_EQ(count.upper, 0);
}

TEST(Count, LimitsAreNamed) {
  auto space = test::waferSpace(1, 15000);
  Problem problem(*space);
  Count first = countDesigns(problem, {}, {300'000}), second = countDesigns(problem, {}, {300'000});
  EXPECT_EQ(first.reason, "the limit of work was reached");
  EXPECT_EQ(first.upper, second.upper);
  EXPECT_EQ(first.estimate->hits, second.estimate->hits);
  EXPECT_EQ(first.work, second.work);
  EXPECT_LT(first.work, 400'000u);
}
