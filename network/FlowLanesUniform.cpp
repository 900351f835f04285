// All nodes to each other: turns in closed form, and one mirror image of them.
#include "network/FlowLanes.h"

#include "network/FlowMirror.h"
#include "network/FlowUniform.h"

namespace wsc::network::flow {

void Lanes::addUniform(double flits) {
  const PortMap ports(network_);
  const Loads loads = *uniformLoads(routes_, ports);
  const double nodes = network_.nodes();
  const GridShape &shape = *network_.shape();
  isUniform = true;
  longest = shape.rows + shape.cols - 1;
  for (uint32_t node = 0; node < network_.nodes(); ++node) {
    sent_[node] = (nodes - 1) * flits;
    const uint32_t router = network_.routerOf(node);
    const Ports &here = ports.routers()[router];
    auto add = [&](uint32_t from, unsigned input) {
      const double *turns = &loads.turns[here.turns + input * here.outputs];
      for (const uint32_t channel : network_.outgoing(router))
        turn(from, queueOf(channel, 0), turns[ports.outputOf(channel)] * nodes * flits);
      if (!isNode(from)) // who sends to itself is in the loads, and not among the messages
        turn(from, queueOfNode(node), turns[ports.toNode(node)] * nodes * flits);
    };
    add(queueOfNode(node), ports.fromNode(node));
    for (const uint32_t channel : network_.incoming(router))
      add(queueOf(channel, 0), ports.inputOf(channel));
  }
}

Lanes Lanes::folded(const Mirror &mirror) const {
  auto imageOf = [&](uint32_t queue) {
    return isNode(queue) ? queueOfNode(mirror.node(queue - firstNode_)) : mirror.channel(queue);
  };
  Lanes lanes = *this;
  for (uint32_t queue = 0; queue < queues(); ++queue) {
    const bool stays = imageOf(queue) == queue;
    if (!stays) {
      lanes.turns_[queue].clear();
      if (isNode(queue))
        lanes.sent_[queue - firstNode_] = 0;
    }
    for (Turn &turn : lanes.turns_[queue])
      turn.to = imageOf(turn.to);
  }
  return lanes;
}

} // namespace wsc::network::flow
