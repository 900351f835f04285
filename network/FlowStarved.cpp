// Who fills up its virtual channels, and goes on with them full.
#include "network/FlowStarved.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <cmath>

namespace wsc::network::flow {

namespace {

/// What nodes do in a step.
class Doings {
public:
  Doings(const Routes &routes, const Step &step)
      : sent(routes.network().nodes()), received(sent), outputs_(sent.size()) {
    for (const Flow &flow : step.flows) {
      sent[flow.source] += flow.flits;
      received[flow.destination] += flow.flits;
      for (const Order order : {Order::XY, Order::YX}) {
        const uint32_t output = routes.next(routes.network().routerOf(flow.source),
                                            routes.network().routerOf(flow.destination), order);
        if (!llvm::is_contained(outputs_[flow.source], output))
          outputs_[flow.source].push_back(output);
      }
    }
  }
  /// Whether a node sends to several outputs in turn, and has virtual channels left over.
  bool takesTurns(uint32_t node, unsigned virtualChannels) const {
    return outputs_[node].size() > 1 && outputs_[node].size() < virtualChannels;
  }

  std::vector<double> sent, received; ///< flits, by node

private:
  std::vector<llvm::SmallVector<uint32_t, 4>> outputs_; ///< by node
};

} // namespace

std::vector<uint32_t> starvingNodes(const Routes &routes, const Router &router, const Step &step,
                                    const Step &next, unsigned packet) {
  // Flits of a packet follow each other, and several ports have a turn each.
  if (routes.routing() != Routing::O1Turn || packet > 1 || router.ports > 1 || step.multicast ||
      next.multicast)
    return {};
  const Doings now(routes, step), then(routes, next);
  // Of each node, what the others that send to it have to send at least.
  std::vector<double> least(now.sent.size(), std::numeric_limits<double>::infinity());
  for (const Flow &flow : step.flows)
    least[flow.destination] = std::min(least[flow.destination], now.sent[flow.source]);
  const unsigned v = router.virtualChannels;
  const double buffers = 2.0 * v * router.buffer;
  std::vector<bool> isFull(now.sent.size());
  for (const auto &[source, destination, flits] : step.flows)
    if (now.takesTurns(source, v) && now.received[destination] >= now.sent[source] &&
        least[destination] < now.received[destination] && std::ldexp(flits, -int(v)) >= buffers)
      isFull[source] = true;
  // Who waits for such a node does not go on before it has got all.
  std::vector<bool> waits(now.sent.size());
  for (const Flow &flow : step.flows)
    if (isFull[flow.source])
      waits[flow.destination] = true;
  std::vector<uint32_t> nodes;
  for (uint32_t node = 0; node < isFull.size(); ++node)
    if (isFull[node] && !waits[node] && then.takesTurns(node, v))
      nodes.push_back(node);
  return nodes;
}

} // namespace wsc::network::flow
