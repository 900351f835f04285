// Alpha-beta costs of collectives; the formulas are in the header.
#include "evaluation/Network.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wsc::evaluation {

bool hasHamiltonianCycle(const Fabric &fabric) {
  const Axis &rows = fabric.rows, &cols = fabric.cols;
  if (fabric.isSwitch)
    return true;
  if (rows.size == 1 || cols.size == 1) {
    const Axis &line = rows.size == 1 ? cols : rows;
    return line.wraps && line.size > 2;
  }
  return rows.wraps || cols.wraps || std::fmod(rows.size * cols.size, 2) == 0;
}

namespace {

/// Half an all-reduce on a ring: P-1 steps that each send n/P bytes.
double halfRing(double ranks, double bytes, double bandwidth, double latency) {
  return (ranks - 1) * latency + (ranks - 1) / ranks * bytes / bandwidth;
}

/// Bandwidth and hops of a step of a ring through neighbours.
struct RingLink {
  double bandwidth, hops;
};
RingLink ringLink(bool cycle, double ranks, double bandwidth) {
  if (cycle)
    return {2 * bandwidth, 1};
  return {bandwidth, ranks > 2 ? 2.0 : 1.0};
}

/// Half an all-reduce along one line of the fabric.
double halfAxis(const Axis &axis, double bytes) {
  if (axis.size == 1)
    return 0;
  const RingLink link = ringLink(axis.wraps && axis.size > 2, axis.size, axis.bandwidth);
  return halfRing(axis.size, bytes, link.bandwidth, axis.latency * link.hops);
}

/// The slower of the links that a path through the whole fabric uses.
Axis slowestLink(const Fabric &fabric) {
  if (fabric.isSwitch || fabric.rows.size == 1)
    return fabric.cols;
  if (fabric.cols.size == 1)
    return fabric.rows;
  Axis slow = fabric.rows;
  slow.bandwidth = std::min(slow.bandwidth, fabric.cols.bandwidth);
  slow.latency = std::max(slow.latency, fabric.cols.latency);
  slow.hops = std::max(slow.hops, fabric.cols.hops);
  return slow;
}

double halfRing(const Fabric &fabric, double bytes) {
  const Axis slow = slowestLink(fabric);
  if (fabric.isSwitch)
    return halfRing(fabric.ranks(), bytes, slow.bandwidth, slow.latency);
  const RingLink link = ringLink(hasHamiltonianCycle(fabric), fabric.ranks(), slow.bandwidth);
  return halfRing(fabric.ranks(), bytes, link.bandwidth, slow.latency * link.hops);
}

/// Reduce-scatter over both dimensions, each half of the data in its own order.
double halfTwoDimensional(const Fabric &fabric, double bytes) {
  const Axis &rows = fabric.rows, &cols = fabric.cols;
  const double half = bytes / 2;
  return std::max(halfAxis(cols, half), halfAxis(rows, half)) +
         std::max(halfAxis(rows, half / cols.size), halfAxis(cols, half / rows.size));
}

/// Latency from the centre of a line to its end.
double radius(const Axis &axis) { return std::floor(axis.size / 2) * axis.latency; }

double treeAllReduce(const Fabric &fabric, double bytes) {
  const Axis slow = slowestLink(fabric);
  if (fabric.isSwitch)
    return 2 * std::ceil(std::log2(fabric.ranks())) * (slow.latency + bytes / slow.bandwidth);
  return 2 * (radius(fabric.rows) + radius(fabric.cols) + bytes / slow.bandwidth);
}

/// Every rank sends its whole vector to its row, then the sums to its column.
double exchangeAllReduce(const Fabric &fabric, double bytes) {
  auto along = [&](const Axis &axis) {
    const double steps = axis.wraps ? std::floor(axis.size / 2) : axis.size - 1;
    return axis.size > 1 ? steps * (axis.latency + bytes / axis.bandwidth) : 0;
  };
  return along(fabric.rows) + along(fabric.cols);
}

/// Half an all-reduce in log2 P steps of a switch, rounded up for other than powers of two.
double recursiveHalving(const Fabric &fabric, double bytes) {
  const double ranks = fabric.ranks();
  return std::ceil(std::log2(ranks)) * fabric.cols.latency +
         (ranks - 1) / ranks * bytes / fabric.cols.bandwidth;
}

struct Best {
  NetworkCost cost{std::numeric_limits<double>::infinity()};
  void add(llvm::StringRef algorithm, double time) {
    if (time < cost.time) {
      cost.time = time;
      cost.algorithm = algorithm;
    }
  }
};

/// Reduce-scatter or all-gather.
NetworkCost halfCollective(const Fabric &fabric, double bytes) {
  Best best;
  best.add("ring", halfRing(fabric, bytes));
  if (fabric.isSwitch)
    best.add("recursive halving", recursiveHalving(fabric, bytes));
  else if (fabric.rows.size > 1 && fabric.cols.size > 1)
    best.add("2-D rings", halfTwoDimensional(fabric, bytes));
  return best.cost;
}

NetworkCost allReduce(const Fabric &fabric, double bytes) {
  Best best;
  best.add("ring", 2 * halfRing(fabric, bytes));
  best.add("tree", treeAllReduce(fabric, bytes));
  if (fabric.isSwitch)
    return best.cost;
  best.add("exchange", exchangeAllReduce(fabric, bytes));
  if (fabric.rows.size > 1 && fabric.cols.size > 1)
    best.add("2-D rings", 2 * halfTwoDimensional(fabric, bytes));
  return best.cost;
}

/// Time for the traffic across the middle of an axis, and latency along it.  Each of the two
/// halves sends a quarter of all traffic to the other, over `lines` parallel links.
double bisectionTime(const Axis &axis, double lines, double total) {
  if (axis.size == 1)
    return 0;
  const double links = lines * (axis.wraps && axis.size > 2 ? 2 : 1);
  // A line of odd length is cut into unequal parts a and b; a b / (a + b)^2 is the share.
  const double part = std::floor(axis.size / 2) / axis.size;
  return total * part * (1 - part) / (links * axis.bandwidth);
}

NetworkCost allToAll(const Fabric &fabric, double bytes) {
  const Axis &rows = fabric.rows, &cols = fabric.cols;
  const double ranks = fabric.ranks();
  if (fabric.isSwitch)
    return {cols.latency + (ranks - 1) / ranks * bytes / cols.bandwidth, ranks * bytes * cols.hops,
            "direct"};
  const double total = ranks * bytes;
  auto diameter = [](const Axis &axis) { return axis.wraps ? axis.size / 2 : axis.size - 1; };
  auto meanHops = [](const Axis &axis) { return axis.size / (axis.wraps ? 4 : 3) * axis.hops; };
  return {std::max(bisectionTime(rows, cols.size, total), bisectionTime(cols, rows.size, total)) +
              diameter(rows) * rows.latency + diameter(cols) * cols.latency,
          total * ((rows.size > 1 ? meanHops(rows) : 0) + (cols.size > 1 ? meanHops(cols) : 0)),
          "direct"};
}

/// Rings, trees and halving send (P-1) n bytes in each half, over the hops of a step.  An
/// exchange sends each vector past all ranks of its row and of its column.
double reductionByteHops(const Fabric &fabric, llvm::StringRef algorithm, double bytes) {
  const Axis slow = slowestLink(fabric);
  const double ranks = fabric.ranks();
  if (algorithm == "exchange")
    return ranks * bytes / 2 * (fabric.rows.size + fabric.cols.size - 2) * slow.hops;
  const bool folded = !fabric.isSwitch && algorithm == "ring" && !hasHamiltonianCycle(fabric);
  return (ranks - 1) * bytes * slow.hops * (folded ? ringLink(false, ranks, 1).hops : 1);
}

} // namespace

NetworkCost costOf(Collective kind, const Fabric &fabric, double bytes) {
  if (fabric.ranks() == 1 || bytes == 0)
    return {};
  switch (kind) {
  case Collective::AllReduce: {
    NetworkCost cost = allReduce(fabric, bytes);
    cost.byteHops = 2 * reductionByteHops(fabric, cost.algorithm, bytes);
    return cost;
  }
  case Collective::ReduceScatter:
  case Collective::AllGather: {
    NetworkCost cost = halfCollective(fabric, bytes);
    cost.byteHops = reductionByteHops(fabric, cost.algorithm, bytes);
    return cost;
  }
  case Collective::AllToAll: return allToAll(fabric, bytes);
  }
  llvm_unreachable("covered switch");
}

} // namespace wsc::evaluation
