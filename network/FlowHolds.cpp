// Turns at crossbars.
#include "network/FlowHolds.h"

namespace wsc::network::flow {

Holds::Holds(const Lanes &lanes, const Router &router, unsigned packet)
    : lanes_(lanes), ports_(router.ports), ofPort_(router.virtualChannels),
      allocation_(double(router.routing + router.allocateChannel) / packet),
      waitsAtOutput_(lanes.perChannel() > 1 && !lanes.drawsOrders()) {
  for (unsigned lane = 0; lane < lanes.perChannel(); ++lane)
    ofLane_.push_back(lanes.channelsOf(lane));
  for (Present *present : {&all_, &own_}) {
    present->atOutput.resize(lanes.ports());
    present->atLane.resize(lanes.queues());
  }
}

/// Waits of the streams of one input.  Packets that go to the same queue do not meet: one of its
/// virtual channels is allocated after the other.
void Holds::wait(llvm::MutableArrayRef<Stream> streams, double rate) {
  const double perPort = rate / portsAt(streams[0].from);
  double all = 0;
  for (const Stream &stream : streams)
    own_.atOutput[lanes_.portOf(stream.to)] = own_.atLane[stream.to] = 0;
  for (const Stream &stream : streams) {
    const double present = presentOf(stream, perPort);
    own_.atOutput[lanes_.portOf(stream.to)] += present;
    own_.atLane[stream.to] += present;
    all += present;
  }
  for (Stream &stream : streams) {
    const uint32_t output = lanes_.portOf(stream.to);
    const double lane = own_.atLane[stream.to], own = own_.atOutput[output];
    stream.wait = others(all, lanes_.drawsOrders() ? own : lane);
    if (waitsAtOutput_)
      stream.wait +=
          turns(all_.atOutput[output] - (own - lane) / portsAt(stream.to), all_.atLane[stream.to]);
  }
}

void Holds::count(llvm::ArrayRef<Stream> streams, double rate) {
  std::fill(all_.atOutput.begin(), all_.atOutput.end(), 0.0);
  std::fill(all_.atLane.begin(), all_.atLane.end(), 0.0);
  for (const Stream &stream : streams) {
    const double present = presentOf(stream, rate) / portsAt(stream.to);
    all_.atOutput[lanes_.portOf(stream.to)] += present;
    all_.atLane[stream.to] += present;
  }
}

void Holds::update(llvm::MutableArrayRef<Stream> streams, llvm::ArrayRef<uint32_t> inputs,
                   double step) {
  const double rate = 1 / step;
  if (waitsAtOutput_)
    count(streams, rate);
  for (size_t i = 0; i + 1 < inputs.size(); ++i)
    wait(streams.slice(inputs[i], inputs[i + 1] - inputs[i]), rate);
}

} // namespace wsc::network::flow
