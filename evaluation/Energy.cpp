// Energy as a part of the breakdown.
#include "evaluation/Energy.h"

namespace wsc::evaluation {

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
