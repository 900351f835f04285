// Robust feasibility against brute force over all designs and the corners of the constants' ranges,
// on Spaces that are monotone in each constant, where corners are the worst cases.
#include "feasibility/Robust.h"
#include "FeasibilitySpaces.h"
#include "feasibility/Boxes.h"
#include "feasibility/Judge.h"
#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::feasibility;
using test::Expr;

namespace {

/// A constant that is known to a range around its value.
Expr ranged(ir::Space &space, Random &random) {
  Rational value(1 + random.below(8), 2), below(random.below(4), 4), above(random.below(4), 4);
  for (Rational *number : {&value, &below, &above})
    number->canonicalize();
  ir::NamedConstant constant;
  constant.name = "k" + std::to_string(space.constants.size());
  constant.value = value;
  constant.range = {value * (1 - below), value * (1 + above)};
  space.constants.push_back(constant);
  return {&space, space.named(space.constants.size() - 1)};
}

/// Sums of products of parameters and constants, each constant in several requirements.
std::unique_ptr<ir::Space> randomSpace(uint64_t seed) {
  auto space = std::make_unique<ir::Space>();
  Random random(seed);
  std::vector<Expr> params, constants;
  for (int i = 0; i < 3; ++i)
    params.push_back(
        test::open(*space, "p" + std::to_string(i), test::steps(1, 2 + int(random.below(5)))));
  for (int i = 0; i < 3; ++i)
    constants.push_back(ranged(*space, random));
  for (int i = 0; i < 4; ++i) {
    auto any = [&](std::vector<Expr> &list) { return list[random.below(list.size())]; };
    Expr sum = any(params) * any(constants) + any(params) / any(constants);
    if (random.below(2))
      sum = test::select(any(params) <= 3, sum, sum * any(constants));
    Expr limit = test::number(*space, int(random.below(50)));
    Expr condition = random.below(4) ? sum <= limit : limit <= sum + any(params);
    if (random.below(4) == 0)
      condition = test::condition(ir::Op::And, {condition, any(params) <= any(constants) + sum});
    test::require("r" + std::to_string(i), condition);
  }
  return space;
}

bool holdsAt(const ir::Space &space, llvm::ArrayRef<unsigned> point, const ir::Tape &tape,
             unsigned samples) {
  std::vector<double> values;
  for (unsigned param = 0; param < point.size(); ++param)
    values.push_back(space.params[param].values[point[param]]);
  size_t first = values.size();
  values.resize(first + space.constants.size());
  std::vector<double> results(tape.rootCount());
  unsigned combinations = 1;
  for (size_t i = 0; i < space.constants.size(); ++i)
    combinations *= samples;
  for (unsigned combination = 0; combination < combinations; ++combination) {
    unsigned rest = combination;
    for (size_t i = 0; i < space.constants.size(); ++i, rest /= samples) {
      const auto &[lo, hi] = *space.constants[i].range;
      values[first + i] = toDouble(lo + (hi - lo) * int(rest % samples) / int(samples - 1));
    }
    tape.evaluate(values, {}, results);
    if (!llvm::all_of(results, [](double truth) { return truth == 1; }))
      return false;
  }
  return true;
}

/// Whether a design meets all requirements at the corners and some points between.
template <typename F> void forEachRobust(const ir::Space &space, F visit) {
  std::vector<const ir::Node *> roots;
  for (unsigned i = 0; i < 4; ++i)
    roots.push_back(space.constraints[i].node);
  ir::Tape tape(space, roots, ir::Tape::Constants::Open);
  Problem problem(space);
  forEachPoint({0, 1, 2}, problem.domains(), [&](llvm::ArrayRef<unsigned> point) {
    if (holdsAt(space, point, tape, 5))
      visit(point);
    return true;
  });
}

} // namespace

TEST(Robust, AgreesWithBruteForce) {
  unsigned robust = 0, onlyNominal = 0, infeasible = 0, undecided = 0;
  for (uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    auto space = randomSpace(seed);
    std::vector<std::vector<unsigned>> expected;
    forEachRobust(*space, [&](llvm::ArrayRef<unsigned> point) { expected.push_back(point.vec()); });
    RobustAnswer answer = checkRobust(*space, [&] { return checkBoxes(Problem(*space)); });
    switch (answer.answer.verdict) {
    case Verdict::Feasible:
      ++robust;
      EXPECT_TRUE(llvm::is_contained(expected, answer.answer.witness.choice));
      break;
    case Verdict::Infeasible:
      EXPECT_TRUE(expected.empty());
      ++(answer.nominal ? onlyNominal : infeasible);
      break;
    case Verdict::Unknown: ++undecided; EXPECT_FALSE(answer.doubtful.empty());
    }
    for (const Scenario &scenario : answer.scenarios) {
      Problem problem(*space);
      Judge judge(problem);
      EXPECT_TRUE(judge.at(scenario.constraint, scenario.broken.choice).holds);
      EXPECT_FALSE(judge.at(scenario.instance, scenario.broken.choice).holds);
      for (const auto &[constant, value] : scenario.values) {
        EXPECT_GE(value, space->constants[constant].range->first);
        EXPECT_LE(value, space->constants[constant].range->second);
      }
    }
  }
  EXPECT_GT(robust, 20u);
  EXPECT_GT(onlyNominal, 8u);
  EXPECT_GT(infeasible, 10u);
  EXPECT_LT(undecided, 10u);
}

// The worst case need not be at an end: k (4 - k) over 0 .. 4 is 4 in the middle.
TEST(Robust, FindsWorstCasesInside) {
  ir::Space space;
  Expr p = test::open(space, "p", {1, 2, 3, 5, 6});
  ir::NamedConstant constant;
  constant.name = "k";
  constant.value = 0;
  constant.range = {0, 4};
  space.constants.push_back(constant);
  Expr k{&space, space.named(0)};
  test::require("r", k * (test::number(space, 4) - k) <= p);
  RobustAnswer answer = checkRobust(space, [&] { return checkBoxes(Problem(space)); });
  ASSERT_EQ(answer.answer.verdict, Verdict::Feasible);
  EXPECT_GE(answer.answer.witness.choice[0], 3u); // p = 5 or more
  EXPECT_FALSE(answer.scenarios.empty());
}
