// Preferences: the weight that is met, against brute force on random small spaces.
#include "feasibility/Preferences.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Boxes.h"
#include "feasibility/Enumerate.h"
#include "feasibility/Judge.h"
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::feasibility;

namespace {

double weightMet(const Problem &problem, const Design &design) {
  Judge judge(problem);
  double total = 0;
  for (unsigned preference : problem.preferences())
    if (judge.at(preference, design.choice).holds)
      total += problem.space().constraints[preference].weight;
  return total;
}

} // namespace

TEST(Preferences, MeetAsMuchAsAnyDesign) {
  unsigned compared = 0, partly = 0;
  for (uint64_t seed = 0; seed < test::seeds(300); ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    for (unsigned i = 1; i < space->constraints.size(); ++i)
      space->constraints[i].weight = 1 + (seed + i) % 3;
    Problem problem(*space);
    double best = -1;
    enumerateDesigns(problem, problem.constraints(), [&](const Design &design) {
      best = std::max(best, weightMet(problem, design));
      return true;
    });
    for (uint64_t tableLimit : {4096, 0}) {
      Answer answer = checkPreferred(problem, {.seed = seed, .tableLimit = tableLimit});
      ASSERT_EQ(answer.verdict, best < 0 ? Verdict::Infeasible : Verdict::Feasible);
      if (best < 0)
        continue;
      EXPECT_TRUE(answer.preferencesProven);
      EXPECT_TRUE(problem.verify(answer.witness).feasible);
      EXPECT_EQ(weightMet(problem, answer.witness), best);
      ++compared;
      double total = 0;
      for (unsigned preference : problem.preferences())
        total += space->constraints[preference].weight;
      partly += best < total;
    }
  }
  EXPECT_GT(compared, 200u);
  EXPECT_GT(partly, 50u);
}

// Four hundred wishes, of which those about one field exclude each other, and those about two
// neighbours partly.
TEST(Preferences, HundredsAreTakenInGroups) {
  constexpr unsigned fields = 40, values = 8;
  ir::Space space;
  for (unsigned i = 0; i < fields; ++i) {
    std::vector<Rational> domain;
    for (unsigned value = 0; value < values; ++value)
      domain.push_back(value);
    space.params.emplace_back("f" + std::to_string(i), ir::Type::number(), domain, ir::Location{});
  }
  auto wish = [&](ir::Op op, const ir::Node *a, const ir::Node *b, double weight) {
    space.constraints.push_back({"w" + std::to_string(space.constraints.size()),
                                 space.make(op, ir::Type::boolean(), {a, b}),
                                 "",
                                 {},
                                 weight});
  };
  for (unsigned i = 0; i < fields; ++i)
    for (unsigned value = 0; value < values; ++value)
      wish(ir::Op::Eq, space.param(i), space.constant(value), 1 + (i + 3 * value) % values);
  for (unsigned i = 0; i + 1 < fields; i += 2)
    for (ir::Op op : {ir::Op::Lt, ir::Op::Le, ir::Op::Eq, ir::Op::Lt})
      wish(op, space.param(i), space.param(i + 1), 2);
  Problem problem(space);
  ASSERT_EQ(problem.preferences().size(), 400u);
  // What two neighbours can have, by trying all of their values.
  double best = 0;
  for (unsigned i = 0; i < fields; i += 2) {
    double most = 0;
    for (unsigned a = 0; a < values; ++a)
      for (unsigned b = 0; b < values; ++b)
        most = std::max<double>(most, 2 + (i + 3 * a) % values + (i + 1 + 3 * b) % values +
                                          4 * (a < b) + 2 * (a <= b) + 2 * (a == b));
    best += most;
  }
  Answer answer = checkPreferred(problem);
  EXPECT_TRUE(answer.preferencesProven);
  EXPECT_EQ(weightMet(problem, answer.witness), best);
}

// Limits on a few quantities, each of which implies the wider ones: as many exclude each other as
// there are pairs, and a handful of conflicts say all of it.
TEST(Preferences, HundredsOfLimitsOnFewQuantities) {
  using namespace test;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ir::Space space;
    Expr a = test::open(space, "a", steps(1, 12)), b = test::open(space, "b", steps(1, 12)),
         c = test::open(space, "c", steps(1, 12));
    require("cap", a * b * c <= 600);
    Expr quantities[] = {a * b, a + c, b * c - a, c, a * b * c};
    for (unsigned i = 0; i < 400; ++i) {
      Expr quantity = quantities[random.below(std::size(quantities))],
           limit = number(space, random.below(120));
      bool isStrict = random.below(2), isLow = random.below(2);
      Expr wish = condition(isStrict ? ir::Op::Lt : ir::Op::Le,
                            {isLow ? quantity : limit, isLow ? limit : quantity});
      space.constraints.push_back(
          {"w" + std::to_string(i), wish.node, "", {}, double(1 + random.below(5))});
    }
    Problem problem(space);
    ASSERT_EQ(problem.preferences().size(), 400u);
    double best = 0;
    enumerateDesigns(problem, problem.constraints(), [&](const Design &design) {
      best = std::max(best, weightMet(problem, design));
      return true;
    });
    Answer answer = checkPreferred(problem, {.seed = seed});
    EXPECT_TRUE(answer.preferencesProven);
    EXPECT_EQ(weightMet(problem, answer.witness), best);
  }
}
