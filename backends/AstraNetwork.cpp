// From the groups of a placement to dimensions of ASTRA-sim.
//
// ASTRA-sim sends the whole vector through one dimension after the other, each at the bandwidth of
// one direction of its links.  What wsc counts on is written as bandwidth: both directions of a
// ring, and both dimensions of 2-D rings, which carry half of the vector each.
#include "backends/AstraNetwork.h"

#include "evaluation/Collectives.h"
#include "evaluation/Groups.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

namespace wsc::backends {

namespace {

using namespace evaluation;
using Dimensions = std::vector<AstraDimension>;

AstraDimension switchDimension(const Fabric &fabric, llvm::StringRef algorithm) {
  AstraDimension dimension{true, unsigned(fabric.ranks()), fabric.cols.bandwidth,
                           fabric.cols.latency};
  // Its halving and its trees are for powers of two.
  if (llvm::isPowerOf2_32(dimension.ranks) && algorithm == "tree")
    dimension.allReduce = "doubleBinaryTree";
  return dimension;
}

/// A ring through all ranks: both ways round, or folded into two hops a step.
AstraDimension ringDimension(const Fabric &fabric, unsigned ranks) {
  const Axis slow = slowestLink(fabric);
  const bool cycle = fabric.ranks() == ranks && hasHamiltonianCycle(fabric);
  return {false, ranks, slow.bandwidth * (cycle ? 2 : 1),
          slow.latency * (cycle || ranks == 2 ? 1 : 2)};
}

AstraDimension axisDimension(const Axis &axis) {
  const bool cycle = axis.wraps && axis.size > 2;
  return {false, unsigned(axis.size), 2 * axis.bandwidth * (cycle ? 2 : 1),
          axis.latency * (cycle || axis.size == 2 ? 1 : 2)};
}

void addFabric(const Fabric &fabric, llvm::StringRef algorithm, Dimensions &dimensions) {
  if (fabric.ranks() == 1)
    return;
  if (fabric.isSwitch)
    dimensions.push_back(switchDimension(fabric, algorithm));
  else if (algorithm == "2-D rings" && fabric.rows.size > 1 && fabric.cols.size > 1)
    dimensions.insert(dimensions.end(), {axisDimension(fabric.cols), axisDimension(fabric.rows)});
  else
    dimensions.push_back(ringDimension(fabric, fabric.ranks()));
}

/// The rectangle of exactly so many ranks whose width is nearest to that of a larger one.
Fabric whole(Fabric fabric, unsigned ranks) {
  unsigned cols = 1;
  for (unsigned divisor = 1; divisor <= ranks; ++divisor)
    if (ranks % divisor == 0 &&
        std::abs(divisor - fabric.cols.size) < std::abs(cols - fabric.cols.size))
      cols = divisor;
  auto resize = [](Axis &axis, double size) {
    axis.wraps &= size == axis.size;
    axis.size = size;
  };
  resize(fabric.cols, cols);
  resize(fabric.rows, ranks / cols);
  return fabric;
}

/// The fabrics of a group, one after the other.  Where a rectangle holds more than its ranks,
/// another one that does not; one ring where several wafers do.
Dimensions dimensionsOf(const Group &group, unsigned ranks, double bytes) {
  Dimensions dimensions;
  if (ranks == 1)
    return dimensions;
  Fabric system = group.system;
  for (Axis *axis : {&system.rows, &system.cols})
    axis->bandwidth /= group.sharers;
  if (group.ranks() == ranks) {
    const llvm::StringRef algorithm = allReduce(group, bytes).algorithm;
    addFabric(group.local, algorithm, dimensions);
    addFabric(system, algorithm, dimensions);
    return dimensions;
  }
  if (system.ranks() > 1)
    dimensions.push_back(ringDimension(system, ranks));
  else
    addFabric(whole(group.local, ranks), allReduce(group, bytes).algorithm, dimensions);
  return dimensions;
}

/// The largest vector that a kind of group works on: what its algorithm is chosen for.
double largest(const Plan &plan, llvm::ArrayRef<GroupKind> kinds) {
  double bytes = 1;
  auto look = [&](const CollectiveList &list) {
    for (const LayerCollective &each : list)
      if (llvm::is_contained(kinds, each.group))
        bytes = std::max(bytes, each.bytes);
  };
  look(plan.ends);
  for (const PlannedPhase &phase : plan.phases)
    for (const PlannedPart &part : phase.parts)
      look(part.collectives);
  return bytes;
}

void append(Dimensions part, const std::vector<GroupKind> &groups, Dimensions &all) {
  for (AstraDimension &dimension : part) {
    dimension.groups = groups;
    all.push_back(std::move(dimension));
  }
}

/// Replicas `from` apart, up to groups of `to`.
void addReplicas(const Design &design, const Plan &plan, unsigned from, unsigned to,
                 Dimensions &all) {
  const Strategy &strategy = design.strategy;
  if (from == to)
    return;
  std::vector<GroupKind> kinds{GroupKind::Data};
  if (to <= strategy.cp)
    kinds.push_back(GroupKind::Context);
  if (to <= strategy.ep)
    kinds.push_back(GroupKind::Experts);
  if (from >= strategy.ep)
    kinds.push_back(GroupKind::ExpertData);
  const Group group = strided(neighbours(plan.placement.data, to), from);
  append(dimensionsOf(group, to / from, largest(plan, kinds)), kinds, all);
}

} // namespace

std::optional<std::vector<AstraDimension>> astraDimensions(const Design &design, const Plan &plan) {
  const Strategy &strategy = design.strategy;
  Dimensions all;
  append(dimensionsOf(plan.placement.tensor, strategy.tp, largest(plan, GroupKind::Tensor)),
         {GroupKind::Tensor}, all);
  if (strategy.pp > 1) {
    const StageLink &link = plan.placement.stage;
    all.push_back({false, unsigned(strategy.pp), link.bandwidth / strategy.tp, link.latency});
  }
  const unsigned small = std::min(strategy.cp, strategy.ep);
  const unsigned large = std::max(strategy.cp, strategy.ep);
  const unsigned replicas = strategy.replicas();
  if (large % small != 0 || replicas % large != 0)
    return std::nullopt;
  addReplicas(design, plan, 1, small, all);
  addReplicas(design, plan, small, large, all);
  addReplicas(design, plan, large, replicas, all);
  return all;
}

} // namespace wsc::backends
