// Bounds on the throughput of strategies.
#include "evaluation/StrategyBounds.h"

#include "evaluation/Iteration.h"
#include "evaluation/SingleOperator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

/// Bounds are added up in another order than times.
constexpr double roundedUp = 1 + 1e-9;

/// What full recomputation repeats of the layers of `task`, where it stops early.
double repeatedUntilStop(const Task &task, double layers, bool sparse) {
  Design design = task.design;
  design.strategy.recompute = Recompute::Full;
  Task full(design, task.placement, task.phase);
  full.hardware = task.hardware;
  full.detail = task.detail;
  return layers * layerWork(full, sparse).recompute;
}

/// In a pass with selective recomputation, which shows all parts.
LayersTime layersTime(Task task) {
  task.detail = Detail::Times;
  const bool earlyStop = task.design.strategy.earlyStop;
  const Model &model = task.design.model;
  const double dense = model.experts > 1 ? model.denseLayers : model.layers;
  LayersTime time;
  // At least half of the sums are forward.
  time.repeatedSums = earlyStop ? 0 : 0.5;
  auto add = [&](double layers, bool sparse) {
    if (layers == 0)
      return;
    const Work work = layerWork(task, sparse);
    time.forward += layers * work.forward;
    time.backward += layers * (work.compute.time - work.forward - work.recompute);
    time.attention += layers * work.recompute;
    time.repeated += earlyStop ? repeatedUntilStop(task, layers, sparse) : layers * work.forward;
    time.sums += layers * work.tensor;
  };
  add(dense, false);
  add(model.layers - dense, true);
  return time;
}

/// A strategy of one rank.
Strategy alone(Strategy strategy) {
  strategy.tp = strategy.pp = strategy.dp = strategy.cp = strategy.ep = 1;
  strategy.microBatch = strategy.reticlesPerRank = 1;
  strategy.coreRows = strategy.coreCols = 0;
  strategy.recompute = Recompute::Selective;
  strategy.zeroStage = 0;
  return strategy;
}

/// A reticle as a single core: nothing is cut into tiles, passed on or started.
RankHardware idealReticle(const Design &design) {
  RankHardware rank = rankHardware(design, {1, 1}, Phase::Training);
  if (rank.isCacheDevice()) {
    rank.flopRate = std::max(rank.flopRate, rank.device.vectorRate);
    rank.sramBandwidth = HUGE_VAL;
    rank.operandTraffic = 0;
  }
  rank.grid.cores = {1, 1};
  rank.grid.tiled = true;
  rank.dramBandwidth = 0;
  rank.stepLatency = rank.operatorLatency = 0;
  return rank;
}

LayersTime idealLayers(Design design) {
  design.strategy = alone(design.strategy);
  // A large micro-batch spreads the bytes of weights over many sequences.
  constexpr double nothing = 1e-300;
  design.workload.weightSize = design.workload.gradientSize = nothing;
  const Placement placement;
  Task task(design, placement, Phase::Training);
  task.hardware = idealReticle(design);
  return layersTime(task);
}

double microBatchesOf(const Design &design, double size) {
  return design.workload.batch / (design.strategy.dp * size);
}

/// What of a strategy the time of its layers depends on: neither stages, replicas, nor what is
/// computed twice, but whether gradients of several micro-batches are added up.
Strategy ofLayers(const Design &design) {
  Strategy strategy = design.strategy;
  const double sequences = design.workload.batch / strategy.microBatch;
  strategy.dp = sequences > strategy.dp ? 1 : sequences;
  strategy.pp = 1;
  strategy.recompute = Recompute::Selective;
  strategy.zeroStage = 0;
  strategy.weightMemory = strategy.gradientMemory = strategy.optimizerMemory = 0;
  strategy.activationMemory = 0;
  return strategy;
}

/// All micro-batches through all stages, if the layers take one of them `layers` seconds.  The
/// largest stage sets the pace; what is not that stage at work is waited for once, or less where
/// the schedule fills it.
double pipelineTime(const Design &design, double layers, double microBatches) {
  const auto &[chip, model, workload, strategy] = design;
  const double stages = strategy.pp;
  const bool uniform = model.experts == 1;
  const double largest = uniform ? std::ceil(model.layers / stages) / model.layers : 1 / stages;
  double waited = 1;
  if (strategy.schedule == Schedule::Interleaved)
    waited = 1 / strategy.virtualStages;
  else if (strategy.schedule == Schedule::ZeroBubble)
    waited = 0;
  return layers * (microBatches * largest + waited * (1 - largest));
}

} // namespace

double LayersTime::of(Recompute recompute) const {
  switch (recompute) {
  case Recompute::None: return forward + backward + sums;
  case Recompute::Selective: return forward + backward + attention + sums;
  case Recompute::Full: return forward + repeated + backward + (1 + repeatedSums) * sums;
  }
  llvm_unreachable("covered switch");
}

StrategyBounds::StrategyBounds(const Design &design)
    : trains_(design.workload.kind == WorkloadKind::Training && !isSingle(design.workload)),
      least_(leastWork(design)) {
  if (trains_)
    ideal_ = idealLayers(design);
}

