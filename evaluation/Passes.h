// The passes that an operator goes through.
#pragma once

#include "evaluation/Operators.h"

namespace wsc::evaluation {

enum class Pass : uint8_t {
  Forward,
  Recompute, ///< the forward pass, once more before the backward pass
  Backward,  ///< gradients of activations
  Weights    ///< gradients of weights
};
llvm::StringRef name(Pass pass);

/// Calls `visit(op, pass)` for each time that operators of a layer are run for a micro-batch.
/// `repeated`: recomputation may cover them.
template <typename Visit>
void forEachPass(const Design &design, Phase phase, llvm::ArrayRef<Operator> ops, bool repeated,
                 Visit visit) {
  const Workload &workload = design.workload;
  const Strategy &strategy = design.strategy;
  const bool accumulates = workload.batch > strategy.dp * strategy.microBatch;
  for (const Operator &op : ops) {
    visit(op, Pass::Forward);
    if (phase != Phase::Training)
      continue;
    if (repeated && isRecomputed(op, strategy))
      visit(op, Pass::Recompute);
    const Backward back = backwardOf(op, workload, accumulates);
    visit(back.inputs, Pass::Backward);
    if (back.second)
      visit(*back.second, back.hasWeights ? Pass::Weights : Pass::Backward);
  }
}

} // namespace wsc::evaluation
