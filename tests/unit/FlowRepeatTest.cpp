// Rounds by what changes, against rounds in which all is looked at.
#include "network/FlowRepeat.h"
#include "support/Random.h"
#include "gtest/gtest.h"

using namespace wsc::network;
using wsc::Random;

namespace {

using Transfer = flow::RepeatedStep::Transfer;

/// All rounds, one after the other; returns when the last flit has arrived.
double goThrough(llvm::ArrayRef<Transfer> transfers, double relay, unsigned times,
                 std::vector<double> &ready) {
  double last = 0;
  for (unsigned round = 0; round < times; ++round) {
    std::vector<double> next = ready;
    for (const auto &[source, destination, sending, arriving] : transfers) {
      next[source] = std::max(next[source], ready[source] + sending);
      next[destination] = std::max(next[destination], ready[source] + arriving + relay);
      last = std::max(last, ready[source] + arriving);
    }
    ready = next;
  }
  return last;
}

TEST(FlowRepeat, NodesAreDoneAsIfAllWereLookedAt) {
  Random random(5);
  for (unsigned drawn = 0; drawn < 200; ++drawn) {
    const unsigned nodes = 2 + random.below(40), times = 2 + random.below(40);
    const double relay = random.below(3);
    // Rings in which few take longer or shorter, and others.
    const bool isRing = random.below(2);
    std::vector<Transfer> transfers;
    for (uint32_t node = 0; node < nodes; ++node)
      for (unsigned i = 0; i < (isRing ? 1 : 1 + random.below(3)); ++i) {
        const uint32_t to = isRing ? (node + 1) % nodes : random.below(nodes);
        const double sending = isRing ? 20 : random.below(20);
        transfers.push_back({node, to, sending, sending + (random.below(8) ? 9 : 5 + i)});
      }
    std::vector<double> ready(nodes), expected;
    for (double &time : ready)
      time = random.below(4) ? 3 : random.below(30);
    expected = ready;
    const double last = goThrough(transfers, relay, times, expected);
    flow::RepeatedStep step(transfers, nodes, relay);
    EXPECT_NEAR(step.run(ready, times, times, 0), last, 1e-9);
    for (uint32_t node = 0; node < nodes; ++node)
      EXPECT_NEAR(ready[node], expected[node], 1e-9);
  }
}

/// Not all rounds need to be looked at once all are delayed alike, or where the rest goes on so.
TEST(FlowRepeat, TheRestGoesOnAsBefore) {
  std::vector<Transfer> transfers;
  for (uint32_t node = 0; node < 10; ++node)
    transfers.push_back({node, (node + 1) % 10, 6, node ? 8.0 : 11.0});
  std::vector<double> all(10), some(10);
  const double last = goThrough(transfers, 1, 1000, all);
  EXPECT_NEAR(flow::RepeatedStep(transfers, 10, 1).run(some, 1000, 100, 0), last, 1e-9 * last);
  // A mean of the rounds between: nodes are behind or ahead by no more than one round.
  for (uint32_t node = 0; node < 10; ++node)
    EXPECT_NEAR(some[node], all[node], 12);
}

} // namespace
