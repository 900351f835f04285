// Checks, placement, the iteration, its metrics; and the breakdown where one is asked for.
#include "evaluation/Analytic.h"

#include "evaluation/Bounds.h"
#include "evaluation/Report.h"
#include "evaluation/Run.h"
#include "evaluation/SingleOperator.h"
#include "evaluation/StrategyBounds.h"
#include "evaluation/TrafficPoint.h"
#include "evaluation/Validity.h"
#include <array>

namespace wsc::evaluation {

namespace {

/// An operator by itself is over before anything notices a limit of power.
void limitPower(const Design &design, Run &run) {
  Iteration &iteration = run.iteration;
  if (isSingle(design.workload) || slowDown(design, run.energy, iteration.time, iteration) == 1)
    return;
  run.energy = energyOf(design.chip, iteration.usage, iteration.time);
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

/// A result, and its bound.
struct Bounded {
  llvm::StringRef name;
  UnitKind unit;
  double value, least; ///< 0: there is none
};

/// What this strategy takes, and takes at least by what is known before its layers are evaluated.
std::array<Bounded, 6> boundsOfStrategy(const Design &design, const Run &run,
                                        const Measurement &result) {
  StrategyBounds bounds(design, {}, /*energy=*/true);
  const StrategyBounds::Known whole = StrategyBounds::whole;
  const Least least = bounds.least(design, whole);
  const Iteration &iteration = run.iteration;
  auto power = [&](llvm::StringRef name, Metric metric) { // over the time that it takes
    return Bounded{name, UnitKind::Watts, result[metric],
                   bounds.range(metric, design, whole, least, iteration.time).lo};
  };
  return {
      {{"roofline of the ranks", UnitKind::Seconds, iteration.time, least.iteration},
       {"time to first token", UnitKind::Seconds, iteration.ttft, least.ttft},
       {"time of a token", UnitKind::Seconds, iteration.tpot, least.tpot},
       {"energy", UnitKind::Joules, run.energy.total(), least.energy(design.chip, least.iteration)},
       power("power", Metric::Power),
       power("peak power", Metric::PeakPower)}};
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
      // Closed forms are what these bounds are about.
      const bool isChecked = !network && run.status == Status::Ok;
      for (const auto &[name, unit, value, least] : boundsOfStrategy(design, run, result))
        if (least > 0) {
          result.bounds.push_back({name, least, unit});
          if (isChecked)
            checkBound("a result of", name, value, least, symbol(unit), run.reasons);
        }
      std::vector<std::string> none; // it has been placed before
      result.notes = idleParts(design, *place(design, none));
      if (std::string limit = portLimit(design.chip); !limit.empty())
        result.notes.push_back(std::move(limit));
      if (result[Metric::Mfu] > 1)
        result.notes.push_back(
            "`mfu` is above 1, since it counts attention to later tokens, too, which is skipped: "
            "`workload.flops_convention = causal_attention` leaves it out");
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
