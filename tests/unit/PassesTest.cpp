// Passes keep every value and every verdict: random Spaces, evaluated before and after.
#include "FeasibilitySpaces.h"
#include "RandomSpace.h"
#include "feasibility/Enumerate.h"
#include "ir/Tape.h"
#include "ir/Verify.h"
#include "passes/Pass.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <set>

namespace wsc {
namespace {

/// A random Space over all operations.
std::unique_ptr<ir::RandomSpace> randomSpace(uint64_t seed) {
  static const ir::Op ops[] = {
#define OP(Name, mnemonic, arity) ir::Op::Name,
#include "ir/Ir.def"
  };
  auto random = std::make_unique<ir::RandomSpace>(seed);
  random->grow(llvm::ArrayRef(ops).drop_front(4), 40); // without the leaves
  random->addRoots();
  return random;
}

std::vector<feasibility::Design> feasibleDesigns(const feasibility::Problem &problem,
                                                 llvm::ArrayRef<unsigned> constraints) {
  std::vector<feasibility::Design> designs;
  feasibility::enumerateDesigns(problem, constraints, [&](const feasibility::Design &design) {
    designs.push_back(design);
    return true;
  });
  return designs;
}
std::vector<feasibility::Design> feasibleDesigns(const feasibility::Problem &problem) {
  return feasibleDesigns(problem, problem.constraints());
}

std::vector<const ir::Node *> roots(const ir::Space &space) {
  std::vector<const ir::Node *> nodes;
  for (const ir::Quantity &quantity : space.quantities)
    nodes.push_back(quantity.node);
  for (const ir::Constraint &constraint : space.constraints)
    nodes.push_back(constraint.node);
  return nodes;
}

struct Point {
  std::vector<double> values;
  std::vector<Rational> exact;
};

Point randomPoint(const ir::Space &space, std::mt19937_64 &random) {
  Point point;
  for (const ir::Param &param : space.params) {
    unsigned i = random() % param.values.size();
    point.values.push_back(param.values[i]);
    point.exact.push_back(param.domain[i]);
  }
  return point;
}

std::vector<double> evaluate(const ir::Space &space, llvm::ArrayRef<double> point) {
  ir::Tape tape(space, roots(space));
  std::vector<double> results(tape.rootCount());
  std::vector<double> metrics(space.metrics.size(), 1.0);
  tape.evaluate(point, metrics, results);
  return results;
}

/// What a pass may rely on is what intervals show, so it is held to that: where no exact value
/// exists, its enclosure at a point must meet the old one, and it is undefined where the old one
/// is.
std::vector<Interval> enclose(const ir::Space &space, llvm::ArrayRef<double> point) {
  ir::Tape tape(space, roots(space));
  std::vector<Interval> box, results(tape.rootCount()), workspace;
  for (double value : point)
    box.push_back(Interval::point(value));
  RoundUp rounding;
  tape.evaluate(box, workspace, results);
  return results;
}

bool meet(Interval a, Interval b) { return a.lo <= b.hi && b.lo <= a.hi; }

/// Indices of what rewrites; analyses have nothing to compare.
std::vector<unsigned> rewritingPasses() {
  std::vector<unsigned> result;
  for (unsigned i = 0; i < passes::all().size(); ++i)
    if (passes::all()[i].run)
      result.push_back(i);
  return result;
}

class EveryPass : public testing::TestWithParam<unsigned> {};

TEST_P(EveryPass, KeepsValues) {
  const passes::Pass &pass = passes::all()[GetParam()];
  std::mt19937_64 random(GetParam() + 1);
  unsigned compared = 0, sameKind = 0;
  for (unsigned i = 0; i < 100; ++i) {
    auto generated = randomSpace(random());
    ir::Space *space = &generated->space;
    auto after = pass.run(*space);
    ASSERT_TRUE(ir::verify(*after).empty()) << pass.name.str() << ": " << ir::verify(*after)[0];
    if (after->constraints.size() != space->constraints.size()) // no longer the same, one by one
      after->constraints = {}, space->constraints = {};
    ir::Tape before(*space, roots(*space)), behind(*after, roots(*after));
    ASSERT_EQ(before.rootCount(), behind.rootCount());
    for (unsigned j = 0; j < 20; ++j) {
      Point point = randomPoint(*space, random);
      std::vector<double> x = evaluate(*space, point.values), y = evaluate(*after, point.values);
      std::vector<Interval> old = enclose(*space, point.values);
      std::vector<Interval> now = enclose(*after, point.values);
      for (unsigned k = 0; k < x.size(); ++k, ++compared) {
        // Exact values where there are any: rounding moves `floor` and `mod` over their steps, and
        // folding, which does not round, moves them back.
        auto exactly = before.evaluateExactly(k, point.exact);
        auto exactlyNow = behind.evaluateExactly(k, point.exact);
        SCOPED_TRACE(pass.name.str() + ", root " + std::to_string(k));
        ASSERT_TRUE(!exactly || !exactlyNow || *exactly == *exactlyNow);
        ASSERT_TRUE(exactlyNow || !exactly || pass.kind != passes::Pass::Default);
        ASSERT_TRUE(std::isnan(x[k]) || meet(old[k], now[k]));
        sameKind += std::isnan(x[k]) == std::isnan(y[k]);
      }
    }
  }
  EXPECT_GT(compared, 3000u);
  // All but where rounding itself decides: sqrt(x - y) of equal numbers.
  EXPECT_GT(sameKind, compared - compared / 500);
}

INSTANTIATE_TEST_SUITE_P(Passes, EveryPass, testing::ValuesIn(rewritingPasses()),
                         [](const auto &info) { return passes::all()[info.param].name.str(); });

/// The default pipeline, against brute force: the same designs are feasible, and constraints keep
/// their meaning one by one.
TEST(DefaultPipeline, KeepsFeasibleDesigns) {
  unsigned feasible = 0, designs = 0;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    auto after = passes::runDefault(*space);
    feasibility::Problem before(*space), behind(*after);
    ASSERT_EQ(before.constraints(), behind.constraints());
    EXPECT_TRUE(feasibleDesigns(before) == feasibleDesigns(behind));
    for (unsigned constraint : before.constraints())
      EXPECT_TRUE(feasibleDesigns(before, {constraint}) == feasibleDesigns(behind, {constraint}));
    feasible += feasibleDesigns(before).size();
    designs += space->designCount();
  }
  EXPECT_GT(feasible, designs / 20);
  EXPECT_LT(feasible, designs / 2);
}

/// The bounds that `yield` adds hold, and leave next to nothing where there are few defects.
TEST(Yield, EnclosesTheShareOfAPoissonProcess) {
  ir::Space space;
  test::Expr y = test::open(space, "y", test::steps(Rational(1, 1000), 50, Rational(1, 10)));
  test::Expr one = test::number(space, 1);
  test::Expr minus = test::numeric(ir::Op::Neg, {y});
  space.quantities.push_back({"f", ((one - test::numeric(ir::Op::Exp, {minus})) / y).node, {}});
  auto after = passes::boundYield(space);
  EXPECT_GT(after->reachable().size(), space.reachable().size());
  for (double value : space.params[0].values) {
    double old = evaluate(space, {value})[0], now = evaluate(*after, {value})[0];
    EXPECT_NEAR(old, now, 1e-12);
    EXPECT_TRUE(meet(enclose(space, {value})[0], enclose(*after, {value})[0]));
  }
  auto over = [](const ir::Space &space, Interval box) {
    Interval result;
    std::vector<Interval> workspace;
    RoundUp rounding;
    ir::Tape(space, roots(space)).evaluate(box, workspace, result);
    return result;
  };
  EXPECT_GT(over(space, {0.001, 0.002}).hi, 1.9);
  Interval tight = over(*after, {0.001, 0.002});
  EXPECT_GT(tight.lo, 0.9989);
  EXPECT_LT(tight.hi, 0.9996);
}

/// The values of all feasible designs: indices mean something else in a smaller domain.
std::set<std::vector<Rational>> feasibleValues(const ir::Space &space) {
  std::set<std::vector<Rational>> result;
  for (const feasibility::Design &design : feasibleDesigns(feasibility::Problem(space))) {
    std::vector<Rational> values;
    for (unsigned p = 0; p < space.params.size(); ++p)
      values.push_back(space.params[p].domain[design.choice[p]]);
    result.insert(std::move(values));
  }
  return result;
}

TEST(Tighten, KeepsAllFeasibleDesigns) {
  unsigned removed = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    auto space = test::randomSpace(seed);
    auto after = passes::tightenDomains(*space);
    EXPECT_TRUE(feasibleValues(*space) == feasibleValues(*after));
    for (unsigned p = 0; p < space->params.size(); ++p)
      removed += space->params[p].domain.size() - after->params[p].domain.size();
  }
  EXPECT_GT(removed, 300u);
}

