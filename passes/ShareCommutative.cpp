// share: a * b and b * a are different nodes to hash-consing; with their operands in one
// order they are the same, and so is everything built on them.
//
//   before   mul %2, %1 ; mul %1, %2        after   mul %1, %2, once
#include "passes/Pass.h"

namespace wsc::passes {

static bool isCommutative(ir::Op op) {
  switch (op) {
  case ir::Op::Add:
  case ir::Op::Mul:
  case ir::Op::Min:
  case ir::Op::Max:
  case ir::Op::Eq:
  case ir::Op::And:
  case ir::Op::Or: return true;
  default: return false;
  }
}

std::unique_ptr<ir::Space> shareCommutative(const ir::Space &space) {
  return rebuild(space,
                 [](ir::Space &to, const ir::Node *old,
                    llvm::ArrayRef<const ir::Node *> operands) -> const ir::Node * {
                   if (isCommutative(old->op()) && operands[1]->id() < operands[0]->id())
                     return to.withOperands(old, {operands[1], operands[0]});
                   return to.withOperands(old, operands);
                 });
}

} // namespace wsc::passes
