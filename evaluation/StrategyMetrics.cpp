// What bounds on the times of a strategy say of its metrics.
#include "evaluation/StrategyBounds.h"

#include "evaluation/Energy.h"
#include "evaluation/Iteration.h"
#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

bool StrategyBounds::bounds(Metric metric, bool maximize) {
  switch (metric) {
  case Metric::Throughput:
  case Metric::Mfu:
  case Metric::Hfu:
  case Metric::UserRate:
  case Metric::WaferRate: return maximize;
  case Metric::IterationTime:
  case Metric::Power:
  case Metric::PeakPower:
  case Metric::TokenEnergy:
  case Metric::TokenCost:
  case Metric::Ttft:
  case Metric::Tpot: return !maximize;
  default: return false;
  }
}

double StrategyBounds::leastComputing(const Design &design, Known known) {
  const Chip &chip = design.chip;
  if (isSingle())
    return least_.flops * chip.flopEnergy;
  const double perByte = chip.sramEnergy + (chip.dramBandwidth > 0 ? chip.dramEnergy : 0);
  const double weights = leastMemoryBytes(design, least_, largestMicroBatch(design, known));
  const double activations = trains_ ? design.workload.batch * idealOf(design).joules : 0;
  const double roofline = std::max(activations, least_.flops * chip.flopEnergy) + weights * perByte;
  return std::max(roofline, placedComputing(design, known));
}

/// Stages hand on and update as much however many ranks share a layer.
double StrategyBounds::leastMoving(const Design &design, Known known) const {
  if (!known.group) {
    Design alone = design;
    alone.strategy.tp = 1;
    return leastMoving(alone, {.group = true});
  }
  Usage moved;
  if (trains_)
    (design.chip.dramBandwidth > 0 ? moved.dramBytes : moved.sramBytes) =
        optimizerBytes(design) * design.strategy.ranks();
  return leastNetworkEnergy(design) + energyOf(design.chip, moved, 0).total();
}

/// The most that recomputation may make of the flop of an iteration.
static double mostHardwareFlops(Design design, bool isKnown) {
  double most = hardwareFlops(design);
  for (Recompute recompute : {Recompute::Selective, Recompute::Full})
    if (!isKnown) {
      design.strategy.recompute = recompute;
      most = std::max(most, hardwareFlops(design));
    }
  return most;
}

double StrategyBounds::longest(Metric metric, const Design &design, bool isLeast,
                               double number) const {
  const double tokens = design.workload.tokens();
  switch (metric) {
  case Metric::Throughput: return isLeast ? tokens / number : HUGE_VAL;
  case Metric::WaferRate: return isLeast ? tokens / number / design.chip.wafers : HUGE_VAL;
  case Metric::Mfu: return isLeast && !isSingle() ? useful_ / number : HUGE_VAL;
  case Metric::IterationTime: return isLeast ? HUGE_VAL : number;
  default: return HUGE_VAL;
  }
}

Interval StrategyBounds::range(Metric metric, const Design &design, Known known, const Least &least,
                               double longest) const {
  const Chip &chip = design.chip;
  const double time = least.iteration, tokens = design.workload.tokens();
  auto rate = [&](double done) { return Interval{done / longest, done / time}; };
  auto atLeast = [](double value) { return Interval{value, HUGE_VAL}; };
  // On average over the iteration; ranks draw at some time what they do on average.
  auto power = [&](double joules) {
    return atLeast((chip.staticPower * chip.wafers + joules / longest) * roundedDown);
  };
  auto joules = [&] { return least.energy(chip, time) * roundedDown; };
  switch (metric) {
  case Metric::Throughput: return rate(tokens);
  case Metric::WaferRate: return rate(tokens / chip.wafers);
  case Metric::Mfu: return isSingle() ? Interval::all() : rate(useful_);
  case Metric::Hfu:
    if (!trains_)
      return Interval::all();
    return {useful_ / longest,
            mostHardwareFlops(design, known.recompute) / (chip.peak * chip.reticles()) / time};
  case Metric::UserRate: return {0, least.tpot > 0 ? 1 / least.tpot : HUGE_VAL};
  case Metric::IterationTime: return {time, longest};
  case Metric::Power: return power(least.computing + least.moving);
  case Metric::PeakPower: return power(least.computing);
  case Metric::TokenEnergy: return atLeast(joules() / tokens);
  case Metric::TokenCost:
    return atLeast((chip.capital * time / chip.life + joules() * chip.pue * chip.energyPrice) /
                   tokens);
  case Metric::Ttft: return atLeast(least.ttft);
  case Metric::Tpot: return atLeast(least.tpot);
  default: return Interval::all();
  }
}

} // namespace wsc::evaluation
