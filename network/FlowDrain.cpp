// What the fluid says, and what packets lose besides.
#include "network/FlowDrain.h"

#include "network/FlowLong.h"
#include "network/FlowMirror.h"
#include "network/FlowOrders.h"
#include "network/FlowQueues.h"
#include "network/FlowUniform.h"
#include <cmath>
#include <limits>

namespace wsc::network::flow {

/// What packets put on each router, of which the busiest channel or node has as much as it can
/// take.
static Loads loadsOf(const Lanes &lanes, const PortMap &map, double busiest) {
  const Network &network = map.network();
  Loads loads(map);
  loads.classes = lanes.perChannel();
  if (loads.classes > 1)
    loads.byClass.resize(loads.channels.size() * loads.classes);
  auto channelOf = [&](uint32_t queue) { return queue / lanes.perChannel(); };
  auto nodeOf = [&](uint32_t queue) { return queue - lanes.queueOfNode(0); };
  for (uint32_t part = 0; part < lanes.parts(); ++part) {
    const uint32_t queue = lanes.queueOfPart(part);
    const bool isNode = lanes.isNode(queue);
    const uint32_t at =
        isNode ? network.routerOf(nodeOf(queue)) : network.channels()[channelOf(queue)].to;
    const Ports &ports = map.routers()[at];
    const unsigned input = isNode ? map.fromNode(nodeOf(queue)) : map.inputOf(channelOf(queue));
    for (const Turn &turn : lanes.turnsFrom(part)) {
      const double flits = turn.flits / busiest;
      const uint32_t to = lanes.queueOfPart(turn.to);
      unsigned output;
      if (lanes.isNode(to)) {
        output = map.toNode(nodeOf(to));
      } else {
        const uint32_t channel = Mirror::leaving(network, at, channelOf(to));
        output = map.outputOf(channel);
        loads.channels[channel] += flits;
        if (loads.classes > 1)
          loads.byClass[channel * loads.classes + lanes.classOf(to)] += flits;
      }
      loads.turns[ports.turns + input * ports.outputs + output] += flits;
    }
  }
  return loads;
}

/// How much of what the busiest channel or node can take it gets: packets wait for the heads of
/// their inputs and for room in buffers (FlowQueues.h), and come at random, which a fluid does not.
/// 1 if it is surely `enough`.
static double efficiency(const PortMap &map, const Loads &loads, const Router &router,
                         unsigned packet, double enough) {
  constexpr double tolerance = 1e-3;
  if (enough >= 1 - tolerance)
    return saturationOf(map, loads, router, packet, 1, tolerance);
  const double load = enough + tolerance;
  if (isWholeMesh(map.network()) && isSurelyStable(map, loads, router, packet, load))
    return 1;
  return saturationOf(map, loads, router, packet, load, tolerance);
}

/// The router that packets see: what its buffers hold does not wait for credits, which come as
/// often as if buffers were larger.
static Router withCredits(Router router, const Capacity &capacity) {
  constexpr double most = std::numeric_limits<int>::max();
  router.buffer = std::min(most, std::floor(router.buffer / capacity.beyond));
  return router;
}

/// When the first node begins that sends something.
static double beginOf(const Lanes &lanes, const Mirror *mirror, llvm::ArrayRef<double> starts) {
  double begin = std::numeric_limits<double>::infinity();
  for (uint32_t node = 0; node < starts.size(); ++node)
    if (lanes.sent()[mirror ? mirror->node(node) : node] > 0)
      begin = std::min(begin, starts[node]);
  return begin;
}

/// Cycles of a way in an empty network, mean over flits.
static double meanLatency(const Lanes &lanes, const Network &network, const Router &router) {
  double cycles = 0, flits = 0;
  for (uint32_t part = 0; part < lanes.parts(); ++part)
    for (const Turn &turn : lanes.turnsFrom(part)) {
      const uint32_t to = lanes.queueOfPart(turn.to);
      flits += lanes.isNode(lanes.queueOfPart(part)) ? turn.flits : 0;
      cycles += turn.flits * router.pipeline();
      if (!lanes.isNode(to))
        cycles += turn.flits * network.channels()[to / lanes.perChannel()].wire.latency;
    }
  return cycles / flits + endpoints;
}

/// That pass each channel.
static std::vector<double> flitsOf(const Lanes &lanes, const Capacity &capacity) {
  std::vector<double> flits(capacity.channels.size());
  for (uint32_t queue = 0; !lanes.isNode(queue); ++queue)
    flits[lanes.portOf(queue)] += capacity.flits[queue];
  return flits;
}

/// What is true of a node is true of its images.
static void unfold(Drained &drained, const Mirror &mirror) {
  for (uint32_t node = 0; node < drained.sent.size(); ++node) {
    drained.sent[node] = drained.sent[mirror.node(node)];
    drained.received[node] = drained.received[mirror.node(node)];
  }
}

/// Goes through what nodes send, in long steps or in others.
static Drained flow(const Lanes &lanes, const Routes &routes, const Router &router,
                    const Capacity &capacity, const Step &step, unsigned packet,
                    llvm::ArrayRef<double> starts) {
  if (LongFluid::suits(lanes, capacity))
    return LongFluid(lanes, routes.network(), router, capacity, packet).run(starts);
  return Fluid(lanes, routes, router, capacity, step.flows, packet).run(starts);
}

/// Flits of a packet, which is no longer than a message.
static unsigned longestPacket(const Step &step, unsigned packet) {
  double longest = 1;
  if (step.areAlike)
    longest = step.flows.front().flits;
  else if (packet > 1)
    for (const Flow &flow : step.flows)
      longest = std::max(longest, flow.flits);
  return std::clamp<double>(std::ceil(longest), 1, packet);
}

Drained drain(const Routes &routes, const Router &router, const Step &step, unsigned packet,
              llvm::ArrayRef<double> starts, std::vector<double> &used) {
  packet = longestPacket(step, packet);
  std::optional<Mirror> mirror;
  if (llvm::all_equal(starts) && Mirror::sizeOfAll(routes, step.flows, step.areAlike) > 0)
    mirror.emplace(routes.network());
  Lanes lanes(routes, router.virtualChannels);
  lanes.add(step.flows, step.areAlike || mirror, mirror ? &*mirror : nullptr);
  const Capacity capacity(lanes, routes.network(), router, packet);
  Drained drained = flow(lanes, routes, router, capacity, step, packet, starts);
  if (mirror)
    unfold(drained, *mirror);
  const std::vector<double> flits = lanes.choose() ? drained.passed : flitsOf(lanes, capacity);
  for (uint32_t channel = 0; channel < flits.size(); ++channel)
    used[channel] += flits[mirror ? mirror->channel(channel) : channel];
  if (!lanes.reachesAll)
    drained.ending = Ending::Unroutable;
  const double busiest = capacity.busiest;
  // Packets with a choice go around the busiest channel.
  if (busiest == 0 || lanes.choose())
    return drained;
  const Network &network = routes.network();
  const double begin = beginOf(lanes, mirror ? &*mirror : nullptr, starts);
  const double end = *llvm::max_element(drained.received);
  const double latency = meanLatency(lanes, network, router), sending = end - begin - latency;
  const PortMap map(network);
  Loads loads = loadsOf(lanes, map, busiest);
  loads.isMirrored = mirror.has_value();
  const double most = lanes.drawsOrders()
                          ? busiest * busiestByChance(lanes, routes, router, capacity, step.flows,
                                                      packet, mirror ? mirror->images() : 1)
                          : busiest;
  const double passed = efficiency(map, loads, withCredits(router, capacity), packet,
                                   sending > 0 ? most / sending : 1);
  const double least = most / passed + latency;
  // All is slower alike.
  if (const double slower = least / (end - begin); slower > 1)
    for (auto *times : {&drained.sent, &drained.received})
      for (double &time : *times)
        time = time > 0 ? begin + (time - begin) * slower : 0;
  return drained;
}

/// Rounds that are looked at; by the middle of them nodes are as far out of step as they get.
static constexpr unsigned mostRounds = 16;

Drained drainRounds(const Routes &routes, const Router &router, llvm::ArrayRef<Flow> flows,
                    unsigned packet, llvm::ArrayRef<double> starts, double times, double relay) {
  Lanes lanes(routes, router.virtualChannels, /*areApart=*/true);
  lanes.addApart(flows);
  Rounds rounds(flows, routes.network().nodes(), std::min<double>(times, mostRounds));
  const Capacity capacity(lanes, routes.network(), router, packet);
  Drained drained =
      Fluid(lanes, routes, router, capacity, flows, packet).run(starts, rounds, relay);
  if (!lanes.reachesAll)
    drained.ending = Ending::Unroutable;
  if (times <= mostRounds)
    return drained;
  constexpr unsigned half = mostRounds / 2;
  const double round = (rounds.ends()[mostRounds - 1] - rounds.ends()[half - 1]) / half;
  for (auto *ends : {&drained.sent, &drained.received})
    for (double &time : *ends)
      time += time > 0 ? round * (times - mostRounds) : 0;
  return drained;
}

} // namespace wsc::network::flow
