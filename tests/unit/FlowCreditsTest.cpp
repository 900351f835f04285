// What programs take on wires, credits and virtual channels that are not many: flows against flits.
#include "FlowNetworks.h"
#include "network/Collectives.h"
#include "network/Cycle.h"
#include "network/Flow.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace wsc::network;

namespace {

/// Wires that take much longer than all flits: credits decide, and time grows with the latency, but
/// neither work nor memory does.
TEST(Flow, LongWires) {
  GridShape shape;
  shape.rows = 5;
  shape.cols = 6;
  shape.wrapsRows = shape.wrapsCols = true;
  auto byFlow = [&](uint32_t latency, double flits) {
    shape.wire.latency = latency;
    const Network network = Network::grid(shape);
    const Program program = programOf(Collective::AllToAll, Algorithm::Direct,
                                      Groups::onGrid(shape, 5, 6), 30 * flits, {.relay = 0});
    const ProgramResult flow = flow::run(Routes(network, Routing::XY), Router(), program);
    EXPECT_EQ(flow.ending, Ending::Done) << latency << " " << flits;
    if (flits >= 1 && latency < 1000) {
      const ProgramResult cycle = cycle::run(Routes(network, Routing::XY), Router(), program);
      // Where a buffer is a hundredth of a round trip, what it holds up comes in bursts.
      EXPECT_NEAR(flow.cycles / cycle.cycles, 1, latency > 100 ? 0.3 : 0.05) << latency;
    }
    return flow.cycles;
  };
  byFlow(5, 1);
  byFlow(50, 1);
  const double once = byFlow(500, 1);
  EXPECT_NEAR(byFlow(500'000, 1) / once, 1000, 20);
  EXPECT_NEAR(byFlow(500'000, 1e-6) / byFlow(5'000, 1e-6), 100, 2);
}

/// Credits of long wires on tori: packets that choose their ways have all virtual channels but the
/// escape of the other side of the dateline; what buffers hold does not wait.
TEST(Flow, CreditsOfAllChannelsThatPacketsMayTake) {
  struct Case {
    unsigned rows, cols;
    Routing routing;
    unsigned buffer;
    Collective kind;
    Algorithm algorithm;
    Groups groups;
    double flits;
  };
  const auto on = [](unsigned rows, unsigned cols) {
    GridShape shape = gridOf(rows, cols);
    shape.wrapsRows = rows > 2;
    shape.wrapsCols = cols > 2;
    shape.wire.latency = 20;
    return shape;
  };
  for (const Case &sample : {Case{1, 12, Routing::Adaptive, 8, Collective::AllReduce,
                                  Algorithm::Exchange, Groups::onGrid(on(1, 12), 1, 12), 768},
                             Case{8, 5, Routing::Adaptive, 8, Collective::Reduce, Algorithm::Chain,
                                  Groups::onGrid(on(8, 5), 8, 5), 640},
                             Case{8, 8, Routing::XY, 4, Collective::AllToAll, Algorithm::Direct,
                                  Groups::onGrid(on(8, 8), 4, 2, 1, 2), 8}}) {
    const Network network = Network::grid(on(sample.rows, sample.cols));
    const Routes routes(network, sample.routing);
    Router router;
    router.buffer = sample.buffer;
    router.ports = sample.kind == Collective::AllToAll ? 4 : 1;
    const Program program =
        programOf(sample.kind, sample.algorithm, sample.groups, sample.flits, {.relay = 0});
    EXPECT_NEAR(flow::run(routes, router, program).cycles /
                    cycle::run(routes, router, program).cycles,
                1, 0.1)
        << sample.rows << " x " << sample.cols;
  }
}

/// Cycles by flows over those flit by flit, without anything between steps.
double overCycle(const Network &network, Routing routing, const Router &router,
                 const Program &program) {
  const Routes routes(network, routing);
  return flow::run(routes, router, program).cycles / cycle::run(routes, router, program).cycles;
}

/// Packets of which routers leave copies take one order, and only channels of that: half of them
/// with O1TURN, the escape if others choose their ways, and on tori one side of the dateline.
TEST(Flow, CopiesTakeChannelsOfOneOrder) {
  Router router;
  router.buffer = 8;
  for (const bool isTorus : {false, true}) {
    GridShape shape = gridOf(4, 6);
    shape.wrapsRows = shape.wrapsCols = isTorus;
    shape.wire.latency = 20;
    const Network network = Network::grid(shape);
    const Program program =
        programOf(Collective::Broadcast, Algorithm::Chain, Groups::onGrid(shape, 4, 6), 1200, {});
    for (const Routing routing : {Routing::XY, Routing::O1Turn, Routing::Adaptive})
      EXPECT_NEAR(overCycle(network, routing, router, program), 1, 0.03)
          << name(routing).str() << (isTorus ? " torus" : "");
  }
}

/// Packets with a choice are given a virtual channel only while its buffer has room for all of
/// them, which on long wires is how fast a stream of them goes; escapes take the rest.
TEST(Flow, AStreamOfPacketsWaitsForRoomForWholeOnes) {
  GridShape shape = gridOf(1, 5);
  shape.wire.latency = 20;
  const Network network = Network::grid(shape);
  const unsigned sizes[][2] = {{4, 1}, {4, 3}, {4, 4}, {6, 4}, {8, 4}, {11, 4}, {8, 8}};
  for (const auto &[buffer, packet] : sizes)
    for (const unsigned channels : {2, 3, 4}) {
      Router router;
      router.virtualChannels = channels;
      router.buffer = buffer;
      const Program program =
          programOf(Collective::Reduce, Algorithm::Chain, Groups::onGrid(shape, 1, 5), 1200,
                    {.relay = 0, .packet = packet});
      EXPECT_NEAR(overCycle(network, Routing::Adaptive, router, program), 1, 0.065)
          << channels << " channels of " << buffer << ", packets of " << packet;
    }
}

/// A packet goes one way: messages of one flit between neighbours take as long whether packets may
/// choose or not, and those that have two ways take one if they are a packet.
TEST(Flow, PacketsAreNotSplit) {
  const GridShape shape = gridOf(4, 6);
  const Network network = Network::grid(shape);
  const Program ring = programOf(Collective::AllGather, Algorithm::Ring,
                                 Groups::onGrid(shape, 4, 6), 24, {.relay = 0});
  for (const Routing routing : {Routing::XY, Routing::O1Turn, Routing::Adaptive})
    EXPECT_NEAR(overCycle(network, routing, {}, ring), 1, 0.001) << name(routing).str();
  Program across;
  across.packet = 4;
  across.steps.emplace_back();
  across.steps.back().flows = {{0, 9, 4}};
  EXPECT_NEAR(overCycle(network, Routing::Adaptive, {}, across), 1, 0.001);
}

/// A node with several ports sends as many packets at a time, which take turns on one way: none is
/// there before nearly all of them are.
TEST(Flow, PacketsOfSeveralPortsComeTogether) {
  Router router;
  router.buffer = 8;
  router.ports = 4;
  for (const unsigned packets : {1, 2, 4}) {
    const GridShape shape = gridOf(1, 16);
    const Network network = Network::grid(shape);
    const Program tree =
        programOf(Collective::Reduce, Algorithm::Tree, Groups::onGrid(shape, 1, 16), 8.0 * packets,
                  {.relay = 0, .packet = 8});
    for (const Routing routing : {Routing::XY, Routing::Adaptive})
      EXPECT_NEAR(overCycle(network, routing, router, tree), 1, 0.08)
          << packets << " packets, " << name(routing).str();
  }
}

/// Of messages that nodes of a ring send each other, none goes farther than half of it: of a flit
/// to each, the time is that of the longest way.
TEST(Flow, NothingGoesOnAroundARing) {
  GridShape shape = gridOf(1, 16);
  shape.wrapsCols = true;
  Router router;
  router.buffer = 16;
  for (const unsigned latency : {1, 20}) {
    shape.wire.latency = latency;
    const Program exchange = programOf(Collective::AllToAll, Algorithm::Direct,
                                       Groups::onGrid(shape, 1, 16), 16, {.relay = 0});
    EXPECT_NEAR(overCycle(Network::grid(shape), Routing::Adaptive, router, exchange), 1, 0.15)
        << latency;
  }
}

/// Where packets can wait for each other in a circle, and buffers are full, nothing moves.
TEST(Flow, FullBuffersInACircleAreADeadlock) {
  GridShape shape;
  shape.cols = 8;
  shape.wrapsCols = true;
  const Network network = Network::grid(shape);
  const Routes ring(network, tableOf(network, [&](uint32_t at, uint32_t) {
                      return network.channel(at, Direction::East);
                    }));
  const Program program =
      programOf(Collective::AllToAll, Algorithm::Direct, Groups::onGrid(shape, 1, 8), 8 * 64, {});
  EXPECT_EQ(flow::run(ring, Router(), program).ending, Ending::Deadlock);
  EXPECT_EQ(cycle::run(ring, Router(), program).ending, Ending::Deadlock);
}

} // namespace
