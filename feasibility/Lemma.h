// From one refuted point or box to the largest box that the same constraint refutes.
#pragma once

#include "feasibility/Propagate.h"
#include "support/Random.h"

namespace wsc::feasibility {

/// Widens a box on which a constraint is certainly false by interval evaluation, as far as
/// it remains so: first whole parameters are dropped, in random order, then each side that
/// is left is moved outward.
Lemma widen(Judge &judge, const Problem &problem, unsigned constraint, Box box, Random &random);

/// The lemma for a point at which Judge::at says that a constraint does not hold.  Where
/// intervals cannot tell (divisibility, missing table rows) the box grows as long as it is
/// small enough to decide every point in it.
Lemma generalize(Judge &judge, const Problem &problem, unsigned constraint,
                 llvm::ArrayRef<unsigned> choice, Random &random);

/// The box of a lemma in all parameters, and the bounds of a box.
Box boxOf(const Problem &problem, const Lemma &lemma);
std::vector<Lemma::Bound> lemmaBounds(const Problem &problem, const Box &box);

/// A constraint with a small cone as lemmas that cover exactly the points where it does not
/// hold.
std::vector<Lemma> tabulate(Judge &judge, const Problem &problem, unsigned constraint);

} // namespace wsc::feasibility
