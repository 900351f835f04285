// What bounds on the times of a strategy say of its metrics.
#include "evaluation/StrategyBounds.h"

#include <cmath>

namespace wsc::evaluation {

bool StrategyBounds::bounds(Metric metric, bool maximize) {
  switch (metric) {
  case Metric::Throughput:
  case Metric::Mfu:
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

/// Joules of an iteration of at least so many seconds: arithmetic, weights from DRAM, and what
/// flows whatever is done.
double StrategyBounds::leastEnergy(const Design &design, Known known, double time) const {
  const Chip &chip = design.chip;
  const bool reads = chip.dramBandwidth > 0 && (trains_ || serves_);
  const double reading = reads ? memoryBound(design, least_, largestMicroBatch(design, known)) : 0;
  return (least_.flops * chip.flopEnergy +
          reading * chip.dramBandwidth * chip.reticles() * chip.dramEnergy +
          time * chip.staticPower * chip.wafers) *
         roundedDown;
}

double StrategyBounds::best(Metric metric, const Design &design, Known known,
                            const LeastTimes &least) const {
  const Chip &chip = design.chip;
  const double time = least.iteration, tokens = design.workload.tokens();
  switch (metric) {
  case Metric::Throughput: return tokens / time;
  case Metric::WaferRate: return tokens / time / chip.wafers;
  case Metric::Mfu: return trains_ || serves_ ? useful_ / time : HUGE_VAL;
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
