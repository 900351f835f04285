// Flows by the nodes that they start and end at.
#include "network/CyclePlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cmath>

namespace wsc::network::cycle {

/// Flits come as the closed forms have them: 0.1 of a thousand may be a little above a hundred.
static uint64_t wholeFlits(double flits) { return std::ceil(flits - 1e-9 * flits); }

Plan::Plan(const Program &program, const Routes &routes)
    : lastPart_(routes.network().nodes(), none) {
  for (uint32_t step = 0; step < program.steps.size(); ++step) {
    const bool streaming = program.steps[step].streams;
    times.push_back(streaming ? 1 : std::llround(program.steps[step].times));
    streams.push_back(streaming);
    multicast.push_back(program.steps[step].multicast);
    base.push_back(streaming && step ? base.back() : step);
    if (times[step])
      addStep(program.steps[step], step, program.packet, routes);
  }
  outgoing =
      Grouping(transfers.size(), parts.size(), [&](size_t i) { return transfers[i].sender; });
  incoming =
      Grouping(transfers.size(), parts.size(), [&](size_t i) { return transfers[i].receiver; });
  ofNode = Grouping(parts.size(), lastPart_.size(), [&](size_t i) { return parts[i].node; });
  for (uint32_t part = 0; part < parts.size(); ++part)
    parts[part].receiving = incoming[part].size();
}

uint32_t Plan::partAt(uint32_t node, uint32_t step) {
  uint32_t &part = lastPart_[node];
  if (part == none || parts[part].step != step) {
    part = parts.size();
    parts.push_back({node, step});
  }
  return part;
}

void Plan::addStep(const Step &step, uint32_t number, unsigned packet, const Routes &routes) {
  for (const Flow &flow : step.flows) {
    const uint64_t flits = wholeFlits(flow.flits);
    if (!flits)
      continue;
    const uint64_t count = (flits + packet - 1) / packet;
    Transfer transfer;
    transfer.sender = partAt(flow.source, number);
    transfer.receiver = partAt(flow.destination, number);
    transfer.packets = count;
    transfer.lastFlits = flits - (count - 1) * packet;
    const size_t first = transfers.size();
    transfers.push_back(transfer);
    if (step.multicast)
      addCopies(flow.source, flow.destination, number, routes);
    packets += count * times[number] * (transfers.size() - first);
  }
}

/// To the nodes between those of the flow that was added last.
void Plan::addCopies(uint32_t source, uint32_t destination, uint32_t step, const Routes &routes) {
  const Network &network = routes.network();
  const uint32_t last = network.routerOf(destination);
  llvm::SmallVector<uint32_t> nodes;
  routes.walk(network.routerOf(source), last, Order::XY, [&](uint32_t channel) {
    const uint32_t router = network.channels()[channel].to;
    if (router != last)
      llvm::append_range(nodes, network.nodesOf(router));
  });
  llvm::sort(nodes);
  const size_t flow = transfers.size() - 1;
  transfers[flow].copies = nodes.size();
  for (const uint32_t node : nodes) {
    Transfer copy = transfers[flow];
    copy.sender = none;
    copy.copies = 0;
    copy.receiver = partAt(node, step);
    transfers.push_back(copy);
  }
}

uint32_t Plan::copyAt(uint32_t transfer, uint32_t node) const {
  const llvm::ArrayRef<Transfer> copies =
      llvm::ArrayRef(transfers).slice(transfer + 1, transfers[transfer].copies);
  const auto *copy = llvm::partition_point(
      copies, [&](const Transfer &each) { return parts[each.receiver].node < node; });
  return copy - transfers.data();
}

} // namespace wsc::network::cycle
