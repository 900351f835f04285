// Ranges of both sides of the comparisons of a conflict.
#include "feasibility/Explain.h"

#include "feasibility/Contract.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

using ir::Op;

bool Comparison::isImpossible() const {
  RoundUp roundUp;
  Interval truth = op == Op::Eq   ? eq(left, right)
                   : op == Op::Le ? le(left, right)
                                  : lt(left, right);
  return truth.certainlyFalse();
}

/// Collects the comparisons that must hold for a condition to be true (or false).
static void collect(const ir::Node *node, bool wanted, std::vector<Comparison> &result) {
  const ir::Node *a = node->operands().empty() ? nullptr : node->operand(0);
  const ir::Node *b = node->operands().empty() ? nullptr : node->operands().back();
  switch (node->op()) {
  case Op::Not: return collect(a, !wanted, result);
  case Op::And:
  case Op::Or:
    if (wanted == (node->op() == Op::And)) {
      collect(a, wanted, result);
      collect(b, wanted, result);
    }
    return;
  case Op::Eq:
    if (wanted)
      result.push_back({Op::Eq, a->type(), a, b, {}, {}});
    return;
  case Op::Le:
  case Op::Lt:
    if (wanted)
      result.push_back({node->op(), a->type(), a, b, {}, {}});
    else
      result.push_back({node->op() == Op::Le ? Op::Lt : Op::Le, a->type(), b, a, {}, {}});
    return;
  default: return;
  }
}

/// Tightens both sides of a comparison to what a box leaves, and to what propagation knows of
/// them.
static void measure(const Problem &problem, const Box &box, const Propagation &propagation,
                    Comparison &comparison) {
  ir::Tape tape(problem.space(), {comparison.leftNode, comparison.rightNode});
  std::vector<Interval> values(problem.paramCount(), Interval::all()), workspace;
  for (unsigned param : tape.params())
    values[param] = problem.values(param, box[param]);
  Interval sides[2];
  RoundUp roundUp;
  tape.evaluate(values, workspace, sides);
  auto meet = [&](Interval side, const ir::Node *node) {
    Interval known = propagation.bounds(node);
    return Interval{std::max(side.lo, known.lo), std::min(side.hi, known.hi)};
  };
  comparison.left = meet(sides[0], comparison.leftNode);
  comparison.right = meet(sides[1], comparison.rightNode);
}

/// What one constraint demands where the others hold.
static Demand demandOf(const Problem &problem, unsigned constraint,
                       llvm::ArrayRef<unsigned> others) {
  Demand demand{constraint, {}, problem.cone(constraint).vec()};
  collect(problem.space().constraints[constraint].node, true, demand.comparisons);
  Judge judge(problem);
  Propagation propagation(problem, judge);
  Random random(1);
  Box box = problem.domains();
  bool consistent = contract(judge, problem, others, box, random, [](Lemma) {}) &&
                    propagation.narrow(others, box);
  if (!consistent) { // not a minimal conflict: say what is possible without the others
    box = problem.domains();
    propagation.narrow({}, box);
  }
  for (Comparison &comparison : demand.comparisons)
    measure(problem, box, propagation, comparison);
  return demand;
}

std::vector<Demand> explainConflict(const Problem &problem, llvm::ArrayRef<unsigned> core) {
  std::vector<Demand> demands;
  for (unsigned constraint : core) {
    std::vector<unsigned> others = core.vec();
    llvm::erase(others, constraint);
    demands.push_back(demandOf(problem, constraint, others));
  }
  return demands;
}

} // namespace wsc::feasibility
