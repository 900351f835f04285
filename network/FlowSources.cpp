// The messages of nodes, packet by packet.
#include "network/FlowSources.h"

#include "network/FlowMirror.h"
#include <algorithm>
#include <cmath>

namespace wsc::network::flow {

/// The queue that packets enter from a router to get to one that may be its mirror image.
static uint32_t leaving(const Lanes &lanes, const Network &network, uint32_t router,
                        uint32_t queue) {
  if (lanes.isNode(queue))
    return queue;
  const uint32_t perChannel = lanes.perChannel();
  return lanes.queueOf(Mirror::leaving(network, router, queue / perChannel), queue % perChannel);
}

Sources::Sources(const Lanes &lanes, const Network &network, llvm::ArrayRef<Flow> flows,
                 llvm::ArrayRef<Stream> streams, llvm::ArrayRef<uint32_t> first, unsigned packet)
    : packet_(double(packet) / lanes.orders()), nodes_(network.nodes()) {
  for (const auto &[source, destination, flits] : flows) {
    const uint32_t part = lanes.partOfNode(source), router = network.routerOf(source);
    if (first[part] == first[part + 1])
      continue; // its mirror image stands for it
    for (unsigned order = 0; order < lanes.orders() && flits > 0; ++order) {
      const uint32_t to = lanes.next(router, destination, static_cast<Order>(order));
      for (uint32_t i = first[part]; i < first[part + 1]; ++i)
        if (leaving(lanes, network, router, streams[i].to) == to &&
            lanes.isFor(streams[i].into, destination))
          nodes_[source].messages.push_back({i, flits / lanes.orders()});
    }
  }
}

double Sources::sendRounds(Node &node, double flits, llvm::MutableArrayRef<Stream> streams) const {
  double least = flits / node.messages.size();
  for (const Message &message : node.messages)
    least = std::min(least, message.left);
  const double each = std::floor(least / packet_) * packet_;
  for (Message &message : node.messages) {
    streams[message.stream].waiting += each;
    message.left -= each;
  }
  return flits - each * node.messages.size();
}

void Sources::send(uint32_t number, double flits, llvm::MutableArrayRef<Stream> streams) {
  Node &node = nodes_[number];
  while (flits > 0 && !node.messages.empty()) {
    if (node.turn == node.messages.size()) {
      llvm::erase_if(node.messages, [](const Message &message) { return message.left <= 0; });
      node.turn = 0;
      if (!node.messages.empty())
        flits = sendRounds(node, flits, streams);
      continue;
    }
    Message &message = node.messages[node.turn];
    const double part = std::min({flits, message.left, packet_ - node.sent});
    streams[message.stream].waiting += part;
    message.left -= part;
    node.sent += part;
    flits -= part;
    // What rounding leaves over is no packet.
    if (message.left < 1e-9 || node.sent > packet_ - 1e-9) {
      message.left = message.left < 1e-9 ? 0 : message.left;
      node.sent = 0;
      ++node.turn;
    }
  }
}

} // namespace wsc::network::flow
