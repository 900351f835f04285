// Bounds on what a strategy can reach, against what it reaches.
#include "EvaluationDesigns.h"
#include "evaluation/Analytic.h"
#include "evaluation/Placement.h"
#include "evaluation/StrategyBounds.h"

#include <gtest/gtest.h>
#include <random>

namespace wsc::evaluation {
namespace {

/// A training run on GPUs or wafers with a random strategy, most of which are valid.
class RandomDesigns {
public:
  Design next() {
    const bool gpus = pick({0, 1});
    Design design{gpus ? a100Cluster(512) : wafers(), model(),
                  workloadOf(WorkloadKind::Training, 64, 1024, 0),
                  strategyOf(pick({1, 2, 4, 8}), pick({1, 2, 3, 4, 8}), pick({1, 2, 4, 8}),
                             pick({1, 2, 4, 8}))};
    design.chip.memory = 1e18;
    design.workload.dropout = pick({0, 1});
    Strategy &strategy = design.strategy;
    strategy.reticlesPerRank = gpus ? 1 : pick({1, 2, 3, 4, 6, 12});
    strategy.cp = pick({1, 1, 2});
    strategy.ep = design.model.experts > 1 ? pick({1, 2}) : 1;
    strategy.recompute = Recompute(pick({0, 1, 2}));
    strategy.schedule = Schedule(pick({0, 1, 2, 3}));
    strategy.virtualStages = strategy.schedule == Schedule::Interleaved ? pick({1, 2, 4}) : 1;
    strategy.sequenceParallel = pick({0, 1});
    strategy.flashAttention = pick({0, 1});
    strategy.zeroStage = pick({0, 1, 2, 3});
    strategy.overlapTensor = pick({0, 0, 1});
    strategy.overlapGradients = pick({0, 1});
    return design;
  }

private:
  double pick(std::initializer_list<int> values) {
    return *(values.begin() + random_() % values.size());
  }
  Model model() {
    switch (random_() % 3) {
    case 0: return gpt(24, 2048, 16);
    case 1: return llama3();
    default: return deepseekV3();
    }
  }
  Chip wafers() {
    Chip chip = wse2();
    chip.wafers = pick({1, 8});
    chip.dataflow = Dataflow(pick({0, 1, 2, 3}));
    chip.shift = Shift(pick({0, 1, 2}));
    chip.coreTopology = Topology(pick({0, 1}));
    chip.waferTopology = Topology(pick({0, 1, 2}));
    chip.operandTraffic = pick({0, 4, 16});
    chip.stepLatency = chip.operatorLatency = pick({0, 1}) * 1e-7;
    chip.dramBandwidth = pick({0, 1}) * 1e12;
    return chip;
  }

  std::mt19937_64 random_{11};
};

TEST(EvaluationStrategyBounds, noStrategyBeatsThem) {
  RandomDesigns designs;
  unsigned measured = 0;
  double tightest = 0;
  for (unsigned trial = 0; trial < 20000; ++trial) {
    const Design design = designs.next();
    const Measurement result = measure(design);
    if (result.status != Status::Ok)
      continue;
    ++measured;
    StrategyBounds bounds(design, {});
    const double of = result[Metric::Throughput];
    const double anyGroup = bounds.of(design, {});
    const double anyRecompute = bounds.of(design, {.group = true});
    const double anySize = bounds.of(design, {.group = true, .recompute = true});
    const double whole = bounds.of(design, StrategyBounds::whole);
    ASSERT_TRUE(bounds.learnLayers(design));
    const double layers = bounds.of(design, StrategyBounds::whole);
    ASSERT_GE(whole, of) << trial;
    ASSERT_GE(anySize, whole) << trial;
    ASSERT_GE(anyRecompute, anySize) << trial;
    ASSERT_GE(anyGroup, anyRecompute) << trial;
    ASSERT_GE(layers, of) << trial;
    tightest = std::max(tightest, of / layers);
  }
  EXPECT_GT(measured, 2000u);
  EXPECT_GT(tightest, 0.95);
}

/// The roofline of strategies whose micro-batch is not known rests on it.
TEST(EvaluationStrategyBounds, noSumTakesMoreForEachByteOfALongerVector) {
  RandomDesigns designs;
  unsigned placed = 0, spanning = 0;
  for (unsigned trial = 0; trial < 2000; ++trial) {
    const Design design = designs.next();
    const auto group = tensorGroup(design.chip, design.strategy);
    if (!group || group->ranks() == 1)
      continue;
    ++placed;
    spanning += group->system.ranks() > 1;
    double before = HUGE_VAL;
    for (double bytes = 1; bytes < 1e12; bytes *= 3) {
      const double each = allReduce(*group, bytes).time / bytes;
      ASSERT_LE(each, before * (1 + 1e-12)) << trial << ' ' << bytes;
      before = each;
    }
  }
  EXPECT_GT(placed, 500u);
  EXPECT_GT(spanning, 10u);
}

TEST(EvaluationStrategyBounds, metricsThatGrowWithThroughputSayHowMuchTheyNeed) {
  const Design design = gptTraining();
  const Measurement result = measure(design);
  const double throughput = result[Metric::Throughput];
  for (Metric metric : {Metric::Throughput, Metric::Mfu})
    EXPECT_NEAR(StrategyBounds::throughputFor(metric, result[metric], design) / throughput, 1,
                1e-6);
  EXPECT_EQ(StrategyBounds::throughputFor(Metric::Power, 1, design), 0);
}

} // namespace
} // namespace wsc::evaluation
