// Values of a Space as JSON.
#include "ir/Json.h"

#include <cmath>

namespace wsc::ir {

llvm::json::Value numberOrNull(double value) {
  // Zero has no sign.
  return std::isfinite(value) ? llvm::json::Value(value == 0 ? 0 : value) : nullptr;
}

llvm::json::Array numbersJson(llvm::ArrayRef<double> values) {
  llvm::json::Array array;
  for (double value : values)
    array.push_back(numberOrNull(value));
  return array;
}

llvm::json::Value quantityJson(const Space &space, const Type &type, double value) {
  llvm::json::Object object;
  if (type.isBool())
    object["value"] = value != 0;
  else if (type.isEnum())
    object["value"] = formatValue(space, type, value);
  else
    object["value"] = numberOrNull(value);
  if (std::string unit = space.units.baseUnit(type.dim); type.isNumber() && !unit.empty())
    object["unit"] = unit;
  return object;
}

} // namespace wsc::ir
