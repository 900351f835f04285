// The time of an iteration by cause, and by what operators wait for.
#include "evaluation/Report.h"

#include "evaluation/EdgeMemory.h"

namespace wsc::evaluation {

namespace {

/// `compute`, each kind of communication and `pipeline bubble`, which sum to the whole for `times`
/// passes that take `pass` each.
Item phaseItem(llvm::StringRef label, const PhaseCost &phase, double pass, double times) {
  const double repeats = phase.microBatches * times;
  const Work &work = phase.work;
  Item compute{"compute", work.compute.time * repeats};
  for (unsigned i = 0; i < operatorKinds; ++i)
    if (const OperatorSum::Entry &entry = work.compute.byKind[i]; entry.time > 0)
      compute.parts.push_back({name(static_cast<OperatorKind>(i)), entry.time * repeats,
                               UnitKind::Seconds, name(entry.bound)});
  const double busy = phase.microBatches * phase.stage;
  Item item{label, pass * times};
  item.parts = {std::move(compute),
                {"tensor-parallel collectives", work.tensor * repeats, UnitKind::Seconds,
                 work.tensorAlgorithm}};
  auto addUsed = [&](llvm::StringRef part, double time) {
    if (time > 0)
      item.parts.push_back({part, time * repeats});
  };
  addUsed("expert all-to-all", work.experts);
  addUsed("context-parallel ring", work.context);
  addUsed("weight and gradient shards", work.weights);
  addUsed("weights from outside", phase.streaming);
  item.parts.push_back({"stage transfers", phase.transfer * repeats});
  // The difference of equal sums may be a rounding error.
  const double bubble = pass - busy > 1e-12 * pass ? pass - busy : 0;
  item.parts.push_back({"pipeline bubble", bubble * times});
  return item;
}

Item timeItem(const TrainingStep &step, const Iteration &iteration) {
  Item item = phaseItem("time", step.phase, step.pipeline, 1);
  item.parts.push_back(
      {"gradient reduction", step.gradients, UnitKind::Seconds, step.gradientAlgorithm});
  if (step.gather > 0)
    item.parts.push_back({"gathering of updated weights", step.gather});
  item.parts.push_back({"optimizer step", step.update, UnitKind::Seconds, name(step.updateBound)});
  item.value = iteration.time;
  return item;
}

Item timeItem(const InferenceBatch &batch, const Iteration &iteration) {
  Item item{"time", iteration.time};
  if (batch.prefillTime > 0)
    item.parts.push_back(phaseItem("prefill", batch.prefill, batch.prefillTime, 1));
  if (batch.steps > 0)
    item.parts.push_back(phaseItem(batch.isMixed ? "decode with prompts" : "decode", batch.decode,
                                   batch.step - batch.draft, batch.steps));
  if (batch.draft > 0)
    item.parts.push_back({"guessing", batch.draft * batch.steps});
  if (batch.waiting > 0)
    item.parts.push_back({"waiting for prompts", batch.waiting});
  return item;
}

Item timeItem(const SingleOperation &single, const Iteration &iteration) {
  Item item{"time", iteration.time};
  item.parts.push_back({single.name, iteration.time, UnitKind::Seconds, single.note});
  return item;
}

using BoundTimes = std::array<double, bounds>;

void add(BoundTimes &seconds, const PhaseCost &phase, double times) {
  for (unsigned i = 0; i < bounds; ++i)
    seconds[i] += phase.work.compute.byBound[i] * phase.microBatches * times;
}
void add(BoundTimes &seconds, const TrainingStep &step, const Iteration &) {
  add(seconds, step.phase, 1);
}
void add(BoundTimes &seconds, const InferenceBatch &batch, const Iteration &) {
  if (batch.prefillTime > 0)
    add(seconds, batch.prefill, 1);
  add(seconds, batch.decode, batch.steps);
}
void add(BoundTimes &seconds, const SingleOperation &single, const Iteration &iteration) {
  if (single.computes)
    seconds[static_cast<unsigned>(single.bound)] += iteration.time;
}

Item boundItem(const BoundTimes &seconds) {
  Item item{"compute time by bound"};
  for (unsigned i = 0; i < bounds; ++i)
    if (seconds[i] > 0)
      item.parts.push_back({name(static_cast<Bound>(i)), seconds[i]});
  item.value = item.sum();
  return item;
}

} // namespace

std::vector<Item> timeItems(const Iteration &iteration) {
  return std::visit(
      [&](const auto &detail) -> std::vector<Item> {
        BoundTimes seconds{};
        add(seconds, detail, iteration);
        Item time = timeItem(detail, iteration);
        if (iteration.limited > 0)
          time.parts.push_back(
              {"lower clock", iteration.limited, UnitKind::Seconds, "power limit"});
        return {std::move(time), boundItem(seconds)};
      },
      iteration.detail);
}

namespace {

std::string counted(double count, llvm::StringRef one, llvm::StringRef many) {
  return formatNumber(count) + " " + (count == 1 ? one : many).str();
}

/// Empty if there are none.
std::string idleCores(const Design &design, const Placement &placement, Phase phase,
                      llvm::StringRef when) {
  const double all = coresOf(design.chip, placement.rank).cells();
  const Regions &regions = placement.regionsOf(phase);
  const double idle = all - regions.count * regions.cores.cells();
  if (idle <= 0)
    return "";
  return formatNumber(idle) + " of " + formatNumber(all) + " cores of a rank idle" + when.str() +
         ": its layers take " + counted(regions.count, "mesh", "meshes") + " of " +
         formatNumber(regions.cores.rows) + " x " + formatNumber(regions.cores.cols);
}

} // namespace

std::vector<std::string> idleParts(const Design &design, const Placement &placement) {
  const auto &[chip, model, workload, strategy] = design;
  std::vector<std::string> parts;
  auto add = [&](std::string part) {
    if (!part.empty())
      parts.push_back(std::move(part));
  };
  const double used = strategy.ranks() * strategy.reticlesPerRank;
  if (used < chip.reticles())
    add(formatNumber(chip.reticles() - used) + " of " + formatNumber(chip.reticles()) +
        " reticles idle: the strategy has " + counted(strategy.ranks(), "rank", "ranks") + " of " +
        counted(strategy.reticlesPerRank, "reticle", "reticles") +
        (memoryPorts(chip) > 0 ? "; nobody uses their share of the memory at the edges" : ""));
  const bool hasTwo = workload.kind == WorkloadKind::Inference &&
                      strategy.decodeCoreRows + strategy.decodeCoreCols > 0;
  add(idleCores(design, placement, Phase::Prefill, hasTwo ? " while prompts are read" : ""));
  if (hasTwo)
    add(idleCores(design, placement, Phase::Decode, " in decoding"));
  return parts;
}

std::string portLimit(const Chip &chip) {
  const double there = chip.dramBandwidth * chip.dramEfficiency, reached = dramRate(chip);
  auto gigabytes = [](double rate) { return formatNumber(rate / 1e9) + " GB/s"; };
  return reached < there
             ? "the links of `wafer.memory_ports` let each reticle have " + gigabytes(reached) +
                   " of the " + gigabytes(there) + " that memory has for it"
             : "";
}

} // namespace wsc::evaluation
