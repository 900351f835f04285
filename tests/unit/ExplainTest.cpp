// Explanations of conflicts against brute force on random small spaces: the best that other demands
// leave, and the least change that helps.
#include "feasibility/Explain.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Combine.h"
#include "feasibility/Enumerate.h"
#include "feasibility/Relax.h"
#include "feasibility/Widen.h"
#include "ir/Rebuild.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <gtest/gtest.h>
#include <set>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

/// An infeasible random space, taken apart once by the code under test and once for the reference.
struct Case {
  std::unique_ptr<ir::Space> space;
  std::unique_ptr<Inquiry> inquiry;
  Demands parts;

  /// Every second one with domains that count as constraints, if enumeration can keep up.
  static std::optional<Case> make(uint64_t seed) {
    Case result{test::randomSpace(seed), nullptr, {}};
    for (ir::Param &param : result.space->params)
      param.location.line = seed % 2;
    Answer answer = checkBoxes(Problem(*result.space), {.seed = seed});
    if (answer.verdict != Verdict::Infeasible)
      return std::nullopt;
    std::set<unsigned> cone;
    Problem problem(*result.space);
    for (unsigned constraint : answer.core)
      cone.insert(problem.cone(constraint).begin(), problem.cone(constraint).end());
    std::vector<unsigned> fields;
    if (seed % 2)
      fields.assign(cone.begin(), cone.end());
    result.parts = takeApart(*result.space, answer.core, fields);
    if (result.parts.space->designCount() > 50'000)
      return std::nullopt;
    result.inquiry = std::make_unique<Inquiry>(*result.space, answer.core, ir::copy,
                                               Options{.seed = seed}, Limits{});
    return result;
  }

  /// The best value of what a demand measures over all designs that meet constraints of the parts.
  std::optional<double> best(unsigned demand, llvm::ArrayRef<unsigned> constraints) const {
    Problem problem(*parts.space);
    ir::Tape tape(*parts.space, parts.list[demand].quantity);
    bool maximize = parts.list[demand].maximize;
    std::optional<double> best;
    std::vector<double> point(problem.paramCount());
    enumerateDesigns(problem, constraints, [&](const Design &design) {
      for (unsigned param = 0; param < point.size(); ++param)
        point[param] = problem.value(param, design.choice[param]);
      double value;
      tape.evaluate(point, {}, value);
      if (!std::isnan(value) && (!best || (maximize ? value > *best : value < *best)))
        best = value;
      return true;
    });
    return best;
  }

  bool isFeasible(llvm::ArrayRef<unsigned> constraints) const {
    Problem problem(*parts.space);
    return enumerateDesigns(problem, constraints, [](const Design &) { return false; }).count > 0;
  }

  /// Of some demands but one, with the ends of all domains or only those among them.
  std::vector<unsigned> constraints(llvm::ArrayRef<unsigned> demands, unsigned left,
                                    bool allDomains) const {
    std::vector<unsigned> result;
    for (auto [i, demand] : llvm::enumerate(parts.list))
      if (i != left && (llvm::is_contained(demands, i) || (allDomains && demand.isDomain)))
        result.push_back(parts.constraintIn(*parts.space, i));
    return result;
  }

  std::vector<unsigned> allBut(unsigned demand) const {
    std::vector<unsigned> result = Problem(*parts.space).constraints().vec();
    llvm::erase(result, parts.constraintIn(*parts.space, demand));
    return result;
  }
};

constexpr uint64_t randomSpaces = 250;
constexpr double single = 1.2e-7; ///< the precision of thresholds

} // namespace

TEST(Explain, TheBestThatOthersLeave) {
  unsigned compared = 0, conflicts = 0, domains = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto test = Case::make(seed);
    if (!test)
      continue;
    for (const Conflict &conflict : explain(*test->inquiry)) {
      ++conflicts;
      EXPECT_TRUE(conflict.isMinimal);
      std::vector<unsigned> demands;
      for (const Member &member : conflict.members)
        demands.push_back(member.demand);
      EXPECT_FALSE(test->isFeasible(test->constraints(demands, ~0u, false)));
      for (const Member &member : conflict.members) {
        const Demand &demand = test->parts.list[member.demand];
        EXPECT_TRUE(test->isFeasible(test->constraints(demands, member.demand, false)));
        domains += demand.isDomain;
        if (demand.isDomain)
          continue;
        std::vector<unsigned> others = test->constraints(demands, member.demand, true);
        ASSERT_EQ(member.best.verdict, Verdict::Feasible);
        if (!demand.isMeasurable())
          continue;
        std::optional<double> expected = test->best(member.demand, others);
        ASSERT_EQ(!std::isnan(member.best.value), expected.has_value());
        if (!expected)
          continue;
        ++compared;
        EXPECT_TRUE(member.best.proven);
        EXPECT_NEAR(member.best.value, *expected, std::fabs(*expected) * single);
      }
    }
  }
  EXPECT_GT(conflicts, 60u);
  EXPECT_GT(compared, 40u);
  EXPECT_GT(domains, 10u);
}

