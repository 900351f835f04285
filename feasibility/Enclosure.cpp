// Propagation to a fixed point, then the intervals of single expressions.
#include "feasibility/Enclosure.h"

#include "feasibility/Contract.h"

namespace wsc::feasibility {

Enclosure::Enclosure(const Problem &problem, llvm::ArrayRef<unsigned> constraints)
    : problem_(problem), judge_(problem), propagation_(problem, judge_), box_(problem.domains()) {
  Random random(1);
  auto forget = [](Lemma) {};
  for (Box before; before != box_;) {
    before = box_;
    empty_ = !contract(judge_, problem, constraints, box_, random, forget) ||
             !propagation_.narrow(constraints, box_);
    if (empty_)
      return;
  }
}

Interval Enclosure::of(const ir::Node *node) const {
  ir::Tape tape(problem_.space(), node);
  std::vector<Interval> values(problem_.paramCount(), Interval::all()), workspace;
  for (unsigned param : tape.params())
    values[param] = problem_.values(param, box_[param]);
  Interval range, known = propagation_.bounds(node);
  RoundUp roundUp;
  tape.evaluate(values, workspace, range);
  return {std::max(range.lo, known.lo), std::min(range.hi, known.hi)};
}

} // namespace wsc::feasibility
