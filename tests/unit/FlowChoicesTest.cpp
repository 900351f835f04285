// Adaptive routing of messages that fill the network up: ways laid, ways chosen, and time.
#include "network/FlowChoices.h"
#include "FlowNetworks.h"
#include "network/Collectives.h"
#include "network/Cycle.h"
#include "network/Flow.h"
#include "network/FlowLanes.h"
#include "network/FlowMirror.h"
#include "support/Random.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace wsc::network;
using wsc::Random;

namespace {

Network grid(unsigned rows, unsigned cols, bool isTorus) {
  GridShape shape = gridOf(rows, cols);
  shape.wrapsRows = isTorus && rows > 2;
  shape.wrapsCols = isTorus && cols > 2;
  return Network::grid(shape);
}

/// What is waiting in three streams of a queue: the ways of a choice, the escape last.
std::vector<flow::Stream> oneChoice(double waiting) {
  std::vector<flow::Stream> streams(3);
  for (uint32_t i = 0; i < 3; ++i) {
    streams[i].to = i;
    streams[i].choice = 1;
  }
  streams[2].waiting = waiting;
  return streams;
}

} // namespace

/// What enters a part leaves it, nodes get what is for them, and hops are those of the shortest
/// ways.
TEST(FlowChoices, LaidWaysAreShortest) {
  Random random(11);
  for (unsigned round = 0; round < 40; ++round) {
    const Network network = grid(1 + random.below(6), 2 + random.below(6), random.below(2));
    const Routes routes(network, Routing::Adaptive);
    std::vector<Flow> flows;
    std::vector<double> received(network.nodes());
    double hops = 0, laid = 0;
    for (uint32_t source = 0; source < network.nodes(); ++source)
      for (uint32_t target = 0; target < network.nodes(); ++target) {
        const double flits = random.below(5);
        flows.push_back({source, target, flits});
        received[target] += flits;
        routes.walk(source, target, Order::XY, [&](uint32_t) { hops += flits; });
      }
    flow::Lanes lanes(routes, 3 + random.below(4));
    lanes.add(flows);
    std::vector<double> kept(lanes.parts());
    for (uint32_t part = 0; part < lanes.parts(); ++part)
      for (const flow::Turn &turn : lanes.turnsFrom(part)) {
        const uint32_t from = lanes.queueOfPart(part), to = lanes.queueOfPart(turn.to);
        kept[turn.to] += turn.flits;
        kept[part] -= turn.flits;
        laid += lanes.isNode(to) ? 0 : turn.flits;
        // Who has escaped stays there.
        const bool hasEscaped = !lanes.isNode(from) && from % lanes.perChannel() > 0;
        if (hasEscaped && !lanes.isNode(to)) {
          EXPECT_GT(to % lanes.perChannel(), 0U);
        }
      }
    EXPECT_NEAR(laid, hops, 1e-6 * hops);
    for (uint32_t part = 0; part < lanes.parts(); ++part) {
      const bool isNode = lanes.isNode(lanes.queueOfPart(part));
      const uint32_t node = part - lanes.partOfNode(0);
      EXPECT_NEAR(kept[part], isNode ? received[node] - lanes.sent()[node] : 0, 1e-6);
    }
  }
}

/// Each way gets so much that as many credits are left of both; what does not fit goes on to the
/// escape.
TEST(FlowChoices, CreditsAreEvened) {
  std::vector<flow::Stream> streams = oneChoice(6);
  const flow::Choices choices(streams);
  const double held[] = {3, 7, 0}, room[] = {10, 10, 2};
  choices.choose(streams, held, room);
  EXPECT_DOUBLE_EQ(streams[0].waiting, 5);
  EXPECT_DOUBLE_EQ(streams[1].waiting, 1);
  EXPECT_EQ(streams[2].waiting, 0);
  streams[0].moved = 4;
  streams[1].moved = 1;
  choices.escape(streams);
  EXPECT_DOUBLE_EQ(streams[0].waiting, 4);
  EXPECT_DOUBLE_EQ(streams[2].waiting, 1);
}

/// With as many virtual channels as escapes there is no choice: packets go by dimension order.
TEST(FlowChoices, WithoutAdaptiveChannelsThereIsOneOrder) {
  const Network network = grid(4, 5, false);
  const Routes adaptive(network, Routing::Adaptive), rowFirst(network, Routing::XY);
  const Program program = programOf(Collective::AllToAll, Algorithm::Direct,
                                    Groups::onGrid(*network.shape(), 4, 5, 1, 1), 80, {});
  Router router;
  router.virtualChannels = 1;
  EXPECT_NEAR(flow::run(adaptive, router, program).cycles,
              flow::run(rowFirst, router, program).cycles, 1e-6);
}

