// Turns at crossbars.
#include "network/FlowHolds.h"

namespace wsc::network::flow {

Holds::Holds(const Lanes &lanes, const Router &router, unsigned packet)
    : lanes_(lanes), ports_(router.ports), ofPort_(router.virtualChannels),
      ofLane_(std::max(1U, router.virtualChannels / lanes.perChannel())),
      allocation_(double(router.routing + router.allocateChannel) / packet) {}

/// Those of one input.  Packets that go to the same queue do not meet: one of its virtual channels
/// is allocated after the other.
void Holds::waitForInput(llvm::MutableArrayRef<Stream> streams) {
  double all = 0;
  for (const Stream &stream : streams)
    all += stream.present;
  const double ports = portsAt(streams[0].from);
  for (Stream &stream : streams) {
    double own = 0;
    for (const Stream &other : streams)
      own += other.to == stream.to ? other.present : 0;
    stream.wait = others(all / ports, own / ports);
  }
}

/// Classes of an output take turns.
void Holds::waitForOutput(llvm::MutableArrayRef<Stream> streams) {
  atOutput_.assign(lanes_.ports(), 0);
  atLane_.assign(lanes_.queues(), 0);
  for (const Stream &stream : streams) {
    const double present = stream.present / portsAt(stream.to);
    atOutput_[stream.output] += present;
    atLane_[stream.to] += present;
  }
  for (Stream &stream : streams)
    stream.wait += others(atOutput_[stream.output], atLane_[stream.to]);
}

void Holds::update(llvm::MutableArrayRef<Stream> streams, double step) {
  const double rate = 1 / step;
  for (size_t begin = 0, end; begin < streams.size(); begin = end) {
    const uint32_t port = streams[begin].input;
    for (end = begin; end < streams.size() && streams[end].input == port; ++end)
      streams[end].present = streams[end].moved * rate * (1 + streams[end].wait);
    waitForInput(streams.slice(begin, end - begin));
  }
  if (lanes_.perChannel() > 1)
    waitForOutput(streams);
}

} // namespace wsc::network::flow
