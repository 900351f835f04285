// Whole numbers by induction over the DAG.
#include "feasibility/Whole.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

using ir::Op;

llvm::DenseSet<const ir::Node *> wholeNodes(const ir::Space &space,
                                            llvm::ArrayRef<const ir::Node *> nodes) {
  llvm::DenseSet<const ir::Node *> result;
  auto isWhole = [&](const ir::Node *node) {
    auto operand = [&](unsigned k) { return result.contains(node->operand(k)); };
    if (!node->type().isNumber())
      return true; // truth values and enumerators
    switch (node->op()) {
    case Op::Constant:
    case Op::Named: return isInteger(node->value());
    case Op::Param: return llvm::all_of(space.params[node->index()].domain, isInteger);
    case Op::Floor:
    case Op::Ceil:
    case Op::Round: return true;
    case Op::Add:
    case Op::Sub:
    case Op::Mul:
    case Op::Mod:
    case Op::Min:
    case Op::Max: return operand(0) && operand(1);
    case Op::Neg:
    case Op::Abs: return operand(0);
    case Op::Select: return operand(1) && operand(2);
    default: return false;
    }
  };
  for (const ir::Node *node : nodes)
    if (isWhole(node))
      result.insert(node);
  return result;
}

} // namespace wsc::feasibility
