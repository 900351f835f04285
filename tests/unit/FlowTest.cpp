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
    EXPECT_NEAR(flow / cycle::run(routes, router, program).cycles, 1, drifts ? 0.08 : 0.01)
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

} // namespace
