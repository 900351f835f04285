// Programs on the flit-level network: closed forms where nothing waits, and what passes channels.
#include "network/Collectives.h"
#include "network/Cycle.h"
#include "support/Random.h"

#include "gtest/gtest.h"

using namespace wsc;
using namespace wsc::network;

namespace {

/// Cycles until the last of some flits has arrived, over `routers` routers with wires of latency 1
/// in which nothing else is; the channel of the first node takes two, that of the last one.
double alone(const Router &router, unsigned routers, unsigned flits) {
  return 2 + routers * router.pipeline() + (routers - 1) + 1 + (flits - 1);
}

/// A router that passes a flit on in the cycle in which it comes, as on the WSE.
Router wse() {
  Router router;
  router.virtualChannels = 1;
  router.allocateChannel = router.allocateSwitch = router.traversal = router.credit = 0;
  return router;
}

/// Buffers deep enough that credits are never waited for.
Router deep() {
  Router router;
  router.buffer = 16;
  return router;
}

GridShape shapeOf(unsigned rows, unsigned cols, Wire wire = {}) {
  GridShape shape;
  shape.rows = rows;
  shape.cols = cols;
  shape.wire = wire;
  return shape;
}

Network line(unsigned nodes) { return Network::grid(shapeOf(1, nodes)); }

double cyclesOf(const Network &network, const Router &router, const Program &program,
                Routing routing = Routing::XY) {
  const ProgramResult result = cycle::run(Routes(network, routing), router, program);
  EXPECT_EQ(result.ending, Ending::Done);
  return result.cycles;
}

TEST(CycleProgram, AFlowAlone) {
  for (const Router &router : {deep(), wse()})
    for (const unsigned flits : {1u, 5u, 64u}) {
      Program program;
      program.packet = 4;
      program.steps.push_back({{{0, 6, double(flits)}}});
      // The packets follow each other closely over different virtual channels.
      const double cycles = cyclesOf(line(8), router, program);
      if (router.virtualChannels > 1 || flits == 1) {
        EXPECT_EQ(cycles, alone(router, 7, flits)) << flits;
      } else {
        EXPECT_GE(cycles, alone(router, 7, flits)) << flits;
      }
    }
}

TEST(CycleProgram, EveryStageCounts) {
  Router router = deep();
  router.routing = 2;
  router.allocateChannel = 3;
  router.allocateSwitch = 2;
  router.traversal = 4;
  Program program;
  program.steps.push_back({{{0, 3, 1}}});
  EXPECT_EQ(cyclesOf(line(4), router, program), alone(router, 4, 1));
}

TEST(CycleProgram, StepsFollowEachOther) {
  // Back and forth, five times: the second flow waits for the first, and the next time for both.
  Program program;
  program.relay = 7;
  program.steps.push_back({{{0, 3, 1}, {3, 0, 1}}, 5});
  const double once = alone(deep(), 4, 1);
  EXPECT_EQ(cyclesOf(line(4), deep(), program), 5 * once + 4 * program.relay);

  program.steps = {{{{0, 1, 8}}}, {{{1, 2, 8}}}, {{{2, 3, 8}}}};
  program.packet = 8;
  const double hop = alone(deep(), 2, 8);
  EXPECT_EQ(cyclesOf(line(4), deep(), program), 3 * hop + 2 * program.relay);
}

TEST(CycleProgram, NodesDoNotWaitForOthers) {
  // Node 3 has nothing to do with the long first step.
  Program program;
  program.steps = {{{{0, 1, 500}}}, {{{3, 4, 1}}}};
  Program first;
  first.steps = {program.steps[0]};
  EXPECT_EQ(cyclesOf(line(6), deep(), program), cyclesOf(line(6), deep(), first));
}

TEST(CycleProgram, StreamsFollowPacketByPacket) {
  Program program;
  program.packet = 1;
  program.relay = 2;
  const unsigned packets = 100, nodes = 5;
  for (unsigned node = 0; node + 1 < nodes; ++node)
    program.steps.push_back({{{node, node + 1, packets}}, 1, node > 0});
  const double perHop = alone(deep(), 2, 1) + program.relay;
  EXPECT_EQ(cyclesOf(line(nodes), deep(), program),
            (nodes - 1) * perHop - program.relay + packets - 1);
}

TEST(CycleProgram, StreamsWaitForTheLaterOfTwo) {
  // The middle passes on the sums of what comes from both sides; the right side has farther to go.
  Program program;
  program.packet = 1;
  program.steps = {{{{0, 1, 10}, {5, 1, 10}}}, {{{1, 2, 10}}, 1, true}};
  EXPECT_EQ(cyclesOf(line(6), deep(), program), alone(deep(), 5, 1) + alone(deep(), 2, 10));
}

/// Random flows; each channel must carry what the routes over it say.
void checkChannels(const Network &network, Routing routing, uint64_t seed) {
  Random random(seed);
  const Routes routes(network, routing);
  Program program;
  program.packet = 1 + random.below(5);
  std::vector<double> expected(network.channels().size());
  double hops = 0;
  for (unsigned step = 0; step < 3; ++step) {
    Step &added = program.steps.emplace_back();
    added.times = 1 + random.below(2);
    for (unsigned i = 0; i < network.nodes(); ++i) {
      const Flow flow{uint32_t(random.below(network.nodes())),
                      uint32_t(random.below(network.nodes())), double(1 + random.below(20))};
      added.flows.push_back(flow);
      routes.walk(flow.source, flow.destination, Order::XY, [&](uint32_t channel) {
        expected[channel] += flow.flits * added.times;
        hops += flow.flits * added.times;
      });
    }
  }
  Router router;
  router.virtualChannels = 4 + random.below(3);
  router.buffer = 1 + random.below(6);
  const ProgramResult result = cycle::run(routes, router, program);
  EXPECT_EQ(result.ending, Ending::Done);
  EXPECT_EQ(result.flitHops, hops); // all routings take a shortest way
  if (routing == Routing::XY || routing == Routing::YX) {
    EXPECT_EQ(result.channelFlits, expected);
  }
  for (const double flits : result.channelFlits)
    EXPECT_LE(flits, result.cycles);
}

TEST(CycleProgram, ChannelsCarryWhatTheRoutesSay) {
  for (uint64_t seed = 0; seed < 24; ++seed) {
    Random random(1000 + seed);
    GridShape shape =
        shapeOf(1 + random.below(6), 1 + random.below(6), {unsigned(1 + random.below(3)), 1});
    shape.wrapsRows = seed & 1;
    shape.wrapsCols = seed & 2;
    shape.tileCols = 2;
    shape.border = {unsigned(1 + random.below(5)), 0.3f};
    const Network network = Network::grid(shape);
    for (const Routing routing : {Routing::XY, Routing::YX, Routing::O1Turn, Routing::Adaptive})
      checkChannels(network, routing, seed);
  }
}

/// All to all, by packets that choose their ways, with buffers that soon are full in a circle.
void checkNoDeadlock(unsigned size, bool wraps, unsigned channels, unsigned buffer,
                     unsigned packet) {
  GridShape shape = shapeOf(size, size);
  shape.wrapsRows = shape.wrapsCols = wraps;
  Router router;
  router.virtualChannels = channels;
  router.buffer = buffer;
  const Program program =
      programOf(Collective::AllToAll, Algorithm::Direct, Groups::onGrid(shape, size, size),
                8.0 * shape.nodes(), {.relay = 0, .packet = packet});
  cyclesOf(Network::grid(shape), router, program, Routing::Adaptive);
}

TEST(CycleProgram, EscapesEndCircles) {
  checkNoDeadlock(5, false, 2, 2, 1);
  checkNoDeadlock(8, false, 4, 4, 1);
  checkNoDeadlock(8, false, 2, 4, 4);
  checkNoDeadlock(4, false, 2, 2, 4); // packets longer than buffers
  checkNoDeadlock(6, true, 3, 4, 2);
  checkNoDeadlock(6, true, 3, 6, 1);
}

TEST(CycleProgram, SlowChannelsTakeTheirTime) {
  const GridShape shape = shapeOf(1, 2, {1, 0.3f});
  Program program;
  program.packet = 10;
  program.steps.push_back({{{0, 1, 3000}}});
  // The last flit starts when 2999 have taken 1 / rate each.
  const double cycles = cyclesOf(Network::grid(shape), deep(), program);
  EXPECT_NEAR(cycles, alone(deep(), 2, 1) + 2999 / 0.3, 2);
}

TEST(CycleProgram, OneRouterIsASwitch) {
  // All nodes send to the next one at once: nothing is in the way.
  Program program;
  program.packet = 8;
  Step &step = program.steps.emplace_back();
  const unsigned nodes = 100;
  for (uint32_t node = 0; node < nodes; ++node)
    step.flows.push_back({node, (node + 1) % nodes, 80});
  const Network network(1, std::vector<uint32_t>(nodes, 0), {});
  const ProgramResult result =
      cycle::run(Routes(network, std::vector<uint16_t>(1)), deep(), program);
  EXPECT_EQ(result.cycles, alone(deep(), 1, 80));
}

TEST(CycleProgram, NodesWithSeveralPorts) {
  // Two flows, one each way: one port sends them in turn, two at the same time.
  Program program;
  program.packet = 4;
  program.steps.push_back({{{2, 0, 400}, {2, 4, 400}}});
  Router router = deep();
  EXPECT_GE(cyclesOf(line(5), router, program), 800);
  router.ports = 2;
  EXPECT_EQ(cyclesOf(line(5), router, program), alone(router, 3, 400));
  // The same for nodes that receive.
  program.steps = {{{{0, 2, 400}, {4, 2, 400}}}};
  EXPECT_EQ(cyclesOf(line(5), router, program), alone(router, 3, 400));
  router.ports = 1;
  EXPECT_GE(cyclesOf(line(5), router, program), 800);
}

TEST(CycleProgram, MulticastsLeaveCopies) {
  // What follows at node 2 waits for its copy only.
  Program program;
  program.packet = 8;
  Step &step = program.steps.emplace_back();
  step.flows = {{0, 6, 8}};
  step.multicast = true;
  program.steps.push_back({{{2, 1, 80}}});
  EXPECT_EQ(cyclesOf(line(7), deep(), program), alone(deep(), 3, 8) + alone(deep(), 2, 80));
  const Network network = line(7);
  const ProgramResult result = cycle::run(Routes(network, Routing::Adaptive), deep(), program);
  EXPECT_EQ(result.flitHops, 6 * 8 + 80);
  // Without copies node 2 does not wait at all.
  program.steps[0].multicast = false;
  EXPECT_EQ(cyclesOf(line(7), deep(), program), alone(deep(), 2, 80));
}

TEST(CycleProgram, CopiesStream) {
  // Node 3 sends back what it gets of the multicast, packet by packet.
  Program program;
  program.packet = 1;
  Step &step = program.steps.emplace_back();
  step.flows = {{0, 5, 50}};
  step.multicast = true;
  program.steps.push_back({{{3, 0, 50}}, 1, true});
  EXPECT_EQ(cyclesOf(line(6), deep(), program), 2 * alone(deep(), 4, 1) + 49);
}

/// A ring of one direction.
Network ring(unsigned nodes) {
  std::vector<uint32_t> at(nodes);
  std::vector<Channel> channels;
  for (uint32_t node = 0; node < nodes; ++node) {
    at[node] = node;
    channels.push_back({node, (node + 1) % nodes, {}});
  }
  return {nodes, at, channels};
}

TEST(CycleProgram, DeadlocksAreReported) {
  const Network network = ring(4);
  const Routes routes(network, std::vector<uint16_t>(16, 0));
  ASSERT_FALSE(dependencyCycle(routes).empty());
  Router router;
  router.virtualChannels = 1;
  router.buffer = 1;
  Program program;
  program.packet = 16;
  Step &step = program.steps.emplace_back();
  for (uint32_t node = 0; node < 4; ++node)
    step.flows.push_back({node, (node + 2) % 4, 64});
  EXPECT_EQ(cycle::run(routes, router, program).ending, Ending::Deadlock);
}

TEST(CycleProgram, LimitsAreReported) {
  const Network network = line(4);
  Program program;
  program.steps.push_back({{{0, 3, 1000}}});
  const ProgramResult result =
      cycle::run(Routes(network, Routing::XY), deep(), program, {.cycles = 100});
  EXPECT_EQ(result.ending, Ending::Limit);
  EXPECT_EQ(result.cycles, 100);
}

TEST(CycleProgram, NoWayIsReported) {
  const Network network = line(4);
  llvm::BitVector deadChannels(network.channels().size());
  deadChannels.set(network.channel(1, Direction::East));
  const Network broken = network.without(llvm::BitVector(4), deadChannels);
  Program program;
  program.steps.push_back({{{0, 3, 1}}});
  EXPECT_EQ(cycle::run(Routes(broken, Routing::XY), deep(), program).ending, Ending::Unroutable);
}

} // namespace
