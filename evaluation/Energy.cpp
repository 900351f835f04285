// Energy as a part of the breakdown.
#include "evaluation/Energy.h"

#include <algorithm>

namespace wsc::evaluation {

double slowdown(const Chip &chip, const Energy &energy, double time, double reticles) {
  if (chip.powerLimit == 0)
    return 1;
  const double share = (chip.powerLimit - chip.staticPower) / chip.reticlesPerWafer();
  return std::max(1.0, (energy.total() - energy.idle) / time / (share * reticles));
}

Item toItem(const Energy &energy) {
  Item item{"energy", energy.total(), UnitKind::Joules};
  auto add = [&](llvm::StringRef part, double joules) {
    item.parts.push_back({part, joules, UnitKind::Joules});
  };
  add("arithmetic", energy.arithmetic);
  add("SRAM", energy.sram);
  add("DRAM", energy.dram);
  add("network between cores", energy.coreNetwork);
  add("network between reticles", energy.waferNetwork);
  add("network between wafers", energy.systemNetwork);
  add("static", energy.idle);
  return item;
}

} // namespace wsc::evaluation
