// Objectives from the metrics of cheap evaluators.
#include "search/Estimates.h"

#include "evaluation/Energy.h"
#include "evaluation/SingleOperator.h"
#include "evaluation/StrategyBounds.h"
#include <algorithm>

namespace wsc::search {

using evaluation::Measurement;
using evaluation::Metric;

namespace {

/// What an iteration computes, and what is always on meanwhile.  Data that moves is left out: how
/// often it does is what an evaluator is for.
double leastEnergy(const evaluation::Design &design, double time) {
  evaluation::Usage usage;
  usage.flops = isSingle(design.workload) ? modelFlops(design) : hardwareFlops(design);
  return energyOf(design.chip, usage, time).total();
}

/// The bounds as an evaluator.
class BoundsEvaluator final : public evaluation::Evaluator {
public:
  explicit BoundsEvaluator(evaluation::Binding binding) : binding_(std::move(binding)) {}

  evaluation::Fidelity fidelity() const override { return evaluation::Fidelity::Static; }
  evaluation::Evaluation evaluate(llvm::ArrayRef<double> params) const override {
    evaluation::Evaluation result;
    if (const auto design = binding_.read(params, result.reasons))
      static_cast<Measurement &>(result) = measureByBounds(*design);
    else
      result.status = evaluation::Status::Invalid;
    return result;
  }

private:
  evaluation::Binding binding_;
};

} // namespace

Measurement measureByBounds(const evaluation::Design &design) {
  Measurement result;
  if (isTraffic(design.workload))
    return result;
  evaluation::StrategyBounds strategy(design, {});
  const evaluation::LowerBounds bounds = lowerBoundsOf(design);
  const double tokens = design.workload.tokens();
  const double rate = strategy.of(design, evaluation::StrategyBounds::whole);
  const double time = std::max({bounds.compute, bounds.memory, bounds.network, tokens / rate});
  const double joules = leastEnergy(design, time);
  result[Metric::IterationTime] = time;
  result[Metric::Throughput] = tokens / time;
  result[Metric::WaferRate] = tokens / time / design.chip.wafers;
  result[Metric::Power] = joules / time;
  result[Metric::TokenEnergy] = joules / tokens;
  return result;
}

Task::Estimate estimateBy(const ir::Space &space,
                          std::shared_ptr<const evaluation::Evaluator> evaluator) {
  auto tape = std::make_shared<const ir::Tape>(space, objectiveNodes(space));
  return [&space, evaluator, tape](const feasibility::Design &design) {
    const std::vector<double> point = feasibility::valuesOf(space, design);
    std::vector<double> objectives(tape->rootCount());
    tape->evaluate(point, evaluation::metricsOf(space, evaluator->measure(point)), objectives);
    return objectives;
  };
}

Task::Estimate estimateByBounds(const ir::Space &space, evaluation::Binding binding) {
  return estimateBy(space, std::make_shared<BoundsEvaluator>(std::move(binding)));
}

} // namespace wsc::search
