// Requests: a batch that arrives together, or a steady state of continuous batching.
//
// Continuous batching (Yu et al., Orca, OSDI 2022): each replica always has its share of the
// requests in flight; a cycle, in which as many requests end as are in flight, takes their decode
// steps and, where a replica also reads prompts, the prefill of each, during which decoding waits.
// With prefill replicas (DistServe, OSDI 2024; Splitwise, ISCA 2024) prompts are read elsewhere,
// the cache is sent over, and the slower side sets the pace.  Prompts in chunks share their steps
// with decoding (Sarathi-Serve, Agrawal et al., OSDI 2024).
//
// Speculative decoding (Leviathan et al., arXiv:2211.17192): a step checks g guesses, each right
// with probability a, and yields (1 - a^(g+1)) / (1 - a) tokens.
#include "evaluation/Iteration.h"

#include <algorithm>

namespace wsc::evaluation {

namespace {

/// Tokens that one decode step of a request yields, on average.
double tokensPerStep(const Workload &workload) {
  const double guesses = workload.draftTokens, agree = workload.draftAcceptance;
  return agree == 1 ? guesses + 1 : (1 - std::pow(agree, guesses + 1)) / (1 - agree);
}

/// The design with only some of its replicas.
Design withReplicas(const Design &design, double replicas) {
  Design part = design;
  part.strategy.dp = replicas;
  return part;
}

/// The requests of a replica decode together, in as many groups as keep all stages busy.
Design decoding(const Design &design, double replicas) {
  Design part = withReplicas(design, replicas);
  const double requests = part.workload.batch / replicas;
  part.strategy.microBatch = requests / std::min(requests, part.strategy.pp);
  return part;
}

} // namespace

double promptCacheBytes(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  return model.layers * model.cacheElements() * workload.cacheBytes() * workload.sequence;
}

namespace {

double decodeSteps(const Workload &workload) {
  return (workload.output - 1) / tokensPerStep(workload);
}

/// Steps of decoding and of parts of prompts together, in which each request of a group ends once:
/// decode steps, or more if the chunks are too small for its prompts; then some requests are still
/// being read in each step.
InferencePhase chunkedPhase(const Design &design) {
  const double replicas = design.strategy.dp;
  InferencePhase phase{Phase::Mixed, decoding(design, replicas)};
  auto &[chip, model, workload, strategy] = phase.design;
  const double requests = strategy.microBatch; // of a group
  const double groups = workload.batch / (replicas * requests);
  const double checks = decodeSteps(workload), prompts = requests * workload.sequence;
  phase.repetitions = std::max(checks, prompts / workload.prefillChunk);
  strategy.microBatch = requests * checks / phase.repetitions;
  workload.batch = replicas * groups * strategy.microBatch;
  workload.prefillChunk = prompts / phase.repetitions;
  return phase;
}

/// One decode step of all requests that `replicas` replicas have in flight.
void addDecode(const Design &design, const Placement &placement, double replicas,
               InferenceBatch &batch) {
  const Workload &workload = design.workload;
  batch.steps = decodeSteps(workload);
  if (batch.steps == 0)
    return;
  batch.decode = phaseCost(decoding(design, replicas), placement, Phase::Decode);
  // A group starts its next token when it has left the last stage and its turn has come.
  const double check =
      std::max(batch.decode.allStages, batch.decode.microBatches * batch.decode.stage);
  batch.draft = workload.draftTokens * workload.draftCost * check;
  batch.step = check + batch.draft;
}

/// Of all requests; the small model works as hard as the model while it guesses.
Usage usageOf(const InferenceBatch &batch) {
  Usage usage = batch.prefill.usage;
  if (batch.steps > 0)
    usage += batch.decode.usage * (batch.steps * batch.step / (batch.step - batch.draft));
  return usage;
}

/// Seconds to send the cache of one prompt from a replica to another, all ranks at once.
double cacheTransfer(const Design &design, const Placement &placement) {
  const auto &[chip, model, workload, strategy] = design;
  const double bytes = promptCacheBytes(design);
  const Fabric &local = placement.data.local;
  if (local.ranks() == 1)
    return chip.systemHopLatency + bytes / chip.systemLinkBandwidth;
  const Axis &axis = local.cols.size > 1 ? local.cols : local.rows;
  return axis.latency + bytes / (axis.bandwidth * strategy.tp * strategy.pp * strategy.cp);
}

void finish(const Workload &workload, InferenceBatch &batch, Iteration &result) {
  result.time = batch.prefillTime + batch.steps * batch.step + batch.waiting;
  result.tokens = workload.tokens();
  result.usage = usageOf(batch);
  result.rankPower = std::max(batch.prefill.work.compute.power, batch.decode.work.compute.power);
  result.detail = batch;
}

Iteration oneBatch(const Design &design, const Placement &placement) {
  InferenceBatch batch;
  Iteration result;
  batch.prefill = phaseCost(design, placement, Phase::Prefill);
  batch.prefillTime =
      batch.prefill.allStages + (batch.prefill.microBatches - 1) * batch.prefill.stage;
  addDecode(design, placement, design.strategy.dp, batch);
  result.ttft = batch.prefillTime;
  if (batch.steps > 0)
    result.tpot = batch.step * batch.steps / (design.workload.output - 1);
  finish(design.workload, batch, result);
  return result;
}

/// Every replica reads prompts and decodes.
Iteration colocated(const Design &design, const Placement &placement) {
  InferenceBatch batch;
  Iteration result;
  batch.prefill = phaseCost(design, placement, Phase::Prefill);
  // The stages are full, of prompts or of tokens: a micro-batch costs the slowest of them.
  batch.prefillTime = batch.prefill.microBatches * batch.prefill.stage;
  addDecode(design, placement, design.strategy.dp, batch);
  // A request begins with the next step.  Between its tokens are the prompts of those beside it,
  // not its own.
  result.ttft = batch.prefill.allStages + batch.step;
  finish(design.workload, batch, result);
  if (batch.steps > 0)
    result.tpot = (result.time - batch.prefill.stage) / (design.workload.output - 1);
  return result;
}

/// What reading prompts takes besides arithmetic is there already.
Iteration chunked(const Design &design, const Placement &placement) {
  const Workload &workload = design.workload;
  InferencePhase phase = chunkedPhase(design);
  InferenceBatch batch;
  Iteration result;
  batch.steps = phase.repetitions;
  batch.isMixed = true;
  auto timeOf = [&](double tokens) {
    phase.design.workload.prefillChunk = tokens;
    batch.decode = phaseCost(phase.design, placement, Phase::Mixed);
    const double check =
        std::max(batch.decode.allStages, batch.decode.microBatches * batch.decode.stage);
    batch.draft = workload.draftTokens * workload.draftCost * check;
    return check + batch.draft;
  };
  const double mean = phase.design.workload.prefillChunk;
  // While a prompt is being read, its chunks are whole.
  const double chunk = std::min(workload.prefillChunk, workload.sequence);
  result.ttft = workload.sequence / chunk * timeOf(chunk);
  batch.step = timeOf(mean);
  finish(workload, batch, result);
  result.tpot = result.time / workload.output;
  return result;
}

/// Some replicas read prompts, the others decode.
Iteration disaggregated(const Design &design, const Placement &placement) {
  const Workload &workload = design.workload;
  const double readers = design.strategy.prefillReplicas;
  InferenceBatch batch;
  Iteration result;
  batch.prefill = phaseCost(withReplicas(design, readers), placement, Phase::Prefill);
  addDecode(design, placement, design.strategy.dp - readers, batch);
  const double reading = batch.prefill.microBatches * batch.prefill.stage;
  batch.waiting = std::max(0.0, reading - batch.steps * batch.step);
  result.ttft = batch.prefill.allStages + cacheTransfer(design, placement) + batch.step;
  if (batch.steps > 0)
    result.tpot = batch.step * batch.steps / (workload.output - 1);
  finish(workload, batch, result);
  return result;
}

/// The steady state of one of two chips, busy all the time; Pools.h has what both make of it.
Iteration oneSide(const Design &design, const Placement &placement) {
  InferenceBatch batch;
  Iteration result;
  if (design.workload.side == Side::Prompts) {
    batch.prefill = phaseCost(design, placement, Phase::Prefill);
    batch.prefillTime = batch.prefill.microBatches * batch.prefill.stage;
    result.ttft = batch.prefill.allStages;
  } else {
    addDecode(design, placement, design.strategy.dp, batch);
    result.ttft = batch.step; // a request begins with the next one
    result.tpot = batch.step * batch.steps / (design.workload.output - 1);
  }
  finish(design.workload, batch, result);
  return result;
}

} // namespace

llvm::SmallVector<InferencePhase, 2> inferencePhases(const Design &design) {
  const Workload &workload = design.workload;
  const bool continuous = workload.serving == Serving::ContinuousBatching;
  const double readers = continuous ? design.strategy.prefillReplicas : 0;
  if (continuous && readers == 0 && workload.prefillChunk > 0)
    return {chunkedPhase(design)};
  const double steps = decodeSteps(workload), replicas = design.strategy.dp;
  llvm::SmallVector<InferencePhase, 2> phases;
  if (workload.readsPrompts())
    phases.push_back({Phase::Prefill, readers > 0 ? withReplicas(design, readers) : design});
  if (steps > 0 && workload.writesTokens())
    phases.push_back({Phase::Decode, decoding(design, replicas - readers), steps});
  return phases;
}

Iteration inferenceBatch(const Design &design, const Placement &placement) {
  if (design.workload.side != Side::Both)
    return oneSide(design, placement);
  if (design.workload.serving == Serving::OneBatch)
    return oneBatch(design, placement);
  if (design.strategy.prefillReplicas > 0)
    return disaggregated(design, placement);
  return design.workload.prefillChunk > 0 ? chunked(design, placement)
                                          : colocated(design, placement);
}

} // namespace wsc::evaluation
