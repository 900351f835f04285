// Products, rows and collectives of a GPU against what their formulas promise.
#include "EvaluationDesigns.h"
#include "evaluation/Analytic.h"
#include "evaluation/Collectives.h"
#include "evaluation/SingleOperator.h"
#include "evaluation/TiledProduct.h"

#include <gtest/gtest.h>

namespace wsc::evaluation {
namespace {

/// An A100: 108 multiprocessors, a cache of 40 MB at 7.2 TB/s, DRAM at 2 TB/s.
CacheDevice a100() {
  CacheDevice device;
  device.cores = 108;
  device.flopRate = 312e12 / 108;
  device.vectorRate = 19.5e12;
  device.coreSram = 192e3;
  device.accumulators = 128 * 1024;
  device.cache = 40e6;
  device.cacheBandwidth = 7.2e12;
  device.dramBandwidth = 2e12;
  device.tileLatency = 1e-6;
  device.kernelLatency = 5e-6;
  return device;
}

Operator productOf(double m, double n, double k, double count = 1) {
  Workload workload{};
  workload.operation = Operation::Gemm;
  workload.elementSize = 2;
  workload.m = m;
  workload.n = n;
  workload.k = k;
  workload.count = count;
  return singleOperator(workload);
}

double secondsOf(const Operator &op, const CacheDevice &device) {
  RankHardware rank;
  rank.device = device;
  return costOnCache(op, rank).time;
}

TEST(EvaluationCache, oneMoreTileTakesAnotherWave) {
  // Sums for one 128 x 128 tile, and operands for no smaller one at the same time.
  CacheDevice device = a100();
  device.accumulators = 128 * 128 * 4;
  device.dramBandwidth = 20e12;
  const TiledProduct full = bestTiling(productOf(128 * 108, 128, 8192), device);
  const TiledProduct more = bestTiling(productOf(128 * 109, 128, 8192), device);
  EXPECT_EQ(full.rows * full.cols, 128 * 128);
  EXPECT_EQ(full.waves, 1);
  EXPECT_EQ(full.bound, Bound::Compute);
  EXPECT_NEAR(full.streaming, 2 * 128.0 * 128 * 8192 / device.flopRate, 1e-12);
  EXPECT_GT(more.time(), 1.2 * full.time());
  EXPECT_LE(more.time(), 2 * full.time());
}

TEST(EvaluationCache, largeProductsReachThePeakAndNoneBeatsIt) {
  const CacheDevice device = a100();
  for (double n : {64, 512, 4096, 32768}) {
    const Operator op = productOf(n, n, n);
    const double ideal = op.flops / (device.cores * device.flopRate);
    EXPECT_GE(secondsOf(op, device), ideal);
    if (n == 32768) {
      EXPECT_LT(secondsOf(op, device), 1.05 * ideal);
    }
  }
}

TEST(EvaluationCache, fewRowsWaitForDram) {
  const CacheDevice device = a100();
  const Operator op = productOf(1, 16384, 16384);
  const TiledProduct tiled = bestTiling(op, device);
  EXPECT_EQ(tiled.bound, Bound::Dram);
  EXPECT_NEAR(tiled.streaming, (op.resident + op.reads) / device.dramBandwidth, 1e-9);
  EXPECT_GE(tiled.dramBytes, op.resident);
}

TEST(EvaluationCache, splitsAlongKWhereTilesAreFewerThanCores) {
  CacheDevice device = a100();
  const TiledProduct deep = bestTiling(productOf(128, 128, 1 << 17), device);
  EXPECT_GT(deep.splits, 1);
  // One tile on one core alone.
  EXPECT_LT(deep.streaming, 2 * 128.0 * 128 * (1 << 17) / device.flopRate / 10);
  EXPECT_EQ(bestTiling(productOf(8192, 8192, 8192), device).splits, 1);
}

TEST(EvaluationCache, sharedReadsFeedCoresThatTheCacheHoldsUp) {
  CacheDevice device = a100();
  device.cacheBandwidth = 1e12;
  const Operator op = productOf(8192, 8192, 8192);
  const TiledProduct alone = bestTiling(op, device);
  EXPECT_EQ(alone.bound, Bound::Sram);
  device.multicast = 2;
  EXPECT_LT(bestTiling(op, device).streaming, 0.8 * alone.streaming);
}

TEST(EvaluationCache, moreOfAnythingIsNotMuchFaster) {
  // Tiles of powers of two: a larger product may be cut better, but not by a wave in two.
  const CacheDevice device = a100();
  double last = 0;
  for (double m = 1; m <= 65536; m *= 2) {
    const double seconds = secondsOf(productOf(m, 4096, 4096), device);
    EXPECT_GE(seconds, 0.999 * last) << m;
    last = seconds;
  }
}

TEST(EvaluationCache, rowsNeedALaunchAndThenBandwidth) {
  const CacheDevice device = a100();
  Workload workload{};
  workload.elementSize = 2;
  workload.operation = Operation::Activation;
  workload.m = workload.n = 1;
  EXPECT_NEAR(secondsOf(singleOperator(workload), device), device.kernelLatency, 1e-9);
  workload.m = workload.n = 32768;
  const double bytes = 4 * workload.m * workload.n;
  EXPECT_NEAR(secondsOf(singleOperator(workload), device),
              device.kernelLatency + bytes / device.dramBandwidth, 1e-9);
  // A reduction reads its rows twice.
  workload.operation = Operation::Softmax;
  EXPECT_NEAR(secondsOf(singleOperator(workload), device),
              device.kernelLatency + 1.5 * bytes / device.dramBandwidth, 1e-9);
}

Fabric eightGpus() {
  Fabric fabric;
  fabric.isSwitch = true;
  fabric.cols = {8, false, 200e9, 1e-6};
  fabric.protocol = {20e-6, 60e-6, 0.5};
  return fabric;
}

TEST(EvaluationCache, collectivesGoFromLatencyToBandwidth) {
  const Fabric fabric = eightGpus();
  EXPECT_GE(allReduceOnSwitch(fabric, 1).time, fabric.protocol.start);
  EXPECT_LT(allReduceOnSwitch(fabric, 1).time, 40e-6); // no buffers are handed over
  double last = 0;
  for (double bytes = 1; bytes < 1e11; bytes *= 1.7) {
    const double time = allReduceOnSwitch(fabric, bytes).time;
    EXPECT_GT(time, last);
    last = time;
  }
  const double bytes = 1e11;
  EXPECT_NEAR(allReduceOnSwitch(fabric, bytes).time / (2 * 7. / 8 * bytes / 200e9), 1, 1e-3);
}

TEST(EvaluationCache, ringsThroughNodesAreAsFastAsTheirSlowestLink) {
  const Fabric local = eightGpus();
  Fabric nodes;
  nodes.isSwitch = true;
  nodes.cols = {4, false, 100e9, 10e-6};
  const double bytes = 1e11;
  EXPECT_NEAR(allReduceOnSwitches(local, nodes, bytes).time / (2 * 31. / 32 * bytes / 100e9), 1,
              1e-3);
  // Trees need fewer steps between nodes.
  EXPECT_EQ(allReduceOnSwitches(local, nodes, 1).algorithm, "pipelined trees");
  EXPECT_NEAR(allReduceOnSwitches(local, nodes, 1).time, 20e-6 + 14 * 1e-6 + 4 * 10e-6, 1e-9);
}

Design productDesign(Operation operation, double tp = 1) {
  Design design = gptTraining();
  design.workload.kind = WorkloadKind::Inference;
  design.workload.operation = operation;
  design.workload.m = design.workload.n = design.workload.k = 4096;
  design.workload.count = 1;
  design.workload.bytes = 1 << 20;
  design.strategy = strategyOf(tp, 1, 1);
  return design;
}

TEST(EvaluationCache, anOperatorIsAWorkload) {
  for (Operation operation :
       {Operation::Gemm, Operation::Softmax, Operation::Norm, Operation::Activation,
        Operation::AllReduce, Operation::ReduceScatter, Operation::AllGather, Operation::AllToAll})
    for (double tp : {4, 32}) {
      const Evaluation result = analyse(productDesign(operation, tp));
      ASSERT_EQ(result.status, Status::Ok) << name(operation).str();
      EXPECT_GT(result[Metric::IterationTime], 0) << name(operation).str();
      EXPECT_TRUE(std::isnan(result[Metric::Throughput]));
      EXPECT_NEAR(result[Metric::PeakPower], result[Metric::Power], 1e-9 * result[Metric::Power]);
      const Item *time = result.find("time");
      ASSERT_TRUE(time);
      EXPECT_EQ(time->sum(), time->value);
      EXPECT_TRUE(time->find(name(operation)));
    }
}

TEST(EvaluationCache, saysWhatAnOperatorLacks) {
  Design design = productDesign(Operation::AllReduce);
  design.workload.bytes = 0;
  EXPECT_EQ(analyse(design).status, Status::Invalid);
  design = productDesign(Operation::Gemm);
  design.workload.k = 0;
  const Evaluation result = analyse(design);
  EXPECT_EQ(result.status, Status::Invalid);
  ASSERT_EQ(result.reasons.size(), 1u);
  EXPECT_EQ(result.reasons[0],
            "an operator needs `workload.m`, `n`, `k` and `count` of at least 1");
}

TEST(EvaluationCache, devicesBehindASwitchAreNotOneDevice) {
  Design design = productDesign(Operation::Gemm);
  design.strategy.reticlesPerRank = 2;
  EXPECT_EQ(analyse(design).status, Status::NotModelled);
}

} // namespace
} // namespace wsc::evaluation
