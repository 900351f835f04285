// Training steps and inference batches from the costs of their phases.
#include "evaluation/Analytic.h"

#include "evaluation/Bounds.h"
#include "evaluation/Pipeline.h"
#include "evaluation/Validity.h"

#include <algorithm>
#include <limits>

namespace wsc::evaluation {

namespace {

/// What an iteration takes, before it is made into metrics.
struct Iteration {
  Item time{"time"};
  std::array<double, bounds> byBound{};
  Usage usage; ///< of the whole system
  double tokens = 0;
};

/// Gradients have the width of weights; none of it hides behind the backward pass.
GroupCost gradientReduction(const Design &design, const Placement &placement) {
  const double bytes = design.model.parameters * design.workload.elementSize /
                       (design.strategy.tp * design.strategy.pp);
  return allReduce(placement.data, bytes);
}

/// Weights, gradients and optimizer state are read and written once: bound by memory.
double optimizerBytes(const Design &design) {
  return 2 * (design.strategy.weightMemory + design.strategy.optimizerMemory);
}

Iteration trainingStep(const Design &design, const Placement &placement) {
  const auto &[chip, model, workload, strategy] = design;
  const PhaseCost phase = phaseCost(design, placement, Phase::Training);
  const double pipeline = phase.allStages + (phase.microBatches - 1) * phase.stage;
  const GroupCost gradients = gradientReduction(design, placement);
  const bool dram = chip.dramBandwidth > 0;
  const double update = optimizerBytes(design) / (strategy.reticlesPerRank *
                                                  (dram ? chip.dramBandwidth : chip.sramBandwidth));
  Iteration step;
  step.time.parts = timeItem("", phase, pipeline, 1).parts;
  step.time.parts.push_back(
      {"gradient all-reduce", gradients.time, UnitKind::Seconds, gradients.algorithm});
  step.time.parts.push_back(
      {"optimizer step", update, UnitKind::Seconds, name(dram ? Bound::Dram : Bound::Sram)});
  step.time.value = pipeline + gradients.time + update;
  addByBound(step.byBound, phase, 1);
  step.usage = phase.usage;
  step.usage += gradients.usage * (strategy.tp * strategy.pp);
  (dram ? step.usage.dramBytes : step.usage.sramBytes) += optimizerBytes(design) * strategy.ranks();
  step.tokens = workload.batch * workload.sequence;
  return step;
}

Iteration inferenceBatch(const Design &design, const Placement &placement, Evaluation &result) {
  const double steps = design.workload.output - 1;
  const PhaseCost prefill = phaseCost(design, placement, Phase::Prefill);
  const double ttft = prefill.allStages + (prefill.microBatches - 1) * prefill.stage;
  Iteration batch;
  batch.time.parts.push_back(timeItem("prefill", prefill, ttft, 1));
  addByBound(batch.byBound, prefill, 1);
  batch.usage = prefill.usage;
  result[Metric::Ttft] = ttft;
  if (steps > 0) {
    const PhaseCost decode = phaseCost(design, placement, Phase::Decode);
    // A micro-batch starts its next token when it has left the last stage and its turn has come.
    const double tpot = std::max(decode.allStages, decode.microBatches * decode.stage);
    batch.time.parts.push_back(timeItem("decode", decode, tpot, steps));
    addByBound(batch.byBound, decode, steps);
    batch.usage += decode.usage * steps;
    result[Metric::Tpot] = tpot;
  }
  batch.time.value = batch.time.sum();
  batch.tokens = design.workload.batch * design.workload.output;
  return batch;
}

/// The time that operators take, by what they wait for.
Item boundItem(const std::array<double, bounds> &seconds) {
  Item item{"compute time by bound"};
  for (unsigned i = 0; i < bounds; ++i)
    if (seconds[i] > 0)
      item.parts.push_back({name(static_cast<Bound>(i)), seconds[i]});
  item.value = item.sum();
  return item;
}

/// Energy of an iteration of the whole system, idle wafers included.
Item energyItem(const Chip &chip, const Usage &usage, double time) {
  Item item{"energy", 0, UnitKind::Joules};
  auto add = [&](llvm::StringRef part, double joules) {
    item.parts.push_back({part, joules, UnitKind::Joules});
  };
  add("arithmetic", usage.flops * chip.flopEnergy);
  add("SRAM", usage.sramBytes * chip.sramEnergy);
  add("DRAM", usage.dramBytes * chip.dramEnergy);
  add("network between cores", usage.coreByteHops * chip.coreLinkEnergy);
  add("network between reticles", usage.waferByteHops * chip.waferLinkEnergy);
  add("network between wafers", usage.systemBytes * chip.systemLinkEnergy);
  add("static", chip.staticPower * chip.wafers * time);
  item.value = item.sum();
  return item;
}

/// A time below its lower bound cannot be: such a result is withdrawn.
void checkBounds(Evaluation &result, double time) {
  constexpr double rounding = 1e-9;
  for (const Item &bound : result.bounds)
    if (!(time >= bound.value * (1 - rounding))) {
      result.status = Status::InternalError;
      result.reasons.push_back("iteration time " + formatNumber(time) + " s is below the " +
                               bound.name.str() + " bound of " + formatNumber(bound.value) + " s");
    }
  if (result.status == Status::InternalError)
    result.metrics.fill(std::numeric_limits<double>::quiet_NaN());
}

Evaluation rejected(Status status, Evaluation result) {
  result.status = status;
  return result;
}

} // namespace

Evaluation analyse(const Design &design) {
  Evaluation result;
  findContradictions(design, result.reasons);
  if (!result.reasons.empty())
    return rejected(Status::Invalid, std::move(result));
  result.breakdown.push_back(memoryItem(design));
  findUnmodelled(design.model, result.reasons);
  if (!result.reasons.empty())
    return rejected(Status::NotModelled, std::move(result));
  checkMemory(design, result.reasons);
  if (!result.reasons.empty())
    return rejected(Status::DoesNotFit, std::move(result));
  const std::optional<Placement> placement = place(design, result.reasons);
  if (!placement)
    return rejected(Status::Invalid, std::move(result));

  Iteration iteration = design.workload.kind == WorkloadKind::Training
                            ? trainingStep(design, *placement)
                            : inferenceBatch(design, *placement, result);
  const double time = iteration.time.value;
  Item energy = energyItem(design.chip, iteration.usage, time);
  result[Metric::IterationTime] = time;
  result[Metric::Throughput] = iteration.tokens / time;
  result[Metric::Mfu] = modelFlops(design) / (time * design.chip.peak * design.chip.reticles());
  result[Metric::Power] = energy.value / time;
  result[Metric::TokenEnergy] = energy.value / iteration.tokens;
  result.breakdown.insert(
      result.breakdown.begin(),
      {std::move(iteration.time), boundItem(iteration.byBound), std::move(energy)});
  result.bounds = lowerBounds(design);
  checkBounds(result, time);
  return result;
}

Evaluation Analytic::evaluate(llvm::ArrayRef<double> design) const {
  std::vector<std::string> reasons;
  if (std::optional<Design> bound = binding_.read(design, reasons))
    return analyse(*bound);
  Evaluation result;
  result.status = Status::Invalid;
  result.reasons = std::move(reasons);
  return result;
}

} // namespace wsc::evaluation
