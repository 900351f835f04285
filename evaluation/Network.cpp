// The choice by topology, and what collectives move.
#include "evaluation/Collectives.h"

#include <algorithm>

namespace wsc::evaluation {

llvm::StringRef name(Collective kind) {
  switch (kind) {
  case Collective::AllReduce: return "all-reduce";
  case Collective::ReduceScatter: return "reduce-scatter";
  case Collective::AllGather: return "all-gather";
  case Collective::AllToAll: return "all-to-all";
  }
  llvm_unreachable("covered switch");
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

namespace {

/// Rings, trees and halving send (P-1) n bytes in each half, over the hops of a step.  An
/// exchange sends each vector past all ranks of its row and of its column.
double halfByteHops(const Fabric &fabric, llvm::StringRef algorithm, double bytes) {
  const Axis slow = slowestLink(fabric);
  const double ranks = fabric.ranks();
  if (algorithm == "exchange")
    return ranks * bytes / 2 * (fabric.rows.size + fabric.cols.size - 2) * slow.hops;
  const bool folded = !fabric.isSwitch && algorithm == "ring";
  return (ranks - 1) * bytes * slow.hops * (folded ? ringHops(fabric) : 1);
}

} // namespace

NetworkModel::~NetworkModel() = default;

static NetworkCost closedForm(Collective kind, const Fabric &fabric, double bytes) {
  switch (kind) {
  case Collective::AllReduce: {
    NetworkCost cost =
        fabric.isSwitch ? allReduceOnSwitch(fabric, bytes) : allReduceOnMesh(fabric, bytes);
    cost.byteHops = 2 * halfByteHops(fabric, cost.algorithm, bytes);
    return cost;
  }
  case Collective::ReduceScatter:
  case Collective::AllGather: {
    NetworkCost cost = fabric.isSwitch ? halfOnSwitch(fabric, bytes) : halfOnMesh(fabric, bytes);
    cost.byteHops = halfByteHops(fabric, cost.algorithm, bytes);
    return cost;
  }
  case Collective::AllToAll:
    return fabric.isSwitch ? allToAllOnSwitch(fabric, bytes) : allToAllOnMesh(fabric, bytes);
  }
  llvm_unreachable("covered switch");
}

NetworkCost costOf(Collective kind, const Fabric &fabric, double bytes) {
  if (fabric.ranks() == 1 || bytes == 0)
    return {};
  const NetworkCost cost = closedForm(kind, fabric, bytes);
  return fabric.model && !fabric.isSwitch ? fabric.model->refine(kind, fabric, bytes, cost) : cost;
}

} // namespace wsc::evaluation
