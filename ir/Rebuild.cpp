// Rebuilding a Space node by node.
#include "ir/Rebuild.h"

namespace wsc::ir {

NodeMap rebuildNodes(Space &to, llvm::ArrayRef<const Node *> nodes, Rewrite rewrite) {
  NodeMap map;
  for (const Node *node : nodes) {
    llvm::SmallVector<const Node *, 4> operands;
    for (const Node *operand : node->operands())
      operands.push_back(map.lookup(operand));
    map[node] = rewrite(to, node, operands);
  }
  return map;
}

std::unique_ptr<Space> rebuild(const Space &space, Rewrite rewrite) {
  auto result = space.cloneDeclarations();
  NodeMap map = rebuildNodes(*result, space.reachable(), rewrite);
  for (Quantity quantity : space.quantities) {
    quantity.node = map.lookup(quantity.node);
    result->quantities.push_back(std::move(quantity));
  }
  for (Constraint constraint : space.constraints) {
    constraint.node = map.lookup(constraint.node);
    result->constraints.push_back(std::move(constraint));
  }
  for (Objective objective : space.objectives) {
    objective.node = map.lookup(objective.node);
    result->objectives.push_back(std::move(objective));
  }
  for (InterfaceField field : space.interface) {
    if (field.fallback)
      field.fallback = map.lookup(field.fallback);
    result->interface.push_back(std::move(field));
  }
  return result;
}

std::unique_ptr<Space> copy(const Space &space) {
  return rebuild(space, [](Space &to, const Node *old, llvm::ArrayRef<const Node *> operands) {
    return to.withOperands(old, operands);
  });
}

} // namespace wsc::ir
