// Checks, placement, the iteration, its metrics; and the breakdown where one is asked for.
#include "evaluation/Analytic.h"

#include "evaluation/Bounds.h"
#include "evaluation/Report.h"
#include "evaluation/Run.h"
#include "evaluation/SingleOperator.h"
#include "evaluation/StrategyBounds.h"
#include "evaluation/TrafficPoint.h"
#include "evaluation/Validity.h"

namespace wsc::evaluation {

namespace {

/// Lowers the clock to what `wafer.power_limit` allows.  An operator by itself is over before
/// anything notices.
void limitPower(const Design &design, Run &run) {
  if (isSingle(design.workload))
    return;
  const auto &[chip, model, workload, strategy] = design;
  Iteration &iteration = run.iteration;
  const double reticles = strategy.ranks() * strategy.reticlesPerRank;
  const double times = slowdown(chip, run.energy, iteration.time, reticles);
  if (times == 1)
    return;
  iteration.limited = iteration.time * (times - 1);
  iteration.time += iteration.limited;
  iteration.ttft *= times;
  iteration.tpot *= times;
  iteration.rankPower /= times;
  run.energy = energyOf(chip, iteration.usage, iteration.time);
}

Run runOf(const Design &design, const NetworkModel *network) {
  Run run = start(design, network);
  if (run.status != Status::Ok)
    return run;
  run.energy = energyOf(design.chip, run.iteration.usage, run.iteration.time);
  limitPower(design, run);
  checkBounds(design, run);
  return run;
}

} // namespace

std::optional<Iteration> iterationOf(const Design &design, const NetworkModel *network) {
  if (isTraffic(design.workload))
    return std::nullopt;
  Run run = runOf(design, network);
  return run.status == Status::Ok ? std::optional(std::move(run.iteration)) : std::nullopt;
}

namespace {

void fillMetrics(const Design &design, const Run &run, Measurement &result) {
  const Iteration &iteration = run.iteration;
  const double time = iteration.time, joules = run.energy.total();
  result.status = run.status;
  if (run.status != Status::Ok)
    return;
  result[Metric::IterationTime] = time;
  result[Metric::Throughput] = iteration.tokens / time;
  // A single operator runs on one rank, whatever else there is.
  const double reticles =
      isSingle(design.workload) ? design.strategy.reticlesPerRank : design.chip.reticles();
  const double possible = time * design.chip.peak * reticles;
  result[Metric::Mfu] = modelFlops(design) / possible;
  if (design.workload.kind == WorkloadKind::Training)
    result[Metric::Hfu] = hardwareFlops(design) / possible;
  result[Metric::Power] = joules / time;
  result[Metric::PeakPower] =
      iteration.rankPower * design.strategy.ranks() + design.chip.staticPower * design.chip.wafers;
  result[Metric::TokenEnergy] = joules / iteration.tokens;
  result[Metric::Ttft] = iteration.ttft;
  result[Metric::Tpot] = iteration.tpot;
  result[Metric::UserRate] = 1 / iteration.tpot;
  result[Metric::WaferRate] = iteration.tokens / time / design.chip.wafers;
  result[Metric::TokenCost] =
      tokenCost(design.chip, design.chip.capital, time, joules, iteration.tokens);
}

/// What this strategy takes at least by what is known before its layers are evaluated.
void addBoundsOfStrategy(const Design &design, double time, Evaluation &result) {
  StrategyBounds bounds(design, {}, /*energy=*/true);
  const StrategyBounds::Known whole = StrategyBounds::whole;
  const Least least = bounds.least(design, whole);
  auto add = [&](llvm::StringRef name, double value, UnitKind unit) {
    if (value > 0)
      result.bounds.push_back({name, value, unit});
  };
  add("roofline of the ranks", least.iteration, UnitKind::Seconds);
  add("time to first token", least.ttft, UnitKind::Seconds);
  add("time of a token", least.tpot, UnitKind::Seconds);
  add("energy", least.energy(design.chip, least.iteration), UnitKind::Joules);
  // Over the time that it takes.
  for (Metric metric : {Metric::Power, Metric::PeakPower})
    add(metric == Metric::Power ? "power" : "peak power",
        bounds.range(metric, design, whole, least, time).lo, UnitKind::Watts);
}

/// By closed forms, which the bounds of a strategy are about.
void checkBoundsOfStrategy(const Run &run, const Evaluation &result,
                           std::vector<std::string> &reasons) {
  const Iteration &iteration = run.iteration;
  const std::pair<llvm::StringRef, double> values[] = {
      {"roofline of the ranks", iteration.time}, {"time to first token", iteration.ttft},
      {"time of a token", iteration.tpot},       {"energy", run.energy.total()},
      {"power", result[Metric::Power]},          {"peak power", result[Metric::PeakPower]}};
  for (const Item &bound : result.bounds)
    for (const auto &[name, value] : values)
      if (bound.name == name)
        checkBound("a result of", name, value, bound.value, symbol(bound.unit), reasons);
}

} // namespace

Measurement measure(const Design &design) {
  if (isTraffic(design.workload))
    return trafficPoint(design, Fidelity::Analytic);
  Measurement result;
  fillMetrics(design, runOf(design, nullptr), result);
  return result;
}

Evaluation analyse(const Design &design, const NetworkModel *network) {
  if (isTraffic(design.workload))
    return trafficPoint(design, Fidelity::Analytic);
  Run run = runOf(design, network);
  Evaluation result;
  fillMetrics(design, run, result);
  if (run.ran()) {
    result.breakdown = timeItems(run.iteration);
    result.breakdown.push_back(toItem(run.energy));
    result.bounds = lowerBounds(design);
    if (!isSingle(design.workload)) {
      addBoundsOfStrategy(design, run.iteration.time, result);
      result.notes = idleParts(design, *place(design, run.reasons));
      if (!network && run.status == Status::Ok)
        checkBoundsOfStrategy(run, result, run.reasons);
    }
    if (!run.reasons.empty()) {
      static_cast<Measurement &>(result) = Measurement();
      result.status = Status::InternalError;
    }
  }
  if (run.status != Status::Invalid)
    result.breakdown.push_back(memoryItem(design));
  result.reasons = std::move(run.reasons);
  return result;
}

} // namespace wsc::evaluation
