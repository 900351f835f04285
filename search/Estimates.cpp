// Objectives from the metrics of cheap evaluators.
#include "search/Estimates.h"

#include "evaluation/Energy.h"
#include "evaluation/Iteration.h"
#include "evaluation/Pools.h"
#include "evaluation/SingleOperator.h"
#include "evaluation/StrategyBounds.h"
#include "ir/Tape.h"
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

/// The times that one user sees, if all that a phase computes or reads takes the time that it needs
/// at least (Inference.cpp has how they come about).
void addUserTimes(const evaluation::Design &design, Measurement &result) {
  const auto &[chip, model, workload, strategy] = design;
  evaluation::Design prompts = design;
  prompts.workload.output = 1; // the token that a prefill gives
  const evaluation::LowerBounds reading = lowerBoundsOf(prompts), all = lowerBoundsOf(design);
  const double idle = chip.reticles() / (strategy.ranks() * strategy.reticlesPerRank);
  const double prefill = std::max(reading.compute, reading.memory) * idle;
  const double decode = std::max(all.compute - reading.compute, all.memory - reading.memory) * idle;
  const double steps = inferencePhases(design).back().repetitions;
  // One micro-batch has the stages of its replica one after the other.
  const double first = strategy.pp * prefill * strategy.microBatch * strategy.dp / workload.batch;
  const bool isSteady = workload.serving == evaluation::Serving::ContinuousBatching;
  const bool isSplit = isSteady && strategy.prefillReplicas > 0; // some replicas do not decode
  const double decoders = isSplit ? strategy.dp - strategy.prefillReplicas : strategy.dp;
  const double decoding = decode * strategy.dp / decoders;
  const double step = workload.output > 1 ? decoding / steps : 0;
  double ttft = prefill, tpot = decoding / (workload.output - 1);
  if (isSteady)
    ttft = first + step;
  if (isSteady && !isSplit)
    tpot = (prefill + decode - first / strategy.pp) / (workload.output - 1); // not its own prompt
  if (isSteady && !isSplit && workload.prefillChunk > 0) // its chunks are read beside decoding
    ttft = workload.sequence / std::min(workload.prefillChunk, workload.sequence) *
           (prefill + decode) / steps;
  result[Metric::Ttft] = ttft;
  if (workload.output > 1) {
    result[Metric::Tpot] = tpot;
    result[Metric::UserRate] = 1 / tpot;
  }
}

/// The bounds as an evaluator.
class BoundsEvaluator final : public evaluation::Evaluator {
public:
  explicit BoundsEvaluator(evaluation::Binding binding) : binding_(std::move(binding)) {}

  evaluation::Fidelity fidelity() const override { return evaluation::Fidelity::Static; }
  evaluation::Evaluation evaluate(llvm::ArrayRef<double> params) const override {
    evaluation::Evaluation result;
    if (binding_.prefill()) {
      if (const auto pools = binding_.readPools(params, result.reasons))
        static_cast<Measurement &>(result) = measureByBounds(*pools);
    } else if (const auto design = binding_.read(params, result.reasons))
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
  const double least = strategy.least(design, evaluation::StrategyBounds::whole).iteration;
  const double time = std::max(bounds.most(), least);
  const double joules = leastEnergy(design, time);
  result[Metric::IterationTime] = time;
  result[Metric::Throughput] = tokens / time;
  result[Metric::WaferRate] = tokens / time / design.chip.wafers;
  result[Metric::Power] = joules / time;
  result[Metric::TokenEnergy] = joules / tokens;
  if (design.workload.kind == evaluation::WorkloadKind::Inference && !isSingle(design.workload))
    addUserTimes(design, result);
  return result;
}

Measurement measureByBounds(const evaluation::Pools &pools) {
  Measurement result;
  if (isSingle(pools.decode.workload))
    return result;
  const evaluation::PoolBounds least = leastOf(pools);
  const double time = least.times.iteration, tokens = pools.decode.workload.tokens();
  result[Metric::IterationTime] = time;
  result[Metric::Throughput] = tokens / time;
  result[Metric::WaferRate] = tokens / time / wafersOf(pools);
  result[Metric::Power] = least.energy / time;
  result[Metric::TokenEnergy] = least.energy / tokens;
  result[Metric::Ttft] = least.times.ttft;
  if (pools.decode.workload.output > 1) {
    result[Metric::Tpot] = least.times.tpot;
    result[Metric::UserRate] = 1 / least.times.tpot;
  }
  return result;
}

Task::Estimate estimateBy(const ir::Space &space,
                          std::shared_ptr<const evaluation::Evaluator> evaluator) {
  auto tape = std::make_shared<const ir::Tape>(space, objectiveNodes(space));
  auto requirements = std::make_shared<const Margins>(space);
  return [&space, evaluator, tape, requirements](const feasibility::Design &design) {
    const std::vector<double> point = feasibility::valuesOf(space, design);
    const auto metrics = evaluation::metricsOf(space, evaluator->measure(point));
    std::vector<double> objectives(tape->rootCount());
    tape->evaluate(point, metrics, objectives);
    return Known{std::move(objectives), requirements->of(point, metrics)};
  };
}

Task::Estimate estimateByBounds(const ir::Space &space, evaluation::Binding binding) {
  return estimateBy(space, std::make_shared<BoundsEvaluator>(std::move(binding)));
}

Task::Estimate estimateFor(const ir::Space &space, const evaluation::Binding &binding,
                           evaluation::Fidelity fidelity) {
  using evaluation::Fidelity;
  return fidelity == Fidelity::Analytic
             ? estimateByBounds(space, binding)
             : estimateBy(space, evaluation::createEvaluator(Fidelity::Analytic, binding));
}

} // namespace wsc::search
