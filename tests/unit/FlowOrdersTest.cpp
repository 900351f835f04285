// What it takes that packets of O1TURN draw their orders, against draws and flit by flit.
#include "network/FlowOrders.h"
#include "network/Collectives.h"
#include "network/Cycle.h"
#include "network/Flow.h"
#include "gtest/gtest.h"

using namespace wsc::network;

namespace {

/// The mean of the larger of two is 1 / sqrt(pi) above theirs, of three 3 / (2 sqrt(pi)).
TEST(FlowOrders, MeanOfTheLargestOfNormalNumbers) {
  EXPECT_NEAR(flow::meanOfLargest(flow::Normal{7, 0, 3}), 7, 1e-9);
  EXPECT_NEAR(flow::meanOfLargest(flow::Normal{7, 2, 1}), 7, 1e-3);
  EXPECT_NEAR(flow::meanOfLargest(flow::Normal{7, 2, 2}), 7 + 2 / std::sqrt(M_PI), 1e-3);
  EXPECT_NEAR(flow::meanOfLargest(flow::Normal{7, 2, 3}), 7 + 3 / std::sqrt(M_PI), 1e-3);
  EXPECT_NEAR(flow::meanOfLargest({{7, 2, 1}, {7, 2, 1}}), 7 + 2 / std::sqrt(M_PI), 1e-3);
  EXPECT_NEAR(flow::meanOfLargest({{7, 2, 2}, {100, 1, 1}}), 100, 1e-3);
}

struct AllToAll {
  AllToAll(unsigned rows, unsigned cols, double flits, unsigned channels) {
    shape.rows = rows;
    shape.cols = cols;
    router.virtualChannels = channels;
    network.emplace(Network::grid(shape));
    routes.emplace(*network, Routing::O1Turn);
    const Groups groups = Groups::onGrid(shape, rows, cols, 1, 1);
    program = programOf(Collective::AllToAll, Algorithm::Direct, groups, flits * groups.members(),
                        {.relay = 0, .packet = 1});
  }
  double busiestByChance() const {
    flow::Lanes lanes(*routes, router.virtualChannels);
    lanes.add(program.steps[0].flows);
    const flow::Capacity capacity(lanes, *network, router, 1);
    return flow::busiestByChance(lanes, *routes, router, capacity, program.steps[0].flows, 1, 1);
  }

  GridShape shape;
  Router router;
  std::optional<Network> network;
  std::optional<Routes> routes;
  Program program;
};

TEST(FlowOrders, BusiestChannelOfDraws) {
  for (const double flits : {1.0, 4.0}) {
    const AllToAll all(8, 8, flits, 8);
    double busiest = 0;
    constexpr unsigned draws = 20;
    for (unsigned seed = 1; seed <= draws; ++seed) {
      cycle::Limits limits;
      limits.seed = seed;
      const ProgramResult result = cycle::run(*all.routes, all.router, all.program, limits);
      busiest += *llvm::max_element(result.channelFlits) / draws;
    }
    EXPECT_NEAR(all.busiestByChance() * 128 * flits, busiest, 0.02 * busiest);
  }
}

/// On a line, both orders are the same way: with two channels for each it does not matter which is
/// drawn, with one it does.
TEST(FlowOrders, OnALineClassesAreDrawn) {
  EXPECT_NEAR(AllToAll(1, 8, 4, 4).busiestByChance(), 1, 1e-6);
  EXPECT_GT(AllToAll(1, 8, 4, 2).busiestByChance(), 1.05);
}

/// A stream of packets over one channel: with one virtual channel for each order, these wait for
/// each other.
TEST(FlowOrders, StreamThroughBothClasses) {
  GridShape shape;
  shape.cols = 4;
  const Network network = Network::grid(shape);
  const Routes routes(network, Routing::O1Turn);
  const Groups groups = Groups::onGrid(shape, 1, 4, 1, 1);
  for (const Collective kind : {Collective::Reduce, Collective::Broadcast}) {
    const Program program =
        programOf(kind, Algorithm::Chain, groups, 400, {.relay = 0, .packet = 1});
    for (const unsigned channels : {2, 4}) {
      Router router;
      router.virtualChannels = channels;
      const double cycles = cycle::run(routes, router, program).cycles;
      EXPECT_NEAR(flow::run(routes, router, program).cycles, cycles, 0.15 * cycles)
          << static_cast<int>(kind) << ' ' << channels;
    }
  }
}

/// On large meshes queues hold no more than buffers, and on others nodes send what their programs
/// have first: without these, 19 to 22 % too fast.
TEST(FlowOrders, AllToAllIsNearCycle) {
  struct Case {
    unsigned rows, cols, channels;
    double flits;
  };
  for (const auto &[rows, cols, channels, flits] : {Case{18, 18, 4, 1}, Case{22, 20, 4, 1}}) {
    const AllToAll all(rows, cols, flits, channels);
    const double cycles = cycle::run(*all.routes, all.router, all.program).cycles;
    EXPECT_NEAR(flow::run(*all.routes, all.router, all.program).cycles, cycles, 0.16 * cycles)
        << rows << " x " << cols;
  }
}

/// What waits in channels of both orders keeps them busy, whatever the node behind them draws; what
/// draws leave over of credits on long wires is used later.
TEST(FlowOrders, OnlyDrawsThatNothingMakesUpForLeaveClassesIdle) {
  struct Case {
    unsigned size, latency;
    Algorithm algorithm;
  };
  for (const auto &[size, latency, algorithm] :
       {Case{6, 1, Algorithm::Star}, Case{1, 20, Algorithm::Chain}}) {
    GridShape shape;
    shape.rows = size;
    shape.cols = 6;
    shape.wire.latency = latency;
    const Network network = Network::grid(shape);
    const Routes routes(network, Routing::O1Turn);
    const Program program = programOf(Collective::Reduce, algorithm, Groups::onGrid(shape, size, 6),
                                      512, {.relay = 0, .packet = 1});
    Router router;
    router.virtualChannels = 2;
    router.buffer = 8;
    const double cycles = cycle::run(routes, router, program).cycles;
    EXPECT_NEAR(flow::run(routes, router, program).cycles, cycles, 0.1 * cycles) << latency;
  }
}

/// Of an odd number of channels, packets that go rows first have the larger half.
TEST(FlowOrders, MulticastsHaveTheLargerHalf) {
  for (const bool isTorus : {false, true}) {
    GridShape shape;
    shape.cols = 8;
    shape.wrapsCols = isTorus;
    const Network network = Network::grid(shape);
    const Routes routes(network, Routing::O1Turn);
    const Program program = programOf(Collective::Broadcast, Algorithm::Chain,
                                      Groups::onGrid(shape, 1, 8), 400, {.relay = 0, .packet = 1});
    for (const unsigned channels : {2, 3, 4, 5, 6, 7, 8, 9}) {
      Router router;
      router.virtualChannels = channels;
      const double cycles = cycle::run(routes, router, program).cycles;
      EXPECT_NEAR(flow::run(routes, router, program).cycles, cycles, 0.01 * cycles)
          << isTorus << ' ' << channels;
    }
  }
}

} // namespace
