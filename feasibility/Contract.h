// Domain tightening at the root: which ends of domains can no design have?
#pragma once

#include "feasibility/Lemma.h"

namespace wsc::feasibility {

/// Cuts off both ends of every range of `box` where one of the constraints is certainly
/// false, until nothing changes, and reports each cut as a lemma.  False when a range became
/// empty, which refutes the box; `box` is then unspecified.
bool contract(Judge &judge, const Problem &problem, llvm::ArrayRef<unsigned> constraints, Box &box,
              Random &random, llvm::function_ref<void(Lemma)> learn);

/// Reports single values inside domains that a constraint excludes on its own.  Only domains
/// of at most 64 values are looked at.
void punch(Judge &judge, const Problem &problem, unsigned constraint, const Box &box,
           Random &random, llvm::function_ref<void(Lemma)> learn);

} // namespace wsc::feasibility
