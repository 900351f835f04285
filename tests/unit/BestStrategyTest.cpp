// The best strategy of a chip against trying all of them.
#include "search/BestStrategy.h"
#include "EvaluationDesigns.h"

#include "feasibility/Problem.h"
#include <gtest/gtest.h>
#include <random>

namespace wsc::search {
namespace {

using evaluation::Metric;

/// GPT-3 on up to 256 GPUs, with the strategy open and requirements at each level of it.
class OpenStrategy : public evaluation::DesignSpace {
public:
  explicit OpenStrategy(std::mt19937_64 &random) : DesignSpace(evaluation::gptTraining()) {
    const ir::Node *tp = open("strategy.tp", {1, 2, 4, 8, 16});
    const ir::Node *pp = open("strategy.pp", {1, 3, 4, 8, 12, 16});
    const ir::Node *dp = open("strategy.dp", {1, 2, 4, 6, 8, 16});
    const ir::Node *micro = open("strategy.micro_batch_size", {1, 2, 3, 4});
    const ir::Node *gpus = constant(32 << random() % 4);
    const ir::Node *ranks = multiply(multiply(tp, pp), dp);
    require("devices", ir::Op::Le, ranks, gpus);
    const ir::Node *left = number(ir::Op::Mod, constant(1536), multiply(dp, micro));
    require("batch", ir::Op::Eq, left, constant(0));
    // A random limit on memory: micro-batches times a weight over tp and pp.
    const ir::Node *weights = multiply(micro, constant(random() % 40 + 1));
    require("memory", ir::Op::Le, number(ir::Op::Div, weights, multiply(tp, pp)), constant(2));
  }

private:
  const ir::Node *constant(int value) { return space.constant(Rational(value)); }
  const ir::Node *number(ir::Op op, const ir::Node *a, const ir::Node *b) {
    return space.make(op, ir::Type::number(), {a, b});
  }
  const ir::Node *multiply(const ir::Node *a, const ir::Node *b) {
    return number(ir::Op::Mul, a, b);
  }
  void require(const char *name, ir::Op op, const ir::Node *a, const ir::Node *b) {
    ir::Constraint constraint;
    constraint.name = name;
    constraint.node = space.make(op, ir::Type::boolean(), {a, b});
    space.constraints.push_back(constraint);
  }
  const ir::Node *open(const char *path, std::vector<int> values) {
    std::vector<Rational> domain(values.begin(), values.end());
    space.params.emplace_back(path, ir::Type::number(), domain, ir::Location{});
    const ir::Node *node = space.param(space.params.size() - 1);
    for (ir::Quantity &quantity : space.quantities)
      if (quantity.name == path)
        quantity.node = node;
    return node;
  }
};

/// The greatest objective of all designs that are feasible and can be evaluated; 0 if there are
/// none.
double bruteForce(const ir::Space &space, const ir::Node *objective, bool maximize) {
  feasibility::Problem problem(space);
  evaluation::Analytic evaluator(std::get<evaluation::Binding>(evaluation::Binding::create(space)));
  double best = 0;
  feasibility::Design design{std::vector<unsigned>(space.params.size(), 0)};
  for (bool more = true; more;) {
    if (problem.verify(design).feasible) {
      const std::vector<double> point = feasibility::valuesOf(space, design);
      const evaluation::Measurement result = evaluator.measure(point);
      double value = result[Metric::Throughput];
      if (objective)
        ir::Tape(space, objective).evaluate(point, evaluation::metricsOf(space, result), value);
      if (result.status == evaluation::Status::Ok &&
          (best == 0 || (maximize ? value > best : value < best)))
        best = value;
    }
    more = false;
    for (unsigned i = 0; i < design.choice.size() && !more; ++i) {
      more = ++design.choice[i] < space.params[i].domain.size();
      if (!more)
        design.choice[i] = 0;
    }
  }
  return best;
}

TEST(BestStrategy, isAsGoodAsTheBestOfAll) {
  std::mt19937_64 random(7);
  unsigned feasible = 0;
  for (unsigned trial = 0; trial < 12; ++trial) {
    OpenStrategy open(random);
    ir::Space &space = open.space;
    const ir::Node *objective = nullptr;
    const bool maximize = trial % 3 != 2;
    if (trial % 3) { // throughput by default, by name, and time
      space.metrics.push_back({maximize ? "throughput" : "iteration_time", ir::Type::number(), ""});
      objective = space.metric(0);
      space.objectives.push_back({"goal", objective, maximize, {}});
    }
    BestStrategy search(space, std::get<evaluation::Binding>(evaluation::Binding::create(space)));
    ASSERT_EQ(search.fields().size(), 4u);
    auto found = search.find({std::vector<unsigned>(4, 0)});
    const double expected = bruteForce(space, objective, maximize);
    ASSERT_EQ(found.has_value(), expected != 0);
    if (!found)
      continue;
    ++feasible;
    EXPECT_DOUBLE_EQ(found->objective, expected);
    EXPECT_TRUE(feasibility::Problem(space).verify(found->design).feasible);
  }
  EXPECT_GT(feasible, 6u);
}

} // namespace
} // namespace wsc::search
