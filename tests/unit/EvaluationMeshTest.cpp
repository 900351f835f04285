// Products and reductions on a mesh of cores: against bounds that hold for any algorithm, between
// mappings and topologies, and against runs of WaferLLM on a WSE-2.
#include "evaluation/Analytic.h"
#include "evaluation/Mesh.h"
#include "evaluation/Pipeline.h"
#include "tests/unit/EvaluationDesigns.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace wsc::evaluation;

namespace {

constexpr double cycle = 1 / 1.1e9;

/// The constants of stdlib/chips/wse.wsc.
Chip waferLlm() {
  Chip chip = wse2();
  chip.dataflow = Dataflow::Adaptive;
  chip.operandTraffic = 6;
  chip.vectorLatency = 6 * cycle;
  chip.stepLatency = 250 * cycle;
  chip.operatorLatency = 1000 * cycle;
  chip.routeLatency = 5 * cycle;
  chip.waferHopLatency = 0;
  return chip;
}

/// n x n cores of a WSE-2.
RankHardware meshOf(double n, const Chip &chip = waferLlm()) {
  Design design = llamaDecode();
  design.chip = chip;
  design.strategy.coreRows = design.strategy.coreCols = n;
  return rankHardware(design, {12, 7}, Phase::Prefill);
}

Operator product(double m, double n, double k) {
  Operator op{OperatorKind::Qkv, m, n, k};
  op.flops = 2 * m * n * k;
  op.left = op.right = op.result = 2;
  return op;
}

Line lineOf(double cores) { return {cores, 1e9, 4 / cycle, cycle, 0, 5 * cycle, false}; }

double allReduce(double cores, double bytes) {
  const LineReduction reduction = allReduceOnLine(lineOf(cores), bytes);
  return reduction.transfer + reduction.latency;
}

// ---- reductions -----------------------------------------------------------------------------

TEST(EvaluationMesh, reductionsHaveTheirClosedForm) {
  // 20 groups of 20 cores: 10 + 10 cores in sequence and the multicast, 10 hops in a group, 200
  // between groups and 200 back.
  EXPECT_NEAR(allReduce(400, 2), (5 * 0.5 + 410 + 5 * 21) * cycle, 1e-15);
  // A long vector is faster along a chain, which receives it three times instead of five.
  EXPECT_NEAR(allReduce(400, 4e6), (3e6 + 400 + 5 * 201) * cycle, 1e-12);
  EXPECT_EQ(allReduce(1, 1e6), 0);
}

TEST(EvaluationMesh, noReductionBeatsDistanceAndBandwidth) {
  double last = 0;
  for (double cores = 2; cores < 1000; cores += 7)
    for (double bytes : {2., 100., 1e4}) {
      const double time = allReduce(cores, bytes);
      // Every core needs something of every other, and a result of that many bytes.
      EXPECT_GE(time, (cores - 1) * cycle);
      EXPECT_GE(time, bytes / 4 * cycle);
      EXPECT_GE(allReduce(cores, bytes * 2), time);
      if (bytes == 100) {
        EXPECT_GE(time, last);
        last = time;
      }
    }
}

// ---- products -------------------------------------------------------------------------------

TEST(EvaluationMesh, noProductBeatsArithmeticAndChannelLoad) {
  std::mt19937 random(1);
  auto pick = [&](unsigned n) { return 1.0 + random() % n; };
  for (unsigned i = 0; i < 3000; ++i) {
    Chip chip = waferLlm();
    chip.dataflow = static_cast<Dataflow>(i % 4);
    chip.shift = static_cast<Shift>(i / 4 % 3);
    const double n = pick(700);
    const RankHardware rank = meshOf(n, chip);
    Operator op = product(pick(5000), pick(20000), pick(20000));
    op.count = i % 5 == 0 ? pick(40) : 1;
    op.flops *= op.count;
    const double time = costOf(op, rank).time;
    EXPECT_GE(time * (1 + 1e-9), op.flops / rank.flopRate);
    EXPECT_GE(time * (1 + 1e-9), op.flops / 2 * chip.operandTraffic / rank.sramBandwidth);
    // Output stationary: every core receives its rows of A but for its own part, over two links.
    const bool shifts = chip.dataflow == Dataflow::OutputStationary;
    if (shifts && op.count == 1) {
      EXPECT_GE(time * (1 + 1e-9), op.m / n * op.k * (1 - 1 / n) * 2 / (2 * 4 / cycle));
    }
  }
}

TEST(EvaluationMesh, vectorsAreRoundedUpToTheLanes) {
  // One core, four lanes; a column of A has m elements, for each of n x k elements of B.
  auto cycles = [](double m, double n, double k) {
    Chip chip = waferLlm();
    chip.operandTraffic = 0;
    chip.dataflow = Dataflow::OutputStationary;
    return costOf(product(m, n, k), meshOf(1, chip)).time / cycle;
  };
  EXPECT_NEAR(cycles(4, 10, 30), 300 * (6 + 1), 1e-6);
  EXPECT_NEAR(cycles(5, 10, 30), 300 * (6 + 2), 1e-6);
  EXPECT_NEAR(cycles(8, 10, 30), 300 * (6 + 2), 1e-6);
  EXPECT_NEAR(cycles(400, 10, 30), 300 * (6 + 100), 1e-6);
  // Long vectors come near the peak, MeshGEMM on small tiles far from it.
  Chip chip = waferLlm();
  const RankHardware mesh = meshOf(720, chip);
  auto share = [&](double k) {
    const Operator op = product(k, k, k);
    return op.flops / mesh.flopRate / costOf(op, mesh).time;
  };
  EXPECT_LT(share(2048), 0.02);
  EXPECT_GT(share(65536), 0.7);
}

TEST(EvaluationMesh, theWayTilesTravelCosts) {
  auto time = [](Shift shift, double k) {
    Chip chip = waferLlm();
    chip.stepLatency = 0;
    chip.shift = shift;
    return costOf(product(k, k, k), meshOf(720, chip)).time;
  };
  for (double k : {2048., 4096.}) {
    EXPECT_LT(time(Shift::Interleaved, k), time(Shift::Cannon, k));
    EXPECT_LT(time(Shift::Cannon, k), time(Shift::Summa, k));
  }
  EXPECT_GT(time(Shift::Summa, 2048) / time(Shift::Interleaved, 2048), 20);
  // A tile that takes longer to multiply than to pass on hides the difference.
  EXPECT_NEAR(time(Shift::Cannon, 32768) / time(Shift::Interleaved, 32768), 1, 0.05);
}

TEST(EvaluationMesh, oneProductIsNearWhatWasMeasured) {
  // He et al., section 7: on 720 x 720 cores MeshGEMM takes 17 % fewer cycles than Cannon's at
  // 8192^3, and computes in more than 70 % of its cycles from 2048^3 on.
  auto cost = [](Shift shift, double k) {
    Chip chip = waferLlm();
    chip.shift = shift;
    return costOf(product(k, k, k), meshOf(720, chip)).time;
  };
  EXPECT_NEAR(cost(Shift::Interleaved, 8192) / cost(Shift::Cannon, 8192), 1 - 0.17, 0.02);
  for (double k : {2048., 4096., 8192.}) {
    const double tile = std::ceil(k / 720);
    const double step = tile * tile * (6 + std::ceil(tile / 4)) + 250;
    EXPECT_GT(720 * step * cycle / cost(Shift::Interleaved, k), 0.7) << k;
  }
}

TEST(EvaluationMesh, aTorusHasNoWayBack) {
  Chip chip = waferLlm();
  chip.shift = Shift::Cannon;
  chip.coreRows = chip.coreCols = 700;
  chip.reticleRows = chip.reticleCols = 1;
  Design design = llamaDecode();
  design.strategy.reticlesPerRank = 1;
  design.chip = chip;
  const Operator op = product(2048, 2048, 2048);
  const double mesh = costOf(op, rankHardware(design, {1, 1}, Phase::Prefill)).time;
  design.chip.coreTopology = Topology::Torus;
  EXPECT_LT(costOf(op, rankHardware(design, {1, 1}, Phase::Prefill)).time, mesh);
}

TEST(EvaluationMesh, theAdaptiveMappingFollowsTheShape) {
  auto time = [](Dataflow dataflow, double m) {
    Chip chip = waferLlm();
    chip.dataflow = dataflow;
    return costOf(product(m, 4096, 4096), meshOf(512, chip)).time;
  };
  EXPECT_EQ(time(Dataflow::Adaptive, 1), time(Dataflow::WeightStationary, 1));
  EXPECT_EQ(time(Dataflow::Adaptive, 512), time(Dataflow::OutputStationary, 512));
  EXPECT_LT(time(Dataflow::WeightStationary, 1) * 50, time(Dataflow::OutputStationary, 1));
}

TEST(EvaluationMesh, tilesThatDoNotFillTheMeshCost) {
  // 4096 columns are 8 each on 512 cores, and 9 on 511.
  const double even = costOf(product(4096, 4096, 4096), meshOf(512)).time;
  const double odd = costOf(product(4096, 4096, 4096), meshOf(511)).time;
  EXPECT_GT(odd / even, 1.1);
}

TEST(EvaluationMesh, headsShareTheMesh) {
  const RankHardware rank = meshOf(480);
  for (double heads : {1., 7., 32., 480., 500., 2000.}) {
    const Block block = blockOf(rank.grid, heads);
    const double blocks = std::ceil(heads / block.rounds);
    EXPECT_LE(blocks * block.cores(), 480 * 480);
    EXPECT_GE(blocks * block.cores(), 0.5 * 480 * 480) << heads;
  }
  EXPECT_EQ(blockOf(rank.grid, 32).row.cores, 15);
  EXPECT_EQ(blockOf(rank.grid, 32).col.cores, 480);
}

// ---- whole models ---------------------------------------------------------------------------

/// Llama 3 8B as the kernels of WaferLLM run it, with one head as wide as the residual stream.
Design waferLlama(double prefill, double decode) {
  Design design = llamaDecode();
  design.chip = waferLlm();
  design.model.heads = design.model.kvHeads = 1;
  design.model.headDim = 4096;
  design.strategy.coreRows = design.strategy.coreCols = prefill;
  design.strategy.decodeCoreRows = design.strategy.decodeCoreCols = decode;
  return design;
}

TEST(EvaluationMesh, moreCoresSpeedUpPrefillAndSlowDownDecode) {
  // He et al., OSDI 2025, tables 3 and 4; step and operator latency are calibrated on four of
  // these.
  struct Run {
    double cores, prefill, decode; ///< tokens/s published; 0: no such run
  };
  double lastPrefill = 0, lastDecode = HUGE_VAL;
  for (const Run &run : {Run{420, 0, 2699.9}, Run{480, 20320.6, 0}, Run{540, 0, 2501.5},
                         Run{600, 25037.2, 0}, Run{660, 0, 2243.3}, Run{720, 27686.5, 0}}) {
    const Measurement result = measure(waferLlama(run.cores, 0));
    ASSERT_EQ(result.status, Status::Ok);
    const double prefill = 4096 / result[Metric::Ttft], decode = 1 / result[Metric::Tpot];
    if (run.prefill > 0) {
      EXPECT_NEAR(prefill / run.prefill, 1, 0.1) << run.cores;
      EXPECT_GT(prefill, lastPrefill);
      lastPrefill = prefill;
    } else {
      EXPECT_NEAR(decode / run.decode, 1, 0.1) << run.cores;
      EXPECT_LT(decode, lastDecode);
      lastDecode = decode;
    }
  }
}

TEST(EvaluationMesh, aVectorTimesAMatrixIsNearWhatWasMeasured) {
  // Table 6: 16384 x 16384 in 1.2 us, on a number of cores that is not given.
  EXPECT_NEAR(costOf(product(1, 16384, 16384), meshOf(720)).time / 1.2e-6, 1, 0.25);
}

TEST(EvaluationMesh, layersThatDoNotFitGoOnToTheNextMesh) {
  std::vector<std::string> reasons;
  Design design = waferLlama(660, 360);
  design.strategy.cacheMemory = 2e9;
  const std::optional<Placement> placement = place(design, reasons);
  ASSERT_TRUE(placement);
  // 18.06 GB; 660^2 cores hold 20.9 GB, 360^2 cores 6.2 GB.
  EXPECT_EQ(placement->regions.count, 1);
  EXPECT_EQ(placement->decodeRegions.count, 3);
  EXPECT_EQ(placement->regions.handover(design.chip, 8192), 0);
  EXPECT_NEAR(placement->decodeRegions.handover(design.chip, 8192),
              2 * (360 + 8192. / (360 * 4)) * cycle, 1e-12);

  design.strategy.coreRows = 1000;
  EXPECT_FALSE(place(design, reasons));
  EXPECT_EQ(reasons.back(), "a mesh of 1000 x 660 cores does not fit on a rank of 996 x 756 cores");
  EXPECT_EQ(measure(design).status, Status::Invalid);
}

TEST(EvaluationMesh, streamedWeightsTakeTheirTimeWhereNothingHidesThem) {
  Design design = waferLlama(660, 0);
  const Measurement resident = measure(design);
  design.strategy.weights = Weights::Streamed;
  design.chip.systemLinkBandwidth = 1e16;
  design.chip.systemHopLatency = 0;
  EXPECT_DOUBLE_EQ(measure(design)[Metric::Tpot], resident[Metric::Tpot]);
  design.chip.systemLinkBandwidth = 150e9;
  const Measurement streamed = measure(design);
  EXPECT_NEAR(streamed[Metric::Tpot], design.model.parameters * 2 / 150e9, 1e-6);
  EXPECT_GE(streamed[Metric::Power] * streamed[Metric::IterationTime],
            128 * design.model.parameters * 2 * design.chip.systemLinkEnergy);
}

} // namespace
