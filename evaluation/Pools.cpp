// Each chip by itself, the way between them, and what both together come to.
#include "evaluation/Pools.h"

#include "evaluation/Bounds.h"
#include "evaluation/Report.h"
#include "evaluation/RoutedNetwork.h"
#include "evaluation/Run.h"
#include "evaluation/SingleOperator.h"
#include "evaluation/StrategyBounds.h"
#include "evaluation/Validity.h"
#include <algorithm>

namespace wsc::evaluation {

Handover handoverOf(const Pools &pools, double wafersPerReader, double wafersPerWriter) {
  const Chip &from = pools.prefill.chip, &to = pools.decode.chip;
  const double readers = pools.prefill.strategy.dp, writers = pools.decode.strategy.dp;
  Handover handover;
  if (to.handoverBandwidth > 0) {
    handover.bandwidth = to.handoverBandwidth;
    handover.replicaBandwidth = to.handoverBandwidth / std::max(readers, writers);
    handover.latency = to.handoverLatency;
    handover.energy = to.handoverEnergy;
    return handover;
  }
  auto ofReplica = [](const Chip &chip, double replicas, double wafers) {
    return std::min(chip.wafers / replicas, wafers) * chip.systemRate();
  };
  const double sent = ofReplica(from, readers, wafersPerReader);
  const double taken = ofReplica(to, writers, wafersPerWriter);
  handover.bandwidth = std::min(readers * sent, writers * taken);
  handover.replicaBandwidth = std::min(sent, taken);
  handover.latency = std::max(from.systemHopLatency, to.systemHopLatency);
  handover.energy = (from.systemLinkEnergy + to.systemLinkEnergy) / 2;
  return handover;
}

double wafersOf(const Pools &pools) {
  const double prefill = pools.prefill.chip.wafers, decode = pools.decode.chip.wafers;
  return pools.decode.chip.isHandoverOnWafer ? decode : prefill + decode;
}

double peakOf(const Pools &pools) {
  const Chip &prefill = pools.prefill.chip, &decode = pools.decode.chip;
  return prefill.peak * prefill.reticles() + decode.peak * decode.reticles();
}

double capitalOf(const Pools &pools) {
  const double prefill = pools.prefill.chip.capital, decode = pools.decode.chip.capital;
  // Wafers that both are on have one price.
  const bool isKnown = decode > 0 && (prefill > 0 || pools.decode.chip.isHandoverOnWafer);
  return isKnown ? prefill + decode : 0;
}

namespace {

/// What both chips make of one cycle.
struct Cycle {
  Status status = Status::Ok;
  std::vector<std::string> reasons;
  Run prefill, decode; ///< their iterations only as long as they are at work
  Handover handover;
  double sending = 0;    ///< s, in which caches are on their way
  double sentJoules = 0; ///< J, for these
  double time = 0;       ///< s, the cycle
  double ttft = 0;

