// Collectives of ranks behind a switch.
#include "evaluation/Collectives.h"

#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

double ring(const Fabric &fabric, double bytes, double halves) {
  const Axis &port = fabric.cols;
  const double ranks = fabric.ranks();
  return fabric.protocol.time(halves * (ranks - 1) * port.latency,
                              halves * (ranks - 1) / ranks * bytes, port.bandwidth);
}

double tree(const Fabric &fabric, double bytes) {
  const double steps = 2 * std::ceil(std::log2(fabric.ranks()));
  return fabric.protocol.time(steps * fabric.cols.latency, steps * bytes, fabric.cols.bandwidth);
}

/// Half an all-reduce in log2 P steps of a switch, rounded up for other than powers of two.
double recursiveHalving(const Fabric &fabric, double bytes) {
  const double ranks = fabric.ranks();
  return fabric.protocol.time(std::ceil(std::log2(ranks)) * fabric.cols.latency,
                              (ranks - 1) / ranks * bytes, fabric.cols.bandwidth);
}

} // namespace

NetworkCost allReduceOnSwitch(const Fabric &fabric, double bytes) {
  Best best;
  best.add("ring", ring(fabric, bytes, 2));
  best.add("tree", tree(fabric, bytes));
  return best.cost;
}

NetworkCost allReduceOnSwitches(const Fabric &local, const Fabric &system, double bytes) {
  const Axis &port = local.cols, &uplink = system.cols;
  const double inside = local.ranks(), wafers = system.ranks(), ranks = inside * wafers;
  const double bandwidth =
      inside > 1 ? std::min(port.bandwidth, uplink.bandwidth) : uplink.bandwidth;
  const Protocol &protocol = local.protocol;
  Best best;
  best.add("ring",
           protocol.time(2 * (ranks - wafers) * port.latency + 2 * (wafers - 1) * uplink.latency,
                         2 * (ranks - 1) / ranks * bytes, bandwidth));
  best.add("pipelined trees", protocol.time(2 * (inside - 1) * port.latency +
                                                2 * std::ceil(std::log2(wafers)) * uplink.latency,
                                            2 * bytes, bandwidth));
  return best.cost;
}

NetworkCost halfOnSwitch(const Fabric &fabric, double bytes) {
  Best best;
  best.add("ring", ring(fabric, bytes, 1));
  best.add("recursive halving", recursiveHalving(fabric, bytes));
  return best.cost;
}

NetworkCost allToAllOnSwitch(const Fabric &fabric, double bytes) {
  const Axis &port = fabric.cols;
  const double ranks = fabric.ranks();
  return {fabric.protocol.time(port.latency, (ranks - 1) / ranks * bytes, port.bandwidth),
          ranks * bytes * port.hops, "direct"};
}

} // namespace wsc::evaluation
