// Head-of-line blocking of the fluid, one queue at a time.
#include "network/FlowHeads.h"
#include <gtest/gtest.h>

using namespace wsc::network::flow;

namespace {

/// One queue with as much for two outputs, and room for four heads.
struct OneQueue {
  std::vector<Stream> streams{2};
  Heads heads;

  explicit OneQueue(double waiting) : heads(streams, {16.0}, 0.25) {
    for (Stream &stream : streams)
      stream.waiting = waiting;
  }
  /// A step in which outputs take so much; returns what moves to the second one.
  double step(double first, double second) {
    const double takes[] = {first, second};
    for (unsigned i : {0, 1})
      streams[i].moved = std::min({takes[i], streams[i].waiting, streams[i].most});
    heads.limit(streams);
    for (Stream &stream : streams)
      stream.waiting -= stream.moved;
    return streams[1].moved;
  }
};

} // namespace

/// What is for a full output fills the heads; the other one gets what came to the head with it, and
/// then nothing, although it would take all.
TEST(FlowHeads, NothingPassesHeadsThatStay) {
  OneQueue queue(20);
  double passed = 0;
  for (unsigned i = 0; i < 10; ++i)
    passed += queue.step(0, 20);
  EXPECT_NEAR(passed, 4, 1e-9);
  EXPECT_EQ(queue.step(0, 20), 0);
  // From then on each that leaves lets one of the other kind come to the head, as many are behind.
  for (unsigned i = 0; i < 4; ++i)
    queue.step(1, 20);
  EXPECT_NEAR(queue.step(1, 20), 1, 1e-9);
}

/// A virtual channel for each packet: they do not wait for each other.
TEST(FlowHeads, AllMayBeHeads) {
  OneQueue queue(2);
  EXPECT_EQ(queue.step(0, 5), 2);
  EXPECT_EQ(queue.step(5, 0), 0);
  EXPECT_EQ(queue.streams[0].waiting, 0);
}
