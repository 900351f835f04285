// The Pareto front of the estimates: cheap to find, and a good place to start.
#pragma once

#include "search/Nsga2.h"
#include "search/Task.h"

namespace wsc::search {

/// Rows (objectives to minimize, all finite), those on the front first, each far from those before:
/// of any beginning the rows are spread over the front.  Then some fronts behind it likewise, until
/// there are `most`.
std::vector<unsigned> spreadFronts(const Points &points, size_t most);

/// Up to `most` feasible designs that NSGA-II finds with some ten thousand calls of the estimate,
/// without those that miss a measured requirement by it.  In the order of `spreadFronts`.  None
/// without estimates of all objectives.
std::vector<feasibility::Design> estimatedFront(const Task &task, uint64_t seed, size_t most);

} // namespace wsc::search
