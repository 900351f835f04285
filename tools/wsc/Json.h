// Designs as JSON: base units, with the unit beside each quantity.
#pragma once

#include "feasibility/Answer.h"
#include "ir/Json.h"

namespace wsc::tool {

using ir::numberOrNull;
using ir::quantityJson;

/// The open fields of a design by name.
llvm::json::Object designJson(const ir::Space &space, const feasibility::Design &design);

} // namespace wsc::tool
