// Values of a Space as JSON.
#include "tools/wsc/Json.h"

#include <cmath>

namespace wsc::tool {

llvm::json::Value numberOrNull(double value) {
  return std::isfinite(value) ? llvm::json::Value(value) : nullptr;
}

llvm::json::Value quantityJson(const ir::Space &space, const ir::Type &type, double value) {
  llvm::json::Object object;
  if (type.isBool())
    object["value"] = value != 0;
  else if (type.isEnum())
    object["value"] = ir::formatValue(space, type, value);
  else
    object["value"] = numberOrNull(value);
  if (std::string unit = space.units.baseUnit(type.dim); type.isNumber() && !unit.empty())
    object["unit"] = unit;
  return object;
}

llvm::json::Object designJson(const ir::Space &space, const feasibility::Design &design) {
  llvm::json::Object object;
  for (unsigned i = 0; i < space.params.size(); ++i) {
    const ir::Param &param = space.params[i];
    object[param.name] = quantityJson(space, param.type, param.values[design.choice[i]]);
  }
  return object;
}

} // namespace wsc::tool
