// What frameworks do besides the mathematics: recomputation that stops early, weights that are not
// gathered ahead, optimizers of many kernels, collectives that take cores, fused attention.
#include "EvaluationDesigns.h"
#include "evaluation/Bounds.h"
#include "evaluation/Iteration.h"
#include "evaluation/Kernels.h"
#include "evaluation/StrategyBounds.h"
#include "evaluation/Work.h"
#include "gtest/gtest.h"

using namespace wsc::evaluation;

namespace {

/// A GPT of 24 layers with h = 2048 on 8 GPUs.
Design onEight(double tp) {
  return {a100Cluster(8), gpt(24, 2048, 16), workloadOf(WorkloadKind::Training, 32, 2048, 0),
          strategyOf(tp, 1, 8 / tp)};
}

Work layerOf(const Design &design) {
  std::vector<std::string> reasons;
  const Placement placement = *place(design, reasons);
  return layerWork(Task(design, placement, Phase::Training), false);
}

TEST(EvaluationSoftware, recomputationThatStopsEarlyLeavesTheLastProduct) {
  const Design all = onEight(1);
  Design early = all;
  early.strategy.earlyStop = true;
  std::vector<std::string> reasons;
  const Placement placement = *place(all, reasons);
  const RankHardware rank = rankHardware(all, placement.rank, Phase::Training);
  double last = 0;
  for (const Operator &op : feedForwardOperators(all, Phase::Training))
    if (op.kind == OperatorKind::FfnDown)
      last += costOf(op, rank).time;
  EXPECT_GT(last, 0);
  EXPECT_NEAR(layerOf(all).recompute - layerOf(early).recompute, last, 1e-9 * last);
  EXPECT_DOUBLE_EQ(hardwareFlops(all) - hardwareFlops(early),
                   2 * 24 * 2048.0 * 8192 * all.workload.tokens());
}

TEST(EvaluationSoftware, requestsAreNotRecomputed) {
  Design design = llamaDecode();
  design.strategy.recompute = Recompute::Full; // the default of strategies
  EXPECT_EQ(hardwareFlops(design), modelFlops(design));
}

TEST(EvaluationSoftware, recomputationThatStopsEarlyLeavesTheLastSum) {
  Design design = onEight(4);
  const double six = layerOf(design).network.waferByteHops;
  design.strategy.earlyStop = true;
  EXPECT_DOUBLE_EQ(layerOf(design).network.waferByteHops, six * 5 / 6);
}

TEST(EvaluationSoftware, boundsHoldForRecomputationThatStopsEarly) {
  for (double tp : {1, 2, 8})
    for (bool parallel : {false, true}) {
      Design design = onEight(tp);
      design.model.parallelBlock = parallel;
      design.strategy.earlyStop = true;
      std::vector<std::string> reasons;
      const Placement placement = *place(design, reasons);
      StrategyBounds bounds(design, {});
      const double reached = design.workload.tokens() / trainingStep(design, placement).time;
      EXPECT_GE(bounds.best(Metric::Throughput, design, StrategyBounds::whole), reached);
      ASSERT_TRUE(bounds.learnLayers(design));
      EXPECT_GE(bounds.best(Metric::Throughput, design, StrategyBounds::whole), reached);
      EXPECT_LE(bounds.best(Metric::Throughput, design, StrategyBounds::whole), 1.3 * reached);
    }
}

TEST(EvaluationSoftware, aCollectiveTakesCoresFromWhatHidesIt) {
  auto eightSeconds = [] {
    Work work;
    work.compute.time = 8;
    work.crowding = 0.25;
    return work;
  };
  // Beside 4 s of it, 3 s of computation get done.
  Work work = eightSeconds();
  EXPECT_DOUBLE_EQ(work.exposed(4, 1, 8), 1);
  EXPECT_DOUBLE_EQ(work.hidden, 3);
  // 3 s of computation last 4 s beside it, then it goes on alone.
  work = eightSeconds();
  EXPECT_DOUBLE_EQ(3 + work.exposed(10, 1, 3), 10);
  EXPECT_DOUBLE_EQ(work.hidden, 3);
}

TEST(EvaluationSoftware, weightsAreGatheredAheadOrWaitedFor) {
  Design design = onEight(1);
  design.strategy.zeroStage = 3;
  design.strategy.overlapWeights = design.strategy.overlapGradients = 1;
  EXPECT_EQ(layerOf(design).weights, 0);
  design.strategy.backwardPrefetch = false;
  std::vector<std::string> reasons;
  const Placement placement = *place(design, reasons);
  const double bytes = layerWeights(design, false).shared * 2;
  EXPECT_DOUBLE_EQ(layerOf(design).weights,
                   collective(Collective::AllGather, placement.data, bytes).time);
}

TEST(EvaluationSoftware, anUpdateMovesWhatItIsSaidTo) {
  Design design = onEight(1);
  const double fused = optimizerTime(design); // 3 x 2 + 2 x 12 + 2 bytes
  design.workload.updateTraffic = 92;
  EXPECT_DOUBLE_EQ(optimizerTime(design), fused * 92 / 32);
  const Chip &chip = design.chip;
  EXPECT_DOUBLE_EQ(optimizerTime(design),
                   design.model.parameters * 92 / (chip.dramBandwidth * chip.dramEfficiency));
}

TEST(EvaluationSoftware, fusedAttentionRunsAtTheRateOfItsKernel) {
  Design design = onEight(1);
  design.strategy.flashAttention = true;
  design.strategy.microBatch = 4;
  design.workload.sequence = 16384;
  std::vector<std::string> reasons;
  const Placement placement = *place(design, reasons);
  auto attention = [&] {
    const RankHardware rank = rankHardware(design, placement.rank, Phase::Training);
    for (const Operator &op : attentionOperators(design, Phase::Training))
      if (op.kind == OperatorKind::Attention)
        return op.flops / costOf(op, rank).time / design.chip.peak;
    return 0.0;
  };
  design.chip.attentionEfficiency = 0.3;
  EXPECT_NEAR(attention(), 0.3, 0.01);
  // Without it, at most the rate of products.
  design.chip.attentionEfficiency = 0;
  EXPECT_GT(attention(), 0.3);
}

} // namespace
