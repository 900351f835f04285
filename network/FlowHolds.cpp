// Turns at crossbars.
#include "network/FlowHolds.h"

#include "llvm/ADT/DenseMap.h"
#include <algorithm>

namespace wsc::network::flow {

Holds::Holds(const Lanes &lanes, llvm::ArrayRef<Stream> streams, const Router &router,
             unsigned packet)
    : lanes_(lanes), ports_(router.ports), ofPort_(router.virtualChannels),
      ofLane_(std::max(1U, router.virtualChannels / lanes.perChannel())),
      allocation_(double(router.routing + router.allocateChannel) / packet),
      waits_(streams.size()) {
  llvm::DenseMap<std::pair<uint32_t, uint32_t>, uint32_t> pairs;
  for (const Stream &stream : streams)
    pairOf_.push_back(
        pairs.try_emplace({lanes.portOf(stream.from), stream.to}, pairs.size()).first->second);
  atPair_.resize(pairs.size());
  atInput_.resize(lanes.ports());
  atOutput_.resize(lanes.ports());
  atLane_.resize(lanes.queues());
}

void Holds::setHeads(llvm::MutableArrayRef<Stream> streams) const {
  double waiting = 0;
  for (const Stream &stream : streams)
    waiting += stream.waiting;
  if (waiting <= 0)
    return;
  const bool isNode = lanes_.isNode(streams[0].from);
  const double heads = std::min(1.0, (isNode ? ofPort_ * ports_ : ofLane_) / waiting);
  for (Stream &stream : streams)
    stream.heads = stream.waiting * heads;
}

void Holds::update(llvm::ArrayRef<Stream> streams, double step) {
  for (std::vector<double> *sums : {&atPair_, &atInput_, &atOutput_, &atLane_})
    std::fill(sums->begin(), sums->end(), 0);
  for (size_t i = 0; i < streams.size(); ++i) {
    const Stream &stream = streams[i];
    const double present = stream.moved / step * (1 + waits_[i]);
    const double atInput = present / portsAt(stream.from), atOutput = present / portsAt(stream.to);
    atPair_[pairOf_[i]] += atInput;
    atInput_[lanes_.portOf(stream.from)] += atInput;
    atOutput_[lanes_.portOf(stream.to)] += atOutput;
    atLane_[stream.to] += atOutput;
  }
  // No more than there are virtual channels besides its own.
  auto others = [&](double all, double own) { return std::clamp(all - own, 0.0, ofPort_ - 1); };
  for (size_t i = 0; i < streams.size(); ++i) {
    const Stream &stream = streams[i];
    waits_[i] = others(atInput_[lanes_.portOf(stream.from)], atPair_[pairOf_[i]]) +
                others(atOutput_[lanes_.portOf(stream.to)], atLane_[stream.to]);
  }
}

} // namespace wsc::network::flow