  bool ran() const { return status == Status::Ok || status == Status::InternalError; }
  double tokens() const { return decode.iteration.tokens; }
  double energy() const { return prefill.energy.total() + decode.energy.total() + sentJoules; }
};

/// What is wrong with one of two chips, or with both.
void addReasons(Cycle &cycle) {
  for (const std::string &reason : cycle.prefill.reasons)
    if (!llvm::is_contained(cycle.decode.reasons, reason))
      cycle.reasons.push_back("prefill: " + reason);
  for (const std::string &reason : cycle.decode.reasons)
    cycle.reasons.push_back((llvm::is_contained(cycle.prefill.reasons, reason) ? "" : "decode: ") +
                            reason);
}

/// What is wrong with the two together.
void findContradictions(const Pools &pools, std::vector<std::string> &reasons) {
  const Chip &prefill = pools.prefill.chip, &decode = pools.decode.chip;
  if (!decode.isHandoverOnWafer)
    return;
  if (prefill.wafers != decode.wafers)
    reasons.push_back("reticles for prompts are on the same wafers as the others, which are " +
                      formatNumber(decode.wafers) + ": `prefill.system.wafers` is " +
                      formatNumber(prefill.wafers));
  if (decode.handoverBandwidth == 0)
    reasons.push_back("caches stay on the wafer, and `handover.bandwidth` does not say how fast "
                      "they get from the reticles for prompts to the others");
}

/// A chip has its own limit of power, on average over the cycle; one that has to run at a lower
/// clock makes the cycle longer.
void limitPower(const Pools &pools, Cycle &cycle) {
  double longest = 1;
  auto slow = [&](const Design &design, Run &run) {
    const Energy energy = energyOf(design.chip, run.iteration.usage, cycle.time);
    longest = std::max(longest, slowDown(design, energy, cycle.time, run.iteration));
  };
  slow(pools.prefill, cycle.prefill);
  slow(pools.decode, cycle.decode);
  cycle.time *= longest;
}

/// Of two chips that do not both run: contradictions come first, as in the checks of one chip.
Status firstOf(Status a, Status b) {
  if (a == Status::Invalid || b == Status::Invalid)
    return Status::Invalid;
  return a != Status::Ok ? a : b;
}

/// False where one cannot run, or both not together.
bool canRun(const Pools &pools, Cycle &cycle) {
  if (cycle.prefill.status != Status::Ok || cycle.decode.status != Status::Ok) {
    cycle.status = firstOf(cycle.prefill.status, cycle.decode.status);
    addReasons(cycle);
    return false;
  }
  findContradictions(pools, cycle.reasons);
  if (!cycle.reasons.empty())
    cycle.status = Status::Invalid;
  return cycle.reasons.empty();
}

/// Of two chips at work by themselves.
Cycle cycleOf(const Pools &pools, Run prefill, Run decode) {
  Cycle cycle;
  cycle.prefill = std::move(prefill);
  cycle.decode = std::move(decode);
  if (!canRun(pools, cycle))
    return cycle;
  Iteration &reading = cycle.prefill.iteration, &writing = cycle.decode.iteration;
  const double bytes = promptCacheBytes(pools.decode);
  const double sent = bytes * pools.decode.workload.batch;
  cycle.handover = handoverOf(pools, cycle.prefill.wafersPerReplica, cycle.decode.wafersPerReplica);
  cycle.sending = sent / cycle.handover.bandwidth;
  cycle.sentJoules = sent * cycle.handover.energy;
  cycle.time = std::max({reading.time, writing.time, cycle.sending});
  limitPower(pools, cycle);
  cycle.prefill.energy = energyOf(pools.prefill.chip, reading.usage, cycle.time);
  cycle.decode.energy = energyOf(pools.decode.chip, writing.usage, cycle.time);
  cycle.ttft = reading.ttft + cycle.handover.transfer(bytes) + writing.ttft;
  checkBounds(pools.prefill, cycle.prefill);
  checkBounds(pools.decode, cycle.decode);
  addReasons(cycle);
  if (!cycle.reasons.empty())
    cycle.status = Status::InternalError;
  return cycle;
}

void fillMetrics(const Pools &pools, const Cycle &cycle, Measurement &result) {
  result.status = cycle.status;
  if (cycle.status != Status::Ok)
    return;
  const double time = cycle.time, tokens = cycle.tokens(), joules = cycle.energy();
  auto mostOf = [](const Design &design, const Run &run) {
    return run.iteration.rankPower * design.strategy.ranks() +
           design.chip.staticPower * design.chip.wafers;
  };
  result[Metric::IterationTime] = time;
  result[Metric::Throughput] = tokens / time;
  result[Metric::Mfu] =
      (modelFlops(pools.prefill) + modelFlops(pools.decode)) / (time * peakOf(pools));
  result[Metric::Power] = joules / time;
  result[Metric::PeakPower] =
      mostOf(pools.prefill, cycle.prefill) + mostOf(pools.decode, cycle.decode);
  result[Metric::TokenEnergy] = joules / tokens;
  result[Metric::Ttft] = cycle.ttft;
  result[Metric::Tpot] = cycle.decode.iteration.tpot;
  result[Metric::UserRate] = 1 / cycle.decode.iteration.tpot;
  result[Metric::WaferRate] = tokens / time / wafersOf(pools);
  result[Metric::TokenCost] = tokenCost(pools.decode.chip, capitalOf(pools), time, joules, tokens);
}

// ---- what is behind it --------------------------------------------------------------------------

/// The cycle as a chip sees it: its own iteration, then waiting.
void addTimes(const Run &run, const Cycle &cycle, llvm::StringRef name, llvm::StringRef byBound,
              llvm::StringRef waiting, std::vector<Item> &items) {
  for (Item &item : timeItems(run.iteration))
    items.push_back(std::move(item));
  Item &time = *(items.end() - 2);
  items.back().name = byBound;
  time.name = name;
  time.value = cycle.time;
  if (const double left = cycle.time - run.iteration.time; left > 1e-12 * cycle.time)
    time.parts.push_back({waiting, left});
}

Item named(llvm::StringRef name, Item item) {
  item.name = name;
  return item;
}

std::vector<Item> breakdownOf(const Cycle &cycle) {
  std::vector<Item> items;
  addTimes(cycle.decode, cycle, "time", "compute time by bound", "waiting for prompts", items);
  addTimes(cycle.prefill, cycle, "time of prefill", "compute time of prefill by bound",
           "waiting for tokens", items);
  Item link{"time of the way between them", cycle.time};
  link.parts = {{"caches", cycle.sending}, {"nothing to send", cycle.time - cycle.sending}};
  items.push_back(std::move(link));
  Item energy{"energy", cycle.energy(), UnitKind::Joules};
  energy.parts = {named("prefill", toItem(cycle.prefill.energy)),
                  named("decode", toItem(cycle.decode.energy)),
                  {"caches on their way", cycle.sentJoules, UnitKind::Joules}};
  items.push_back(std::move(energy));
  return items;
}

/// Of each chip, and of both together by what is known before layers are evaluated.
std::vector<Item> boundsOf(const Pools &pools, double sending) {
  const LowerBounds reading = lowerBoundsOf(pools.prefill), writing = lowerBoundsOf(pools.decode);
  const PoolBounds least = leastOf(pools);
  return {{"compute of prefill", reading.compute},
          {"memory of prefill", reading.memory},
          {"network of prefill", reading.network.most()},
          {"compute of decode", writing.compute},
          {"memory of decode", writing.memory},
          {"network of decode", writing.network.most()},
          {"caches on their way", sending},
          {"roofline of the ranks", least.times.iteration},
          {"time to first token", least.times.ttft},
          {"time of a token", least.times.tpot},
          {"energy", least.energy, UnitKind::Joules}};
}

Status unmodelled(const Pools &pools, std::vector<std::string> &reasons) {
  if (!isSingle(pools.decode.workload))
    return Status::Ok;
  reasons.push_back("an operator, a collective or packets by themselves run on one chip, and this "
                    "one has `prefill` beside it");
  return Status::NotModelled;
}

Evaluation analyse(const Pools &pools, const RoutedNetwork *ofPrefill,
                   const RoutedNetwork *ofDecode) {
  Evaluation result;
  result.status = unmodelled(pools, result.reasons);
  if (result.status != Status::Ok)
    return result;
  Cycle cycle = cycleOf(pools, start(pools.prefill, ofPrefill), start(pools.decode, ofDecode));
  fillMetrics(pools, cycle, result);
  if (cycle.ran()) {
    result.breakdown = breakdownOf(cycle);
    result.bounds = boundsOf(pools, cycle.sending);
  }
  if (cycle.status != Status::Invalid) {
    result.breakdown.push_back(named("memory of a rank of prefill", memoryItem(pools.prefill)));
    result.breakdown.push_back(memoryItem(pools.decode));
  }
  result.reasons = std::move(cycle.reasons);
  return result;
}

} // namespace

PoolBounds leastOf(const Pools &pools) {
  StrategyBounds prefill(pools.prefill, {}, /*energy=*/true),
      decode(pools.decode, {}, /*energy=*/true);
  const Least reading = prefill.least(pools.prefill, StrategyBounds::whole);
  const Least writing = decode.least(pools.decode, StrategyBounds::whole);
  const Handover handover = handoverOf(pools);
  const double bytes = promptCacheBytes(pools.decode);
  const double sending = bytes * pools.decode.workload.batch / handover.bandwidth;
  PoolBounds least;
  least.times.iteration = std::max({reading.iteration, writing.iteration, sending});
  least.times.ttft = reading.ttft + handover.transfer(bytes) + writing.ttft;
  least.times.tpot = writing.tpot;
  least.energy = reading.energy(pools.prefill.chip, least.times.iteration) +
                 writing.energy(pools.decode.chip, least.times.iteration) +
                 bytes * pools.decode.workload.batch * handover.energy;
  return least;
}

Evaluation analyse(const Pools &pools, Fidelity fidelity) {
  if (fidelity == Fidelity::Analytic)
    return analyse(pools, nullptr, nullptr);
  return analyse(pools, RoutedNetwork(pools.prefill.chip, fidelity),
                 RoutedNetwork(pools.decode.chip, fidelity));
}

/// Packets of the two meet nowhere but on the way between them, which stays a closed form.
Evaluation analyse(const Pools &pools, const RoutedNetwork &ofPrefill,
                   const RoutedNetwork &ofDecode) {
  Evaluation result;
  for (const Design *design : {&pools.prefill, &pools.decode})
    findUnmodelledRouters(design->chip, ofDecode.fidelity(), result.reasons);
  if (result.reasons.empty()) {
    result = analyse(pools, &ofPrefill, &ofDecode);
    if (result.status == Status::Ok)
      for (const RoutedNetwork *network : {&ofPrefill, &ofDecode})
        llvm::append_range(result.reasons, network->problems());
    if (result.status != Status::Ok || result.reasons.empty())
      return result;
  }
  Evaluation unknown;
  unknown.status = Status::NotModelled;
  unknown.reasons = std::move(result.reasons);
  return unknown;
}

Measurement measure(const Pools &pools, const Run &prefill, const Run &decode) {
  Measurement result;
  std::vector<std::string> reasons;
  result.status = unmodelled(pools, reasons);
  if (result.status == Status::Ok)
    fillMetrics(pools, cycleOf(pools, prefill, decode), result);
  return result;
}

Measurement measure(const Pools &pools) {
  if (isSingle(pools.decode.workload))
    return measure(pools, {}, {});
  return measure(pools, start(pools.prefill, nullptr), start(pools.decode, nullptr));
}

} // namespace wsc::evaluation