/// All adaptive channels of a torus are for all packets, on whichever side of the dateline: taken
/// for two orders and two sides, these took 37 to 81 % too long.
TEST(FlowChoices, TorusIsNearCycle) {
  struct Case {
    unsigned rows, cols, buffer, packet;
    double flits;
  };
  for (const Case &c : {Case{4, 5, 4, 1, 320}, Case{9, 3, 8, 1, 108}, Case{8, 3, 4, 4, 96},
                        Case{6, 6, 8, 2, 144}}) {
    const Network network = grid(c.rows, c.cols, true);
    const Routes routes(network, Routing::Adaptive);
    const Program program = programOf(Collective::AllToAll, Algorithm::Direct,
                                      Groups::onGrid(*network.shape(), c.rows, c.cols, 1, 1),
                                      c.flits, {.relay = 0, .packet = c.packet});
    Router router;
    router.buffer = c.buffer;
    const double cycles = cycle::run(routes, router, program).cycles;
    const double flows = flow::run(routes, router, program).cycles;
    EXPECT_LT(std::fabs(flows / cycles - 1), 0.25)
        << c.rows << " x " << c.cols << ": " << flows << " for " << cycles;
  }
}

/// Steps are longer than buffers allow, and classes have more room by as much: with the same for
/// each, escapes passed too much (24 % too fast), with only its part of it, one of eight channels
/// too little (22 % too slow).
TEST(FlowChoices, LargeMeshesAreNearCycle) {
  for (const auto &[rows, cols, channels] : {std::tuple{20u, 14u, 4u}, std::tuple{18u, 20u, 8u}}) {
    const Network network = grid(rows, cols, false);
    const Routes routes(network, Routing::Adaptive);
    const Groups groups = Groups::onGrid(*network.shape(), rows, cols, 1, 1);
    const Program program = programOf(Collective::AllToAll, Algorithm::Direct, groups, rows * cols,
                                      {.relay = 0, .packet = 1});
    Router router;
    router.virtualChannels = channels;
    const double cycles = cycle::run(routes, router, program).cycles;
    EXPECT_NEAR(flow::run(routes, router, program).cycles, cycles, 0.18 * cycles)
        << rows << " x " << cols;
  }
}

/// A quarter of a mesh on which all nodes send to each other, or a half, against all of it.  Which
/// ways are taken depends on the last digit: another message that is longer by as much changes
/// channels by up to 2 %.
TEST(FlowChoices, MirrorImagesStandForAll) {
  struct Case {
    unsigned rows, cols, channels;
    double flits;
  };
  for (const auto &[rows, cols, channels, flits] :
       {Case{8, 8, 4, 4}, Case{7, 8, 3, 2}, Case{6, 5, 2, 8}, Case{2, 6, 4, 8}, Case{4, 5, 1, 4}}) {
    const Network network = grid(rows, cols, false);
    const Routes routes(network, Routing::Adaptive);
    Program program =
        programOf(Collective::AllToAll, Algorithm::Direct,
                  Groups::onGrid(*network.shape(), rows, cols, 1, 1), flits * rows * cols, {});
    Router router;
    router.virtualChannels = channels;
    const ProgramResult part = flow::run(routes, router, program);
    // One message that is a little longer.
    program.steps[0].areAlike = false;
    program.steps[0].flows[0].flits *= 1 + 1e-9;
    ASSERT_EQ(flow::Mirror::sizeOfAll(routes, program.steps[0].flows, false), 0);
    const ProgramResult all = flow::run(routes, router, program);
    EXPECT_NEAR(part.cycles, all.cycles, 1e-4 * all.cycles) << rows << " x " << cols;
    EXPECT_NEAR(part.flitHops, all.flitHops, 1e-3 * all.flitHops);
    for (uint32_t channel = 0; channel < network.channels().size(); ++channel)
      EXPECT_NEAR(part.channelFlits[channel], all.channelFlits[channel],
                  2e-2 * part.channelFlits[channel])
          << rows << " x " << cols;
  }
}

/// Rounds of rings whose members are apart: once an adaptive channel has no room for a whole
/// packet, all go by the escape, which they do not leave again.
TEST(FlowChoices, RoundsOfRingsApart) {
  struct Case {
    unsigned channels, buffer, packet, wire;
  };
  for (const auto &[channels, buffer, packet, wire] :
       {Case{2, 8, 8, 5}, Case{2, 8, 4, 1}, Case{4, 8, 8, 1}, Case{4, 4, 4, 1}, Case{4, 8, 1, 1}}) {
    GridShape shape = gridOf(1, 16);
    shape.wire.latency = wire;
    const Network network = Network::grid(shape);
    const Routes routes(network, Routing::Adaptive);
    Router router;
    router.virtualChannels = channels;
    router.buffer = buffer;
    const Program program =
        programOf(Collective::AllGather, Algorithm::Ring, Groups::onGrid(shape, 1, 8, 1, 2), 768,
                  {.relay = 0, .packet = packet});
    const ProgramResult flow = flow::run(routes, router, program);
    const ProgramResult cycle = cycle::run(routes, router, program);
    EXPECT_NEAR(flow.cycles / cycle.cycles, 1, 0.11)
        << channels << " channels of " << buffer << ", packets of " << packet;
    EXPECT_NEAR(flow.flitHops, cycle.flitHops, 1e-6 * cycle.flitHops);
  }
}
