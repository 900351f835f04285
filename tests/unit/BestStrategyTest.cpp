// The best strategy of a chip, and the best design of a chip, against trying all of them.
#include "search/BestStrategy.h"
#include "EvaluationDesigns.h"

#include "feasibility/Problem.h"
#include "feasibility/Sample.h"
#include "search/ChipRefinement.h"
#include "search/Estimates.h"
#include "search/Hypervolume.h"
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace wsc::search {
namespace {

using evaluation::Metric;

/// GPT-3 on up to 256 GPUs, or the same on wafers, with the strategy open and requirements at each
/// level of it.
class OpenStrategy : public evaluation::DesignSpace {
public:
  OpenStrategy(const evaluation::Design &design, std::mt19937_64 &random) : DesignSpace(design) {
    const ir::Node *tp = open("strategy.tp", {1, 2, 4, 8, 16});
    const ir::Node *pp = open("strategy.pp", {1, 3, 4, 8, 12, 16});
    const ir::Node *dp = open("strategy.dp", {1, 2, 4, 6, 8, 16});
    const ir::Node *micro = open("strategy.micro_batch_size", {1, 2, 3, 4});
    if (random() % 2)
      openEnum("strategy.recompute", "Recompute");
    // What bounds keep must know that these differ.
    const ir::Node *cp = random() % 3 == 0 ? open("strategy.cp", {1, 2}) : constant(1);
    if (random() % 3 == 0)
      open("strategy.flash_attention", ir::Type::boolean(), {0, 1});
    const ir::Node *gpus = constant(32 << random() % 4);
    const ir::Node *ranks = multiply(multiply(multiply(tp, pp), dp), cp);
    require("devices", ir::Op::Le, ranks, gpus);
    const ir::Node *left = number(ir::Op::Mod, constant(1536), multiply(dp, micro));
    require("batch", ir::Op::Eq, left, constant(0));
    // A random limit on memory: micro-batches times a weight over tp and pp.
    const ir::Node *weights = multiply(micro, constant(random() % 40 + 1));
    require("memory", ir::Op::Le, number(ir::Op::Div, weights, multiply(tp, pp)), constant(2));
  }

  void require(const char *name, ir::Op op, const ir::Node *a, const ir::Node *b) {
    ir::Constraint constraint;
    constraint.name = name;
    constraint.node = space.make(op, ir::Type::boolean(), {a, b});
    space.constraints.push_back(constraint);
  }

  const ir::Node *open(const char *path, std::vector<int> values) {
    return open(path, ir::Type::number(), std::vector<Rational>(values.begin(), values.end()));
  }

private:
  const ir::Node *constant(int value) { return space.constant(Rational(value)); }
  const ir::Node *number(ir::Op op, const ir::Node *a, const ir::Node *b) {
    return space.make(op, ir::Type::number(), {a, b});
  }
  const ir::Node *multiply(const ir::Node *a, const ir::Node *b) {
    return number(ir::Op::Mul, a, b);
  }
  void openEnum(const char *path, llvm::StringRef name) {
    unsigned index = 0;
    while (space.enums[index].name != name)
      ++index;
    std::vector<Rational> domain;
    for (unsigned i = 0; i < space.enums[index].values.size(); ++i)
      domain.push_back(i);
    open(path, ir::Type::enumeration(index), domain);
  }
  const ir::Node *open(const char *path, ir::Type type, std::vector<Rational> domain) {
    space.params.emplace_back(path, type, domain, ir::Location{});
    const ir::Node *node = space.param(space.params.size() - 1);
    for (ir::Quantity &quantity : space.quantities)
      if (quantity.name == path)
        quantity.node = node;
    return node;
  }
};

struct Best {
  double value = 0; ///< 0: there is none
  std::vector<unsigned> choice;
  uint64_t evaluated = 0;
};

/// Of all designs that are feasible and can be evaluated; of equals, the first.
Best bruteForce(const ir::Space &space, const ir::Node *objective, bool maximize) {
  feasibility::Problem problem(space);
  const auto evaluator =
      createEvaluator(evaluation::Fidelity::Analytic,
                      std::get<evaluation::Binding>(evaluation::Binding::create(space)));
  Best best;
  // The last field turns fastest.
  feasibility::Design design{std::vector<unsigned>(space.params.size(), 0)};
  for (bool more = true; more;) {
    if (problem.verify(design).feasible) {
      const std::vector<double> point = feasibility::valuesOf(space, design);
      const evaluation::Measurement result = evaluator->measure(point);
      const std::vector<double> metrics = evaluation::metricsOf(space, result);
      ++best.evaluated;
      double value = result[Metric::Throughput];
      if (objective)
        ir::Tape(space, objective).evaluate(point, metrics, value);
      bool ok = result.status == evaluation::Status::Ok;
      for (const ir::Constraint &constraint : space.constraints)
        if (double holds = 1; ok && constraint.isMeasured()) {
          ir::Tape(space, constraint.node).evaluate(point, metrics, holds);
          ok = holds == 1;
        }
      if (ok && (best.value == 0 || (maximize ? value > best.value : value < best.value))) {
        best.value = value;
        best.choice = design.choice;
      }
    }
    more = false;
    for (unsigned i = design.choice.size(); i-- > 0 && !more;) {
      more = ++design.choice[i] < space.params[i].domain.size();
      if (!more)
        design.choice[i] = 0;
    }
  }
  return best;
}

/// Of wafers with a mesh of 12 x 7 reticles, 7 to a rank.
evaluation::Design waferTraining() {
  evaluation::Design design = evaluation::gptTraining();
  design.chip = evaluation::wse2();
  design.chip.wafers = 16;
  design.chip.memory = 1e15;
  design.strategy.reticlesPerRank = 7;
  return design;
}

/// The first best choice of all, by the order of the fields and their values.
TEST(BestStrategy, isTheBestOfAll) {
  std::mt19937_64 random(7);
  unsigned feasible = 0;
  for (unsigned trial = 0; trial < 24; ++trial) {
    OpenStrategy open(trial % 2 ? waferTraining() : evaluation::gptTraining(), random);
    ir::Space &space = open.space;
    const ir::Node *objective = nullptr;
    const bool maximize = trial % 3 != 2;
    if (trial % 3) { // throughput by default, by name, and time
      space.metrics.push_back({maximize ? "throughput" : "iteration_time", ir::Type::number(), ""});
      objective = space.metric(0);
      space.objectives.push_back({"goal", objective, maximize, {}});
    }
    if (trial % 4 == 1) { // a threshold, which some chips do not reach
      space.metrics.push_back({"mfu", ir::Type::number(), ""});
      open.require("useful", ir::Op::Le, space.constant(fromDouble(0.05)),
                   space.metric(space.metrics.size() - 1));
    }
    BestStrategy search(space, std::get<evaluation::Binding>(evaluation::Binding::create(space)));
    auto found = search.find({std::vector<unsigned>(search.fields().size(), 0)});
    const Best expected = bruteForce(space, objective, maximize);
    ASSERT_EQ(found.has_value(), expected.value != 0) << trial;
    if (!found)
      continue;
    ++feasible;
    EXPECT_EQ(maximize ? found->worth : -found->worth, expected.value) << trial;
    EXPECT_EQ(found->design.choice, expected.choice) << trial;
    EXPECT_LE(found->evaluated, expected.evaluated);
    EXPECT_TRUE(feasibility::Problem(space).verify(found->design).feasible);
  }
  EXPECT_GT(feasible, 6u);
}

/// Whatever metric decides, or an expression of them, in training and in serving.
TEST(BestStrategy, isTheBestOfAllByAnyMetric) {
  std::mt19937_64 random(3);
  const std::pair<const char *, bool> metrics[] = {
      {"ttft", false},       {"tpot", false},       {"user_rate", true}, {"token_energy", false},
      {"token_cost", false}, {"wafer_rate", true},  {"power", false},    {"mfu", true},
      {"hfu", true},         {"peak_power", false}, {"per watt", true},  {"of both", false}};
  const unsigned count = std::size(metrics);
  unsigned feasible = 0, spared = 0;
  for (unsigned trial = 0; trial < 4 * count; ++trial) {
    const auto &[name, maximize] = metrics[trial % count];
    evaluation::Design design = trial % 3 ? evaluation::gptTraining() : waferTraining();
    design.chip.capital = 1e6;
    const bool trains = llvm::StringRef(name) == "hfu";
    const bool serves = trial % count < 3 || (!trains && random() % 2);
    if (serves) {
      design.workload = evaluation::workloadOf(evaluation::WorkloadKind::Inference, 1536, 256, 32);
      design.workload.serving = evaluation::Serving(random() % 2);
    }
    OpenStrategy open(design, random);
    ir::Space &space = open.space;
    for (const char *metric : {name, "ttft", "iteration_time", "throughput", "power"})
      space.metrics.push_back({metric, ir::Type::number(), ""});
    const ir::Node *objective = space.metric(0);
    auto combine = [&](ir::Op op, const ir::Node *a, const ir::Node *b) {
      return space.make(op, ir::Type::number(), {a, b});
    };
    if (llvm::StringRef(name) == "per watt")
      objective = combine(ir::Op::Div, space.metric(3), space.metric(4));
    else if (llvm::StringRef(name) == "of both")
      objective = combine(ir::Op::Mul, space.metric(4),
                          combine(ir::Op::Mul, space.metric(2), space.metric(2)));
    space.objectives.push_back({"goal", objective, maximize, {}});
    if (serves && random() % 2)
      open.require("soon", ir::Op::Le, space.metric(1),
                   space.constant(fromDouble(0.05 * (1 + random() % 100))));
    if (random() % 2 || llvm::StringRef(name).contains("power"))
      open.require("fast", ir::Op::Le, space.metric(2),
                   space.constant(fromDouble(1 + random() % 200)));
    BestStrategy search(space, std::get<evaluation::Binding>(evaluation::Binding::create(space)));
    auto found = search.find({std::vector<unsigned>(search.fields().size(), 0)});
    const Best expected = bruteForce(space, objective, maximize);
    ASSERT_EQ(found.has_value(), expected.value != 0) << trial << ' ' << name;
    if (!found)
      continue;
    ++feasible;
    EXPECT_EQ(maximize ? found->worth : -found->worth, expected.value) << trial << ' ' << name;
    EXPECT_EQ(found->design.choice, expected.choice) << trial << ' ' << name;
    spared += found->evaluated < expected.evaluated / 2;
  }
  EXPECT_GT(feasible, 16u);
  EXPECT_GT(spared, 8u);
}

/// Objectives, minimized, of all designs that are feasible and can be evaluated.
std::map<feasibility::Design, std::vector<double>> allAnswers(const Task &task,
                                                              const evaluation::Binding &binding) {
  const ir::Space &space = task.problem().space();
  const Task::Estimate evaluate =
      estimateBy(space, createEvaluator(evaluation::Fidelity::Analytic, binding));
  std::map<feasibility::Design, std::vector<double>> answers;
  feasibility::Sampler sampler(task.problem(), 1);
  while (auto design = sampler.next()) {
    const std::vector<double> objectives = evaluate(*design).objectives;
    if (llvm::all_of(objectives, [](double value) { return std::isfinite(value); }))
      answers[*design] = task.minimized(objectives);
  }
  EXPECT_TRUE(sampler.isExhausted());
  return answers;
}

/// Of all strategies and batches, in training for power, and in serving for the users; with an
/// objective that follows from the strategy.
TEST(ChipRefinement, GrowsTheHypervolumeMost) {
  std::mt19937_64 random(5);
  unsigned growing = 0;
  for (unsigned trial = 0; trial < 12; ++trial) {
    evaluation::Design design = trial % 2 ? waferTraining() : evaluation::gptTraining();
    const bool serves = trial % 3 == 0;
    if (serves)
      design.workload = evaluation::workloadOf(evaluation::WorkloadKind::Inference, 1536, 256, 32);
    OpenStrategy open(design, random);
    ir::Space &space = open.space;
    open.open("workload.batch_size", {384, 768, 1536});
    for (const char *metric : {"throughput", serves ? "user_rate" : "power"})
      space.metrics.push_back({metric, ir::Type::number(), ""});
    space.objectives.push_back({"speed", space.metric(0), true, {}});
    space.objectives.push_back({"other", space.metric(1), serves, {}});
    if (trial % 4 == 1)
      space.objectives.push_back({"tp", space.param(0), false, {}});
    const feasibility::Problem problem(space);
    const Task task(problem);
    const auto binding = std::get<evaluation::Binding>(evaluation::Binding::create(space));
    const auto answers = allAnswers(task, binding);
    if (answers.empty())
      continue;
    Points known(3, space.objectives.size());
    std::vector<double> reference(known.cols(), -HUGE_VAL);
    for (unsigned i = 0; i < 3; ++i) {
      const auto any = std::next(answers.begin(), random() % answers.size());
      for (unsigned k = 0; k < known.cols(); ++k)
        known(i, k) = any->second[k];
    }
    for (const auto &[each, objectives] : answers)
      for (unsigned k = 0; k < known.cols(); ++k)
        reference[k] = std::max(reference[k], objectives[k] + 1);
    const Boxes left = undominatedBoxes(known, reference);
    auto worth = [&](llvm::ArrayRef<double> objectives) {
      const double growth = left.volumeOf(objectives);
      return growth > 0 ? growth : worthless;
    };
    double most = worthless;
    for (const auto &[each, objectives] : answers)
      most = std::max(most, worth(objectives));
    const Task::Refinement refinement = refineChips(space, binding);
    EXPECT_EQ(refinement.fields.size(), space.params.size());
    EXPECT_FALSE(refinement.isDecided);
    const auto found = refinement.best(answers.begin()->first, worth);
    ASSERT_EQ(found.has_value(), most > worthless) << trial;
    if (!found)
      continue;
    ++growing;
    EXPECT_EQ(found->worth, most) << trial;
    ASSERT_TRUE(answers.count(found->design)) << trial;
    EXPECT_EQ(worth(answers.at(found->design)), most) << trial;
  }
  EXPECT_GT(growing, 6u);
}

} // namespace
} // namespace wsc::search
