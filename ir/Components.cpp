// Union-find over parameters.
#include "ir/Components.h"

#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::ir {

std::vector<unsigned> paramsOf(const Node *node) {
  std::vector<unsigned> params;
  for (const Node *below : Space::reachable(node))
    if (below->op() == Op::Param)
      params.push_back(below->index());
  llvm::sort(params);
  return params;
}

static void addConjuncts(const Node *condition, std::vector<const Node *> &conjuncts) {
  if (condition->op() != Op::And)
    return conjuncts.push_back(condition);
  for (const Node *operand : condition->operands())
    addConjuncts(operand, conjuncts);
}

std::vector<const Node *> conjunctsOf(const Node *condition) {
  std::vector<const Node *> conjuncts;
  addConjuncts(condition, conjuncts);
  return conjuncts;
}

std::vector<Component> components(const Space &space, llvm::ArrayRef<unsigned> constraints) {
  llvm::IntEqClasses classes(space.params.size());
  std::vector<std::vector<unsigned>> cones;
  for (unsigned constraint : constraints) {
    cones.push_back(paramsOf(space.constraints[constraint].node));
    for (unsigned param : cones.back())
      classes.join(cones.back().front(), param);
  }
  classes.compress(); // numbers the classes by their least member

  std::vector<Component> result(classes.getNumClasses());
  for (unsigned param = 0; param < space.params.size(); ++param)
    result[classes[param]].params.push_back(param);
  for (unsigned i = 0; i < constraints.size(); ++i) {
    if (cones[i].empty())
      result.push_back({{constraints[i]}, {}});
    else
      result[classes[cones[i].front()]].constraints.push_back(constraints[i]);
  }
  return result;
}

} // namespace wsc::ir
