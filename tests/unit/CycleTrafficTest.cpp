// Synthetic traffic on the flit-level network, against what BookSim2 printed for the same.
//
// With the same seed the figures are equal: the tolerance is that of six printed digits.
#include "network/Cycle.h"
#include "support/Random.h"

#include "llvm/ADT/StringRef.h"
#include "gtest/gtest.h"

using namespace wsc;
using namespace wsc::network;

namespace {

GridShape square(unsigned size) {
  GridShape shape;
  shape.rows = shape.cols = size;
  return shape;
}

/// A line of BookSim2's output; with its configuration otherwise as in docs/network.md.
struct Reference {
  unsigned size, virtualChannels, buffer, packet;
  Pattern pattern;
  double load;
  Routing routing;
  bool stable;
  double packetLatency, networkLatency, accepted, leastAccepted, hops; ///< hops 0: not printed
};

TEST(CycleTraffic, IsThatOfBookSim2) {
  using enum Pattern;
  using enum Routing;
  const Reference references[] = {
      {4, 1, 4, 1, Uniform, 0.1, XY, true, 16.5153, 16.5148, 0.100917, 0.0936667, 3.4868},
      {4, 2, 8, 3, Shuffle, 0.2, XY, true, 16.8547, 16.5819, 0.205854, 0.177333, 3.03944},
      {4, 4, 4, 1, Uniform, 0.75, XY, true, 112.136, 43.8196, 0.742036, 0.722571, 3.50128},
      {4, 4, 8, 4, Tornado, 0.4, XY, true, 22.0301, 21.0058, 0.403771, 0.363667, 4.00144},
      {4, 4, 8, 8, BitComplement, 0.3, XY, true, 43.7733, 42.0189, 0.306271, 0.227667, 5.04329},
      {4, 8, 4, 2, BitReverse, 0.3, XY, true, 19.8542, 19.6418, 0.301896, 0.279, 3.4609},
      {4, 2, 4, 1, Uniform, 0.5, O1Turn, true, 21.7614, 21.5318, 0.502625, 0.484, 3.50866},
      {4, 4, 2, 4, Transpose, 0.4, O1Turn, false, 502.487, 29.473, 0.371917, 0.334, 0},
      {8, 1, 8, 4, Neighbor, 0.3, XY, true, 24.3113, 23.623, 0.299005, 0.264, 4.51514},
      {8, 4, 4, 1, Transpose, 0.1429, XY, true, 44.2497, 44.0463, 0.142664, 0.12625, 6.28319},
      {8, 4, 8, 4, Uniform, 0.3, XY, true, 40.2656, 39.6159, 0.298172, 0.245333, 6.26115},
      {8, 8, 8, 1, Uniform, 0.9, XY, false, 444.1, 270.662, 0.40232, 0.3515, 0},
      {8, 3, 5, 5, Tornado, 0.1, XY, true, 42.5303, 42.313, 0.0989063, 0.0783333, 8.48624},
      {16, 2, 8, 1, BitComplement, 0.05, XY, true, 70.5788, 70.5788, 0.0501523, 0.0406667, 16.9734},
  };
  for (const Reference &reference : references) {
    const Network network = Network::grid(square(reference.size));
    Router router;
    router.virtualChannels = reference.virtualChannels;
    router.buffer = reference.buffer;
    const TrafficResult result =
        cycle::offer(Routes(network, reference.routing), router,
                     {reference.pattern, reference.load, reference.packet});
    SCOPED_TRACE(name(reference.pattern).str() + " " + std::to_string(reference.size) + " " +
                 std::to_string(reference.load));
    auto near = [](double got, double expected) { EXPECT_NEAR(got, expected, 1e-5 * expected); };
    EXPECT_EQ(result.stable, reference.stable);
    EXPECT_EQ(result.ending, Ending::Done);
    near(result.packetLatency, reference.packetLatency);
    near(result.networkLatency, reference.networkLatency);
    near(result.accepted, reference.accepted);
    near(result.leastAccepted, reference.leastAccepted);
    if (reference.hops)
      near(result.hops, reference.hops);
  }
}

TEST(CycleTraffic, ZeroLoadLatencyIsAClosedForm) {
  const Network network = Network::grid(square(4));
  for (const unsigned packet : {1u, 4u})
    for (const unsigned stage : {0u, 1u, 2u, 3u}) {
      Router router;
      router.buffer = 16;
      router.routing = stage / 2;
      router.allocateChannel = router.allocateSwitch = router.traversal = stage;
      const TrafficResult result = cycle::offer(Routes(network, Routing::XY), router,
                                                {Pattern::BitComplement, 0.001, packet});
      // Two cycles into the first router, one out of the last, one on each wire in between; the
      // allocator of the crossbar takes a flit at a time.
      const double alone = 2 + result.hops * router.pipeline() + (result.hops - 1) + 1 +
                           (packet - 1) * std::max(1u, stage);
      EXPECT_NEAR(result.networkLatency, alone, 0.01 * alone) << packet << " " << stage;
    }
}

/// Flits that cross the busiest channel if each node sends one, on average over destinations.
double busiestChannel(const Routes &routes, Pattern pattern) {
  const GridShape &shape = *routes.network().shape();
  std::vector<double> load(routes.network().channels().size());
  Random random(0);
  for (uint32_t from = 0; from < shape.nodes(); ++from)
    for (uint32_t to = 0; to < shape.nodes(); ++to) {
      if (pattern != Pattern::Uniform && to != destinationOf(pattern, shape, from, random))
        continue;
      const double flits = pattern == Pattern::Uniform ? 1.0 / shape.nodes() : 1;
      routes.walk(from, to, Order::XY, [&](uint32_t channel) { load[channel] += flits; });
    }
  double most = 0;
  for (size_t i = 0; i < load.size(); ++i)
    most = std::max(most, load[i] / routes.network().channels()[i].wire.rate);
  return most;
}

TEST(CycleTraffic, IsBelowTheBoundOfTheChannels) {
  const Pattern patterns[] = {Pattern::Uniform, Pattern::BitComplement, Pattern::Tornado,
                              Pattern::Neighbor};
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    GridShape shape;
    shape.rows = 2 + random.below(4);
    shape.cols = 2 + random.below(4);
    shape.wrapsRows = shape.wrapsCols = random.below(2);
    shape.tileRows = 2;
    shape.border = {2, 0.5f};
    const Network network = Network::grid(shape);
    const Routes routes(network, random.below(2) ? Routing::XY : Routing::YX);
    Router router;
    router.virtualChannels = 2 + random.below(4);
    router.buffer = 1 + random.below(8);
    const Pattern pattern = patterns[random.below(4)];
    const double load = (1 + random.below(100)) / 100.0;
    cycle::Sampling sampling;
    sampling.seed = seed;
    sampling.period = 500;
    const TrafficResult result =
        cycle::offer(routes, router, {pattern, load, unsigned(1 + random.below(4))}, sampling);
    EXPECT_EQ(result.ending, Ending::Done);
    // Where more is offered than a channel takes, sources away from it still send all of theirs,
    // so the bound is that of the node with the least.
    const double noise = 1.1 + 2 / std::sqrt(load * sampling.period);
    EXPECT_LE(result.leastAccepted * busiestChannel(routes, pattern), noise) << seed;
    EXPECT_LE(result.accepted, load * noise);
    if (result.stable) {
      EXPECT_GE(result.accepted * noise, load) << seed;
      EXPECT_LE(load * busiestChannel(routes, pattern), noise) << seed;
    }
  }
}

