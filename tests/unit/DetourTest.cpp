// Tables around holes: connected, free of deadlock, short; against breadth-first search.
#include "network/Detour.h"
#include "network/Dependencies.h"
#include "support/Random.h"

#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>
#include <queue>

using namespace wsc;
using namespace wsc::network;

namespace {

struct Holes {
  Network network;
  llvm::BitVector dead;
};

/// A mesh or torus of which one router in `each` is dead, and one link in `each`.
Holes holesIn(unsigned rows, unsigned cols, bool wraps, unsigned each, Random &random) {
  GridShape shape;
  shape.rows = rows;
  shape.cols = cols;
  shape.wrapsRows = shape.wrapsCols = wraps;
  const Network whole = Network::grid(shape);
  llvm::BitVector routers(whole.routers()), channels(whole.channels().size());
  for (unsigned i = 0; i < routers.size(); ++i)
    if (random.below(each) == 0)
      routers.set(i);
  for (unsigned i = 0; i < channels.size(); ++i)
    if (random.below(each) == 0) // one direction: the link is no longer used
      channels.set(i);
  return {whole.without(routers, channels), routers};
}

bool hasBothWays(const Network &network, const Channel &channel) {
  return llvm::any_of(network.outgoing(channel.to),
                      [&](uint32_t back) { return network.channels()[back].to == channel.from; });
}

/// Links from a router by breadth-first search over those that work in both directions.
std::vector<uint32_t> distances(const Network &network, uint32_t from) {
  std::vector<uint32_t> distance(network.routers(), none);
  std::queue<uint32_t> front({from});
  distance[from] = 0;
  for (; !front.empty(); front.pop())
    for (uint32_t channel : network.outgoing(front.front())) {
      const Channel &each = network.channels()[channel];
      if (distance[each.to] == none && hasBothWays(network, each)) {
        distance[each.to] = distance[each.from] + 1;
        front.push(each.to);
      }
    }
  return distance;
}

/// Channels of a way; nothing where it ends elsewhere.
std::optional<unsigned> hops(const Routes &routes, uint32_t from, uint32_t to) {
  unsigned count = 0;
  uint32_t at = from;
  routes.walk(from, to, Order::XY, [&](uint32_t channel) {
    EXPECT_EQ(routes.network().channels()[channel].from, at);
    at = routes.network().channels()[channel].to;
    ++count;
  });
  return at == to ? std::optional(count) : std::nullopt;
}

TEST(Detour, connectsAllThatIsConnectedWithoutDeadlock) {
  Random random(11);
  for (unsigned trial = 0; trial < 60; ++trial) {
    const unsigned rows = 1 + random.below(9), cols = 1 + random.below(9);
    const Holes holes = holesIn(rows, cols, trial % 3 == 0, 4 + random.below(30), random);
    const Detour detour(holes.network, holes.dead);
    const Routes routes = detour.routes();
    EXPECT_TRUE(dependencyCycle(routes).empty());
    const std::vector<uint32_t> parts = connectedParts(holes.network, holes.dead);
    std::vector<unsigned> sizes(parts.size() + 1);
    for (uint32_t from = 0; from < holes.network.routers(); ++from) {
      if (holes.dead[from])
        continue;
      ++sizes[parts[from]];
      const std::vector<uint32_t> distance = distances(holes.network, from);
      for (uint32_t to = 0; to < holes.network.routers(); ++to) {
        if (to == from || holes.dead[to])
          continue;
        EXPECT_EQ(parts[from] == parts[to], distance[to] != none);
        const std::optional<unsigned> count = hops(routes, from, to);
        EXPECT_EQ(count.has_value(), distance[to] != none);
        if (count) {
          EXPECT_GE(*count, distance[to]);
        }
      }
      EXPECT_EQ(llvm::is_contained(detour.cutOff(), from), parts[from] != 0);
    }
    EXPECT_EQ(llvm::max_element(sizes), sizes.begin());
  }
}

TEST(Detour, onAWholeMeshIsDimensionOrder) {
  GridShape shape;
  shape.rows = 7;
  shape.cols = 5;
  const Network network = Network::grid(shape);
  const Detour detour(network, llvm::BitVector(network.routers()));
  const Routes xy(network, Routing::XY);
  for (uint32_t from = 0; from < network.routers(); ++from)
    for (uint32_t to = 0; to < network.routers(); ++to)
      EXPECT_EQ(detour.routes().next(from, to), xy.next(from, to));
  EXPECT_EQ(detour.byTree(), 0U);
}

TEST(Detour, isNearlyAsShortAsCanBe) {
  Random random(2);
  for (unsigned trial = 0; trial < 5; ++trial) {
    const Holes holes = holesIn(12, 12, false, 40, random);
    const Detour detour(holes.network, holes.dead);
    double shortest = 0, pairs = 0;
    for (uint32_t from = 0; from < holes.network.routers(); ++from)
      for (uint32_t hops : distances(holes.network, from))
        if (!holes.dead[from] && hops != none && hops > 0) {
          shortest += hops;
          ++pairs;
        }
    const RouteQuality quality = qualityOf(detour.routes(), holes.dead);
    EXPECT_GE(quality.meanHops * (1 + 1e-12), shortest / pairs);
    EXPECT_LE(quality.meanHops, 1.1 * shortest / pairs);
  }
}

TEST(Detour, qualityCountsWhatPassesTheBusiestChannel) {
  GridShape shape;
  shape.rows = 1;
  shape.cols = 4;
  const Network line = Network::grid(shape);
  // Each of 4 sends a third of a flit to each other: 2 x 2 pairs cross the middle.
  EXPECT_NEAR(qualityOf(Routes(line, Routing::XY), llvm::BitVector(4)).maxLoad, 4.0 / 3, 1e-12);
  EXPECT_NEAR(qualityOf(Routes(line, Routing::XY), llvm::BitVector(4)).meanHops, 5.0 / 3, 1e-12);
}

TEST(Dependencies, refuseJustWhatClosesACycle) {
  Random random(9);
  for (unsigned trial = 0; trial < 30; ++trial) {
    GridShape shape;
    shape.rows = 2 + random.below(4);
    shape.cols = 2 + random.below(4);
    shape.wrapsRows = trial % 2;
    const Network network = Network::grid(shape);
    Dependencies dependencies(network);
    std::vector<std::vector<uint32_t>> after(network.channels().size());
    auto leads = [&](uint32_t from, uint32_t to) {
      std::vector<uint32_t> found{from};
      for (size_t i = 0; i < found.size(); ++i)
        for (uint32_t next : after[found[i]])
          if (!llvm::is_contained(found, next))
            found.push_back(next);
      return llvm::is_contained(found, to);
    };
    for (unsigned i = 0; i < 300; ++i) {
      const uint32_t channel = random.below(network.channels().size());
      const auto outgoing = network.outgoing(network.channels()[channel].to);
      const uint32_t next = outgoing[random.below(outgoing.size())];
      const bool closes = leads(next, channel);
      EXPECT_EQ(dependencies.add(channel, next), !closes);
      EXPECT_EQ(dependencies.has(channel, next), !closes);
      if (!closes)
        after[channel].push_back(next);
    }
  }
}

TEST(Detour, reportsWhatIsCutOff) {
  GridShape shape;
  shape.rows = 3;
  shape.cols = 4;
  const Network whole = Network::grid(shape);
  llvm::BitVector dead(12), channels(whole.channels().size());
  dead.set(1);
  dead.set(4); // the corner is alone
  const Network network = whole.without(dead, channels);
  const Detour detour(network, dead);
  EXPECT_EQ(detour.cutOff().vec(), std::vector<uint32_t>{0});
  EXPECT_EQ(detour.routes().next(0, 11), none);
  EXPECT_EQ(detour.routes().next(11, 0), none);
  // Nothing is left at all.
  dead.set();
  const Network nothing = whole.without(dead, channels);
  const Detour empty(nothing, dead);
  EXPECT_TRUE(empty.cutOff().empty());
  EXPECT_EQ(qualityOf(empty.routes(), dead).meanHops, 0);
}

} // namespace
