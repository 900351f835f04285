// --best-strategy: the values of the open fields of the strategy, and why there are none.
#pragma once

#include "evaluation/Bind.h"
#include "feasibility/Answer.h"
#include "tools/wsc/Command.h"

namespace wsc::tool {

/// Puts the best strategy into a design.  False after showing that there is none, with the best
/// that any strategy reaches of what is required.
bool chooseStrategy(ir::Space &space, const evaluation::Binding &binding,
                    feasibility::Design &design, Exit &exit);

} // namespace wsc::tool
