// Turns at crossbars.
#include "network/FlowHolds.h"

namespace wsc::network::flow {

Holds::Holds(const Lanes &lanes, const Router &router, unsigned packet)
    : lanes_(lanes), ports_(router.ports), ofPort_(router.virtualChannels),
      allocation_(double(router.routing + router.allocateChannel) / packet) {
  for (unsigned lane = 0; lane < lanes.perChannel(); ++lane)
    ofLane_.push_back(lanes.channelsOf(lane));
}

/// Those of one input.  Packets that go to the same queue do not meet: one of its virtual channels
/// is allocated after the other.
void Holds::waitForInput(llvm::MutableArrayRef<Stream> streams, double rate) {
  const double perPort = rate / portsAt(streams[0].from);
  double all = 0;
  present_.clear();
  for (const Stream &stream : streams) {
    present_.push_back(presentOf(stream, perPort));
    all += present_.back();
  }
  for (size_t i = 0; i < streams.size(); ++i) {
    double own = present_[i];
    for (size_t other = 0; !lanes_.areDistinct() && other < streams.size(); ++other)
      own += other != i && streams[other].to == streams[i].to ? present_[other] : 0;
    streams[i].wait = others(all, own);
  }
}

void Holds::countAtOutputs(llvm::ArrayRef<Stream> streams, double rate) {
  atOutput_.assign(lanes_.ports(), 0);
  atLane_.assign(lanes_.queues(), 0);
  for (const Stream &stream : streams) {
    const double present = presentOf(stream, rate) / portsAt(stream.to);
    atOutput_[lanes_.portOf(stream.to)] += present;
    atLane_[stream.to] += present;
  }
}

void Holds::update(llvm::MutableArrayRef<Stream> streams, llvm::ArrayRef<uint32_t> inputs,
                   double step) {
  const double rate = 1 / step;
  const bool hasClasses = lanes_.perChannel() > 1;
  if (hasClasses)
    countAtOutputs(streams, rate);
  for (size_t i = 0; i + 1 < inputs.size(); ++i)
    waitForInput(streams.slice(inputs[i], inputs[i + 1] - inputs[i]), rate);
  // Classes of an output take turns.
  if (hasClasses)
    for (Stream &stream : streams)
      stream.wait += others(atOutput_[lanes_.portOf(stream.to)], atLane_[stream.to]);
}

} // namespace wsc::network::flow
