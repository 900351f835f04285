// Tests of packets that stay in the router of their node while it sends what comes after them.
#include "network/FlowStarved.h"
#include "network/Collectives.h"
#include "network/Cycle.h"
#include "network/Flow.h"
#include "tests/unit/FlowNetworks.h"
#include <gtest/gtest.h>

using namespace wsc;
using namespace wsc::network;

namespace {

/// An all-reduce by exchanges in a line of eight.
struct Exchange {
  explicit Exchange(double flits, Routing routing = Routing::O1Turn, unsigned packet = 1)
      : shape(gridOf(1, 8)), network(Network::grid(shape)), routes(network, routing),
        program(programOf(Collective::AllReduce, Algorithm::Exchange, Groups::onGrid(shape, 1, 8),
                          flits, {.relay = 0, .packet = packet})) {}
  std::vector<uint32_t> starving(unsigned step, const Router &router = {}) const {
    return flow::starvingNodes(routes, router, program.steps[step], program.steps[step + 1],
                               program.packet);
  }
  double flow() const { return flow::run(routes, {}, program).cycles; }
  double cycle(uint64_t seed) const {
    cycle::Limits limits;
    limits.seed = seed;
    return cycle::run(routes, {}, program, limits).cycles;
  }

  GridShape shape;
  Network network;
  Routes routes;
  Program program;
};

/// Those that share a neighbour with an end of the line, which sends one way only; in later steps
/// all have as much to send.
TEST(FlowStarved, NodesNextButOneToTheEnds) {
  EXPECT_EQ(Exchange(1024).starving(0), (std::vector<uint32_t>{2, 5}));
  for (const unsigned step : {1, 2, 3})
    EXPECT_TRUE(Exchange(1024).starving(step).empty());
}

TEST(FlowStarved, OnlyWhereChannelsAreFullAndLeftOver) {
  EXPECT_TRUE(Exchange(256).starving(0).empty());
  EXPECT_TRUE(Exchange(1024, Routing::XY).starving(0).empty());
  EXPECT_TRUE(Exchange(1024, Routing::O1Turn, 4).starving(0).empty());
  Router two;
  two.virtualChannels = 2; // both have their turns
  EXPECT_TRUE(Exchange(1024).starving(0, two).empty());
  Router ports;
  ports.ports = 4;
  EXPECT_TRUE(Exchange(1024).starving(0, ports).empty());
}

/// Long messages take a step of 2,048 cycles more, in most draws; short ones do not.
TEST(FlowStarved, TheStepAfterIsWaitedFor) {
  const Exchange all(1024);
  unsigned near = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed)
    near += std::abs(all.flow() / all.cycle(seed) - 1) < 0.01;
  EXPECT_GE(near, 4u);
  EXPECT_NEAR(Exchange(256).flow(), Exchange(256).cycle(1), 0.01 * Exchange(256).flow());
  EXPECT_NEAR(all.flow() - Exchange(1024, Routing::XY).flow(), 2048, 50);
}

} // namespace
