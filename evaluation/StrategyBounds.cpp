// Bounds on the throughput of strategies.
#include "evaluation/StrategyBounds.h"

#include "evaluation/SingleOperator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

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
  rank.vectorLatency = rank.stepLatency = rank.operatorLatency = 0;
  return rank;
}

/// Of a cache nothing is known but what is computed: reads may serve several cores.
double idealEnergy(const Task &task) {
  Design design = task.design;
  design.strategy.recompute = Recompute::None;
  if (design.chip.coreTopology == Topology::Switch)
    design.chip.sramEnergy = 0;
  Task once(design, task.placement, task.phase);
  once.hardware = task.hardware;
  return layersEnergy(once);
}

/// What of a strategy the time of its layers depends on: neither stages, replicas, nor what is
/// computed twice, but whether gradients of several micro-batches are added up.
Strategy sameLayers(const Design &design) {
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

/// Of all layers forward and backward for one sequence of a micro-batch of some.
double sumsOf(const Design &design, const Group &group, double sequences) {
  const auto &[chip, model, workload, strategy] = design;
  const double tokens = sequences * workload.sequence / strategy.cp;
  const double sum = allReduce(group, tokens * model.hidden * workload.activationBytes()).time;
  const double count = 2 * (model.parallelBlock ? 1 : 2) * model.layers;
  // What may hide, backward, is half of them.
  return count * sum / sequences * (strategy.overlapTensor > 0 ? 0.5 : 1);
}

/// The reticles that a stage has at most where `stages` of them fit: one after the other on a wafer
/// that holds several, else on wafers of its own.
double mostReticles(const Chip &chip, double stages) {
  if (stages <= chip.wafers)
    return std::floor(chip.wafers / stages) * chip.reticlesPerWafer();
  return std::floor(chip.reticlesPerWafer() / std::ceil(stages / chip.wafers));
}

struct FieldOfStrategy {
  llvm::StringRef path;
  double (*get)(const Strategy &);
};
const FieldOfStrategy fieldsOfStrategy[] = {
#define STRATEGY(type, member, path, kind)                                                         \
  {path, [](const Strategy &strategy) { return static_cast<double>(strategy.member); }},
#include "evaluation/Fields.def"
};

/// What layers do not depend on, or only by the number of micro-batches.
bool isOfPipeline(llvm::StringRef path) {
  constexpr llvm::StringRef fields[] = {"strategy.pp", "strategy.dp", "strategy.micro_batch_size",
                                        "strategy.recompute", "strategy.schedule"};
  return llvm::is_contained(fields, path);
}

} // namespace

StrategyBounds::StrategyBounds(const Design &design, llvm::ArrayRef<unsigned> open, bool energy)
    : trains_(design.workload.kind == WorkloadKind::Training &&
              !evaluation::isSingle(design.workload)),
      serves_(!trains_ && !evaluation::isSingle(design.workload)), energy_(energy),
      least_(leastWork(design)),
      useful_(modelFlops(design) / (design.chip.peak * design.chip.reticles())),
      compute_(lowerBoundsOf(design).compute), weightRate_(weightRate(design)) {
  for (unsigned field : open)
    for (const auto &[path, get] : fieldsOfStrategy)
      if (path == pathOf(field) && useOf(field) != Use::Never && !isOfPipeline(path))
        open_.push_back(get);
}

StrategyBounds::Key StrategyBounds::keyOf(const Strategy &strategy) const {
  Key key(open_.size());
  for (unsigned i = 0; i < open_.size(); ++i)
    key.data()[i] = open_.data()[i](strategy);
  return key;
}

const StrategyBounds::Ideal &StrategyBounds::idealOf(const Design &design) {
  const Strategy strategy = alone(design.strategy);
  auto [known, isNew] = ideals_.insert(keyOf(strategy));
  if (!isNew)
    return *known;
  Design single = design;
  single.strategy = strategy;
  // A large micro-batch spreads the bytes of weights over many sequences.
  constexpr double nothing = 1e-300;
  single.workload.weightSize = single.workload.gradientSize = nothing;
  const Placement placement;
  Task task(single, placement, Phase::Training);
  task.hardware = idealReticle(single);
  known->layers = layersTime(task);
  known->joules = energy_ ? idealEnergy(task) : 0;
  return *known;
}

StrategyBounds::Family &StrategyBounds::familyOf(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  // Those of one beginning are asked about one after the other.
  auto isLast = [&, &strategy = strategy] {
    for (unsigned i = 0; i < lastKey_.size(); ++i)
      if (open_.data()[i](strategy) != lastKey_.data()[i])
        return false;
    return true;
  };
  if (last_ && isLast())
    return *last_;
  lastKey_ = keyOf(strategy);
  auto [known, isNew] = families_.insert(lastKey_);
  last_ = known;
  Family &family = *known;
  if (!isNew)
    return family;
  if (strategy.tp > 1)
    family.group = tensorGroup(chip, strategy);
  if (!trains_)
    return family;
  const double share = 1 / (strategy.tp * strategy.cp * strategy.reticlesPerRank);
  family.ideal = idealOf(design).layers * share;
  family.ideal.sums = 0;
  // No collective takes more for each byte of a longer vector.
  if (strategy.tp > 1)
    family.ideal.sums = family.group ? sumsOf(design, *family.group, workload.batch) : HUGE_VAL;
  return family;
}