TEST(Explain, TheLeastChangeIsEnoughAndLeast) {
  unsigned enough = 0, useless = 0, domains = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto test = Case::make(seed);
    if (!test)
      continue;
    for (const Relaxation &relaxation : relax(*test->inquiry)) {
      std::vector<unsigned> rest = test->allBut(relaxation.demand);
      const Demand &demand = test->parts.list[relaxation.demand];
      if (!demand.isMeasurable()) {
        EXPECT_EQ(relaxation.verdict == Verdict::Feasible, test->isFeasible(rest));
        continue;
      }
      std::optional<double> best = test->best(relaxation.demand, rest);
      if (!best) { // not even without it, or undefined for all designs
        EXPECT_NE(relaxation.verdict, Verdict::Feasible);
        EXPECT_EQ(relaxation.verdict == Verdict::Infeasible, !test->isFeasible(rest));
        ++useless;
        continue;
      }
      ASSERT_EQ(relaxation.verdict, Verdict::Feasible);
      ASSERT_TRUE(relaxation.to.has_value());
      EXPECT_TRUE(relaxation.isLeast);
      double to = toDouble(*relaxation.to), sign = demand.maximize ? -1 : 1;
      double tolerance = std::fabs(*best) * 1e-11;
      EXPECT_GE(sign * to, sign * *best - tolerance); // enough
      EXPECT_LE(sign * to, sign * *best + std::fabs(*best) * 1e-3 + tolerance);
      double change = sign * (to - toDouble(demand.limit));
      EXPECT_TRUE(demand.op == ir::Op::Lt ? change >= 0 : change > 0);
      domains += demand.isDomain;
      ++enough;
    }
  }
  EXPECT_GT(enough, 50u);
  EXPECT_GT(useless, 10u);
  EXPECT_GT(domains, 5u);
}

TEST(Explain, NumbersOfAKnownConflict) {
  ir::Space space;
  test::Expr x = test::open(space, "x", test::steps(1, 10)),
             y = test::open(space, "y", test::steps(1, 10)),
             z = test::open(space, "z", test::steps(1, 10));
  test::require("power", x * y <= 20);
  test::require("floors", test::condition(ir::Op::And, {x >= 5, 2.0 * y >= 12}));
  test::require("other", z >= 3);
  Inquiry inquiry(space, std::vector<unsigned>{0, 1}, ir::copy, {}, {});
  std::vector<Conflict> conflicts = explain(inquiry);
  ASSERT_EQ(conflicts.size(), 1u);
  ASSERT_EQ(conflicts[0].members.size(), 3u); // each conjunct for itself
  EXPECT_EQ(conflicts[0].members[0].best.value, 30);
  EXPECT_EQ(conflicts[0].members[1].best.value, 3); // x, with y = 6
  EXPECT_EQ(conflicts[0].members[2].best.value, 8); // 2 y, with x = 5
  auto influences = conflicts[0].members[0].influences;
  ASSERT_EQ(influences.size(), 2u);
  EXPECT_EQ(influences[0].name, "x"); // 6 * (10 - 1), against 5 * (10 - 1) of y
  EXPECT_EQ(influences[0].swing, 54);
  EXPECT_EQ(influences[1].swing, 45);
  std::vector<Relaxation> relaxations = relax(inquiry);
  ASSERT_EQ(relaxations.size(), 3u);
  EXPECT_EQ(relaxations[0].demand, 2u); // 8 instead of 12, a third less
  EXPECT_EQ(*relaxations[0].to, 8);
  EXPECT_EQ(*relaxations[1].to, 3);  // instead of 5
  EXPECT_EQ(*relaxations[2].to, 30); // instead of 20
}

