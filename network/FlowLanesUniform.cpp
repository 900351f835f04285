// All nodes to each other: turns in closed form, of all routers or of one mirror image.
#include "network/FlowLanes.h"

#include "network/FlowMirror.h"
#include "network/FlowUniform.h"

namespace wsc::network::flow {

void Lanes::addUniform(double flits, const Mirror *mirror) {
  const GridShape &shape = *network_.shape();
  longest = shape.rows + shape.cols - 1;
  for (uint32_t node = 0; node < network_.nodes(); ++node)
    if (!mirror || mirror->node(node) == node)
      sent_[node] = (network_.nodes() - 1.0) * flits;
  for (const Order order : {Order::XY, Order::YX})
    if (takes(order))
      addUniform(flits / orders(), order, mirror);
}

/// The turns of one order.
void Lanes::addUniform(double flits, Order order, const Mirror *mirror) {
  const PortMap ports(network_);
  Loads loads(ports);
  const unsigned lane = laneOf(0, 0, order);
  for (uint32_t node = 0; node < network_.nodes(); ++node) {
    if (mirror && mirror->node(node) != node)
      continue;
    const uint32_t router = network_.routerOf(node);
    addUniformTurns(ports, router, order, flits, loads);
    const Ports &here = ports.routers()[router];
    auto add = [&](uint32_t from, unsigned input) {
      const double *turns = &loads.turns[here.turns + input * here.outputs];
      for (const uint32_t channel : network_.outgoing(router))
        turn(from, queueOf(mirror ? mirror->channel(channel) : channel, lane),
             turns[ports.outputOf(channel)]);
      if (!isNode(from)) // who sends to itself is in the loads, and not among the messages
        turn(from, queueOfNode(node), turns[ports.toNode(node)]);
    };
    add(queueOfNode(node), ports.fromNode(node));
    for (const uint32_t channel : network_.incoming(router))
      add(queueOf(channel, lane), ports.inputOf(channel));
  }
}

} // namespace wsc::network::flow
