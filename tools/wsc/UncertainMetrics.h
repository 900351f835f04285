// wsc evaluate --uncertain: what the ranges of constants leave of the metrics.
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/Spread.h"
#include "llvm/Support/JSON.h"

namespace wsc::tool {

struct UncertainMetrics {
  std::vector<unsigned> constants; ///< those known to a range that move a metric
  std::vector<unsigned> metrics;   ///< those that the design has
  evaluation::SpreadResult spread; ///< an output for each of `metrics`
};

/// Of a design with these parameter values.
UncertainMetrics uncertainMetrics(const ir::Space &space, const evaluation::Binding &binding,
                                  llvm::ArrayRef<double> parameters, uint64_t seed);

void showUncertain(const ir::Space &space, const UncertainMetrics &uncertain);
llvm::json::Object toJson(const ir::Space &space, const UncertainMetrics &uncertain);

} // namespace wsc::tool
