// Sharing the energy of an iteration among the stages of a pipeline, and those among reticles.
#include "backends/StagePower.h"

#include "evaluation/Energy.h"
#include <numeric>

namespace wsc::backends {

namespace {

using evaluation::PlannedPart;

double energyOf(const Request &request, llvm::StringRef part) {
  const evaluation::Item *energy = request.evaluation.find("energy");
  const evaluation::Item *item = energy ? energy->find(part) : nullptr;
  return item ? item->value : 0;
}

/// Joules of the operators of a rank of each stage, in an iteration.
std::vector<double> operatorEnergy(const Request &request) {
  const unsigned stages = request.design.strategy.pp;
  std::vector<double> energy(stages, 0);
  for (const evaluation::PlannedPhase &phase : request.plan->phases)
    for (const PlannedPart &part : phase.parts) {
      double joules = 0;
      for (const evaluation::PlannedOperator &planned : part.operators)
        joules += evaluation::energyOf(phase.design.chip, phase.costOf(planned).usage, 0).total();
      joules *= part.count * phase.microBatches * phase.repetitions;
      if (part.isLayer)
        for (double &stage : energy)
          stage += joules / stages;
      else
        energy[part.name == "embedding" ? 0 : stages - 1] += joules;
    }
  return energy;
}

} // namespace

std::vector<ReticlePower> reticlePower(const Request &request) {
  const evaluation::Chip &chip = request.design.chip;
  const evaluation::Strategy &strategy = request.design.strategy;
  const double time = request.evaluation[evaluation::Metric::IterationTime];
  const double edge = (energyOf(request, "network between reticles") +
                       energyOf(request, "network between wafers")) /
                      time;
  const double work =
      request.evaluation[evaluation::Metric::Power] - edge - energyOf(request, "static") / time;
  std::vector<double> share = operatorEnergy(request);
  const double all = std::accumulate(share.begin(), share.end(), 0.0);
  // A collective alone has no operators: all stages alike.
  for (double &each : share)
    each = all > 0 ? each / all : 1.0 / share.size();
  const double alike = strategy.tp * strategy.replicas() * strategy.reticlesPerRank;
  std::vector<ReticlePower> power;
  for (const std::optional<RankPlace> &place :
       rankPlaces(request.design, request.plan->placement)) {
    ReticlePower &reticle = power.emplace_back();
    reticle.idle = chip.staticPower / chip.reticlesPerWafer();
    if (!place)
      continue;
    reticle.work = work * share[place->stage] / alike;
    reticle.edge = edge * share[place->stage] / alike;
  }
  return power;
}

} // namespace wsc::backends
