// Which measured requirements hold.
#include "search/MeasuredRequirements.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::search {

std::vector<const ir::Constraint *> measuredRequirements(const ir::Space &space) {
  std::vector<const ir::Constraint *> requirements;
  for (const ir::Constraint &constraint : space.constraints)
    if (constraint.isHard() && constraint.isMeasured())
      requirements.push_back(&constraint);
  return requirements;
}

static std::vector<const ir::Node *> nodesOf(llvm::ArrayRef<const ir::Constraint *> constraints) {
  std::vector<const ir::Node *> nodes;
  for (const ir::Constraint *constraint : constraints)
    nodes.push_back(constraint->node);
  return nodes;
}

MeasuredRequirements::MeasuredRequirements(const ir::Space &space)
    : requirements_(measuredRequirements(space)), tape_(space, nodesOf(requirements_)) {}

llvm::SmallVector<const ir::Constraint *, 2>
MeasuredRequirements::missed(llvm::ArrayRef<double> params, llvm::ArrayRef<double> metrics) const {
  llvm::SmallVector<double, 8> holds(requirements_.size());
  tape_.evaluate(params, metrics, holds);
  llvm::SmallVector<const ir::Constraint *, 2> missed;
  for (auto [requirement, truth] : llvm::zip_equal(requirements_, holds))
    if (truth != 1)
      missed.push_back(requirement);
  return missed;
}

} // namespace wsc::search
