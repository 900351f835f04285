// Collectives against their closed forms, and what must hold between topologies.
#include "evaluation/Network.h"

#include <gtest/gtest.h>

using namespace wsc::evaluation;

namespace {

Fabric meshOf(double rows, double cols, bool wraps = false) {
  Fabric fabric;
  fabric.rows = {rows, wraps, 1e9, 1e-6};
  fabric.cols = {cols, wraps, 1e9, 1e-6};
  return fabric;
}

Fabric switchOf(double ports) {
  Fabric fabric = meshOf(1, ports);
  fabric.isSwitch = true;
  return fabric;
}

double allReduceTime(const Fabric &fabric, double bytes) {
  return costOf(Collective::AllReduce, fabric, bytes).time;
}

TEST(EvaluationNetwork, ringOnASwitchHasItsClosedForm) {
  const double n = 1e9, B = 1e9, alpha = 1e-6;
  for (double P : {2., 4., 8., 64.}) {
    const NetworkCost cost = costOf(Collective::AllReduce, switchOf(P), n);
    EXPECT_EQ(cost.algorithm, "ring");
    EXPECT_DOUBLE_EQ(cost.time, 2 * ((P - 1) * alpha + (P - 1) / P * n / B));
    EXPECT_DOUBLE_EQ(cost.byteHops, 2 * (P - 1) * n);
  }
  const NetworkCost small = costOf(Collective::AllReduce, switchOf(64), 8);
  EXPECT_EQ(small.algorithm, "tree");
  EXPECT_DOUBLE_EQ(small.time, 2 * 6 * (alpha + 8 / B));
}

TEST(EvaluationNetwork, hamiltonianCyclesOfGrids) {
  EXPECT_TRUE(hasHamiltonianCycle(meshOf(2, 3)));
  EXPECT_FALSE(hasHamiltonianCycle(meshOf(3, 3)));
  EXPECT_FALSE(hasHamiltonianCycle(meshOf(1, 4)));
  EXPECT_TRUE(hasHamiltonianCycle(meshOf(3, 3, true)));
  EXPECT_TRUE(hasHamiltonianCycle(meshOf(1, 4, true)));
}

TEST(EvaluationNetwork, largeAllReduceApproachesTheBandwidthOfItsLinks) {
  // n/B (1 - 1/P) with two link directions at a mesh's corner, half of it with four on a torus.
  const double n = 1e12, seconds = n / 1e9;
  EXPECT_NEAR(allReduceTime(meshOf(4, 4), n), seconds * 15 / 16, 1e-3);
  EXPECT_NEAR(allReduceTime(meshOf(5, 5), n), seconds * 24 / 25, 1e-3);
  EXPECT_NEAR(allReduceTime(meshOf(4, 4, true), n), seconds / 2 * 15 / 16, 1e-3);
  EXPECT_NEAR(allReduceTime(meshOf(1, 4), n), 2 * seconds * 3 / 4, 1e-3); // a folded ring
}

TEST(EvaluationNetwork, topologiesThatDifferAnswerDifferently) {
  for (double k : {3., 4., 5., 8.})
    for (double n : {1e3, 1e6, 1e9})
      for (Collective kind : {Collective::AllReduce, Collective::ReduceScatter,
                              Collective::AllGather, Collective::AllToAll}) {
        const double mesh = costOf(kind, meshOf(k, k), n).time;
        const double torus = costOf(kind, meshOf(k, k, true), n).time;
        EXPECT_LT(torus, mesh) << k << " " << n;
        EXPECT_NE(mesh, costOf(kind, switchOf(k * k), n).time);
      }
}

TEST(EvaluationNetwork, timeGrowsWithBytesAndRanks) {
  for (Collective kind : {Collective::AllReduce, Collective::AllGather, Collective::AllToAll})
    for (bool wraps : {false, true}) {
      double last = 0;
      for (double bytes = 1; bytes < 1e12; bytes *= 3) {
        const double time = costOf(kind, meshOf(4, 6, wraps), bytes).time;
        EXPECT_GT(time, last);
        last = time;
      }
      last = 0;
      // A torus of 2 x 2 is a mesh, with half the links of larger ones.
      for (double k = wraps ? 4 : 2; k <= 32; k += 2) {
        const double time = costOf(kind, meshOf(k, k, wraps), 1e6).time;
        EXPECT_GT(time, last) << k;
        last = time;
      }
    }
  for (double ranks = 2; ranks < 100; ++ranks)
    EXPECT_LT(allReduceTime(switchOf(ranks), 1e6), allReduceTime(switchOf(ranks + 1), 1e6));
}

TEST(EvaluationNetwork, allToAllIsBoundByTheBisection) {
  // n N / (4 k B) on a k x k mesh.
  EXPECT_NEAR(costOf(Collective::AllToAll, meshOf(8, 8), 1e9).time, 1e9 * 64 / (4 * 8 * 1e9), 1e-3);
}

} // namespace
