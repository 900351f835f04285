// Programs of collectives: what each member sends and gets, and over which links.
#include "network/Collectives.h"
#include "network/Routing.h"
#include "llvm/ADT/DenseSet.h"
#include "gtest/gtest.h"
#include <cmath>
#include <set>

using namespace wsc::network;

namespace {

GridShape mesh(unsigned rows, unsigned cols) {
  GridShape shape;
  shape.rows = rows;
  shape.cols = cols;
  return shape;
}

struct Volumes {
  std::vector<double> sent, received;
};
Volumes volumesOf(const Program &program, unsigned nodes) {
  Volumes volumes{std::vector<double>(nodes), std::vector<double>(nodes)};
  for (const Step &step : program.steps)
    for (const Flow &flow : step.flows) {
      volumes.sent[flow.source] += flow.flits * step.times;
      volumes.received[flow.destination] += flow.flits * step.times;
    }
  return volumes;
}

/// Most times that a step uses a channel between routers in one direction, in shares of a message.
double busiest(const Network &network, const Step &step) {
  const Routes routes(network, Routing::XY);
  std::vector<double> load(network.channels().size());
  for (const Flow &flow : step.flows)
    routes.walk(flow.source, flow.destination, Order::XY,
                [&](uint32_t channel) { load[channel] += flow.flits; });
  return *std::max_element(load.begin(), load.end());
}

TEST(Collectives, GroupsCoverTheGridOnce) {
  const GridShape shape = mesh(12, 8);
  for (auto [rows, cols, rowStride, colStride] :
       {std::array{3U, 2U, 1U, 1U}, {3U, 2U, 4U, 2U}, {2U, 1U, 3U, 8U}, {12U, 8U, 1U, 1U}}) {
    const Groups groups = Groups::onGrid(shape, rows, cols, rowStride, colStride);
    std::vector<unsigned> seen(shape.nodes());
    for (const uint32_t origin : groups.origins)
      for (unsigned member = 0; member < groups.members(); ++member)
        ++seen[groups.node(origin, member)];
    EXPECT_EQ(seen, std::vector<unsigned>(shape.nodes(), 1));
  }
  EXPECT_TRUE(Groups::onGrid(shape, 13, 1).origins.empty());
}

/// What steps say of all of their messages holds.
TEST(Collectives, AllToAllIsAlike) {
  for (const unsigned apart : {1, 2}) {
    const Groups groups = Groups::onGrid(mesh(4, 6), 4 / apart, 6 / apart, apart, apart);
    const Program program = programOf(Collective::AllToAll, Algorithm::Direct, groups, 48);
    ASSERT_EQ(program.steps.size(), 1U);
    ASSERT_TRUE(program.steps[0].areAlike);
    std::set<std::pair<uint32_t, uint32_t>> ends;
    for (const auto &[source, destination, flits] : program.steps[0].flows) {
      EXPECT_NE(source, destination);
      EXPECT_TRUE(ends.insert({source, destination}).second);
      EXPECT_EQ(flits, program.steps[0].flows[0].flits);
    }
  }
}

TEST(Collectives, HamiltonianCycles) {
  for (unsigned rows = 1; rows <= 7; ++rows)
    for (unsigned cols = 1; cols <= 7; ++cols)
      for (unsigned wraps = 0; wraps < 4; ++wraps) {
        GridShape shape = mesh(rows, cols);
        shape.wrapsRows = wraps & 1;
        shape.wrapsCols = wraps & 2;
        const Groups groups = Groups::onGrid(shape, rows, cols);
        const std::vector<unsigned> cycle = hamiltonianCycle(groups);
        const bool around = (shape.wrapsRows && rows > 2) || (shape.wrapsCols && cols > 2);
        const bool line = rows == 1 || cols == 1;
        EXPECT_EQ(!cycle.empty(), around || (!line && rows * cols % 2 == 0))
            << rows << "x" << cols << " " << wraps;
        llvm::DenseSet<unsigned> members(cycle.begin(), cycle.end());
        EXPECT_EQ(members.size(), cycle.empty() ? 0 : rows * cols);
        for (size_t i = 0; i < cycle.size(); ++i) {
          bool adjacent = false;
          for (unsigned d = 0; d < directions; ++d)
            adjacent |= shape.neighbor(cycle[i], static_cast<Direction>(d)) ==
                        cycle[(i + 1) % cycle.size()];
          EXPECT_TRUE(adjacent);
        }
      }
}

/// By the definition of each collective, whatever the algorithm.
TEST(Collectives, EveryMemberSendsItsShare) {
  const double flits = 840;
  for (auto [rows, cols] : {std::pair{4U, 4U}, {3U, 4U}, {3U, 5U}, {1U, 8U}, {5U, 1U}, {1U, 2U}}) {
    const GridShape shape = mesh(2 * rows, 3 * cols);
    const Groups groups = Groups::onGrid(shape, rows, cols, 2, 3);
    const double share = 1.0 - 1.0 / groups.members();
    for (Algorithm algorithm : {Algorithm::Ring, Algorithm::Rings2D})
      for (auto [kind, halves] : {std::pair{Collective::AllReduce, 2},
                                  {Collective::ReduceScatter, 1},
                                  {Collective::AllGather, 1}}) {
        if (!has(kind, algorithm, groups))
          continue;
        const Program program = programOf(kind, algorithm, groups, flits);
        const Volumes volumes = volumesOf(program, shape.nodes());
        for (unsigned node = 0; node < shape.nodes(); ++node) {
          EXPECT_NEAR(volumes.sent[node], halves * share * flits, 1e-9);
          EXPECT_NEAR(volumes.received[node], halves * share * flits, 1e-9);
        }
      }
    const Volumes all =
        volumesOf(programOf(Collective::AllToAll, Algorithm::Direct, groups, flits), shape.nodes());
    EXPECT_NEAR(all.sent[0], share * flits, 1e-9);
    EXPECT_NEAR(all.received[0], share * flits, 1e-9);
  }
}

TEST(Collectives, ReductionsTakeEachVectorOnce) {
  for (auto [rows, cols] : {std::pair{4U, 4U}, {3U, 5U}, {1U, 9U}, {6U, 1U}}) {
    const GridShape shape = mesh(rows, cols);
    const Groups groups = Groups::onGrid(shape, rows, cols);
    for (Algorithm algorithm : {Algorithm::Tree, Algorithm::Chain, Algorithm::TwoPhase,
                                Algorithm::BinaryTree, Algorithm::Star}) {
      const Program program = programOf(Collective::Reduce, algorithm, groups, 10);
      // A tree: all but the root send once, and after all that they get.
      std::vector<bool> sent(shape.nodes());
      for (const Step &step : program.steps) {
        EXPECT_EQ(step.times, 1);
        for (const Flow &flow : step.flows) {
          EXPECT_FALSE(sent[flow.source]);
          EXPECT_FALSE(sent[flow.destination]);
          sent[flow.source] = true;
        }
      }
      EXPECT_EQ(std::count(sent.begin(), sent.end(), false), 1) << name(algorithm).str();
    }
  }
}

TEST(Collectives, BroadcastsReachAll) {
  const GridShape shape = mesh(4, 5);
  const Network network = Network::grid(shape);
  const Routes routes(network, Routing::XY);
  const Groups groups = Groups::onGrid(shape, 4, 5);
  for (Algorithm algorithm : {Algorithm::Tree, Algorithm::Chain}) {
    const Program program = programOf(Collective::Broadcast, algorithm, groups, 10);
    std::vector<bool> has(shape.nodes());
    has[program.steps[0].flows[0].source] = true;
    for (const Step &step : program.steps)
      for (const Flow &flow : step.flows) {
        EXPECT_TRUE(has[flow.source]);
        has[flow.destination] = true;
        if (step.multicast)
          routes.walk(flow.source, flow.destination, Order::XY,
                      [&](uint32_t channel) { has[network.channels()[channel].to] = true; });
      }
    EXPECT_EQ(std::count(has.begin(), has.end(), false), 0);
  }
}

/// Rings on cycles and folded ones never wait for each other: a step takes what is sent.
TEST(Collectives, RingsUseLinksOnce) {
  for (auto [rows, cols, wraps] : {std::tuple{4U, 4U, false},
                                   {3U, 4U, false},
                                   {1U, 7U, false},
                                   {1U, 7U, true},
                                   {5U, 5U, true}}) {
    GridShape shape = mesh(rows, cols);
    shape.wrapsRows = shape.wrapsCols = wraps;
    const Network network = Network::grid(shape);
    const Groups groups = Groups::onGrid(shape, rows, cols);
    const Program program = programOf(Collective::AllReduce, Algorithm::Ring, groups, 1);
    const bool cycle = !hamiltonianCycle(groups).empty();
    EXPECT_EQ(program.steps.size(), 1U);
    EXPECT_EQ(program.steps[0].times, 2 * (groups.members() - 1));
    EXPECT_NEAR(busiest(network, program.steps[0]), (cycle ? 0.5 : 1.0) / groups.members(), 1e-9);
  }
}

TEST(Collectives, NoneForOneMember) {
  const Groups groups = Groups::onGrid(mesh(2, 2), 1, 1);
  EXPECT_TRUE(programOf(Collective::AllReduce, Algorithm::Ring, groups, 10).steps.empty());
}

} // namespace
