// One step of training: the pipeline, the gradients of the replicas, the optimizer.
#include "evaluation/EdgeMemory.h"
#include "evaluation/Iteration.h"

#include <algorithm>

namespace wsc::evaluation {

namespace {

/// All micro-batches through all stages.  What is not the slowest stage at work is the bubble:
/// (p - 1) stages for GPipe and 1F1B, a v-th of it with v groups of layers a rank
/// (arXiv:2104.04473), and with the gradients of weights in it F + B - W instead of F + B + W
/// (ZB-H1, arXiv:2401.10241, table 1).
double pipelineTime(const Strategy &strategy, const PhaseCost &phase) {
  const double bubble = phase.allStages - phase.stage;
  const double busy = phase.microBatches * phase.stage;
  switch (strategy.schedule) {
  case Schedule::GPipe:
  case Schedule::OneFOneB: return busy + bubble;
  case Schedule::Interleaved: return busy + bubble / strategy.virtualStages;
  case Schedule::ZeroBubble: {
    // Those of (p - 1) stages are no longer waited for, and as many fill the bubble where there are
    // as many micro-batches.
    const double filled = std::min(1.0, phase.microBatches / std::max(1.0, strategy.pp - 1));
    return busy +
           bubble * std::max(0.0, 1 - (1 + filled) * phase.weightGradients / phase.allStages);
  }
  }
  llvm_unreachable("covered switch");
}

/// Of the whole system, collectives of all weights of a rank.
GroupCost costOf(const Design &design, const Placement &placement, const CollectiveList &list) {
  const Strategy &strategy = design.strategy;
  GroupCost total;
  for (const LayerCollective &each : list) {
    const Group &group = groupOf(placement, each.group);
    const GroupCost cost = collective(each.kind, group, each.bytes);
    // Groups that run it at the same time.
    const double groups =
        strategy.tp * strategy.pp * (each.group == GroupKind::ExpertData ? strategy.ep : 1);
    total.time += cost.time;
    total.usage += cost.usage * groups;
    if (total.algorithm.empty())
      total.algorithm = cost.algorithm;
  }
  return total;
}

/// First and last stage sum the gradients of the embedding that they share.
GroupCost tiedEmbedding(const Design &design, const Placement &placement) {
  const auto &[chip, model, workload, strategy] = design;
  if (strategy.pp == 1 || model.embeddings > 1 || strategy.weights == Weights::Streamed)
    return {};
  const StageLink &link = placement.stage;
  const double bytes = model.vocabulary * model.hidden * workload.gradientBytes();
  const NetworkCost exchange = link.cost(StageTransfer::Ends, bytes);
  GroupCost cost;
  cost.time = exchange.time;
  (link.betweenWafers ? cost.usage.systemBytes : cost.usage.waferByteHops) =
      exchange.byteHops * strategy.replicas();
  return cost;
}

} // namespace

/// Gradients are read for their norm and for the update, and cleared; state is read and written;
/// weights are written.
double optimizerBytes(const Design &design) {
  const Workload &workload = design.workload;
  const Strategy &strategy = design.strategy;
  if (strategy.weights == Weights::Streamed) // updated outside
    return 0;
  const RankWeights weights = rankWeights(design);
  const double sharers = strategy.zeroStage >= 1 ? strategy.replicas() : 1;
  const double updated =
      weights.shared / sharers + weights.experts / std::max(1.0, sharers / strategy.ep);
  const double fused =
      3 * workload.gradientBytes() + 2 * workload.optimizerSize + workload.weightBytes();
  return updated * (workload.updateTraffic > 0 ? workload.updateTraffic : fused);
}

double optimizerTime(const Design &design) {
  const Chip &chip = design.chip;
  const double bandwidth = chip.dramBandwidth > 0 ? dramRate(chip) : chip.sramBandwidth;
  return optimizerBytes(design) / (design.strategy.reticlesPerRank * bandwidth);
}

Iteration trainingStep(const Design &design, const Placement &placement) {
  const auto &[chip, model, workload, strategy] = design;
  TrainingStep step;
  step.phase = phaseCost(design, placement, Phase::Training);
  step.pipeline = pipelineTime(strategy, step.phase);

  const GroupCost reduction = costOf(design, placement, gradientCollectives(design));
  const GroupCost tied = tiedEmbedding(design, placement);
  const GroupCost gather = costOf(design, placement, weightCollectives(design));
  // The last backward pass and the first forward pass are there to hide behind.
  Work ends = step.phase.work;
  step.gradients =
      ends.exposed(reduction.time, strategy.overlapGradients, ends.backward()) + tied.time;
  step.gather = ends.exposed(gather.time, strategy.overlapWeights, ends.forward);
  step.gradientAlgorithm = reduction.algorithm;

  const bool dram = chip.dramBandwidth > 0;
  const double bytes = optimizerBytes(design);
  step.update = optimizerTime(design);
  step.updateBound = dram ? Bound::Dram : Bound::Sram;

  Iteration result;
  result.time = step.pipeline + step.gradients + step.gather + step.update;
  result.tokens = workload.tokens();
  result.rankPower = step.phase.work.compute.power;
  result.usage = step.phase.usage;
  result.usage += reduction.usage;
  result.usage += tied.usage;
  result.usage += gather.usage;
  (dram ? result.usage.dramBytes : result.usage.sramBytes) += bytes * strategy.ranks();
  result.detail = step;
  return result;
}

} // namespace wsc::evaluation
