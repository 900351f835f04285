// One interval evaluation over the box of all designs, and the domains of the operations.
#include "ir/Ranged.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::ir {

std::vector<Interval> openBox(const Space &space) {
  std::vector<Interval> box = designBox(space);
  for (const NamedConstant &constant : space.constants)
    box.push_back(enclose(constant));
  return box;
}

Ranged::Ranged(const Space &space) {
  std::vector<const Node *> nodes = space.reachable();
  std::vector<Interval> ranges(nodes.size()), workspace;
  {
    RoundUp rounding;
    Tape(space, nodes, Tape::Constants::Open).evaluate(openBox(space), workspace, ranges);
  }
  for (unsigned i = 0; i < nodes.size(); ++i) {
    Fact &fact = facts_[nodes[i]];
    fact.range = ranges[i];
    fact.isDefined = definesResult(nodes[i]);
  }
}

/// Whether the operands, all of them defined, stay in the domain of the operation.
bool Ranged::definesResult(const Node *node) const {
  auto operand = [&](unsigned i) { return range(node->operand(i)); };
  if (!llvm::all_of(node->operands(), [&](const Node *o) { return isDefined(o); }))
    return false;
  switch (node->op()) {
  case Op::Metric:  // an evaluator may not know it
  case Op::AtLeast: // wants integers
  case Op::Lookup: return false;
  case Op::Div:
  case Op::Mod: return !operand(1).contains(0);
  case Op::Sqrt: return operand(0).lo >= 0;
  case Op::Log:
  case Op::Log2: return operand(0).lo > 0;
  case Op::Pow: {
    Interval exponent = operand(1);
    bool isInteger = exponent.isPoint() && exponent.lo == std::floor(exponent.lo);
    return operand(0).lo > 0 || (isInteger && (exponent.lo >= 0 || !operand(0).contains(0))) ||
           (operand(0).lo == 0 && exponent.lo >= 0);
  }
  default: return true;
  }
}

} // namespace wsc::ir
