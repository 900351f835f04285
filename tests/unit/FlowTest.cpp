// Loads, fair rates and times of the flow fidelity, against walks, definitions and formulas.
#include "network/Flow.h"
#include "FlowNetworks.h"
#include "network/Collectives.h"
#include "network/Cycle.h"
#include "network/FlowLoads.h"
#include "network/FlowRates.h"
#include "llvm/ADT/StringRef.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace wsc::network;
using wsc::Random;

namespace {

/// A flow has a bottleneck if a resource that it uses is full and no other flow there is faster.
/// Feasible rates are max-min fair if and only if each flow has one (Bertsekas and Gallager 1992).
TEST(FlowRates, EveryFlowHasABottleneck) {
  Random random(1);
  for (unsigned round = 0; round < 300; ++round) {
    flow::Sharing sharing;
    const unsigned resources = 1 + random.below(8);
    for (unsigned i = 0; i < resources; ++i)
      sharing.capacity.push_back(1.0 / (1 + random.below(4)));
    for (unsigned flows = 1 + random.below(12), i = 0; i < flows; ++i) {
      sharing.flits.push_back(1 + random.below(3));
      for (unsigned resource = 0; resource < resources; ++resource)
        if (random.below(3) == 0 || (resource + 1 == resources && random.below(2)))
          sharing.uses.push_back(resource);
      if (sharing.uses.size() == sharing.first.back())
        sharing.uses.push_back(0);
      sharing.first.push_back(sharing.uses.size());
    }
    const std::vector<double> times = flow::fairTimes(sharing);
    std::vector<double> used(resources), fastest(resources);
    for (size_t flow = 0; flow < times.size(); ++flow)
      for (const uint32_t resource : sharing.usesOf(flow)) {
        used[resource] += sharing.flits[flow] / times[flow];
        fastest[resource] = std::max(fastest[resource], 1 / times[flow]);
      }
    for (unsigned resource = 0; resource < resources; ++resource)
      EXPECT_LE(used[resource], sharing.capacity[resource] * (1 + 1e-9));
    for (size_t flow = 0; flow < times.size(); ++flow) {
      bool hasBottleneck = false;
      for (const uint32_t resource : sharing.usesOf(flow))
        hasBottleneck |= used[resource] > sharing.capacity[resource] * (1 - 1e-9) &&
                         1 / times[flow] > fastest[resource] * (1 - 1e-9);
      EXPECT_TRUE(hasBottleneck);
    }
  }
}

TEST(FlowLoads, AreThoseOfEachPacketsWay) {
  Random random(2);
  for (unsigned round = 0; round < 100; ++round) {
    const RandomNetwork sample(random);
    const Network &network = *sample.network;
    const Routes &routes = *sample.routes;
    if (routes.routing() == Routing::Adaptive)
      continue; // packets have no one way
    const auto pattern = static_cast<Pattern>(random.below(7));
    if (!whyNot(pattern, sample.shape).empty())
      continue;
    const flow::PortMap ports(network);
    const flow::Loads loads = flow::loadsOf(routes, ports, pattern);
    std::vector<double> channels(network.channels().size());
    double hops = 0, lost = 0;
    const unsigned nodes = network.nodes();
    for (uint32_t from = 0; from < nodes; ++from)
      for (uint32_t to = 0; to < nodes; ++to) {
        Random unused(0);
        if (pattern != Pattern::Uniform && to != destinationOf(pattern, sample.shape, from, unused))
          continue;
        const double share = pattern == Pattern::Uniform ? 1.0 / nodes : 1;
        for (const Order order : {Order::XY, Order::YX}) {
          std::vector<uint32_t> way;
          routes.walk(from, to, order, [&](uint32_t channel) { way.push_back(channel); });
          if (from != to && (way.empty() || network.channels()[way.back()].to != to)) {
            lost += share;
            continue;
          }
          hops += share / 2 * (way.size() + 1);
          for (const uint32_t channel : way)
            channels[channel] += share / 2;
        }
      }
    EXPECT_EQ(loads.reachesAll, lost == 0);
    EXPECT_NEAR(loads.hops, hops / nodes, 1e-9);
    for (size_t i = 0; i < channels.size(); ++i)
      EXPECT_NEAR(loads.channels[i], channels[i], 1e-9);
    // What enters the inputs of a router leaves it.
    double turns = 0;
    for (const double turn : loads.turns)
      turns += turn;
    EXPECT_NEAR(turns, hops, 1e-9);
  }
}

/// The closed form of uniform traffic on whole meshes counts what the visits of each router count,
/// which tables get.
TEST(FlowLoads, AreCountedOnWholeMeshes) {
  struct Case {
    unsigned rows, cols, tileRows, tileCols;
  };
  for (const auto &[rows, cols, tileRows, tileCols] : {Case{1, 1, 0, 0},
                                                       {1, 6, 0, 0},
                                                       {5, 1, 0, 0},
                                                       {2, 2, 0, 0},
                                                       {4, 7, 0, 0},
                                                       {4, 6, 2, 3},
                                                       {1, 8, 1, 3},
                                                       {5, 7, 2, 2},
                                                       {3, 4, 0, 2}})
    for (const Routing routing : {Routing::XY, Routing::YX}) {
      GridShape shape;
      shape.rows = rows;
      shape.cols = cols;
      shape.wire = {3, 0.5F};
      shape.tileRows = tileRows;
      shape.tileCols = tileCols;
      shape.border = {11, 0.125F};
      const Network network = Network::grid(shape);
      const Routes counted(network, routing);
      const Routes visited(network, tableOf(network, [&](uint32_t at, uint32_t to) {
                             return counted.next(at, to);
                           }));
      const flow::PortMap ports(network);
      const flow::Loads a = flow::loadsOf(counted, ports, Pattern::Uniform);
      const flow::Loads b = flow::loadsOf(visited, ports, Pattern::Uniform);
      ASSERT_EQ(a.turns.size(), b.turns.size());
      for (size_t i = 0; i < a.turns.size(); ++i)
        EXPECT_NEAR(a.turns[i], b.turns[i], 1e-12);
      for (size_t i = 0; i < a.channels.size(); ++i)
        EXPECT_NEAR(a.channels[i], b.channels[i], 1e-12);
      EXPECT_NEAR(a.hops, b.hops, 1e-12);
      EXPECT_NEAR(a.wires, b.wires, 1e-12);
      EXPECT_NEAR(a.slowest, b.slowest, 1e-12);
    }
}

/// No channel, and no way from or to a node, takes more than it can.
TEST(Flow, NoProgramIsFasterThanItsChannels) {
  Random random(3);
  for (unsigned round = 0; round < 300; ++round) {
    const RandomNetwork sample(random);
    const Network &network = *sample.network;
    Router router;
    router.virtualChannels = 1 + random.below(4);
    router.buffer = 1 + random.below(8);
    Program program;
    program.packet = 1 + random.below(8);
    program.relay = random.below(3);
    std::vector<double> sent(network.nodes()), received(network.nodes());
    for (unsigned steps = 1 + random.below(4), i = 0; i < steps; ++i) {
      Step step;
      step.streams = random.below(2);
      if (!step.streams)
        step.times = 1 + random.below(5);
      for (unsigned flows = 1 + random.below(20), flow = 0; flow < flows; ++flow) {
        const uint32_t from = random.below(network.nodes()), to = random.below(network.nodes());
        const double flits = 1 + random.below(30);
        step.flows.push_back({from, to, flits});
        sent[from] += step.times * flits;
        received[to] += step.times * flits;
      }
      program.steps.push_back(std::move(step));
    }
    const ProgramResult result = flow::run(*sample.routes, router, program);
    if (result.ending != Ending::Done)
      continue; // some messages have no way
    for (uint32_t node = 0; node < network.nodes(); ++node)
      EXPECT_GE(result.cycles * (1 + 1e-9), std::max(sent[node], received[node]));
    for (size_t i = 0; i < result.channelFlits.size(); ++i)
      EXPECT_GE(result.cycles * (1 + 1e-9),
                result.channelFlits[i] / network.channels()[i].wire.rate);
  }
}

/// One message: its way, and its flits one after another.
TEST(Flow, OneMessage) {
  GridShape shape;
  shape.rows = 4;
  shape.cols = 5;
  shape.tileCols = 3;
  shape.border = {7, 0.25F};
  const Network network = Network::grid(shape);
  const Routes routes(network, Routing::XY);
  const Router router;
  Program program;
  program.packet = 4;
  program.steps = {{{{shape.at(0, 0), shape.at(2, 4), 100}}}};
  // 7 routers, 5 wires of one cycle and a border of 7, which takes 4 cycles a flit.
  const ProgramResult result = flow::run(routes, router, program);
  EXPECT_NEAR(result.cycles, 7 * router.pipeline() + 5 + 7 + 3 + 99 * 4, 1e-9);
  EXPECT_EQ(result.flitHops, 600);
}

/// Steps wait for what they need only: in a ring with slow links each is passed once in a turn
/// where messages are short.
TEST(Flow, StepsWaitForTheirOwnMessages) {
  GridShape shape;
  shape.rows = 2;
  shape.cols = 8;
  shape.tileCols = 4;
  const std::vector<unsigned> cycle = hamiltonianCycle(Groups::onGrid(shape, 2, 8));
  Program program;
  program.steps = {{{}, 15}};
  for (unsigned i = 0; i < 16; ++i)
    program.steps[0].flows.push_back({cycle[i], cycle[(i + 1) % 16], 2});
  auto time = [&](unsigned latency, float rate) {
    shape.border = {latency, rate};
    const Network network = Network::grid(shape);
    return flow::run(Routes(network, Routing::XY), Router(), program).cycles;
  };
  // Two of 16 links are borders.
  EXPECT_NEAR(time(101, 1) - time(1, 1), 2 * 100, 1e-9);
  // Where messages are long they are what all wait for.
  for (Flow &flow : program.steps[0].flows)
    flow.flits = 1000;
  EXPECT_NEAR(time(1, 0.25F) / (15 * 1000 * 4), 1, 0.02);
}

/// Luczynski et al., HPDC 2024: T = max(C, E / N) + L + (2 T_R + 1) D on a row of P cores that each
/// have B words.  C: words that the busiest core takes, E: words times links, N: links, L: the
/// longest way, D: cores in sequence, T_R = 2 cycles between core and router, one cycle a hop.
TEST(Flow, ReductionsOnARowOfCores) {
  const Router router{.allocateChannel = 0, .allocateSwitch = 0, .traversal = 0};
  const double ramps = 5;
  for (const unsigned cores : {16U, 64U, 256U})
    for (const double words : {16.0, 256.0, 4096.0}) {
      GridShape shape;
      shape.cols = cores;
      const Network network = Network::grid(shape);
      const Routes routes(network, Routing::XY);
      const Groups groups = Groups::onGrid(shape, 1, cores);
      const double links = cores - 1, rounds = std::log2(cores), group = std::sqrt(cores);
      struct Case {
        Algorithm algorithm;
        double taken, energy, depth;
      };
      for (const auto &[algorithm, taken, energy, depth] :
           {Case{Algorithm::Chain, words, words * links, links},
            Case{Algorithm::TwoPhase, 2 * words, 2 * words * (cores - group), 2 * (group - 1)},
            Case{Algorithm::BinaryTree, rounds * words, words * cores / 2 * rounds, rounds},
            Case{Algorithm::Star, links * words, words * cores * links / 2, 1}}) {
        const double broadcast = words + links + ramps;
        const double reduce = std::max(taken, energy / links) + links + ramps * depth;
        // Wires to and from a node and the node take three of the five cycles.
        const CollectiveOptions options{.relay = ramps - 3};
        auto time = [&](Collective kind) {
          return flow::run(routes, router, programOf(kind, algorithm, groups, words, options))
              .cycles;
        };
        EXPECT_NEAR(time(Collective::Reduce) / reduce, 1, 0.1)
            << name(algorithm).str() << " " << cores << " " << words;
        EXPECT_NEAR(time(Collective::AllReduce) / (reduce + broadcast), 1, 0.1)
            << name(algorithm).str() << " " << cores << " " << words;
      }
    }
}

/// Against flit by flit: every algorithm on a mesh, and rings of groups whose members lie apart.
TEST(Flow, CollectivesTakeAsLongAsFlitByFlit) {
  struct Case {
    unsigned rows, cols, groupRows, groupCols, rowStride, colStride;
    double worst;
  };
  double sum = 0, count = 0;
  for (const Case &sample : {Case{8, 8, 8, 8, 1, 1, 0.08}, Case{4, 4, 4, 4, 1, 1, 0.12},
                             Case{8, 8, 2, 2, 2, 2, 0.08}, Case{1, 32, 1, 8, 1, 4, 0.08}}) {
    GridShape shape;
    shape.rows = sample.rows;
    shape.cols = sample.cols;
    const Network network = Network::grid(shape);
    const Routes routes(network, Routing::XY);
    const Router router;
    const Groups groups = Groups::onGrid(shape, sample.groupRows, sample.groupCols,
                                         sample.rowStride, sample.colStride);
    const bool apart = sample.colStride > 1;
    for (unsigned kind = 0; kind < 6; ++kind)
      for (unsigned algorithm = 0; algorithm <= unsigned(Algorithm::Star); ++algorithm) {
        const auto what = static_cast<Collective>(kind);
        const auto how = static_cast<Algorithm>(algorithm);
        if (!has(what, how, groups) || (apart && how != Algorithm::Ring))
          continue;
        const Program program = programOf(what, how, groups, apart ? 128 : 64, {.relay = 4});
        const double flow = flow::run(routes, router, program).cycles;
        const double error = flow / cycle::run(routes, router, program).cycles - 1;
        EXPECT_NEAR(error, 0, sample.worst)
            << sample.rows << "x" << sample.cols << " " << kind << " " << name(how).str();
        sum += std::abs(error);
        ++count;
      }
  }
  EXPECT_LT(sum / count, 0.03);
}

/// In a ring of reticles that lie apart, messages longer than buffers hold each other up as in one
/// step, but nodes get out of step; shared channels alone would make these a quarter faster.
TEST(Flow, RingsApartHoldEachOtherUp) {
  struct Case {
    unsigned rows, cols, rowStride, colStride;
  };
  for (const Case &sample : {Case{2, 4, 1, 3}, Case{1, 8, 1, 3}, Case{2, 4, 2, 2}, Case{2, 4, 1, 2},
                             Case{4, 4, 2, 2}, Case{1, 4, 1, 2}}) {
    GridShape shape;
    shape.rows = sample.rows * sample.rowStride;
    shape.cols = sample.cols * sample.colStride;
    shape.wire.latency = 3;
    const Network network = Network::grid(shape);
    const Routes routes(network, Routing::XY);
    Router router;
    router.buffer = 8;
    router.ports = directions;
    router.allocateChannel = router.allocateSwitch = router.traversal = 0;
    const Groups groups =
        Groups::onGrid(shape, sample.rows, sample.cols, sample.rowStride, sample.colStride);
    const Program program =
        programOf(Collective::AllReduce, Algorithm::Ring, groups, 16000, {.relay = 0, .packet = 4});
    const ProgramResult flow = flow::run(routes, router, program);
    const ProgramResult cycle = cycle::run(routes, router, program);
    EXPECT_EQ(flow.ending, Ending::Done);
    EXPECT_NEAR(flow.cycles / cycle.cycles, 1, 0.08)
        << sample.rows << "x" << sample.cols << " " << sample.rowStride << sample.colStride;
    EXPECT_NEAR(flow.flitHops, cycle.flitHops, 1e-6 * cycle.flitHops);
  }
}

/// Where two rings share channels that are as busy as nodes, those wait whose phases drift, as some
/// messages have their way for themselves or orders are drawn; else all stay in step.
TEST(Flow, RingsThatShareChannelsGetOutOfStep) {
  struct Case {
    unsigned rows, cols, rowStride;
    Routing routing;
    unsigned packet;
    bool drifts;
  };
  for (const auto &[rows, cols, rowStride, routing, packet, drifts] :
       {Case{4, 8, 1, Routing::XY, 4, true}, Case{5, 8, 1, Routing::XY, 4, true},
        Case{4, 12, 2, Routing::XY, 4, false}, Case{4, 12, 2, Routing::O1Turn, 8, true}}) {
    const GridShape shape = gridOf(rows, cols);
    const Network network = Network::grid(shape);
    const Routes routes(network, routing);
    Router router;
    router.buffer = 2 * packet;
    const Groups groups = Groups::onGrid(shape, rows / rowStride, cols / 2, rowStride, 2);
    const Program program = programOf(Collective::AllGather, Algorithm::Ring, groups,
                                      64.0 * groups.members(), {.relay = 0, .packet = packet});
    const double flow = flow::run(routes, router, program).cycles;
    EXPECT_NEAR(flow / cycle::run(routes, router, program).cycles, 1, drifts ? 0.07 : 0.01)
        << rows << "x" << cols << " " << rowStride;
    const double sending = 64.0 * (groups.members() - 1);
    EXPECT_EQ(flow > 1.22 * sending, drifts);
  }
}

/// Nodes near the middle are done first, and leave it idle: all-to-all takes far longer than its
/// busiest channel.  Buffers, virtual channels and ports as they come; classes of virtual channels
/// are held while their packets wait for the crossbar; few of small buffers are empty at times, and
/// messages may be shorter than packets.
TEST(Flow, AllToAllFillsBuffers) {
  struct Case {
    unsigned rows, cols, channels, buffer, packet, ports;
    double flits; ///< from each to each
    bool torus;
    double worst;
    Routing routing = Routing::XY;
  };
  for (const Case &sample : {Case{1, 16, 4, 4, 1, 1, 1, false, 0.04},
                             Case{1, 16, 4, 4, 1, 1, 64, false, 0.04},
                             Case{1, 16, 1, 16, 1, 1, 16, false, 0.05},
                             Case{1, 16, 4, 64, 1, 1, 16, false, 0.02},
                             Case{8, 8, 4, 4, 1, 4, 4, false, 0.06},
                             Case{12, 7, 4, 6, 1, 4, 16, false, 0.09},
                             Case{12, 7, 8, 6, 1, 4, 16, false, 0.05},
                             Case{5, 9, 4, 4, 1, 1, 4, false, 0.13},
                             Case{8, 8, 2, 8, 4, 1, 4, false, 0.1},
                             Case{8, 8, 2, 4, 1, 1, 4, false, 0.12},
                             Case{8, 8, 1, 4, 1, 1, 4, false, 0.04},
                             Case{8, 8, 1, 4, 2, 1, 4, false, 0.03},
                             Case{1, 8, 1, 2, 1, 1, 16, false, 0.03},
                             Case{3, 2, 4, 16, 8, 1, 1, false, 0.02},
                             Case{16, 16, 4, 8, 1, 4, 4, false, 0.04},
                             Case{5, 20, 4, 8, 1, 4, 32, false, 0.03},
                             Case{1, 32, 4, 4, 1, 1, 128, false, 0.03},
                             Case{8, 8, 4, 4, 1, 1, 4, true, 0.1},
                             Case{1, 8, 4, 4, 1, 1, 64, true, 0.05},
                             Case{9, 9, 4, 4, 1, 1, 4, true, 0.1},
                             Case{1, 15, 4, 4, 1, 1, 32, true, 0.1},
                             Case{1, 9, 2, 8, 1, 1, 64, true, 0.1},
                             Case{7, 6, 4, 8, 1, 1, 1, true, 0.1},
                             Case{8, 8, 4, 4, 1, 1, 4, false, 0.12, Routing::O1Turn},
                             Case{9, 4, 2, 16, 1, 1, 16, false, 0.14, Routing::O1Turn},
                             Case{3, 9, 2, 6, 1, 4, 64, false, 0.08, Routing::Adaptive},
                             Case{8, 8, 4, 4, 1, 1, 4, false, 0.17, Routing::Adaptive}}) {
    GridShape shape;
    shape.rows = sample.rows;
    shape.cols = sample.cols;
    shape.wrapsRows = sample.torus && sample.rows > 2;
    shape.wrapsCols = sample.torus;
    const Network network = Network::grid(shape);
    const Routes routes(network, sample.routing);
    Router router;
    router.virtualChannels = sample.channels;
    router.buffer = sample.buffer;
    router.ports = sample.ports;
    const Groups groups = Groups::onGrid(shape, sample.rows, sample.cols);
    const Program program =
        programOf(Collective::AllToAll, Algorithm::Direct, groups, sample.flits * groups.members(),
                  {.relay = 0, .packet = sample.packet});
    const ProgramResult flow = flow::run(routes, router, program);
    const ProgramResult cycle = cycle::run(routes, router, program);
    EXPECT_NEAR(flow.cycles / cycle.cycles, 1, sample.worst)
        << sample.rows << "x" << sample.cols << " " << sample.channels << " " << sample.buffer;
    EXPECT_GT(flow.cycles, *std::max_element(flow.channelFlits.begin(), flow.channelFlits.end()));
    // Of O1TURN, cycle draws the order of each packet; all ways are as long.
    EXPECT_NEAR(flow.flitHops, cycle.flitHops, 1e-6 * cycle.flitHops);
  }
}

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
