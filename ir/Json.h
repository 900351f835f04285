// Values of a Space as JSON: base units, with the unit beside each quantity.
#pragma once

#include "ir/Space.h"
#include "llvm/Support/JSON.h"

namespace wsc::ir {

/// `{"value": 14210.0, "unit": "W"}`; enums and conditions as text and true/false.
llvm::json::Value quantityJson(const Space &space, const Type &type, double value);

/// JSON has no infinity and no NaN: null.
llvm::json::Value numberOrNull(double value);
llvm::json::Array numbersJson(llvm::ArrayRef<double> values);

} // namespace wsc::ir
