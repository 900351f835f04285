// Energy per operation and byte, summed.
#include "evaluation/Energy.h"

namespace wsc::evaluation {

Energy energyOf(const Chip &chip, const Usage &usage, double time) {
  Energy energy;
  energy.arithmetic = usage.flops * chip.flopEnergy;
  energy.sram = usage.sramBytes * chip.sramEnergy;
  energy.dram = usage.dramBytes * chip.dramEnergy;
  energy.coreNetwork = usage.coreByteHops * chip.coreLinkEnergy;
  energy.waferNetwork = usage.waferByteHops * chip.waferLinkEnergy;
  energy.systemNetwork = usage.systemBytes * chip.systemLinkEnergy;
  energy.idle = chip.staticPower * chip.wafers * time;
  return energy;
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
