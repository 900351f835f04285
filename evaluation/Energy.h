// The energy of an iteration from what it computes and moves.
#pragma once

#include "evaluation/Compute.h"
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
          usage.waferByteHops * chip.waferLinkEnergy,
          usage.systemBytes * chip.systemLinkEnergy,
          chip.staticPower * chip.wafers * time};
}

Item toItem(const Energy &energy);

} // namespace wsc::evaluation
