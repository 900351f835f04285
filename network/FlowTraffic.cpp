// Latency of synthetic traffic: the way in an empty network, and the waits on it.
#include "network/Flow.h"
#include "network/FlowQueues.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <limits>

namespace wsc::network::flow {

double saturation(const Routes &routes, const Router &router, Pattern pattern, unsigned packet) {
  return saturationOf(routes, PortMap(routes.network()), router, {pattern, 0, packet}, 1, 1e-6);
}

double channelBound(const Routes &routes, Pattern pattern) {
  if (routes.routing() == Routing::Adaptive)
    return 1;
  const Network &network = routes.network();
  const Loads loads = loadsOf(routes, PortMap(network), pattern);
  double busiest = 1;
  for (const auto &[channel, flits] : llvm::zip(network.channels(), loads.channels))
    busiest = std::max(busiest, flits / channel.wire.rate);
  return 1 / busiest;
}

TrafficResult offer(const Routes &routes, const Router &router, const Traffic &traffic) {
  const PortMap ports(routes.network());
  const Loads loads = loadsOf(routes, ports, router, traffic);
  const Network &network = routes.network();
  const Waits waits = waitsOf(ports, loads, router, traffic);
  TrafficResult result;
  result.hops = loads.hops;
  if (!loads.reachesAll)
    result.ending = Ending::Unroutable;
  // A node sends one packet at a time: the discrete queue Geo/D/1.
  const double packets = traffic.load / traffic.packet;
  const double service = serviceOf(router, {}, traffic.packet);
  const double sending = packets * service / router.ports;
  const double backlog = sending * (service - 1);
  result.stable = waits.stable && loads.reachesAll && (backlog == 0 || sending < 1);
  if (!result.stable) {
    result.packetLatency = result.networkLatency = std::numeric_limits<double>::infinity();
    result.accepted = result.leastAccepted =
        saturationOf(routes, ports, router, traffic, traffic.load, 1e-3);
    return result;
  }
  result.networkLatency = loads.hops * router.pipeline() + loads.wires + endpoints +
                          (traffic.packet - 1) * loads.slowest +
                          waits.sum / (packets * network.nodes());
  result.packetLatency = result.networkLatency + (backlog > 0 ? backlog / (2 * (1 - sending)) : 0);
  result.accepted = result.leastAccepted = traffic.load;
  return result;
}

} // namespace wsc::network::flow
