// Micro-batches through the stages of a pipeline, node by node.
//
// A part of a layer is one compute node a pass, with the time of its operators, and then its
// collectives: nothing overlaps.  A pipeline runs GPipe or 1F1B (Narayanan et al.,
// arXiv:1806.03377); what a stage receives without sequence parallelism is one share of each rank,
// which the group then gathers (arXiv:2104.04473, section 4.1).
#include "backends/AstraTrace.h"

#include "llvm/ADT/Twine.h"
#include <algorithm>
#include <cmath>

namespace wsc::backends {

using namespace evaluation;

/// What a token takes on its way back to the first stage.
constexpr uint64_t tokenBytes = 4;

namespace {

struct PassSum {
  double flops = 0, time = 0;
};

chakra::Collective kindOf(Collective kind) {
  switch (kind) {
  case Collective::AllReduce: return chakra::Collective::AllReduce;
  case Collective::ReduceScatter: return chakra::Collective::ReduceScatter;
  case Collective::AllGather: return chakra::Collective::AllGather;
  case Collective::AllToAll: return chakra::Collective::AllToAll;
  }
  llvm_unreachable("covered switch");
}

/// How many layers there are of each part, whole ones.
std::vector<unsigned> wholeCounts(const PlannedPhase &phase) {
  std::vector<unsigned> counts;
  double sum = 0;
  unsigned dealt = 0;
  for (const PlannedPart &part : phase.parts) {
    if (!part.isLayer) {
      counts.push_back(1);
      continue;
    }
    sum += part.count;
    counts.push_back(std::lround(sum) - dealt);
    dealt += counts.back();
  }
  return counts;
}

/// As evenly as they go; the ends, which do extra work, get the smaller shares.
std::vector<unsigned> sharesOf(unsigned layers, unsigned stages) {
  std::vector<unsigned> shares(stages, layers / stages);
  unsigned more = layers % stages;
  for (unsigned i = 1; i + 1 < stages && more > 0; ++i, --more)
    ++shares[i];
  shares[0] += more;
  return shares;
}

} // namespace

std::vector<StageParts> stagePartsOf(const PlannedPhase &phase) {
  const std::vector<unsigned> counts = wholeCounts(phase);
  unsigned layers = 0;
  for (unsigned i = 0; i < counts.size(); ++i)
    layers += phase.parts[i].isLayer ? counts[i] : 0;
  const std::vector<unsigned> shares = sharesOf(layers, phase.design.strategy.pp);
  std::vector<StageParts> stages(shares.size());
  unsigned stage = 0, room = shares[0];
  for (unsigned i = 0; i < counts.size(); ++i) {
    if (!phase.parts[i].isLayer) {
      stages[i == 0 ? 0 : stages.size() - 1].runs.push_back({i, 1});
      continue;
    }
    for (unsigned left = counts[i]; left > 0;) {
      while (room == 0)
        room = shares[++stage];
      const unsigned times = std::min(left, room);
      stages[stage].runs.push_back({i, times});
      left -= times;
      room -= times;
    }
  }
  return stages;
}

/// A phase with the sums of the operators of each of its parts.
struct AstraTraces::PhaseSums {
  const PlannedPhase *phase;
  std::vector<StageParts> stages;
  std::vector<PassSum> forward, backward; ///< of each part
  unsigned microBatches, repetitions;

  explicit PhaseSums(const PlannedPhase &planned)
      : phase(&planned), stages(stagePartsOf(planned)), forward(planned.parts.size()),
        backward(planned.parts.size()),
        microBatches(std::max(1L, std::lround(planned.microBatches))),
        repetitions(std::max(1L, std::lround(planned.repetitions))) {
    for (unsigned i = 0; i < planned.parts.size(); ++i)
      for (const PlannedOperator &each : planned.parts[i].operators) {
        PassSum &sum = each.pass == Pass::Forward ? forward[i] : backward[i];
        sum.flops += each.op.flops;
        sum.time += planned.costOf(each).time * each.op.imbalance;
      }
  }

