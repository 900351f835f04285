// The energy of an iteration from what it computes and moves.
#pragma once

#include "evaluation/Compute.h"
#include "evaluation/EdgeMemory.h"
#include "evaluation/Evaluator.h"

namespace wsc::evaluation {

/// Joules of the whole system in one iteration, by where they go.
struct Energy {
  double arithmetic = 0, sram = 0, dram = 0;
  double coreNetwork = 0, waferNetwork = 0, systemNetwork = 0;
  double idle = 0; ///< leakage, clock, refresh: what flows whatever is done

  double total() const {
    return arithmetic + sram + dram + coreNetwork + waferNetwork + systemNetwork + idle;
  }
};

/// Wafers that no rank uses leak too.  `time` in s.
inline Energy energyOf(const Chip &chip, const Usage &usage, double time) {
  return {usage.flops * chip.flopEnergy,
          usage.sramBytes * chip.sramEnergy,
          usage.dramBytes * chip.dramEnergy,
          usage.coreByteHops * chip.coreLinkEnergy,
          (usage.waferByteHops + usage.dramBytes * memoryHops(chip)) * chip.waferLinkEnergy,
          usage.systemBytes * chip.systemLinkEnergy,
          chip.staticPower * chip.wafers * time};
}

/// Times as long as without a limit that an iteration of `time` s takes for its reticles to stay
/// below their shares of `wafer.power_limit`, at least 1.  The clock falls at the same voltage, so
/// that what is computed and moved keeps its energy and what is always on its power; with a lower
/// voltage less would do.
double slowdown(const Chip &chip, const Energy &energy, double time, double reticles);

Item toItem(const Energy &energy);

} // namespace wsc::evaluation
