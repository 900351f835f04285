// The best design of a chip: every strategy, by loops (BestStrategy.h), and for several objectives
// with every value of what is open of the workload, such as how many requests are in flight.
#pragma once

#include "evaluation/Bind.h"
#include "search/Task.h"

namespace wsc::search {

/// Of the analytic evaluator: it takes less time than choosing the next chip does.  No refinement
/// where it would take more.  The Space must outlive the result.
Task::Refinement refineChips(const ir::Space &space, const evaluation::Binding &binding);

} // namespace wsc::search