StrategyBounds::Family::Size &StrategyBounds::sizeOf(Family &family, const Design &design) const {
  const auto &[chip, model, workload, strategy] = design;
  const double size = strategy.microBatch;
  const bool accumulates = workload.batch > strategy.dp * size;
  for (Family::Size &known : family.sizes)
    if (known.microBatch == size && known.accumulates == accumulates)
      return known;
  LayersTime layers = family.ideal;
  if (family.group)
    layers.sums = sumsOf(design, *family.group, size);
  family.sizes.push_back({size, accumulates, layers * size});
  return family.sizes.back();
}

/// All requests of a replica at once read its weights least often; replicas that only read prompts
/// may wait for even more of them.
double StrategyBounds::largestMicroBatch(const Design &design, Known known) {
  const Strategy &strategy = design.strategy;
  if (known.microBatch)
    return strategy.microBatch;
  const bool isReader = strategy.prefillReplicas > 0 || design.workload.side == Side::Prompts;
  return isReader ? HUGE_VAL : design.workload.batch / strategy.dp;
}

double StrategyBounds::leastTime(const Design &design, double microBatch) const {
  const auto &[chip, model, workload, strategy] = design;
  const double used =
      isSingle() ? 1 : strategy.ranks() * strategy.reticlesPerRank / chip.reticles();
  return std::max(compute_, leastReading(design, microBatch)) / used;
}

/// Seconds that weights and the cache take from all memories.
double StrategyBounds::leastReading(const Design &design, double microBatch) const {
  return isSingle() ? memoryBound(design, least_, microBatch)
                    : leastMemoryBytes(design, least_, microBatch) / weightRate_;
}

double StrategyBounds::updateTime(const Design &design, Family &family) const {
  const Strategy &strategy = design.strategy;
  if (family.pp != strategy.pp || family.dp != strategy.dp) {
    family.pp = strategy.pp;
    family.dp = strategy.dp;
    family.update = optimizerTime(design);
  }
  return family.update;
}

/// Of any ranks that share a layer: a single one computes like as many as there are, and sums
/// nothing up.
LeastTimes StrategyBounds::ofStages(const Design &design) {
  const Strategy &strategy = design.strategy;
  const double reticles = mostReticles(design.chip, strategy.pp * strategy.replicas());
  if (reticles == 0)
    return {HUGE_VAL};
  Design alone = design;
  alone.strategy.tp = 1;
  alone.strategy.reticlesPerRank = reticles;
  if (!trains_)
    return ofRequests(alone, nullptr, {});
  return {timeOf(alone, idealOf(design).layers * (1 / (strategy.cp * reticles)),
                 optimizerTime(alone), {})};
}

LeastTimes StrategyBounds::ofRequests(const Design &design, const Family *family,
                                      Known known) const {
  LeastTimes times;
  if (serves_) {
    const bool isShared = family && family->group;
    PassTimes placed;
    if (family && known.microBatch && !family->passes.empty())
      placed = placedPasses(design, *family);
    times = leastServing(design, least_, isShared ? &*family->group : nullptr, known.microBatch,
                         placed);
  }
  times.iteration = std::max(times.iteration, timeOf(design, {}, 0, known));
  return times;
}

Least StrategyBounds::least(const Design &design, Known known) {
  Least least;
  LeastTimes &times = least;
  if (!known.group)
    times = ofStages(design);
  else if (Family &family = familyOf(design); !trains_)
    times = ofRequests(design, &family, known);
  else if (!known.microBatch)
    times.iteration = timeOf(design, family.ideal, updateTime(design, family), known);
  else {
    const Family::Size &size = sizeOf(family, design);
    times.iteration =
        timeOf(design, size.layers, updateTime(design, family), known, size.arePlaced);
  }
  times = times * roundedDown;
  if (energy_) {
    least.computing = leastComputing(design, known) * roundedDown;
    least.moving = leastMoving(design, known) * roundedDown;
  }
  return least;
}

/// If the layers take one micro-batch so long, or one sequence where its size is not known.
double StrategyBounds::timeOf(const Design &design, const LayersTime &layers, double update,
                              Known known, bool arePlaced) const {
  const auto &[chip, model, workload, strategy] = design;
  const Recompute recompute = known.recompute ? strategy.recompute : Recompute::None;
  const double sequences = workload.batch / strategy.dp;
  double time = 0;
  // One sequence at a time fills the pipeline fastest.
  if (trains_)
    time = update + pipelineTime(design, layers.of(recompute),
                                 known.microBatch ? sequences / strategy.microBatch : sequences);
  if (!arePlaced)
    time = std::max(time, leastTime(design, largestMicroBatch(design, known)));
  return time;
}

