// Values of a Space as JSON: base units, with the unit beside each quantity.
#pragma once

#include "feasibility/Answer.h"
#include "ir/Space.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

/// `{"value": 14210.0, "unit": "W"}`; enums and conditions as text and true/false.
llvm::json::Value quantityJson(const ir::Space &space, const ir::Type &type, double value);

/// JSON has no infinity and no NaN: null.
llvm::json::Value numberOrNull(double value);

/// The open fields of a design by name.
llvm::json::Object designJson(const ir::Space &space, const feasibility::Design &design);

} // namespace wsc::tool
