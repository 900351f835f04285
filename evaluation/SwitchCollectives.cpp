// Collectives of ranks behind a switch.
#include "evaluation/Collectives.h"

#include <cmath>

namespace wsc::evaluation {

namespace {

double ring(const Fabric &fabric, double bytes) {
  return halfRing(fabric.ranks(), bytes, fabric.cols.bandwidth, fabric.cols.latency);
}

double tree(const Fabric &fabric, double bytes) {
  return 2 * std::ceil(std::log2(fabric.ranks())) *
         (fabric.cols.latency + bytes / fabric.cols.bandwidth);
}

/// Half an all-reduce in log2 P steps of a switch, rounded up for other than powers of two.
double recursiveHalving(const Fabric &fabric, double bytes) {
  const double ranks = fabric.ranks();
  return std::ceil(std::log2(ranks)) * fabric.cols.latency +
         (ranks - 1) / ranks * bytes / fabric.cols.bandwidth;
}

} // namespace

NetworkCost allReduceOnSwitch(const Fabric &fabric, double bytes) {
  Best best;
  best.add("ring", 2 * ring(fabric, bytes));
  best.add("tree", tree(fabric, bytes));
  return best.cost;
}

NetworkCost halfOnSwitch(const Fabric &fabric, double bytes) {
  Best best;
  best.add("ring", ring(fabric, bytes));
  best.add("recursive halving", recursiveHalving(fabric, bytes));
  return best.cost;
}

NetworkCost allToAllOnSwitch(const Fabric &fabric, double bytes) {
  const Axis &port = fabric.cols;
  const double ranks = fabric.ranks();
  return {port.latency + (ranks - 1) / ranks * bytes / port.bandwidth, ranks * bytes * port.hops,
          "direct"};
}

} // namespace wsc::evaluation