TEST(Explain, DomainsContinue) {
  using Values = std::vector<Rational>;
  auto ends = [](Values values) {
    Values wide = widened(ir::Param("x", ir::Type::number(), values, {}));
    EXPECT_TRUE(llvm::is_sorted(wide));
    for (const Rational &value : values)
      EXPECT_TRUE(llvm::is_contained(wide, value));
    return std::vector<double>{toDouble(wide.front()), toDouble(wide.back()), double(wide.size())};
  };
  using Ends = std::vector<double>;
  EXPECT_EQ(ends({3, 4, 5}), (Ends{1, 21, 21}));            // by steps, positive
  EXPECT_EQ(ends({0, 2, 4}), (Ends{0, 36, 19}));            // not below zero
  EXPECT_EQ(ends({-1, 0, 1}), (Ends{-17, 17, 35}));         // or wherever there is a sign
  EXPECT_EQ(ends({4, 8, 16}), (Ends{1, 1024, 11}));         // by ratio, integers
  EXPECT_EQ(ends({32, 48, 64, 128}), (Ends{32, 8192, 10})); // 64/3 is none
  EXPECT_EQ(ends({1, 2}), (Ends{1, 128, 8}));
  EXPECT_EQ(ends({7}), (Ends{7, 7, 1}));
  EXPECT_EQ(ends({Rational(1, 2), 1, 2}), (Ends{1 / 128.0, 128, 15}));
}

TEST(Explain, LimitsAreRoundedOutward) {
  UnitTable units;
  auto rounded = [&](double value, bool up) {
    return toDouble(roundOutward(units, {}, value, up));
  };
  EXPECT_EQ(rounded(16.2034, true), 16.21);
  EXPECT_EQ(rounded(16.2034, false), 16.2);
  EXPECT_EQ(rounded(-16.2034, true), -16.2);
  EXPECT_EQ(rounded(-16.2034, false), -16.21);
  EXPECT_EQ(rounded(0.00012345678, true), 0.0001235);
  EXPECT_EQ(rounded(123456, true), 123456); // a number of things
  EXPECT_EQ(rounded(12345678.5, false), 12340000);
  EXPECT_EQ(rounded(0, true), 0);
}

TEST(Explain, TheFewestChangesTogether) {
  ir::Space space;
  test::Expr x = test::open(space, "x", test::steps(1, 10)),
             y = test::open(space, "y", test::steps(1, 10));
  test::require("x_floor", x >= 8);
  test::require("x_ceiling", x <= 4);
  test::require("y_floor", y >= 9);
  test::require("y_ceiling", y <= 3);
  test::require("sum", x + y <= 19);
  std::vector<std::vector<unsigned>> cores = {{0, 1}, {2, 3}};
  Inquiry inquiry(space, cores, ir::copy, {}, {});
  for (const Relaxation &relaxation : relax(inquiry)) {
    EXPECT_EQ(relaxation.verdict, Verdict::Infeasible); // the other conflict remains
    EXPECT_EQ(relaxation.best.core.size(), 2u);
  }
  Combination combination = combine(inquiry, ir::copy, {}, {});
  ASSERT_EQ(combination.verdict, Verdict::Feasible);
  EXPECT_TRUE(combination.isFewest);
  ASSERT_EQ(combination.changes.size(), 2u); // one of each conflict
  EXPECT_NE(combination.changes[0].demand / 2, combination.changes[1].demand / 2);
  for (const Relaxation &change : combination.changes)
    EXPECT_TRUE(change.to && change.isLeast);
}

// On random spaces: enough, and no fewer would be.
TEST(Explain, CombinationsAgreeWithEnumeration) {
  unsigned compared = 0;
  for (uint64_t seed = 0; seed < randomSpaces; ++seed) {
    SCOPED_TRACE(seed);
    auto test = Case::make(seed);
    if (!test)
      continue;
    Combination combination = combine(*test->inquiry, ir::copy, {.seed = seed}, {});
    if (combination.verdict != Verdict::Feasible)
      continue; // a quantity that is undefined, or conflicts of other requirements
    ++compared;
    std::vector<unsigned> rest = Problem(*test->parts.space).constraints().vec();
    for (const Relaxation &change : combination.changes)
      llvm::erase(rest, test->parts.constraintIn(*test->parts.space, change.demand));
    EXPECT_TRUE(test->isFeasible(rest));
    if (!combination.isFewest || combination.changes.size() < 2)
      continue;
    for (unsigned demand = 0; demand < test->parts.list.size(); ++demand)
      EXPECT_FALSE(test->isFeasible(test->allBut(demand)));
  }
  EXPECT_GT(compared, 20u);
}
