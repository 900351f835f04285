// Objectives from the metrics of cheap evaluators.
#include "search/Estimates.h"

#include "evaluation/Bounds.h"
#include <algorithm>

namespace wsc::search {

using evaluation::Measurement;
using evaluation::Metric;

namespace {

/// The bounds as an evaluator.
class BoundsEvaluator final : public evaluation::Evaluator {
public:
  explicit BoundsEvaluator(evaluation::Binding binding) : binding_(std::move(binding)) {}

  evaluation::Fidelity fidelity() const override { return evaluation::Fidelity::Static; }
  evaluation::Evaluation evaluate(llvm::ArrayRef<double> design) const override {
    evaluation::Evaluation result;
    const auto fields = binding_.read(design, result.reasons);
    if (!fields) {
      result.status = evaluation::Status::Invalid;
      return result;
    }
    const evaluation::LowerBounds bounds = evaluation::lowerBoundsOf(*fields);
    const double time = std::max({bounds.compute, bounds.memory, bounds.network});
    result[Metric::IterationTime] = time;
    result[Metric::Throughput] = fields->workload.tokens() / time;
    return result;
  }

private:
  evaluation::Binding binding_;
};

} // namespace

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
