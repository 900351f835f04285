// Stages, their times and what all of them move.
#include "evaluation/Pipeline.h"

#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

void OperatorSum::add(const Operator &op, const OperatorCost &cost) {
  Entry &entry = byKind[static_cast<unsigned>(op.kind)];
  entry.time += cost.time;
  if (cost.time > entry.slowest) {
    entry.slowest = cost.time;
    entry.bound = cost.bound;
  }
  byBound[static_cast<unsigned>(cost.bound)] += cost.time;
  time += cost.time;
  usage += cost.usage;
}

void OperatorSum::add(const OperatorSum &other, double times) {
  for (unsigned i = 0; i < operatorKinds; ++i) {
    byKind[i].time += other.byKind[i].time * times;
    if (other.byKind[i].slowest > byKind[i].slowest) {
      byKind[i].slowest = other.byKind[i].slowest;
      byKind[i].bound = other.byKind[i].bound;
    }
  }
  for (unsigned i = 0; i < bounds; ++i)
    byBound[i] += other.byBound[i] * times;
  time += other.time * times;
  usage += other.usage * times;
}

namespace {

OperatorSum sum(llvm::ArrayRef<Operator> ops, const RankHardware &rank) {
  OperatorSum total;
  for (const Operator &op : ops)
    total.add(op, costOf(op, rank));
  return total;
}

/// Everything that one micro-batch costs, part by part.
struct Parts {
  OperatorSum layer, embedding, logits;
  GroupCost reduction;     ///< one all-reduce of the activations
  double reductions = 0;   ///< of them in each layer
  NetworkCost gather;      ///< after a transfer between stages
  double transferTime = 0; ///< one, forward or backward
  double transfers = 0;    ///< of them for each stage
  double activation = 0;   ///< bytes of the residual stream

  double layerTime() const { return layer.time + reductions * reduction.time; }
};

Parts partsOf(const Design &design, const Placement &placement, Phase phase) {
  const RankHardware rank = rankHardware(design, placement.rank);
  Parts parts;
  parts.layer = sum(layerOperators(design, phase), rank);
  parts.embedding = sum(embeddingOperators(design, phase), rank);
  parts.logits = sum(logitOperators(design, phase), rank);
  parts.activation =
      tokensPerMicroBatch(design, phase) * design.model.hidden * design.workload.elementSize;
  parts.reduction = allReduce(placement.tensor, parts.activation);
  parts.reductions = collectivesPerLayer(design, phase);
  if (design.strategy.pp == 1)
    return parts;
  // Each rank sends its share, the receiving group gathers it (arXiv:2104.04473, section 4.1).
  parts.transfers = phase == Phase::Training ? 2 : 1;
  parts.gather = costOf(Collective::AllGather, placement.tensor.local, parts.activation);
  parts.transferTime =
      placement.stage.latency + parts.activation / placement.stage.bandwidth + parts.gather.time;
  return parts;
}

struct Stage {
  double layers;
  bool first, last;
};

/// Layers are dealt as evenly as they go; the ends, which do extra work, get the smaller shares.
/// Returns the stages that can be the slowest: the ends and one between them.
llvm::SmallVector<Stage, 3> stagesOf(double layers, double stages) {
  if (stages == 1)
    return {{layers, true, true}};
  const double small = std::floor(layers / stages), large = std::ceil(layers / stages);
  const double smallStages = small == large ? stages : stages - std::fmod(layers, stages);
  llvm::SmallVector<Stage, 3> candidates{{smallStages >= 2 ? small : large, true, false},
                                         {small, false, true}};
  if (stages > 2)
    candidates.push_back({large, false, false});
  return candidates;
}

OperatorSum computeOf(const Stage &stage, const Parts &parts) {
  OperatorSum total;
  total.add(parts.layer, stage.layers);
  if (stage.first)
    total.add(parts.embedding, 1);
  if (stage.last)
    total.add(parts.logits, 1);
  return total;
}

double timeOf(const Stage &stage, const Parts &parts) {
  return stage.layers * parts.layerTime() + (stage.first ? parts.embedding.time : 0) +
         (stage.last ? parts.logits.time : 0);
}

/// Of all replicas and micro-batches together.
Usage usageOf(const Design &design, const Placement &placement, const Parts &parts,
              double microBatches) {
  const Strategy &strategy = design.strategy;
  const double layers = design.model.layers;
  Usage rank = parts.layer.usage * layers;
  rank += parts.embedding.usage;
  rank += parts.logits.usage;
  Usage total = rank * strategy.tp;
  total += parts.reduction.usage * (parts.reductions * layers);
  const double transfers = parts.transfers * (strategy.pp - 1);
  const StageLink &link = placement.stage;
  (link.betweenWafers ? total.systemBytes : total.waferByteHops) +=
      transfers * parts.activation * link.hops;
  total.waferByteHops += transfers * parts.gather.byteHops;
  return total * (microBatches * strategy.dp);
}

} // namespace

PhaseCost phaseCost(const Design &design, const Placement &placement, Phase phase) {
  const Strategy &strategy = design.strategy;
  const Parts parts = partsOf(design, placement, phase);
  Stage slowest{};
  double longest = -1;
  for (const Stage &stage : stagesOf(design.model.layers, strategy.pp))
    if (double time = timeOf(stage, parts); time > longest) {
      longest = time;
      slowest = stage;
    }
  PhaseCost cost;
  cost.microBatches = design.workload.batch / (strategy.dp * strategy.microBatch);
  cost.compute = computeOf(slowest, parts);
  cost.tensor = slowest.layers * parts.reductions * parts.reduction.time;
  cost.transfer = parts.transfers * parts.transferTime;
  cost.stage = cost.compute.time + cost.tensor + cost.transfer;
  cost.allStages = design.model.layers * parts.layerTime() + parts.embedding.time +
                   parts.logits.time + strategy.pp * cost.transfer;
  cost.usage = usageOf(design, placement, parts, cost.microBatches);
  cost.tensorAlgorithm = parts.reduction.algorithm;
  return cost;
}

} // namespace wsc::evaluation
