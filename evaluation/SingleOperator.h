// A workload that is one operator or one collective: how long a product takes on a chip, alone.
//
// The operator runs on the reticles of one rank; the collective on the ranks of a tensor-parallel
// group, placed as the strategy says.
#pragma once

#include "evaluation/Iteration.h"

namespace wsc::evaluation {

/// Whether a workload is one operator or collective, or packets.
bool isSingle(const Workload &workload);
/// Whether it is a collective.
bool isCollective(const Workload &workload);
/// Whether it is packets at random, which TrafficPoint.h is about.
bool isTraffic(const Workload &workload);

/// As collectives know it; an operation that is one.
Collective collectiveOf(Operation operation);

/// The operator of such a workload, which must not be a collective.
Operator singleOperator(const Workload &workload);

/// Fields that contradict each other in such a workload.
void findSingleContradictions(const Design &design, std::vector<std::string> &reasons);

Iteration singleOperation(const Design &design, const Placement &placement);

} // namespace wsc::evaluation
