// Streams between queues, against walks of each message by itself.
#include "network/FlowLanes.h"
#include "support/Random.h"
#include "gtest/gtest.h"
#include <map>

using namespace wsc::network;
using wsc::Random;

namespace {

using Turns = std::map<std::pair<uint32_t, uint32_t>, double>;

/// Hop by hop; returns the routers on the longest way.
unsigned walk(const Network &network, const flow::Lanes &lanes, const Flow &flow, Turns &turns) {
  unsigned longest = 0;
  for (unsigned order = 0; order < lanes.orders(); ++order) {
    uint32_t from = lanes.queueOfNode(flow.source), at = network.routerOf(flow.source);
    for (unsigned routers = 1;; ++routers) {
      // A network of one order does not look at it.
      const uint32_t to = lanes.next(at, flow.destination, static_cast<Order>(order));
      turns[{from, to}] += flow.flits / lanes.orders();
      longest = std::max(longest, routers);
      if (lanes.isNode(to))
        break;
      from = to;
      at = network.channels()[to / lanes.perChannel()].to;
    }
  }
  return longest;
}

TEST(FlowLanes, StreamsAreTheSumsOfWays) {
  Random random(7);
  for (unsigned round = 0; round < 60; ++round) {
    GridShape shape;
    shape.rows = 1 + random.below(6);
    shape.cols = 2 + random.below(6);
    shape.wrapsRows = random.below(3) == 0;
    shape.wrapsCols = random.below(3) == 0;
    const Network network = Network::grid(shape);
    const Routes routes(network, static_cast<Routing>(random.below(4)));
    std::vector<Flow> flows;
    for (uint32_t source = 0; source < network.nodes(); ++source)
      for (uint32_t target = 0; target < network.nodes(); ++target)
        if (random.below(2))
          flows.push_back({source, target, double(random.below(5))});
    flow::Lanes lanes(routes);
    lanes.add(flows);
    Turns expected;
    unsigned longest = 0;
    std::vector<double> sent(network.nodes());
    for (const Flow &flow : flows)
      if (flow.flits > 0) {
        longest = std::max(longest, walk(network, lanes, flow, expected));
        sent[flow.source] += flow.flits;
      }
    Turns found;
    for (uint32_t part = 0; part < lanes.parts(); ++part) {
      EXPECT_LE(lanes.queueOfPart(part ? part - 1 : 0), lanes.queueOfPart(part));
      for (const flow::Turn &turn : lanes.turnsFrom(part))
        found[{lanes.queueOfPart(turn.from), lanes.queueOfPart(turn.to)}] += turn.flits;
    }
    EXPECT_EQ(found, expected) << shape.rows << "x" << shape.cols << " " << round;
    EXPECT_EQ(lanes.longest, longest);
    EXPECT_EQ(lanes.sent().vec(), sent);
    EXPECT_TRUE(lanes.reachesAll);
  }
}

/// Of few messages, what goes to different nodes stays apart; nodes send all that they have alike.
TEST(FlowLanes, FewMessagesHavePartsOfTheirOwn) {
  GridShape shape;
  shape.cols = 4;
  const Network network = Network::grid(shape);
  const Routes routes(network, Routing::XY);
  flow::Lanes lanes(routes);
  lanes.add({{0, 2, 5}, {0, 3, 7}, {1, 3, 1}});
  std::map<std::array<uint32_t, 3>, double> found;
  for (uint32_t part = 0; part < lanes.parts(); ++part)
    for (const flow::Turn &turn : lanes.turnsFrom(part))
      for (uint32_t target = 0; target < network.nodes(); ++target)
        if (lanes.isFor(turn.from, target) && lanes.isFor(turn.to, target))
          found[{lanes.queueOfPart(turn.from), lanes.queueOfPart(turn.to), target}] += turn.flits;
  auto east = [&](uint32_t router) {
    return lanes.queueOf(network.channel(router, Direction::East), 0);
  };
  auto node = [&](uint32_t number) { return lanes.queueOfNode(number); };
  const std::map<std::array<uint32_t, 3>, double> expected = {
      {{node(0), east(0), 2}, 5}, {{node(0), east(0), 3}, 7}, {{east(0), east(1), 2}, 5},
      {{east(0), east(1), 3}, 7}, {{node(1), east(1), 3}, 1}, {{east(1), east(2), 3}, 8},
      {{east(1), node(2), 2}, 5}, {{east(2), node(3), 3}, 8}};
  EXPECT_EQ(found, expected);
  EXPECT_EQ(lanes.partOfNode(0), lanes.parts() - network.nodes());
}

} // namespace
