// Passes over the operators of a layer, and its collectives.
#include "evaluation/Work.h"

#include "evaluation/Energy.h"

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
  network += other.network * times;
  if (!other.tensorAlgorithm.empty())
    tensorAlgorithm = other.tensorAlgorithm;
}

double Work::exposed(double collective, double share, double computation) {
  const double room = std::min(share * computation, compute.time - hidden);
  const double covered = std::clamp(collective, 0.0, std::max(0.0, room));
  hidden += covered;
  return collective - covered;
}

RankWeights rankWeights(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  const double ranks = strategy.tp * strategy.pp;
  const double routed = model.experts > 1 ? (model.layers - model.denseLayers) * model.experts *
                                                model.ffnMatrices * model.hidden * model.expertFfn
                                          : 0;
  return {(model.parameters - routed) / ranks, routed / (ranks * strategy.ep),
          model.embeddings * model.vocabulary * model.hidden / ranks};
}

namespace {

bool trains(const Task &task) { return task.phase == Phase::Training; }

/// Whether the forward pass of a layer is repeated, with its collectives.
bool repeats(const Task &task) {
  return trains(task) && task.design.strategy.recompute == Recompute::Full;
}

/// All passes over a part of a layer.  `repeated`: what recomputation covers.
Work computeWork(const Task &task, llvm::ArrayRef<Operator> ops, bool repeated) {
  const Workload &workload = task.design.workload;
  const Strategy &strategy = task.design.strategy;
  const bool accumulates = workload.batch > strategy.dp * strategy.microBatch;
  Work work;
  for (const Operator &op : ops) {
    const OperatorCost cost = costOf(op, task.hardware);
    work.compute.add(op, cost, task.design.chip);
    work.forward += cost.time * op.imbalance;
    if (!trains(task))
      continue;
    if (repeated && isRecomputed(op, strategy)) {
      work.compute.add(op, cost, task.design.chip);
      work.recompute += cost.time * op.imbalance;
    }
    const Backward back = backwardOf(op, workload, accumulates);
    work.compute.add(back.inputs, costOf(back.inputs, task.hardware), task.design.chip);
    if (!back.second)
      continue;
    const OperatorCost second = costOf(*back.second, task.hardware);
    work.compute.add(*back.second, second, task.design.chip);
    work.weightGradients += back.hasWeights ? second.time * op.imbalance : 0;
  }
  return work;
}

/// `sums` all-reduces of activations forward and as many backward, where they may hide behind the
/// gradients of weights.  Under sequence parallelism each is an all-gather and a reduce-scatter,
/// of the same bytes.
void addTensor(const Task &task, double sums, double copies, Work &work) {
  const auto &[chip, model, workload, strategy] = task.design;
  if (sums == 0 || strategy.tp == 1)
    return;
  const double bytes = tokensPerMicroBatch(task.design, task.phase) * copies * model.hidden *
                       workload.activationBytes();
  const GroupCost cost = allReduce(task.placement.tensor, bytes);
  const double backward = trains(task) ? sums : 0, forward = repeats(task) ? 2 * sums : sums;
  work.tensor += forward * cost.time +
                 work.exposed(backward * cost.time, strategy.overlapTensor, work.weightGradients);
  work.network += cost.usage * (forward + backward);
  work.tensorAlgorithm = cost.algorithm;
}

/// Tokens go to the ranks of their experts and come back, in each pass (GShard, arXiv:2006.16668).
void addExperts(const Task &task, Work &work) {
  const auto &[chip, model, workload, strategy] = task.design;
  if (strategy.ep == 1)
    return;
  const double bytes = tokensPerMicroBatch(task.design, task.phase) * model.expertsPerToken *
                       model.hidden * workload.activationBytes() / strategy.tp;
  const GroupCost cost = collective(Collective::AllToAll, task.placement.experts, bytes);
  const double times = 2 + (trains(task) ? 2 : 0) + (repeats(task) ? 2 : 0);
  work.experts += work.exposed(times * cost.time * workload.expertImbalance,
                               strategy.overlapExperts, work.compute.time);
  work.network += cost.usage * (times * strategy.tp / strategy.ep);
}

/// Keys and values pass all ranks of the group while they compute with those they have; backward,
/// their gradients do so, too (ring attention, arXiv:2310.01889).
void addContext(const Task &task, Work &work) {
  const auto &[chip, model, workload, strategy] = task.design;
  if (strategy.cp == 1)
    return;
  const double elements = model.attention == Attention::Latent
                              ? model.kvRank + model.ropeDim
                              : 2 * std::max(1.0, model.kvHeads / strategy.tp) * model.headDim;
  const double bytes =
      strategy.microBatch * workload.sequence * elements * workload.activationBytes();
  const GroupCost cost = collective(Collective::AllGather, task.placement.context, bytes);
  const double forward = repeats(task) ? 2 : 1, backward = trains(task) ? 2 : 0;
  work.context += work.exposed(forward * cost.time, 1, work.forward + work.recompute) +
                  work.exposed(backward * cost.time, 1, work.backward() - work.recompute);
  work.network += cost.usage * ((forward + backward) * strategy.tp / strategy.cp);
}

Work attentionWork(const Task &task, bool windowed) {
  Work work = computeWork(task, attentionOperators(task.design, task.phase, windowed), true);
  addTensor(task, task.design.model.parallelBlock ? 0 : 1, 1, work);
  addContext(task, work);
  return work;
}

Work feedForwardWork(const Task &task, bool sparse) {
  Work work = computeWork(task, feedForwardOperators(task.design, task.phase, sparse), true);
  // Outputs of experts on other ranks are summed over tp before they travel: each copy by itself.
  const bool travels = sparse && task.design.strategy.ep > 1;
  addTensor(task, 1, travels ? task.design.model.expertsPerToken : 1, work);
  if (sparse)
    addExperts(task, work);
  return work;
}

/// ZeRO's collectives of `shared` and `experts` weights, between the passes of `work`.
void addSharding(const Task &task, double shared, double experts, Work &work) {
  const auto &[chip, model, workload, strategy] = task.design;
  const bool gathers = strategy.zeroStage >= 3, scatters = strategy.zeroStage >= 2 && trains(task);
  if (strategy.replicas() == 1 || !(gathers || scatters))
    return;
  auto both = [&](Collective kind, double element) {
    GroupCost cost = collective(kind, task.placement.data, shared * element);
    cost.usage = cost.usage * (strategy.tp / strategy.replicas());
    if (experts > 0) {
      const GroupCost more = collective(kind, task.placement.expertData, experts * element);
      cost.time += more.time;
      cost.usage += more.usage * (strategy.tp * strategy.ep / strategy.replicas());
    }
    return cost;
  };
  const GroupCost gather =
      gathers ? both(Collective::AllGather, workload.weightBytes()) : GroupCost{};
  const GroupCost scatter =
      scatters ? both(Collective::ReduceScatter, workload.gradientBytes()) : GroupCost{};
  const double backward = trains(task) ? 1 : 0;
  work.weights += work.exposed(gather.time, strategy.overlapWeights, work.forward) +
                  work.exposed(backward * gather.time, strategy.overlapWeights, work.backward()) +
                  work.exposed(scatter.time, strategy.overlapGradients, work.backward());
  work.network += gather.usage * (1 + backward);
  work.network += scatter.usage;
}

} // namespace

Work layerWork(const Task &task, bool sparse) {
  const auto &[chip, model, workload, strategy] = task.design;
  const double windowed = model.window > 0 ? model.windowLayers / model.layers : 0;
  Work work;
  if (windowed < 1)
    work.add(attentionWork(task, false), 1 - windowed);
  if (windowed > 0)
    work.add(attentionWork(task, true), windowed);
  work.add(feedForwardWork(task, sparse), 1);
  const RankWeights weights = rankWeights(task.design);
  const double layers = model.layers / strategy.pp;
  const double sparseLayers = (model.layers - model.denseLayers) / strategy.pp;
  addSharding(task, (weights.shared - weights.ends) / layers,
              sparse ? weights.experts / sparseLayers : 0, work);
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
