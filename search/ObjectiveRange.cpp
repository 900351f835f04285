// Interval evaluation, node by node.
#include "search/ObjectiveRange.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::search {

using evaluation::Metric;

ObjectiveRange::ObjectiveRange(const ir::Space &space, const ir::Node *objective)
    : tape_(space, objective), nodes_(ir::Space::reachable(objective)), values_(nodes_.size()) {
  for (const ir::MetricDef &metric : space.metrics)
    metrics_.push_back(evaluation::metricNamed(metric.name));
  for (const ir::Node *node : nodes_)
    if (node->op() == ir::Op::Metric && metrics_[node->index()])
      known_.push_back(*metrics_[node->index()]);
}

Interval ObjectiveRange::operator()(llvm::ArrayRef<Interval> params,
                                    llvm::function_ref<Interval(Metric)> rangeOf) {
  const RoundUp up;
  for (auto [i, node] : llvm::enumerate(nodes_)) {
    if (node->op() == ir::Op::Param)
      values_[i] = params[node->index()];
    else if (node->op() == ir::Op::Metric)
      values_[i] = metrics_[node->index()] ? rangeOf(*metrics_[node->index()]) : Interval::all();
    else
      values_[i] = tape_.evaluateNode(i, values_);
  }
  return values_.back();
}

} // namespace wsc::search
