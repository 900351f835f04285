// Passes over the operators of a layer, and its collectives.
#include "evaluation/Work.h"

#include "evaluation/Energy.h"
#include "evaluation/Passes.h"

#include <algorithm>

namespace wsc::evaluation {

void OperatorSum::add(const Operator &op, const OperatorCost &cost, const Chip &chip) {
  Entry &entry = byKind[static_cast<unsigned>(op.kind)];
  const double time = cost.time * op.imbalance;
  entry.time += time;
  if (time > entry.slowest) {
    entry.slowest = time;
    entry.bound = cost.bound;
  }
  byBound[static_cast<unsigned>(cost.bound)] += time;
  this->time += time;
  power = std::max(power, energyOf(chip, cost.usage, 0).total() / cost.time);
  usage += cost.usage;
}

void OperatorSum::add(const OperatorSum &other, double times) {
  for (unsigned i = 0; i < operatorKinds; ++i) {
    if (other.byKind[i].time == 0)
      continue;
    byKind[i].time += other.byKind[i].time * times;
    if (other.byKind[i].slowest > byKind[i].slowest) {
      byKind[i].slowest = other.byKind[i].slowest;
      byKind[i].bound = other.byKind[i].bound;
    }
  }
  for (unsigned i = 0; i < bounds; ++i)
    byBound[i] += other.byBound[i] * times;
  time += other.time * times;
  power = std::max(power, other.power);
  usage += other.usage * times;
}

void Work::add(const Work &other, double times) {
  compute.add(other.compute, times);
  forward += other.forward * times;
  recompute += other.recompute * times;
  weightGradients += other.weightGradients * times;
  tensor += other.tensor * times;
  experts += other.experts * times;
  context += other.context * times;
  weights += other.weights * times;
  hidden += other.hidden * times;
  crowding = other.crowding;
  network += other.network * times;
  if (!other.tensorAlgorithm.empty())
    tensorAlgorithm = other.tensorAlgorithm;
}

double Work::exposed(double collective, double share, double computation) {
  const double room = std::min(share * computation, compute.time - hidden);
  const double covered = std::clamp(collective, 0.0, std::max(0.0, room) / (1 - crowding));
  hidden += covered * (1 - crowding);
  return collective - covered + covered * crowding;
}

namespace {

bool trains(const Task &task) { return task.phase == Phase::Training; }

/// All passes over a part of a layer.  `repeated`: what recomputation covers.
Work computeWork(const Task &task, llvm::ArrayRef<Operator> ops, bool repeated) {
  Work work;
  work.crowding = task.design.chip.crowding();
  OperatorCost cost;
  forEachPass(task.design, task.phase, ops, repeated, [&](const Operator &op, Pass pass) {
    if (pass != Pass::Recompute) // the forward pass, whose cost is at hand
      cost = costOf(op, task.hardware);
    const double time = cost.time * op.imbalance;
    if (task.detail == Detail::All)
      work.compute.add(op, cost, task.design.chip);
    else
      work.compute.time += time;
    switch (pass) {
    case Pass::Forward: work.forward += time; break;
    case Pass::Recompute: work.recompute += time; break;
    case Pass::Backward: break;
    case Pass::Weights: work.weightGradients += time; break;
    }
  });
  return work;
}

/// What of the collectives of activations does not hide behind the computation of the same part.
void addCollective(const Task &task, const LayerCollective &c, Work &work) {
  const auto &[chip, model, workload, strategy] = task.design;
  const Group &group = groupOf(task.placement, c.group);
  const GroupCost cost = collective(c.kind, group, c.bytes);
  const double forward = c.forward * cost.time, backward = c.backward * cost.time;
  double groups = 1; // for each group of ranks that share a layer, on average
  switch (c.group) {
  case GroupKind::Tensor:
    work.tensor += forward + work.exposed(backward, strategy.overlapTensor, work.weightGradients);
    work.tensorAlgorithm = cost.algorithm;
    break;
  case GroupKind::Experts:
    work.experts += work.exposed((forward + backward) * workload.expertImbalance,
                                 strategy.overlapExperts, work.compute.time);
    groups = strategy.tp / strategy.ep;
    break;
  case GroupKind::Context:
    // Attention goes on while keys and values come in; what follows a step of decode waits for it.
    if (task.phase == Phase::Decode || task.phase == Phase::Mixed)
      work.context += forward;
    else
      work.context += work.exposed(forward, 1, work.forward + work.recompute) +
                      work.exposed(backward, 1, work.backward() - work.recompute);
    groups = strategy.tp / strategy.cp;
    break;
  case GroupKind::Data:
  case GroupKind::ExpertData: llvm_unreachable("collectives of weights");
  }
  work.network += cost.usage * ((c.forward + c.backward) * groups);
}

Work attentionWork(const Task &task, bool windowed) {
  Work work = computeWork(task, attentionOperators(task.design, task.phase, windowed), true);
  for (const LayerCollective &each : attentionCollectives(task.design, task.phase))
    addCollective(task, each, work);
  return work;
}

Work feedForwardWork(const Task &task, bool sparse) {
  Work work = computeWork(task, feedForwardOperators(task.design, task.phase, sparse), true);
  for (const LayerCollective &each : feedForwardCollectives(task.design, task.phase, sparse))
    addCollective(task, each, work);
  return work;
}

/// ZeRO's collectives of `shared` and `experts` weights, between the passes of `work`.
void addSharding(const Task &task, double shared, double experts, Work &work) {
  const Strategy &strategy = task.design.strategy;
  double gather = 0, scatter = 0;
  for (const LayerCollective &each :
       shardingCollectives(task.design, task.phase, shared, experts)) {
    const GroupCost cost = collective(each.kind, groupOf(task.placement, each.group), each.bytes);
    (each.kind == Collective::AllGather ? gather : scatter) += cost.time;
    const double groups = each.group == GroupKind::ExpertData
                              ? strategy.tp * strategy.ep / strategy.replicas()
                              : strategy.tp / strategy.replicas();
    work.network += cost.usage * ((each.forward + each.backward) * groups);
  }
  if (gather == 0 && scatter == 0)
    return;
  const double backward = trains(task) ? 1 : 0;
  work.weights +=
      work.exposed(gather, strategy.overlapWeights, work.forward) +
      work.exposed(backward * gather, strategy.backwardPrefetch ? strategy.overlapWeights : 0,
                   work.backward()) +
      work.exposed(scatter, strategy.overlapGradients, work.backward());
}

} // namespace

Work layerWork(const Task &task, bool sparse) {
  const Model &model = task.design.model;
  const double windowed = model.window > 0 ? model.windowLayers / model.layers : 0;
  Work work;
  if (windowed < 1)
    work.add(attentionWork(task, false), 1 - windowed);
  if (windowed > 0)
    work.add(attentionWork(task, true), windowed);
  work.add(feedForwardWork(task, sparse), 1);
  const RankWeights weights = layerWeights(task.design, sparse);
  addSharding(task, weights.shared, weights.experts, work);
  return work;
}

Work embeddingWork(const Task &task) {
  return computeWork(task, embeddingOperators(task.design, task.phase), false);
}

Work logitWork(const Task &task) {
  Work work = computeWork(task, logitOperators(task.design, task.phase), false);
  addSharding(task, rankWeights(task.design).ends * task.design.strategy.pp, 0, work);
  return work;
}

} // namespace wsc::evaluation
