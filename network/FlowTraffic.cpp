// Latency of synthetic traffic: the way in an empty network, and the waits on it.
#include "network/Flow.h"
#include "network/FlowQueues.h"

#include <algorithm>
#include <limits>

namespace wsc::network::flow {

double saturation(const Routes &routes, const Router &router, Pattern pattern, unsigned packet) {
  const PortMap ports(routes.network());
  return saturationOf(ports, loadsOf(routes, ports, pattern).turns, router, packet, 1e-6);
}

TrafficResult offer(const Routes &routes, const Router &router, const Traffic &traffic) {
  const PortMap ports(routes.network());
  const Loads loads = loadsOf(routes, ports, traffic.pattern);
  const Waits waits = waitsOf(ports, loads.turns, router, traffic);
  TrafficResult result;
  result.hops = loads.hops;
  if (!loads.reachesAll)
    result.ending = Ending::Unroutable;
  result.stable = waits.stable && loads.reachesAll;
  if (!result.stable) {
    result.packetLatency = result.networkLatency = std::numeric_limits<double>::infinity();
    result.accepted = result.leastAccepted =
        std::min(traffic.load, saturationOf(ports, loads.turns, router, traffic.packet, 1e-6));
    return result;
  }
  result.networkLatency = loads.hops * router.pipeline() + loads.wires + endpoints +
                          (traffic.packet - 1) * loads.slowest + waits.network;
  result.packetLatency = result.networkLatency + waits.source;
  result.accepted = result.leastAccepted = traffic.load;
  return result;
}

} // namespace wsc::network::flow
