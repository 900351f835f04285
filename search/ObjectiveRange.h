// What an objective that is an expression of metrics may be worth, if each metric is in a range.
#pragma once

#include "evaluation/Evaluator.h"
#include "ir/Tape.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace wsc::search {

class ObjectiveRange {
public:
  /// The Space must outlive this.
  ObjectiveRange(const ir::Space &space, const ir::Node *objective);

  /// Metrics that it depends on.
  llvm::ArrayRef<evaluation::Metric> metrics() const { return known_; }

  /// Encloses it by ranges of the fields, one for each parameter, and of its metrics.
  Interval operator()(llvm::ArrayRef<Interval> params,
                      llvm::function_ref<Interval(evaluation::Metric)> rangeOf);

private:
  ir::Tape tape_;
  std::vector<const ir::Node *> nodes_;
  std::vector<std::optional<evaluation::Metric>> metrics_; ///< of the Space
  std::vector<evaluation::Metric> known_;
  std::vector<Interval> values_; ///< of the nodes
};

} // namespace wsc::search
