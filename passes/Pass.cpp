// The registry of passes, the default pipeline, and rebuilding a Space.
#include "passes/Pass.h"

#include "ir/Verify.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

namespace wsc::passes {

namespace {
const Pass passes[] = {
#define PASS(function, name, summary, example) {name, summary, example, function},
#include "passes/Passes.def"
};
} // namespace

llvm::ArrayRef<Pass> all() { return passes; }

const Pass *find(llvm::StringRef name) {
  for (const Pass &pass : passes)
    if (pass.name == name)
      return &pass;
  return nullptr;
}

std::unique_ptr<ir::Space> runDefault(const ir::Space &space) {
  std::unique_ptr<ir::Space> result;
  for (const Pass &pass : passes) {
    if (pass.name == "tighten")
      continue;
    result = pass.run(result ? *result : space);
#ifndef NDEBUG
    if (auto violations = ir::verify(*result); !violations.empty())
      llvm::report_fatal_error(llvm::Twine(pass.name) + ": " + violations.front());
#endif
  }
  return result;
}

std::unique_ptr<ir::Space> rebuild(const ir::Space &space, Rewrite rewrite) {
  auto result = space.cloneDeclarations();
  llvm::DenseMap<const ir::Node *, const ir::Node *> map;
  for (const ir::Node *node : space.reachable()) {
    llvm::SmallVector<const ir::Node *, 4> operands;
    for (const ir::Node *operand : node->operands())
      operands.push_back(map.lookup(operand));
    map[node] = rewrite(*result, node, operands);
  }
  for (ir::Quantity quantity : space.quantities) {
    quantity.node = map.lookup(quantity.node);
    result->quantities.push_back(std::move(quantity));
  }
  for (ir::Constraint constraint : space.constraints) {
    constraint.node = map.lookup(constraint.node);
    result->constraints.push_back(std::move(constraint));
  }
  for (ir::Objective objective : space.objectives) {
    objective.node = map.lookup(objective.node);
    result->objectives.push_back(std::move(objective));
  }
  for (ir::InterfaceField field : space.interface) {
    if (field.fallback)
      field.fallback = map.lookup(field.fallback);
    result->interface.push_back(std::move(field));
  }
  return result;
}

std::unique_ptr<ir::Space> copy(const ir::Space &space) {
  return rebuild(space,
                 [](ir::Space &to, const ir::Node *old, llvm::ArrayRef<const ir::Node *> operands) {
                   return to.withOperands(old, operands);
                 });
}

} // namespace wsc::passes
