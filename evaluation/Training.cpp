// One step of training: the pipeline, the gradients of the replicas, the optimizer.
#include "evaluation/Iteration.h"

namespace wsc::evaluation {

namespace {

/// Gradients have the width of weights; none of it hides behind the backward pass.
GroupCost gradientReduction(const Design &design, const Placement &placement) {
  const double bytes = design.model.parameters * design.workload.elementSize /
                       (design.strategy.tp * design.strategy.pp);
  return allReduce(placement.data, bytes);
}

/// Weights, gradients and optimizer state are read and written once: bound by memory.
double optimizerBytes(const Strategy &strategy) {
  return 2 * (strategy.weightMemory + strategy.optimizerMemory);
}

} // namespace

Iteration trainingStep(const Design &design, const Placement &placement) {
  const auto &[chip, model, workload, strategy] = design;
  TrainingStep step;
  step.phase = phaseCost(design, placement, Phase::Training);
  step.pipeline = step.phase.allStages + (step.phase.microBatches - 1) * step.phase.stage;
  step.gradients = gradientReduction(design, placement);
  const bool dram = chip.dramBandwidth > 0;
  const double bytes = optimizerBytes(strategy);
  step.update =
      bytes / (strategy.reticlesPerRank * (dram ? chip.dramBandwidth : chip.sramBandwidth));
  step.updateBound = dram ? Bound::Dram : Bound::Sram;

  Iteration result;
  result.time = step.pipeline + step.gradients.time + step.update;
  result.tokens = workload.batch * workload.sequence;
  result.usage = step.phase.usage;
  result.usage += step.gradients.usage * (strategy.tp * strategy.pp);
  (dram ? result.usage.dramBytes : result.usage.sramBytes) += bytes * strategy.ranks();
  result.detail = step;
  return result;
}

} // namespace wsc::evaluation
