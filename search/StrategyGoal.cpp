// Objectives of strategies, by bounds and by measurements.
#include "search/StrategyGoal.h"

#include "evaluation/StrategyBounds.h"

namespace wsc::search {

using evaluation::Metric;
using evaluation::StrategyBounds;

std::optional<Metric> boundedMetric(llvm::StringRef name, bool maximize) {
  const auto metric = evaluation::metricNamed(name);
  return metric && StrategyBounds::bounds(*metric, maximize) ? metric : std::nullopt;
}

StrategyGoal::StrategyGoal(const ir::Space &space, const ir::Objective &objective)
    : maximize_(objective.maximize), tape_(std::in_place, space, objective.node) {
  std::optional<Metric> metric;
  if (objective.node->op() == ir::Op::Metric)
    metric = boundedMetric(space.metrics[objective.node->index()].name, maximize_);
  if (metric)
    metric_ = *metric;
  else
    range_.emplace(space, objective.node);
}

llvm::ArrayRef<Metric> StrategyGoal::metrics() const {
  return range_ ? range_->metrics() : llvm::ArrayRef(metric_);
}

double StrategyGoal::best(llvm::ArrayRef<Interval> params,
                          llvm::function_ref<Interval(Metric)> rangeOf) {
  return bestOf(range_ ? (*range_)(params, rangeOf) : rangeOf(metric_));
}

double StrategyGoal::of(llvm::ArrayRef<double> params, llvm::ArrayRef<double> metrics,
                        const evaluation::Measurement &measurement) const {
  double value = measurement[metric_];
  if (tape_)
    tape_->evaluate(params, metrics, value);
  return maximize_ ? -value : value;
}

} // namespace wsc::search