/// What `tighten` removes is certainly ruled out: no design that meets a requirement is lost.
TEST(Tighten, LosesNoFeasibleDesign) {
  std::mt19937_64 random(7);
  unsigned feasible = 0, removed = 0;
  for (unsigned i = 0; i < 300; ++i) {
    auto generated = randomSpace(random());
    ir::Space *space = &generated->space;
    auto after = passes::tightenDomains(*space);
    for (unsigned p = 0; p < space->params.size(); ++p)
      removed += space->params[p].domain.size() - after->params[p].domain.size();
    std::vector<const ir::Node *> conditions;
    for (const ir::Constraint &constraint : space->constraints)
      if (constraint.isHard() && constraint.node->bindingTime() == ir::BindingTime::Static)
        conditions.push_back(constraint.node);
    ir::Tape tape(*space, conditions);
    for (unsigned j = 0; j < 50; ++j) {
      std::vector<double> point = randomPoint(*space, random).values;
      std::vector<double> truth(conditions.size()), metrics(space->metrics.size(), 1.0);
      tape.evaluate(point, metrics, truth);
      if (!llvm::all_of(truth, [](double t) { return t == 1; }))
        continue;
      ++feasible;
      for (unsigned p = 0; p < point.size(); ++p)
        ASSERT_TRUE(llvm::is_contained(after->params[p].values, point[p]));
    }
  }
  EXPECT_GT(feasible, 100u);
  EXPECT_GT(removed, 10u);
}

} // namespace
} // namespace wsc
