// wsc evaluate --compare: one design at all fidelities side by side.
#pragma once

#include "tools/wsc/Evaluation.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace wsc::tool {

/// What one fidelity says, and what it took.
struct FidelityResult {
  evaluation::Fidelity fidelity;
  evaluation::Evaluation evaluation;
  double seconds = 0; ///< of processor time
};

/// Analytic, flow and cycle, in this order; the one that was evaluated is not looked at again.
std::vector<FidelityResult> compareFidelities(const EvaluatedDesign &evaluated);

void showComparison(const ir::Space &space, llvm::ArrayRef<FidelityResult> results);
/// Metrics by fidelity, without the times, which differ from run to run.
llvm::json::Object toJson(const ir::Space &space, llvm::ArrayRef<FidelityResult> results);

} // namespace wsc::tool
