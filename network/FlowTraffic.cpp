// Latency of synthetic traffic: the way in an empty network, and the waits on it.
#include "network/Flow.h"
#include "network/FlowQueues.h"

#include <algorithm>
#include <limits>

namespace wsc::network::flow {

namespace {

/// Cycles besides those in routers and on the wires between them: the wires from and to the node,
/// and the node itself.
constexpr double endpoints = 3;

/// The load at which the busiest queue is taken all the time, by bisection.
double saturationOf(const Network &network, const Loads &loads, const Router &router,
                    unsigned packet) {
  Traffic traffic;
  traffic.packet = packet;
  double stable = 0, unstable = 1;
  while (unstable - stable > 1e-6) {
    traffic.load = (stable + unstable) / 2;
    (waitsOf(network, loads, router, traffic).stable ? stable : unstable) = traffic.load;
  }
  return stable;
}

} // namespace

double saturation(const Routes &routes, const Router &router, Pattern pattern, unsigned packet) {
  return saturationOf(routes.network(), loadsOf(routes, pattern), router, packet);
}

TrafficResult offer(const Routes &routes, const Router &router, const Traffic &traffic) {
  const Network &network = routes.network();
  const Loads loads = loadsOf(routes, traffic.pattern);
  const Waits waits = waitsOf(network, loads, router, traffic);
  TrafficResult result;
  result.hops = loads.hops;
  if (!loads.reachesAll)
    result.ending = Ending::Unroutable;
  result.stable = waits.stable && loads.reachesAll;
  if (!result.stable) {
    result.packetLatency = result.networkLatency = std::numeric_limits<double>::infinity();
    result.accepted = result.leastAccepted =
        std::min(traffic.load, saturationOf(network, loads, router, traffic.packet));
    return result;
  }
  result.networkLatency = loads.hops * router.pipeline() + loads.wires + endpoints +
                          (traffic.packet - 1) * loads.slowest + waits.network;
  result.packetLatency = result.networkLatency + waits.source;
  result.accepted = result.leastAccepted = traffic.load;
  return result;
}

} // namespace wsc::network::flow
