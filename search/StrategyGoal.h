// One objective of a search over strategies: what it is, and what it may be at best where only
// ranges of metrics are known.  The less, the better: what is maximized has its sign changed.
#pragma once

#include "search/ObjectiveRange.h"

namespace wsc::search {

class StrategyGoal {
public:
  /// An objective of the Space, which must outlive this.
  StrategyGoal(const ir::Space &space, const ir::Objective &objective);
  /// The throughput.
  StrategyGoal() = default;

  /// Whether it follows from the fields.
  bool isExact() const { return range_ && metrics().empty(); }
  /// Whether it is an expression of metrics, and not one of them.
  bool isExpression() const { return range_ && !metrics().empty(); }
  llvm::ArrayRef<evaluation::Metric> metrics() const;

  /// A lower bound in ranges of the fields, one for each parameter, and of its metrics.
  double best(llvm::ArrayRef<Interval> params,
              llvm::function_ref<Interval(evaluation::Metric)> rangeOf);

  /// What it is, with the metrics of the Space; not finite where that is undefined.
  double of(llvm::ArrayRef<double> params, llvm::ArrayRef<double> metrics,
            const evaluation::Measurement &measurement) const;

private:
  double bestOf(const Interval &values) const { return maximize_ ? -values.hi : values.lo; }

  bool maximize_ = true;
  evaluation::Metric metric_ = evaluation::Metric::Throughput; ///< it is this one,
  std::optional<ObjectiveRange> range_;                        ///< or an expression
  std::optional<ir::Tape> tape_;                               ///< of an objective
};

/// A metric, if that bounds which are known of strategies say something of how good it may be.
std::optional<evaluation::Metric> boundedMetric(llvm::StringRef name, bool maximize);

} // namespace wsc::search
