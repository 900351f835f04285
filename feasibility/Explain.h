// Why a Space is infeasible, in numbers: what each constraint of a conflict demands, against
// what the others leave possible.
#pragma once

#include "feasibility/Boxes.h"

namespace wsc::feasibility {

/// One comparison of a constraint, `left op right`, with the range of each side over all
/// designs that the rest of the conflict may leave (in base units of `type`).
struct Comparison {
  ir::Op op; ///< Le, Lt or Eq
  ir::Type type;
  const ir::Node *leftNode, *rightNode;
  Interval left, right;

  /// Whether the ranges alone show that it cannot hold.
  bool isImpossible() const;
};

struct Demand {
  unsigned constraint;
  std::vector<Comparison> comparisons; ///< the conjuncts that are comparisons
  std::vector<unsigned> params;        ///< on which the constraint depends
};

/// One Demand for each member of a conflict, in its order.
std::vector<Demand> explainConflict(const Problem &problem, llvm::ArrayRef<unsigned> core);

} // namespace wsc::feasibility
