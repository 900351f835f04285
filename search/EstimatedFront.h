// The Pareto front of the estimates: cheap to find, and a good place to start.
#pragma once

#include "search/Nsga2.h"
#include "search/Task.h"

namespace wsc::search {

/// Feasible designs that NSGA-II finds with some thousand calls of the estimate.  First those on
/// the front, each far from those before (of any beginning the designs are spread over the front);
/// then the fronts behind it likewise.  None without estimates of all objectives.
std::vector<feasibility::Design> estimatedFront(const Task &task, uint64_t seed);

} // namespace wsc::search
