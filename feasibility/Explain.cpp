// Ranges of both sides of the comparisons of a conflict.
#include "feasibility/Explain.h"

#include "feasibility/Contract.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

using ir::Op;

bool Comparison::isImpossible() const {
  RoundUp roundUp;
  Interval truth = op == Op::Eq ? eq(left, right) : op == Op::Le ? le(left, right) : lt(left, right);
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

/// What the other members of a conflict leave of the domains.
static Box boxLeftBy(const Problem &problem, llvm::ArrayRef<unsigned> others) {
  Judge judge(problem);
  Random random(1);
  Box box = problem.domains();
  if (!contract(judge, problem, others, box, random, [](Lemma) {}))
    return problem.domains();
  return box;
}

static void measure(const Problem &problem, const Box &box, Comparison &comparison) {
  ir::Tape tape(problem.space(), {comparison.leftNode, comparison.rightNode});
  std::vector<Interval> values(problem.paramCount(), Interval::all()), workspace;
  for (unsigned param : tape.params())
    values[param] = problem.values(param, box[param]);
  Interval sides[2];
  RoundUp roundUp;
  tape.evaluate(values, workspace, sides);
  comparison.left = sides[0];
  comparison.right = sides[1];
}

std::vector<Demand> explainConflict(const Problem &problem, llvm::ArrayRef<unsigned> core) {
  std::vector<Demand> demands;
  for (unsigned constraint : core) {
    Demand &demand = demands.emplace_back();
    demand.constraint = constraint;
    demand.params = problem.cone(constraint).vec();
    collect(problem.space().constraints[constraint].node, true, demand.comparisons);
    std::vector<unsigned> others = core.vec();
    llvm::erase(others, constraint);
    Box box = boxLeftBy(problem, others);
    for (Comparison &comparison : demand.comparisons)
      measure(problem, box, comparison);
  }
  return demands;
}

} // namespace wsc::feasibility
