// Requests that are granted, and those in vain.
#include "network/FlowRequests.h"

namespace wsc::network::flow {

Requests::Requests(const Lanes &lanes, const Router &router, unsigned packet)
    : lanes_(lanes), ports_(router.ports), channels_(router.virtualChannels),
      service_(serviceOf(router, packet)), all_(lanes.ports()), own_(lanes.ports()) {}

/// By squaring, as it is asked for of each stream in each step.
static double power(double base, unsigned exponent) {
  double result = 1;
  for (; exponent; exponent >>= 1, base *= base)
    if (exponent & 1)
      result *= base;
  return result;
}

/// Requests of an input for an output in vain, for each that is granted; `passes` of the input.
///
/// Others are granted the output while this one asks, but for what they get while it does not.
/// Arbiters that take turns let each other input go first once at most, and none if this one has
/// sent elsewhere meanwhile: inputs take turns among outputs as well, if any of their virtual
/// channels has something for another, so that two grants of one output follow each other only
/// where it has more than half of what the input sends.
double Requests::denied(const Use &own, const Use &all, double passes) const {
  const double others = all.asks - own.asks;
  const double meanwhile = all.passes - own.passes - (1 - std::min(1.0, own.asks)) * others;
  if (meanwhile <= 0)
    return 0;
  return std::min(meanwhile / own.passes, others * std::max(2 - passes / own.passes,
                                                            power(own.passes / passes, channels_)));
}

void Requests::count(llvm::ArrayRef<Stream> streams, double rate) {
  std::fill(all_.begin(), all_.end(), Use());
  for (const Stream &stream : streams) {
    Use &use = all_[lanes_.portOf(stream.to)];
    use.asks += stream.asks;
    use.passes += stream.moved * rate;
  }
}

/// Of one input: streams may go to the same output.
void Requests::countOwn(llvm::ArrayRef<Stream> streams, double share, double rate) {
  for (const Stream &stream : streams)
    own_[lanes_.portOf(stream.to)] = {};
  for (const Stream &stream : streams) {
    Use &use = own_[lanes_.portOf(stream.to)];
    use.asks += stream.asks * share;
    use.passes += stream.moved * rate;
  }
}

/// Gives the streams of one input their turns.
void Requests::limitInput(llvm::MutableArrayRef<Stream> streams, double step) {
  const double ports = portsAt(streams[0].from), share = 1 / ports;
  const double rate = service_ / step * share; // of a port
  if (!lanes_.areDistinct())
    countOwn(streams, share, rate);
  double passes = 0, asks = 0;
  for (const Stream &stream : streams)
    passes += stream.moved * rate;
  for (Stream &stream : streams) {
    double now = stream.moved * rate;
    if (now > 0 && !lanes_.isNode(stream.to)) {
      const Use own = ownOf(stream, share, rate);
      now *= 1 + denied(own, all_[lanes_.portOf(stream.to)], passes);
    }
    stream.asks = (stream.asks + std::min(now * ports, ports)) / 2;
    asks += stream.asks;
  }
  // Who has turns left may move more in the next step.
  const double left = turnsLeft(ports, asks);
  for (Stream &stream : streams) {
    stream.most = mostAfter(stream.moved, left, step);
    stream.moved = std::min(stream.moved, stream.most);
  }
}

void Requests::limit(llvm::MutableArrayRef<Stream> streams, llvm::ArrayRef<uint32_t> inputs,
                     double step) {
  count(streams, service_ / step);
  for (size_t i = 0; i + 1 < inputs.size(); ++i)
    limitInput(streams.slice(inputs[i], inputs[i + 1] - inputs[i]), step);
}

} // namespace wsc::network::flow
