// What bounds on the times of a strategy say of its metrics.
#include "evaluation/StrategyBounds.h"

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
  case Metric::TokenEnergy:
  case Metric::TokenCost:
  case Metric::Ttft:
  case Metric::Tpot: return !maximize;
  default: return false;
  }
}

/// Arithmetic, weights and cache out of SRAM and DRAM, and what flows whatever is done.
double StrategyBounds::leastEnergy(const Design &design, Known known, double time) const {
  const Chip &chip = design.chip;
  const double perByte = chip.sramEnergy + (chip.dramBandwidth > 0 ? chip.dramEnergy : 0);
  const double bytes =
      trains_ || serves_ ? leastMemoryBytes(design, least_, largestMicroBatch(design, known)) : 0;
  return (least_.flops * chip.flopEnergy + bytes * perByte +
          time * chip.staticPower * chip.wafers) *
         roundedDown;
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

double StrategyBounds::best(Metric metric, const Design &design, Known known,
                            const LeastTimes &least) const {
  const Chip &chip = design.chip;
  const double time = least.iteration, tokens = design.workload.tokens();
  switch (metric) {
  case Metric::Throughput: return tokens / time;
  case Metric::WaferRate: return tokens / time / chip.wafers;
  case Metric::Mfu: return trains_ || serves_ ? useful_ / time : HUGE_VAL;
  case Metric::Hfu:
    return trains_
               ? mostHardwareFlops(design, known.recompute) / (chip.peak * chip.reticles()) / time
               : HUGE_VAL;
  case Metric::UserRate: return 1 / least.tpot;
  case Metric::IterationTime: return time;
  case Metric::TokenEnergy: return leastEnergy(design, known, time) / tokens;
  case Metric::TokenCost:
    return (chip.capital * time / chip.life +
            leastEnergy(design, known, time) * chip.pue * chip.energyPrice) /
           tokens;
  case Metric::Ttft: return least.ttft;
  case Metric::Tpot: return least.tpot;
  default: llvm_unreachable("has no bound");
  }
}

} // namespace wsc::evaluation
