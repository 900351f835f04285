// Rates of channels and nodes, and what they have to do.
#include "network/FlowCapacity.h"

#include "network/FlowQueues.h"
#include <algorithm>
#include <limits>

namespace wsc::network::flow {

Capacity::Capacity(const Lanes &lanes, const Network &network, const Router &router,
                   unsigned packet)
    : node(router.ports * packet / serviceOf(router, {}, packet)),
      hop(std::numeric_limits<double>::infinity()) {
  for (unsigned lane = 0; lane < lanes.perChannel(); ++lane)
    rooms.push_back(lanes.channelsOf(lane) * router.buffer);
  // Channels that packets choose are given to those that have room as a whole: what is left is too
  // little for one, any number of flits as often.
  if (lanes.choose())
    rooms[0] -= lanes.channelsOf(0) * (std::min(packet, router.buffer) - 1) / 2.0;
  Wire last{0, 0};
  double rate = 0;
  for (const auto &[from, to, wire] : network.channels()) {
    if (wire.latency != last.latency || wire.rate != last.rate)
      rate = packet / serviceOf(router, wire, packet);
    last = wire;
    channels.push_back(rate);
    // A class has its buffer once in a round trip of credits.
    for (const double room : rooms)
      classes.push_back(room / creditLoop(router, wire));
    hop = std::min<double>(hop, router.pipeline() + wire.latency);
  }
  flits.resize(lanes.queues());
  for (uint32_t part = 0; part < lanes.parts(); ++part)
    for (const Turn &turn : lanes.turnsFrom(part))
      flits[lanes.queueOfPart(turn.to)] += turn.flits;
  for (uint32_t i = 0; i < network.nodes(); ++i)
    busiest = std::max({busiest, lanes.sent()[i] / node, flits[lanes.queueOfNode(i)] / node});
  for (uint32_t channel = 0; channel < channels.size(); ++channel) {
    double all = 0;
    for (unsigned lane = 0; lane < lanes.perChannel(); ++lane) {
      const double own = flits[lanes.queueOf(channel, lane)];
      double &most = classes[lanes.queueOf(channel, lane)];
      // What the buffer holds does not wait for credits.
      if (own <= rooms[lane])
        most = std::numeric_limits<double>::infinity();
      else
        beyond = std::max(beyond, 1 - rooms[lane] / own);
      if (!lanes.choose())
        busiest = std::max(busiest, (own - rooms[lane]) / most);
      all += own;
    }
    busiest = std::max(busiest, all / channels[channel]);
  }
}

/// Cycles of a virtual channel with a packet that is given it when the buffer has room for all.
static double holdOfWhole(const Router &router, const Wire &wire, unsigned packet) {
  const double allocation = router.routing + router.allocateChannel;
  const double alone = holdOf(router, wire, packet);
  if (packet >= router.buffer)
    return std::max(alone, allocation + creditLoop(router, wire) + packet - 1);
  // So many whole packets are in the buffer or on their way; of the one before, the flits that
  // leave room for this one have been given credits for.
  const unsigned packets = router.buffer / packet, rest = router.buffer % packet;
  return std::max(alone, (allocation + creditLoop(router, wire) + packet - 1 - rest) / packets);
}

double rateOfChosen(const Router &router, const Wire &wire, unsigned packet) {
  const double adaptive = router.virtualChannels - 1;
  return std::min<double>(wire.rate, packet * (adaptive / holdOfWhole(router, wire, packet) +
                                               1 / holdOf(router, wire, packet)));
}

} // namespace wsc::network::flow
