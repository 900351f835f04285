// Streams between queues, against walks of each message by itself.
#include "network/FlowLong.h"
#include "network/FlowMirror.h"
#include "support/Random.h"
#include "gtest/gtest.h"
#include <map>
#include <set>

using namespace wsc::network;
using wsc::Random;

namespace {

using Turns = std::map<std::pair<uint32_t, uint32_t>, double>;

std::vector<Flow> allToAll(uint32_t nodes, double flits) {
  std::vector<Flow> flows;
  for (uint32_t source = 0; source < nodes; ++source)
    for (uint32_t target = 0; target < nodes; ++target)
      if (source != target)
        flows.push_back({source, target, flits});
  return flows;
}

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
    const Routes routes(network, static_cast<Routing>(random.below(3)));
    std::vector<Flow> flows;
    for (uint32_t source = 0; source < network.nodes(); ++source)
      for (uint32_t target = 0; target < network.nodes(); ++target)
        if (random.below(2))
          flows.push_back({source, target, double(random.below(5))});
    flow::Lanes lanes(routes, 4);
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
  flow::Lanes lanes(routes, 4);
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

/// On a torus nothing goes on along its row or column beyond the line that it is going to.
TEST(FlowLanes, OnToriLinesStayApart) {
  GridShape shape;
  shape.rows = 7;
  shape.cols = 9;
  shape.wrapsRows = shape.wrapsCols = true;
  const Network network = Network::grid(shape);
  const Routes routes(network, Routing::XY);
  std::vector<Flow> flows = allToAll(network.nodes(), 1);
  flow::Lanes lanes(routes, 4);
  lanes.add(flows);
  EXPECT_TRUE(lanes.areApart());
  auto isAlongRow = [&](uint32_t queue) {
    const Channel &channel = network.channels()[queue / lanes.perChannel()];
    return shape.row(channel.from) == shape.row(channel.to);
  };
  for (uint32_t part = 0; part < lanes.parts(); ++part)
    for (const flow::Turn &turn : lanes.turnsFrom(part)) {
      const uint32_t from = lanes.queueOfPart(part), to = lanes.queueOfPart(turn.to);
      if (lanes.isNode(from) || lanes.isNode(to) || isAlongRow(from) != isAlongRow(to))
        continue;
      const uint32_t at = network.channels()[from / lanes.perChannel()].to;
      EXPECT_FALSE(lanes.isFor(part, at));
      for (uint32_t target = 0; target < network.nodes(); ++target)
        EXPECT_EQ(lanes.isFor(part, target), lanes.isFor(turn.to, target));
    }
}

/// All to all on a mesh is counted, not walked, and one quarter goes through what all do.
TEST(FlowLanes, AQuarterStandsForAllOfAMesh) {
  for (const auto &[rows, cols, routing] :
       {std::tuple{4u, 6u, Routing::XY}, std::tuple{6u, 4u, Routing::YX},
        std::tuple{5u, 4u, Routing::XY}, std::tuple{4u, 3u, Routing::XY},
        std::tuple{3u, 5u, Routing::YX}, std::tuple{1u, 8u, Routing::XY},
        std::tuple{4u, 6u, Routing::O1Turn}, std::tuple{5u, 4u, Routing::O1Turn},
        std::tuple{1u, 6u, Routing::O1Turn}}) {
    GridShape shape;
    shape.rows = rows;
    shape.cols = cols;
    const Network network = Network::grid(shape);
    const Routes routes(network, routing);
    std::vector<Flow> flows = allToAll(network.nodes(), 300);
    flow::Lanes lanes(routes, 4);
    lanes.add(flows);
    ASSERT_GT(flow::Mirror::sizeOfAll(routes, flows, false), 0);
    Turns expected;
    unsigned longest = 0;
    for (const Flow &flow : flows)
      longest = std::max(longest, walk(network, lanes, flow, expected));
    EXPECT_EQ(lanes.longest, longest);
    size_t turns = 0;
    for (uint32_t queue = 0; queue < lanes.queues(); ++queue)
      for (const flow::Turn &turn : lanes.turnsFrom(queue)) {
        EXPECT_NEAR(turn.flits, (expected[{turn.from, turn.to}]), 1e-7);
        ++turns;
      }
    EXPECT_EQ(turns, expected.size());

    const Router router;
    const std::vector<double> starts(network.nodes());
    const flow::Mirror mirror(network);
    flow::Lanes folded(routes, 4);
    folded.add(flows, false, &mirror);
    const flow::Capacity ofAll(lanes, network, router, 1), ofPart(folded, network, router, 1);
    EXPECT_EQ(ofAll.busiest, ofPart.busiest);
    auto expectImages = [&](const flow::Drained &whole, const flow::Drained &images) {
      for (uint32_t node = 0; node < network.nodes(); ++node) {
        EXPECT_NEAR(whole.received[node], images.received[mirror.node(node)], 1e-6);
        EXPECT_NEAR(whole.sent[node], images.sent[mirror.node(node)], 1e-6);
      }
    };
    // What nodes send first is no mirror image.
    if (!lanes.drawsOrders())
      expectImages(flow::Fluid(lanes, routes, router, ofAll, flows, 1).run(starts),
                   flow::Fluid(folded, routes, router, ofPart, flows, 1).run(starts));
    ASSERT_TRUE(flow::LongFluid::suits(lanes, ofAll));
    expectImages(flow::LongFluid(lanes, network, router, ofAll, 1).run(starts),
                 flow::LongFluid(folded, network, router, ofPart, 1).run(starts));
    std::set<uint32_t> standing;
    for (uint32_t node = 0; node < network.nodes(); ++node)
      standing.insert(mirror.node(node));
    EXPECT_EQ(standing.size() * (rows % 2 ? 1 : 2) * (cols % 2 ? 1 : 2), network.nodes());
    // A message less, or one of another size, and nothing of this holds.
    flows[5].flits = 4;
    EXPECT_EQ(flow::Mirror::sizeOfAll(routes, flows, false), 0);
    flows[5] = flows[6];
    EXPECT_EQ(flow::Mirror::sizeOfAll(routes, flows, false), 0);
  }
}

} // namespace
