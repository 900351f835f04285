// Graphs, routing and synthetic traffic, against what their definitions say.
#include "FlowNetworks.h"
#include "network/Routing.h"
#include "network/Traffic.h"

#include "llvm/ADT/StringRef.h"
#include <gtest/gtest.h>
#include <set>

using namespace wsc;
using namespace wsc::network;

namespace {

GridShape gridOf(unsigned rows, unsigned cols, bool wraps = false) {
  GridShape shape;
  shape.rows = rows;
  shape.cols = cols;
  shape.wrapsRows = shape.wrapsCols = wraps;
  return shape;
}

/// Links between two routers by breadth-first search.
unsigned distance(const Network &network, uint32_t from, uint32_t to) {
  std::vector<uint32_t> front{from};
  std::set<uint32_t> seen{from};
  for (unsigned steps = 0;; ++steps) {
    std::vector<uint32_t> next;
    for (uint32_t router : front) {
      if (router == to)
        return steps;
      for (uint32_t channel : network.outgoing(router))
        if (seen.insert(network.channels()[channel].to).second)
          next.push_back(network.channels()[channel].to);
    }
    front = std::move(next);
  }
}

TEST(Network, GridsHaveTheChannelsOfTheirShape) {
  EXPECT_EQ(Network::grid(gridOf(3, 5)).channels().size(), 2U * (3 * 4 + 2 * 5));
  EXPECT_EQ(Network::grid(gridOf(3, 5, true)).channels().size(), 4U * 15);
  // Between two routers a wrap would be a second channel in parallel.
  EXPECT_EQ(Network::grid(gridOf(2, 5, true)).channels().size(), 2U * 10 + 2U * 5);
  EXPECT_EQ(Network::grid(gridOf(1, 1)).channels().size(), 0U);
}

TEST(Network, BordersOfReticlesHaveTheirOwnWires) {
  GridShape shape = gridOf(4, 6);
  shape.tileRows = 2;
  shape.tileCols = 3;
  shape.border = {7, 0.25F};
  const Network network = Network::grid(shape);
  unsigned borders = 0;
  for (const Channel &channel : network.channels())
    borders += channel.wire.latency == 7;
  EXPECT_EQ(borders, 2U * (6 + 4)); // one line between rows of reticles, one between columns
}

TEST(Network, DeadPartsLeaveTheOthersInPlace) {
  const Network whole = Network::grid(gridOf(3, 3));
  llvm::BitVector routers(9), channels(whole.channels().size());
  routers.set(4); // the middle, with its 8 channels
  channels.set(whole.channel(0, Direction::East));
  const Network rest = whole.without(routers, channels);
  EXPECT_EQ(rest.channels().size(), whole.channels().size() - 9);
  EXPECT_EQ(rest.channel(0, Direction::East), none);
  EXPECT_EQ(rest.channel(1, Direction::South), none);
  const uint32_t back = rest.channel(1, Direction::West);
  ASSERT_NE(back, none);
  EXPECT_EQ(rest.channels()[back].to, 0U);
  EXPECT_TRUE(rest.outgoing(4).empty());
  EXPECT_TRUE(rest.incoming(4).empty());
}

TEST(Network, RoutesOfGridsAreShortest) {
  for (const GridShape &shape :
       {gridOf(4, 6), gridOf(5, 4, true), gridOf(1, 7), gridOf(2, 2, true)})
    for (Routing routing : {Routing::XY, Routing::YX, Routing::O1Turn, Routing::Adaptive}) {
      const Network network = Network::grid(shape);
      const Routes routes(network, routing);
      for (uint32_t from = 0; from < shape.nodes(); ++from)
        for (uint32_t to = 0; to < shape.nodes(); ++to)
          for (Order order : {Order::XY, Order::YX}) {
            unsigned links = 0;
            uint32_t end = from;
            routes.walk(from, to, order, [&](uint32_t channel) {
              EXPECT_EQ(network.channels()[channel].from, end);
              end = network.channels()[channel].to;
              ++links;
            });
            EXPECT_EQ(end, to);
            EXPECT_EQ(links, distance(network, from, to));
          }
    }
}

TEST(Network, DimensionOrderHasNoCycleAndTwoOrdersMixedHaveOne) {
  const Network network = Network::grid(gridOf(3, 3));
  EXPECT_TRUE(dependencyCycle(Routes(network, Routing::XY)).empty());
  EXPECT_TRUE(dependencyCycle(Routes(network, Routing::O1Turn)).empty());
  // XY towards even routers and YX towards odd ones turns both ways.
  const Routes xy(network, Routing::XY), yx(network, Routing::YX);
  const Routes mixed(network, tableOf(network, [&](uint32_t at, uint32_t to) {
                       return (to % 2 ? yx : xy).next(at, to);
                     }));
  const std::vector<uint32_t> cycle = dependencyCycle(mixed);
  ASSERT_GT(cycle.size(), 2U);
  for (size_t i = 0; i < cycle.size(); ++i)
    EXPECT_EQ(network.channels()[cycle[i]].to,
              network.channels()[cycle[(i + 1) % cycle.size()]].from);
}

TEST(Network, PatternsArePermutations) {
  Random random(1);
  const GridShape shape = gridOf(8, 8);
  for (Pattern pattern : {Pattern::Transpose, Pattern::BitComplement, Pattern::BitReverse,
                          Pattern::Shuffle, Pattern::Tornado, Pattern::Neighbor}) {
    EXPECT_EQ(whyNot(pattern, shape), "");
    std::set<uint32_t> seen;
    for (uint32_t node = 0; node < shape.nodes(); ++node)
      seen.insert(destinationOf(pattern, shape, node, random));
    EXPECT_EQ(seen.size(), shape.nodes()) << name(pattern).str();
  }
  EXPECT_EQ(destinationOf(Pattern::BitReverse, shape, 1, random), 32U);
  EXPECT_EQ(destinationOf(Pattern::Shuffle, shape, 33, random), 3U);
  EXPECT_EQ(destinationOf(Pattern::Tornado, shape, 0, random), 3U * 8 + 3);
  EXPECT_EQ(destinationOf(Pattern::Neighbor, shape, 63, random), 0U);
  EXPECT_NE(whyNot(Pattern::Transpose, gridOf(4, 8)), "");
  EXPECT_NE(whyNot(Pattern::Shuffle, gridOf(3, 3)), "");
}

} // namespace
