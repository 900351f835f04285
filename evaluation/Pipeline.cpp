// Stages, their times and what all of them move.
#include "evaluation/Pipeline.h"

#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

/// What stages are made of.
struct Parts {
  Work dense, sparse;      ///< a layer of each kind, where there are any
  Work embedding, logits;  ///< the ends
  double denseLayers = 0;  ///< these come first
  double transferTime = 0; ///< s, there and back
  Usage transfer;          ///< of the same
  double handover = 0;     ///< s, between the meshes of cores of a stage, there and back
};

void addTransfer(const Task &task, Parts &parts) {
  const auto &[chip, model, workload, strategy] = task.design;
  const double bytes =
      tokensPerMicroBatch(task.design, task.phase) * model.hidden * workload.activationBytes();
  const bool trains = task.phase == Phase::Training;
  parts.handover = (trains ? 2 : 1) * task.placement.regionsOf(task.phase).handover(chip, bytes);
  if (strategy.pp == 1)
    return;
  const StageLink &link = task.placement.stage;
  // Interleaved, a micro-batch comes by once for each group of layers.
  const bool interleaved = trains && strategy.schedule == Schedule::Interleaved;
  const double times = (trains ? 2 : 1) * (interleaved ? strategy.virtualStages : 1);
  // Each rank sends its share; without sequence parallelism, the receiving group gathers it
  // (arXiv:2104.04473, section 4.1).
  const NetworkCost gather =
      strategy.sequenceParallel ? NetworkCost{}
                                : costOf(Collective::AllGather, task.placement.tensor.local, bytes);
  const NetworkCost step =
      link.cost(interleaved ? StageTransfer::Around : StageTransfer::Next, bytes);
  parts.transferTime = times * (step.time + gather.time);
  (link.betweenWafers ? parts.transfer.systemBytes : parts.transfer.waferByteHops) +=
      times * step.byteHops;
  parts.transfer.waferByteHops += times * gather.byteHops;
}

Parts partsOf(const Task &task) {
  const Model &model = task.design.model;
  Parts parts;
  const bool sparse = model.experts > 1;
  parts.denseLayers = sparse ? model.denseLayers : model.layers;
  if (parts.denseLayers > 0)
    parts.dense = layerWork(task, false);
  if (sparse)
    parts.sparse = layerWork(task, true);
  parts.embedding = embeddingWork(task);
  parts.logits = logitWork(task);
  addTransfer(task, parts);
  return parts;
}

struct Stage {
  double layers, dense;
  bool first, last;
};

/// Layers are dealt as evenly as they go; the ends, which do extra work, get the smaller shares.
/// Returns the stages that can be the slowest: the ends, and one between them that is all sparse
/// or, where dense layers go beyond the first stage, all dense.
llvm::SmallVector<Stage, 4> stagesOf(double layers, double dense, double stages) {
  if (stages == 1)
    return {{layers, dense, true, true}};
  const double small = std::floor(layers / stages), large = std::ceil(layers / stages);
  const double smallStages = small == large ? stages : stages - std::fmod(layers, stages);
  const double first = smallStages >= 2 ? small : large;
  llvm::SmallVector<Stage, 4> candidates{
      {first, std::min(dense, first), true, false},
      {small, std::max(0.0, dense - (layers - small)), false, true}};
  if (stages > 2) {
    candidates.push_back({large, std::clamp(dense - first, 0.0, large), false, false});
    candidates.push_back(
        {large, std::clamp(dense - (layers - small - large), 0.0, large), false, false});
  }
  return candidates;
}

Work workOf(const Stage &stage, const Parts &parts) {
  Work work;
  if (stage.dense > 0)
    work.add(parts.dense, stage.dense);
  if (stage.layers > stage.dense)
    work.add(parts.sparse, stage.layers - stage.dense);
  if (stage.first)
    work.add(parts.embedding, 1);
  if (stage.last)
    work.add(parts.logits, 1);
  return work;
}

double timeOf(const Stage &stage, const Parts &parts) {
  return stage.dense * parts.dense.time() + (stage.layers - stage.dense) * parts.sparse.time() +
         (stage.first ? parts.embedding.time() : 0) + (stage.last ? parts.logits.time() : 0);
}

/// Weights that come in from outside for one micro-batch, of all stages: once for each pass, and
/// in training their gradients go out.
struct Stream {
  double passes = 0, bytes = 0, gradientBytes = 0;
};

Stream streamOf(const Design &design, Phase phase) {
  const auto &[chip, model, workload, strategy] = design;
  if (strategy.weights == Weights::Resident)
    return {};
  const double bytes = model.parameters * workload.weightBytes();
  return phase == Phase::Training
             ? Stream{2, 2 * bytes, model.parameters * workload.gradientBytes()}
             : Stream{1, bytes, 0};
}

/// Seconds in which it comes in, for one stage.  Links carry both directions at once, and a stage
/// computes with one layer while the next comes in.
double timeOf(const Task &task, const Stream &stream) {
  if (stream.passes == 0)
    return 0;
  const Chip &chip = task.design.chip;
  const double bandwidth = task.placement.wafersPerReplica * chip.systemLinkBandwidth;
  return stream.passes * chip.systemHopLatency + stream.bytes / bandwidth;
}

/// Of all replicas and micro-batches together.
Usage usageOf(const Strategy &strategy, const Work &all, const Parts &parts, const Stream &stream,
              double microBatches) {
  Usage total = all.compute.usage * strategy.tp;
  total += all.network;
  total += parts.transfer * (strategy.pp - 1);
  total.systemBytes += stream.bytes + stream.gradientBytes;
  return total * (microBatches * strategy.replicas());
}

} // namespace

PhaseCost phaseCost(const Design &design, const Placement &placement, Phase phase) {
  const Strategy &strategy = design.strategy;
  const Task task(design, placement, phase);
  const Parts parts = partsOf(task);
  const Stage model{design.model.layers, parts.denseLayers, true, true};
  Stage slowest{};
  double longest = -1;
  for (const Stage &stage : stagesOf(model.layers, model.dense, strategy.pp))
    if (double time = timeOf(stage, parts); time > longest) {
      longest = time;
      slowest = stage;
    }
  PhaseCost cost;
  cost.microBatches = design.workload.batch / (strategy.dp * strategy.microBatch);
  cost.work = workOf(slowest, parts);
  cost.transfer =
      cost.work.exposed(parts.transferTime, strategy.overlapTransfers, cost.work.compute.time) +
      parts.handover;
  const Stream stream = streamOf(design, phase);
  const double streaming = timeOf(task, stream);
  const double busy = cost.work.time() + cost.transfer;
  cost.streaming = std::max(0.0, streaming - busy);
  cost.stage = busy + cost.streaming;
  // On its way a micro-batch meets stages that hide less than the slowest does: as much as their
  // mean.
  Work all = workOf(model, parts);
  const double pp = strategy.pp;
  cost.allStages =
      timeOf(model, parts) + pp * parts.handover +
      all.exposed(pp * parts.transferTime, strategy.overlapTransfers, all.compute.time);
  // Where stages wait for weights, their gradients hold nobody up.
  cost.weightGradients = std::clamp(cost.allStages - pp * streaming, 0.0, all.weightGradients);
  cost.allStages = std::max(cost.allStages, pp * streaming);
  cost.usage = usageOf(strategy, all, parts, stream, cost.microBatches);
  return cost;
}

} // namespace wsc::evaluation
