// What is said of a quarter of a mesh, against what is said of all of it.
#include "network/FlowMirror.h"
#include "FlowNetworks.h"
#include "network/Collectives.h"
#include "network/Flow.h"
#include "network/FlowQueues.h"
#include "gtest/gtest.h"

using namespace wsc::network;

namespace {

struct Mesh {
  unsigned rows, cols;
  Routing routing;
  unsigned tile = 0; ///< rows and columns of a reticle
};

/// The queues of uniform traffic: packets wait as long, and loads have an end where they have one.
TEST(FlowMirror, QueuesOfAQuarterStandForAll) {
  for (const auto &[rows, cols, routing, tile] :
       {Mesh{4, 6, Routing::XY}, Mesh{6, 4, Routing::YX}, Mesh{5, 4, Routing::XY},
        Mesh{5, 7, Routing::XY}, Mesh{1, 8, Routing::XY}, Mesh{8, 8, Routing::YX},
        Mesh{6, 4, Routing::XY, 2}, Mesh{3, 9, Routing::XY, 3}})
    for (const unsigned channels : {1, 4})
      for (const unsigned packet : {1, 4}) {
        GridShape shape = gridOf(rows, cols);
        shape.tileRows = shape.tileCols = tile;
        shape.border = {5, 0.5F};
        const Network network = Network::grid(shape);
        const flow::PortMap ports(network);
        const flow::Loads loads = flow::loadsOf(Routes(network, routing), ports, Pattern::Uniform);
        ASSERT_TRUE(loads.isMirrored);
        flow::Loads whole = loads;
        whole.isMirrored = false;
        Router router;
        router.virtualChannels = channels;
        unsigned stable = 0;
        constexpr double offered[] = {0.05, 0.2, 0.4, 0.6, 1};
        for (const double load : offered) {
          const Traffic traffic{Pattern::Uniform, load, packet};
          const flow::Waits a = flow::waitsOf(ports, whole, router, traffic);
          const flow::Waits b = flow::waitsOf(ports, loads, router, traffic);
          EXPECT_EQ(a.stable, b.stable) << rows << " x " << cols << ", " << load;
          if (a.stable) {
            EXPECT_NEAR(a.sum, b.sum, 1e-9 * a.sum);
          }
          stable += a.stable;
        }
        EXPECT_GT(stable, 0U);
        EXPECT_LT(stable, std::size(offered));
      }
}

/// What is surely stable is: the router that has the most of each turn, and waits as long for room,
/// against all of them.
TEST(FlowMirror, MostOfEachTurnIsStableWhereAllAre) {
  unsigned sure = 0, notSure = 0;
  for (const auto &[rows, cols, routing, tile] :
       {Mesh{4, 6, Routing::XY}, Mesh{8, 8, Routing::YX}, Mesh{12, 12, Routing::XY},
        Mesh{5, 16, Routing::XY}, Mesh{1, 8, Routing::XY}})
    for (const unsigned channels : {1, 4})
      for (const unsigned ports : {1, 4})
        for (const unsigned packet : {1, 4}) {
          const Network network = Network::grid(gridOf(rows, cols));
          const flow::PortMap map(network);
          flow::Loads loads = flow::loadsOf(Routes(network, routing), map, Pattern::Uniform);
          Router router;
          router.virtualChannels = channels;
          router.ports = ports;
          const double busiest = *std::max_element(loads.channels.begin(), loads.channels.end());
          for (auto *flits : {&loads.turns, &loads.channels})
            for (double &each : *flits)
              each /= busiest;
          const double most = flow::saturationOf(map, loads, router, packet, 1, 1e-4);
          constexpr double offered[] = {0.2, 0.4, 0.6, 0.7, 0.8, 0.9};
          for (const double load : offered) {
            const bool isSure = flow::isSurelyStable(map, loads, router, packet, load);
            EXPECT_FALSE(isSure && most < load - 1e-4) << rows << " x " << cols << ", " << load;
            ++(isSure ? sure : notSure);
          }
        }
  EXPECT_GT(sure, 50U);
  EXPECT_GT(notSure, 50U);
}

/// Columns first is rows first of a mesh that is turned, also in long steps.
TEST(FlowMirror, RowsAreAsColumnsOfTheTurnedMesh) {
  Router router;
  router.ports = 4;
  auto cyclesOf = [&](unsigned rows, unsigned cols, Routing routing) {
    const Network network = Network::grid(gridOf(rows, cols));
    const Groups groups = Groups::onGrid(*network.shape(), rows, cols);
    const Program program =
        programOf(Collective::AllToAll, Algorithm::Direct, groups, 4.0 * rows * cols, {});
    return flow::run(Routes(network, routing), router, program).cycles;
  };
  for (const auto &[rows, cols] : {std::pair{8u, 16u}, std::pair{12u, 12u}, std::pair{9u, 24u}})
    EXPECT_DOUBLE_EQ(cyclesOf(rows, cols, Routing::XY), cyclesOf(cols, rows, Routing::YX));
}

/// Programs of steps that repeat, also where messages meet and where buffers fill up: against
/// tables of the same ways, of which nothing is known.
TEST(FlowMirror, MessagesOfAQuarterStandForAll) {
  struct Case {
    unsigned rows, cols, apart;
    double flits;
  };
  for (const auto &[rows, cols, apart, flits] :
       {Case{8, 8, 1, 1024}, Case{6, 5, 1, 100}, Case{1, 12, 1, 64}, Case{8, 8, 2, 64},
        Case{8, 8, 2, 16000}, Case{6, 12, 3, 480}, Case{12, 12, 3, 16000}}) {
    const Network network = Network::grid(gridOf(rows, cols));
    const Groups groups = Groups::onGrid(*network.shape(), rows == 1 ? 1 : rows / apart,
                                         cols / apart, rows == 1 ? 1 : apart, apart);
    const Algorithm algorithm = rows == 1 ? Algorithm::Ring : Algorithm::Rings2D;
    const Program program =
        programOf(Collective::AllReduce, algorithm, groups, flits, {.relay = 2});
    const Routes routes(network, Routing::XY);
    const Routes table(
        network, tableOf(network, [&](uint32_t at, uint32_t to) { return routes.next(at, to); }));
    ASSERT_TRUE(flow::Mirror::isOf(routes, program)) << rows << " x " << cols;
    ASSERT_FALSE(flow::Mirror::isOf(table, program));
    const ProgramResult part = flow::run(routes, {}, program), all = flow::run(table, {}, program);
    EXPECT_NEAR(part.cycles, all.cycles, 1e-9 * all.cycles) << rows << " x " << cols;
    EXPECT_NEAR(part.flitHops, all.flitHops, 1e-9 * all.flitHops);
    for (uint32_t channel = 0; channel < network.channels().size(); ++channel)
      EXPECT_NEAR(part.channelFlits[channel], all.channelFlits[channel], 1e-9 * all.flitHops);
    // One message that is missing, or longer.
    Program other = program;
    other.steps[0].flows[3].flits *= 2;
    EXPECT_FALSE(flow::Mirror::isOf(routes, other));
    other.steps[0].flows.erase(other.steps[0].flows.begin() + 3);
    EXPECT_FALSE(flow::Mirror::isOf(routes, other));
  }
}

} // namespace
