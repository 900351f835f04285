// Which fields decide an objective, as far as the designs of a run can tell.
#pragma once

#include "report/Front.h"

namespace wsc::report {

/// For each parameter of the Space the share of the variance of the ranks of an objective that goes
/// with its value alone: epsilon squared of the Kruskal-Wallis test (M. Tomczak and E. Tomczak,
/// Trends in Sport Sciences 1(21), 2014), which is 0 on average where a field has no effect. Values
/// of a field with more than eight are taken together in eight groups of neighbours.  A main effect
/// among designs that a search chose, not a cause: fields that the search moved together share it.
std::vector<double> importance(const Front &front, unsigned objective);

/// The fields in which the best designs differ, most important for any objective first.
std::vector<unsigned> decidingFields(const Front &front);

} // namespace wsc::report
