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

  /// The same, serving requests in any way.
  Design nextServing() {
    Design design = next();
    design.workload = workloadOf(WorkloadKind::Inference, pick({1, 2, 8, 48}), pick({128, 2048}),
                                 pick({1, 2, 64}));
    design.workload.serving = Serving(pick({0, 1}));
    if (pick({0, 0, 1})) {
      design.workload.draftTokens = pick({1, 4});
      design.workload.draftAcceptance = 0.2 * pick({1, 4, 5});
      design.workload.draftCost = 0.1;
    }
    const bool continuous = design.workload.serving == Serving::ContinuousBatching;
    design.workload.prefillChunk = continuous ? pick({0, 0, 96, 4096}) : 0;
    design.strategy.prefillReplicas = continuous ? pick({0, 0, 1, 2}) : 0;
    design.chip.capital = pick({0, 1}) * 1e6;
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
    auto throughput = [&](StrategyBounds::Known known) {
      return bounds.best(Metric::Throughput, design, known);
    };
    const double anyGroup = throughput({});
    const double anyRecompute = throughput({.group = true});
    const double anySize = throughput({.group = true, .recompute = true});
    const double whole = throughput(StrategyBounds::whole);
    ASSERT_TRUE(bounds.learnLayers(design));
    const double layers = throughput(StrategyBounds::whole);
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

/// In either direction, whatever the algorithm: what one half of the ranks adds up and what the
/// other does.
TEST(EvaluationStrategyBounds, sumsCrossTheMiddleOfTheirGroup) {
  RandomDesigns designs;
  unsigned placed = 0;
  double tightest = 0;
  for (unsigned trial = 0; trial < 4000; ++trial) {
    const Design design = designs.next();
    const Chip &chip = design.chip;
    const auto group = tensorGroup(chip, design.strategy);
    if (!group || group->ranks() == 1 || chip.waferTopology == Topology::Switch)
      continue;
    ++placed;
    const double links = (chip.waferTopology == Topology::Torus ? 2 : 1) *
                         std::max(chip.reticleRows, chip.reticleCols) * chip.waferLinkBandwidth;
    const double cut = std::max(links, chip.wafers > 1 ? chip.systemLinkBandwidth : 0);
    for (double bytes = 1; bytes < 1e12; bytes *= 10) {
      const double time = allReduce(*group, bytes).time;
      ASSERT_GE(time, bytes / cut) << trial << ' ' << bytes;
      tightest = std::max(tightest, bytes / cut / time);
    }
  }
  EXPECT_GT(placed, 500u);
  EXPECT_GT(tightest, 0.2);
}

TEST(EvaluationStrategyBounds, theMiddleOfAGroupIsNarrowerThanTheLinksOfLargeRanks) {
  Design design = gptTraining();
  design.chip = wse2();
  design.chip.reticleRows = design.chip.reticleCols = 8;
  design.chip.memory = 1e15;
  design.strategy = strategyOf(4, 1, 1);
  design.strategy.reticlesPerRank = 16;
  const auto &[chip, model, workload, strategy] = design;
  const double vector =
      workload.batch * workload.sequence * model.hidden * workload.activationBytes();
  const double bound = lowerBoundsOf(design).network;
  EXPECT_DOUBLE_EQ(bound, 4 * model.layers * vector / (8 * chip.waferLinkBandwidth));
  EXPECT_GE(measure(design)[Metric::IterationTime], bound);
}

/// With whatever is known of them, in training and in serving.
TEST(EvaluationStrategyBounds, noMetricBeatsItsBound) {
  RandomDesigns designs;
  std::array<double, metricCount> tightest{};
  unsigned measured = 0;
  for (unsigned trial = 0; trial < 40000; ++trial) {
    const Design design = trial % 4 ? designs.nextServing() : designs.next();
    const Measurement result = measure(design);
    ASSERT_NE(result.status, Status::InternalError) << trial;
    if (result.status != Status::Ok)
      continue;
    ++measured;
    StrategyBounds bounds(design, {});
    auto compare = [&](StrategyBounds::Known known) {
      for (unsigned i = 0; i < metricCount; ++i) {
        const Metric metric{static_cast<uint8_t>(i)};
        const bool maximize = StrategyBounds::bounds(metric, true);
        const double value = result[metric];
        if ((!maximize && !StrategyBounds::bounds(metric, false)) || std::isnan(value))
          continue;
        const double bound = bounds.best(metric, design, known);
        ASSERT_LE(maximize ? value : bound, maximize ? bound : value)
            << name(metric).str() << ' ' << trial << ' ' << known.group << known.microBatch;
        tightest[i] = std::max(tightest[i], maximize ? value / bound : bound / value);
      }
    };
    compare({});
    compare({.group = true});
    compare({.group = true, .recompute = true});
    compare(StrategyBounds::whole);
    ASSERT_TRUE(bounds.learnLayers(design));
    compare(StrategyBounds::whole);
  }
  EXPECT_GT(measured, 3000u);
  for (Metric metric :
       {Metric::Throughput, Metric::Mfu, Metric::Hfu, Metric::UserRate, Metric::WaferRate,
        Metric::IterationTime, Metric::TokenEnergy, Metric::TokenCost, Metric::Ttft, Metric::Tpot})
    EXPECT_GT(tightest[static_cast<unsigned>(metric)], 0.6) << name(metric).str();
  EXPECT_FALSE(StrategyBounds::bounds(Metric::Power, false));
}

} // namespace
} // namespace wsc::evaluation