const StrategyBounds::Family::Pass *
StrategyBounds::Family::passOf(const InferencePhase &phase) const {
  const double microBatch = phase.design.strategy.microBatch;
  const double chunk = phase.design.workload.prefillChunk;
  for (const Pass &pass : passes)
    if (pass.phase == phase.phase && pass.microBatch == microBatch &&
        (pass.phase != Phase::Mixed || pass.chunk == chunk))
      return &pass;
  return nullptr;
}

namespace {

/// Those of inferencePhases(); of prompts in chunks, the step with a whole chunk besides.
llvm::SmallVector<InferencePhase, 2> passesOf(const Design &design) {
  llvm::SmallVector<InferencePhase, 2> phases = inferencePhases(design);
  if (phases.front().phase != Phase::Mixed)
    return phases;
  InferencePhase whole = phases.front();
  whole.repetitions = 0;
  whole.design.workload.prefillChunk =
      std::min(design.workload.prefillChunk, design.workload.sequence);
  phases.push_back(std::move(whole));
  return phases;
}

} // namespace

PassTimes StrategyBounds::placedPasses(const Design &design, const Family &family) const {
  PassTimes times;
  for (const InferencePhase &phase : passesOf(design))
    if (const Family::Pass *pass = family.passOf(phase)) {
      double &time = phase.phase == Phase::Prefill ? times.prompts
                     : phase.repetitions > 0       ? times.step
                                                   : times.wholeChunk;
      time = pass->time;
    }
  return times;
}

bool StrategyBounds::learnPasses(const Design &design) {
  Family &family = familyOf(design);
  std::optional<Placement> placement;
  std::vector<std::string> reasons;
  for (const InferencePhase &phase : passesOf(design)) {
    if (family.passOf(phase))
      continue;
    if (!placement)
      placement = place(design, reasons);
    if (!placement)
      return false;
    const Task task(phase.design, *placement, phase.phase);
    family.passes.push_back({phase.phase, phase.design.strategy.microBatch,
                             phase.design.workload.prefillChunk, passTime(task),
                             energy_ ? layersEnergy(task) : 0});
  }
  return true;
}

bool StrategyBounds::learnLayers(const Design &design) {
  if (serves_)
    return learnPasses(design);
  if (!trains_)
    return true;
  Family::Size &size = sizeOf(familyOf(design), design);
  double &joules = size.joules[static_cast<unsigned>(design.strategy.recompute)];
  const bool isEnergyKnown = !energy_ || joules > 0;
  if (size.arePlaced && isEnergyKnown)
    return true;
  std::vector<std::string> reasons;
  const auto placement = place(design, reasons);
  if (!placement) // other stages and replicas may have one
    return false;
  Design same = design;
  same.strategy = sameLayers(design);
  if (!size.arePlaced)
    size.layers = layersTime(Task(same, *placement, Phase::Training));
  size.arePlaced = true;
  if (isEnergyKnown)
    return true;
  same.strategy.recompute = design.strategy.recompute;
  joules = layersEnergy(Task(same, *placement, Phase::Training));
  return true;
}

/// Of all ranks, with their layers as they are placed; 0 where these are not known.
double StrategyBounds::placedComputing(const Design &design, Known known) {
  const Strategy &strategy = design.strategy;
  if (!energy_ || !known.group || !known.microBatch)
    return 0;
  Family &family = familyOf(design);
  const double ranks = strategy.tp * strategy.cp;
  double joules = 0;
  if (trains_ && known.recompute)
    joules = sizeOf(family, design).joules[static_cast<unsigned>(strategy.recompute)] * ranks *
             design.workload.batch / strategy.microBatch;
  if (serves_ && !family.passes.empty())
    for (const InferencePhase &phase : inferencePhases(design))
      if (const Family::Pass *pass = family.passOf(phase))
        joules += pass->joules * ranks * phase.design.workload.batch /
                  phase.design.strategy.microBatch * phase.repetitions;
  return joules;
}

StrategyBounds::Use StrategyBounds::useOf(unsigned field) {
  return llvm::StringSwitch<Use>(pathOf(field))
      .Cases("strategy.tp", "strategy.reticles_per_rank", Use::Group)
      .Cases("strategy.recompute", "strategy.micro_batch_size", Use::WhenKnown)
      .Cases("strategy.weight_memory", "strategy.gradient_memory", "strategy.optimizer_memory",
             "strategy.activation_memory", "strategy.cache_memory", Use::Never)
      .Default(Use::Always);
}

} // namespace wsc::evaluation