/// Of all layers forward and backward for one sequence, in micro-batches of some size or, of which
/// no collective takes more for each byte, in a single one; infinite where the ranks have no place.
double StrategyBounds::sums(const Design &design, std::optional<double> size) {
  const auto &[chip, model, workload, strategy] = design;
  if (strategy.tp == 1)
    return 0;
  auto each = [&, &model = model, &workload = workload, &strategy = strategy](const Group &group,
                                                                              double sequences) {
    const double tokens = sequences * workload.sequence / strategy.cp;
    return allReduce(group, tokens * model.hidden * workload.activationBytes()).time / sequences;
  };
  auto [known, isNew] = sharers_.try_emplace({strategy.tp, strategy.reticlesPerRank});
  Sharers &sharers = known->second;
  if (isNew) {
    sharers.group = tensorGroup(chip, strategy);
    sharers.largest = sharers.group ? each(*sharers.group, workload.batch) : HUGE_VAL;
  }
  const double sums = 2 * (model.parallelBlock ? 1 : 2) * model.layers;
  return sums * (size && sharers.group ? each(*sharers.group, *size) : sharers.largest);
}

double StrategyBounds::roofline(const Design &design, Known known) {
  const auto &[chip, model, workload, strategy] = design;
  const double used =
      isSingle(workload) ? 1 : strategy.ranks() * strategy.reticlesPerRank / chip.reticles();
  // All requests of a replica at once read its weights least often.
  const double largest = known.microBatch ? strategy.microBatch : workload.batch / strategy.dp;
  const LowerBounds bounds = lowerBoundsOf(design, least_, largest);
  double time = std::max(bounds.compute, bounds.memory) / used;
  if (trains_) {
    // One sequence at a time fills the pipeline fastest.
    const double size = known.microBatch ? strategy.microBatch : 1;
    const double microBatches = microBatchesOf(design, size);
    const double share = size / (strategy.tp * strategy.cp * strategy.reticlesPerRank);
    LayersTime layers = ideal_;
    layers.forward *= share;
    layers.backward *= share;
    layers.attention *= share;
    layers.repeated *= share;
    // What may hide, backward, is half of them.
    layers.sums = size * (strategy.overlapTensor > 0 ? 0.5 : 1) *
                  sums(design, known.microBatch ? std::optional(size) : std::nullopt);
    const Recompute recompute = known.recompute ? strategy.recompute : Recompute::None;
    time = std::max(time, pipelineTime(design, layers.of(recompute), microBatches) +
                              optimizerTime(design));
  }
  return workload.tokens() / time * roundedUp;
}

size_t StrategyBounds::Hash::operator()(const Key &key) const {
  uint64_t hash = 0;
  for (double field : key)
    hash = (hash ^ llvm::bit_cast<uint64_t>(field)) * 0x9e3779b97f4a7c15;
  return hash ^ hash >> 32;
}

StrategyBounds::Key StrategyBounds::keyOf(const Strategy &strategy) {
  return {
#define STRATEGY(type, member, path, kind) static_cast<double>(strategy.member),
#include "evaluation/Fields.def"
  };
}

double StrategyBounds::throughput(const Design &design, const LayersTime &layers) {
  const double time = pipelineTime(design, layers.of(design.strategy.recompute),
                                   microBatchesOf(design, design.strategy.microBatch)) +
                      optimizerTime(design);
  return design.workload.tokens() / time * roundedUp;
}

double StrategyBounds::layers(const Design &design, const Placement &placement) {
  const Strategy strategy = ofLayers(design);
  auto [known, isNew] = placed_.try_emplace(keyOf(strategy));
  if (isNew) {
    Design same = design;
    same.strategy = strategy;
    known->second = layersTime(Task(same, placement, Phase::Training));
  }
  return throughput(design, known->second);
}

std::optional<double> StrategyBounds::knownLayers(const Design &design) const {
  const auto known = placed_.find(keyOf(ofLayers(design)));
  return known == placed_.end() ? std::nullopt : std::optional(throughput(design, known->second));
}

double StrategyBounds::throughputFor(Metric metric, double least, const Design &design) {
  const Chip &chip = design.chip;
  if (metric == Metric::Throughput)
    return least / roundedUp;
  if (metric == Metric::Mfu && !isSingle(design.workload))
    return least * chip.peak * chip.reticles() / modelFlops(design) * design.workload.tokens() /
           roundedUp;
  return 0;
}

llvm::ArrayRef<unsigned> StrategyBounds::fieldsOfRoofline() {
  static const std::vector<unsigned> fields = [] {
    // All of the strategy but for the ones that are optional in it, and the memory that they take.
    const llvm::StringRef later[] = {"strategy.micro_batch_size", "strategy.recompute",
                                     "strategy.weight_memory",    "strategy.gradient_memory",
                                     "strategy.optimizer_memory", "strategy.activation_memory",
                                     "strategy.cache_memory"};
    std::vector<unsigned> found;
    for (unsigned i = 0; i < fieldCount(); ++i)
      if (!llvm::is_contained(later, pathOf(i)))
        found.push_back(i);
    return found;
  }();
  return fields;
}

} // namespace wsc::evaluation
