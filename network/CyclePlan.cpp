// Flows by the nodes that they start and end at.
#include "network/CyclePlan.h"

#include <cmath>

namespace wsc::network::cycle {

namespace {

/// Numbers 0..n-1 by a group in 0..groups-1, in order.
template <typename GroupOf> Groups group(size_t n, size_t groups, GroupOf groupOf) {
  Groups result;
  result.first.assign(groups + 1, 0);
  for (size_t i = 0; i < n; ++i)
    ++result.first[groupOf(i) + 1];
  for (size_t g = 0; g < groups; ++g)
    result.first[g + 1] += result.first[g];
  result.members.resize(n);
  std::vector<uint32_t> next(result.first.begin(), result.first.end() - 1);
  for (size_t i = 0; i < n; ++i)
    result.members[next[groupOf(i)]++] = i;
  return result;
}

/// Flits come as the closed forms have them: 0.1 of a thousand may be a little above a hundred.
uint64_t wholeFlits(double flits) { return std::ceil(flits - 1e-9 * flits); }

} // namespace

Plan::Plan(const Program &program, unsigned nodes) {
  std::vector<uint32_t> partOf(nodes, none);
  for (uint32_t step = 0; step < program.steps.size(); ++step) {
    const auto &[flows, repeats, streaming, multicast] = program.steps[step];
    times.push_back(streaming ? 1 : std::llround(repeats));
    streams.push_back(streaming);
    base.push_back(streaming && step ? base.back() : step);
    const size_t firstPart = parts.size();
    auto partAt = [&](uint32_t node) {
      uint32_t &part = partOf[node];
      if (part == none || part < firstPart) {
        part = parts.size();
        parts.push_back({node, step});
      }
      return part;
    };
    for (const Flow &flow : flows) {
      const uint64_t flits = wholeFlits(flow.flits);
      if (!flits || !times[step])
        continue;
      const uint64_t count = (flits + program.packet - 1) / program.packet;
      Transfer transfer;
      transfer.sender = partAt(flow.source);
      transfer.receiver = partAt(flow.destination);
      transfer.packets = count;
      transfer.lastFlits = flits - (count - 1) * program.packet;
      transfers.push_back(transfer);
      packets += count * times[step];
    }
  }
  outgoing = group(transfers.size(), parts.size(), [&](size_t i) { return transfers[i].sender; });
  incoming = group(transfers.size(), parts.size(), [&](size_t i) { return transfers[i].receiver; });
  ofNode = group(parts.size(), nodes, [&](size_t i) { return parts[i].node; });
  for (uint32_t part = 0; part < parts.size(); ++part)
    parts[part].receiving = incoming[part].size();
}

} // namespace wsc::network::cycle