  bool trains() const { return phase->phase == Phase::Training; }
};

AstraTraces::AstraTraces(const Design &design, const Plan &plan,
                         llvm::ArrayRef<AstraDimension> dimensions, double bandwidth)
    : design_(design), plan_(plan), dimensions_(dimensions), bandwidth_(bandwidth) {
  for (const PlannedPhase &phase : plan.phases)
    phases_.emplace_back(phase);
}

AstraTraces::~AstraTraces() = default;

double AstraTraces::nodeCount() const {
  double nodes = plan_.ends.size() + 1;
  for (const PhaseSums &each : phases_) {
    double layers = 0;
    for (const PlannedPart &part : each.phase->parts) {
      double nodesOfPart = each.trains() ? 2 : 1;
      for (const LayerCollective &collective : part.collectives)
        nodesOfPart += collective.forward + collective.backward;
      layers += nodesOfPart * part.count;
    }
    nodes += (layers / design_.strategy.pp + 4) * each.microBatches * each.repetitions;
  }
  return nodes * design_.strategy.ranks();
}

void AstraTraces::writeCollective(const LayerCollective &each, double times,
                                  chakra::Trace &trace) const {
  llvm::SmallVector<bool, 8> involved;
  uint64_t ranks = 1;
  for (const AstraDimension &dimension : dimensions_) {
    involved.push_back(llvm::is_contained(dimension.groups, each.group));
    ranks *= involved.back() ? dimension.ranks : 1;
  }
  if (ranks == 1)
    return;
  // Rings cut a vector into as many pieces as ranks; an all-gather states what each rank has.
  const uint64_t piece = std::max<uint64_t>(1, std::llround(each.bytes / ranks));
  const uint64_t bytes =
      each.kind == Collective::AllGather ? piece : std::max(ranks, uint64_t(each.bytes));
  const std::string what = (name(each.kind) + ", " + name(each.group)).str();
  for (unsigned i = 0; i < std::lround(times); ++i)
    trace.collective(what, kindOf(each.kind), bytes, involved);
}

void AstraTraces::writeParts(const PhaseSums &phase, const Place &place, bool forward,
                             chakra::Trace &trace) const {
  const auto &runs = phase.stages[place.stage].runs;
  for (unsigned i = 0; i < runs.size(); ++i) {
    const auto &run = runs[forward ? i : runs.size() - 1 - i];
    const PlannedPart &part = phase.phase->parts[run.part];
    const PassSum &sum = (forward ? phase.forward : phase.backward)[run.part];
    const std::string what = (part.name + (forward ? ", forward" : ", backward")).str();
    for (unsigned k = 0; k < run.times; ++k) {
      if (sum.time > 0)
        trace.compute(what, sum.flops, sum.time, bandwidth_);
      for (const LayerCollective &each : part.collectives)
        writeCollective(each, forward ? each.forward : each.backward, trace);
    }
  }
}

void AstraTraces::receiveBoundary(const PhaseSums &phase, const Place &place, unsigned from,
                                  unsigned tag, chakra::Trace &trace) const {
  const Strategy &strategy = design_.strategy;
  const double bytes = phase.phase->boundaryBytes;
  trace.receive(std::max(1.0, bytes / strategy.tp),
                Plan::rankOf(strategy, place.tensor, from, place.replica),
                Plan::rankOf(strategy, place.tensor, place.stage, place.replica), tag);
  if (!strategy.sequenceParallel && strategy.tp > 1)
    writeCollective({GroupKind::Tensor, Collective::AllGather, bytes}, 1, trace);
}

void AstraTraces::sendBoundary(const PhaseSums &phase, const Place &place, unsigned to,
                               unsigned tag, chakra::Trace &trace) const {
  const Strategy &strategy = design_.strategy;
  trace.send(std::max(1.0, phase.phase->boundaryBytes / strategy.tp),
             Plan::rankOf(strategy, place.tensor, place.stage, place.replica),
             Plan::rankOf(strategy, place.tensor, to, place.replica), tag);
}

void AstraTraces::writeForward(const PhaseSums &phase, const Place &place, unsigned tag,
                               chakra::Trace &trace) const {
  if (place.stage > 0)
    receiveBoundary(phase, place, place.stage - 1, tag, trace);
  writeParts(phase, place, true, trace);
  if (place.stage + 1 < design_.strategy.pp)
    sendBoundary(phase, place, place.stage + 1, tag, trace);
}

void AstraTraces::writeBackward(const PhaseSums &phase, const Place &place, unsigned tag,
                                chakra::Trace &trace) const {
  if (place.stage + 1 < design_.strategy.pp)
    receiveBoundary(phase, place, place.stage + 1, tag, trace);
  writeParts(phase, place, false, trace);
  if (place.stage > 0)
    sendBoundary(phase, place, place.stage - 1, tag, trace);
}

/// Each step and micro-batch has tags of its own: forward, and backward or a token on its way back.
void AstraTraces::write(const PhaseSums &phase, const Place &place, unsigned &tag,
                        chakra::Trace &trace) const {
  const Strategy &strategy = design_.strategy;
  const unsigned stages = strategy.pp, m = phase.microBatches;
  const unsigned first = Plan::rankOf(strategy, place.tensor, 0, place.replica);
  const unsigned last = Plan::rankOf(strategy, place.tensor, stages - 1, place.replica);
  if (phase.trains()) {
    const unsigned ahead =
        strategy.schedule == Schedule::GPipe ? m : std::min(m, stages - 1 - place.stage);
    for (unsigned i = 0; i < m + ahead; ++i) {
      if (i < m)
        writeForward(phase, place, tag + 2 * i, trace);
      if (i >= ahead)
        writeBackward(phase, place, tag + 2 * (i - ahead) + 1, trace);
    }
    tag += 2 * m;
    return;
  }
  const bool returns = phase.phase->phase != Phase::Prefill && stages > 1;
  for (unsigned step = 0; step < phase.repetitions; ++step, tag += 2 * m)
    for (unsigned i = 0; i < m; ++i) {
      // A group starts its next token when the last one has left the last stage.
      if (returns && place.stage == 0 && step > 0)
        trace.receive(tokenBytes, last, first, tag - 2 * m + 2 * i + 1);
      writeForward(phase, place, tag + 2 * i, trace);
      if (returns && place.stage + 1 == stages && step + 1 < phase.repetitions)
        trace.send(tokenBytes, last, first, tag + 2 * i + 1);
    }
}

chakra::Trace AstraTraces::traceOf(unsigned rank) const {
  const unsigned tp = design_.strategy.tp, pp = design_.strategy.pp;
  const Place place{rank % tp, rank / tp % pp, rank / tp / pp};
  chakra::Trace trace;
  unsigned tag = 1;
  for (const PhaseSums &phase : phases_)
    write(phase, place, tag, trace);
  for (const LayerCollective &each : plan_.ends)
    writeCollective(each, each.forward + each.backward, trace);
  if (plan_.optimizerTime > 0)
    trace.compute("optimizer", 1, plan_.optimizerTime, bandwidth_);
  return trace;
}

} // namespace wsc::backends