TEST(CycleTraffic, DeadlocksAreReported) {
  // Four routers around which all packets go the same way.
  const Network network = Network::grid(square(2));
  std::vector<uint16_t> ports(16);
  for (uint32_t router = 0; router < 4; ++router)
    for (uint32_t to = 0; to < 4; ++to)
      for (unsigned port = 0; port < 2; ++port) {
        const uint32_t clockwise[] = {1, 3, 0, 2};
        if (network.channels()[network.outgoing(router)[port]].to == clockwise[router])
          ports[to * 4 + router] = port;
      }
  const Routes routes(network, ports);
  ASSERT_FALSE(dependencyCycle(routes).empty());
  Router router;
  router.virtualChannels = router.buffer = 1;
  const TrafficResult result = cycle::offer(routes, router, {Pattern::BitComplement, 0.9, 8});
  EXPECT_FALSE(result.stable);
  EXPECT_EQ(result.ending, Ending::Deadlock);
  // Packets that are alone get through.
  EXPECT_EQ(cycle::offer(routes, router, {Pattern::BitComplement, 0.001, 1}).ending, Ending::Done);
}

TEST(CycleTraffic, SameSeedSameBytes) {
  const Network network = Network::grid(square(5));
  auto once = [&](uint64_t seed) {
    cycle::Sampling sampling;
    sampling.seed = seed;
    return cycle::offer(Routes(network, Routing::O1Turn), Router(), {Pattern::Uniform, 0.4, 3},
                        sampling);
  };
  const TrafficResult first = once(7), again = once(7), other = once(8);
  EXPECT_EQ(first.packetLatency, again.packetLatency);
  EXPECT_EQ(first.accepted, again.accepted);
  EXPECT_EQ(first.cycles, again.cycles);
  EXPECT_NE(first.packetLatency, other.packetLatency);
}

TEST(CycleTraffic, AdaptiveRoutingSpreadsTranspose) {
  // One channel of the diagonal carries all of a row under XY (the bound is 1/7 of a flit).
  const Network network = Network::grid(square(8));
  const Traffic traffic{Pattern::Transpose, 0.25};
  EXPECT_FALSE(cycle::offer(Routes(network, Routing::XY), Router(), traffic).stable);
  const TrafficResult adaptive =
      cycle::offer(Routes(network, Routing::Adaptive), Router(), traffic);
  EXPECT_TRUE(adaptive.stable);
  EXPECT_NEAR(adaptive.accepted, traffic.load, 0.02 * traffic.load);
}

TEST(CycleTraffic, ToriTakeMore) {
  // Half a flit is all that the middle of a mesh takes; of the ring to the East it is five eighths.
  GridShape shape = square(8);
  const Network mesh = Network::grid(shape);
  shape.wrapsRows = shape.wrapsCols = true;
  const Network torus = Network::grid(shape);
  Router router;
  router.virtualChannels = 8;
  const Traffic traffic{Pattern::Uniform, 0.5, 2};
  EXPECT_FALSE(cycle::offer(Routes(mesh, Routing::XY), router, traffic).stable);
  for (const Routing routing : {Routing::XY, Routing::O1Turn, Routing::Adaptive})
    EXPECT_TRUE(cycle::offer(Routes(torus, routing), router, traffic).stable)
        << name(routing).str();
}

} // namespace
