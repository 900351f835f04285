// Checks before an iteration, the iteration, and checks after it.
#include "evaluation/Run.h"

#include "evaluation/Bounds.h"
#include "evaluation/EdgeMemory.h"
#include "evaluation/SingleOperator.h"
#include "evaluation/Validity.h"

namespace wsc::evaluation {

namespace {

Iteration iterate(const Design &design, const Placement &placement) {
  if (isSingle(design.workload))
    return singleOperation(design, placement);
  return design.workload.kind == WorkloadKind::Training ? trainingStep(design, placement)
                                                        : inferenceBatch(design, placement);
}

/// The design with DRAM as fast as packets from the edges of its wafers are.
Design withRoutedMemory(Design design, const NetworkModel &network) {
  Chip &chip = design.chip;
  const double reached = std::min(dramRate(chip), network.memoryShare() * portRate(chip));
  chip.dramBandwidth = reached / chip.dramEfficiency;
  return design;
}

bool rejectedAs(Status status, Run &run) {
  if (run.reasons.empty())
    return false;
  run.status = status;
  return true;
}

} // namespace

Run start(const Design &design, const NetworkModel *network) {
  Run run;
  const bool single = isSingle(design.workload);
  single ? findSingleContradictions(design, run.reasons) : findContradictions(design, run.reasons);
  if (rejectedAs(Status::Invalid, run))
    return run;
  findUnmodelled(design, run.reasons);
  findUnmodelledHardware(design, run.reasons);
  if (rejectedAs(Status::NotModelled, run))
    return run;
  checkMemory(design, run.reasons);
  if (rejectedAs(Status::DoesNotFit, run))
    return run;
  const std::optional<Placement> placement = place(design, run.reasons, network);
  if (rejectedAs(Status::Invalid, run))
    return run;
  run.iteration = network && memoryPorts(design.chip) > 0
                      ? iterate(withRoutedMemory(design, *network), *placement)
                      : iterate(design, *placement);
  run.wafersPerReplica = placement->wafersPerReplica;
  return run;
}

double slowDown(const Design &design, const Energy &energy, double time, Iteration &iteration) {
  const double reticles = design.strategy.ranks() * design.strategy.reticlesPerRank;
  const double times = slowdown(design.chip, energy, time, reticles);
  iteration.limited = iteration.time * (times - 1);
  iteration.time += iteration.limited;
  iteration.ttft *= times;
  iteration.tpot *= times;
  iteration.rankPower /= times;
  return times;
}

void checkBounds(const Design &design, Run &run) {
  checkBounds(design, run.iteration.time, run.reasons);
  rejectedAs(Status::InternalError, run);
}

double tokenCost(const Chip &chip, double capital, double time, double joules, double tokens) {
  if (capital == 0)
    return std::nan("");
  return (capital * time / chip.life + joules * chip.pue * chip.energyPrice) / tokens;
}

} // namespace wsc::evaluation
