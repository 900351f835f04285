// Bytes by the shape of the model and the sizes of groups; the widest links there may be.
#include "evaluation/NetworkBounds.h"

#include "evaluation/LayerCollectives.h"
#include "evaluation/SingleOperator.h"
#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

bool trains(const Design &design) { return design.workload.kind == WorkloadKind::Training; }

/// Of what P ranks add up or exchange.
double othersOf(double ranks) { return (ranks - 1) / ranks; }

/// Tokens that are read, and those that are generated after the first, by one replica.
struct Tokens {
  double read, generated;
};
Tokens tokensOfReplica(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  const double requests = workload.batch / strategy.dp;
  const bool generates = !trains(design) && workload.writesTokens();
  const double generated = generates ? requests * (workload.output - 1) : 0;
  const double read = workload.readsPrompts() ? requests * workload.sequence : 0;
  // In chunks, prompts go the way of tokens that are generated.
  return workload.prefillChunk > 0 ? Tokens{0, read + generated} : Tokens{read, generated};
}

/// Of the residual stream that passes a layer of a rank.  Ranks that share a sequence share its
/// tokens, except for those that are generated, which are counted as if they did.
double streamBytes(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  const auto [read, generated] = tokensOfReplica(design);
  return (read + generated) / strategy.cp * model.hidden * workload.activationBytes();
}

/// Bytes of the vectors that a rank adds up with those it shares layers with.
double summedBytes(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  if (strategy.tp == 1)
    return 0;
  const double sums = (model.parallelBlock ? 1 : 2) * (trains(design) ? 2 : 1); // backward as well
  return model.layers / strategy.pp * sums * streamBytes(design);
}

/// Gradients and weights of all copies; per element what each stage of ZeRO sends
/// (arXiv:1910.02054, section 7).
double sentOfWeights(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  if (!trains(design) || strategy.replicas() == 1 || strategy.weights == Weights::Streamed)
    return 0;
  const double gradient = workload.gradientBytes(), weight = workload.weightBytes();
  const double microBatches = workload.batch / (strategy.dp * strategy.microBatch);
  double element = microBatches * (gradient + 2 * weight);
  if (strategy.zeroStage == 0)
    element = 2 * gradient;
  else if (strategy.zeroStage == 1)
    element = gradient + weight;
  else if (strategy.zeroStage == 2)
    element = microBatches * gradient + weight;
  const RankWeights weights = rankWeights(design);
  return element * (weights.shared * othersOf(strategy.replicas()) +
                    weights.experts * othersOf(strategy.replicas() / strategy.ep));
}

/// Times that the residual stream goes from a stage to the next or back.
double handovers(const Design &design) {
  const Strategy &strategy = design.strategy;
  if (!trains(design))
    return 1;
  const bool interleaved = strategy.schedule == Schedule::Interleaved;
  return 2 * (interleaved ? strategy.virtualStages : 1);
}

/// Of two stages, each sends one way only.
double sentToStages(const Design &design) {
  const Strategy &strategy = design.strategy;
  if (strategy.pp == 1)
    return 0;
  const double ways = trains(design) && strategy.pp == 2 ? 2 : 1;
  return handovers(design) / ways * streamBytes(design) / strategy.tp;
}

/// Keys and values around the ring, and partial results of attention to those in memory.
double sentOfContext(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  if (strategy.cp == 1)
    return 0;
  const auto [read, generated] = tokensOfReplica(design);
  const bool latent = model.attention == Attention::Latent;
  const double cached = latent ? model.kvRank + model.ropeDim
                               : 2 * std::max(1.0, model.kvHeads / strategy.tp) * model.headDim;
  const double ring = (trains(design) ? 3 : 1) * read * cached;
  const double result = model.heads / strategy.tp * (latent ? model.kvRank : model.headDim);
  return model.layers / strategy.pp * (ring + 2 * generated * result) * workload.activationBytes() *
         othersOf(strategy.cp);
}

/// Tokens to their experts and back.  Generated ones of ranks that share a sequence may stay.
double sentToExperts(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  if (model.experts == 1 || strategy.ep == 1)
    return 0;
  const auto [read, generated] = tokensOfReplica(design);
  const double tokens = read / strategy.cp + (strategy.cp == 1 ? generated : 0);
  const double passes = trains(design) ? 4 : 2;
  return (model.layers - model.denseLayers) / strategy.pp * passes * tokens *
         model.expertsPerToken * model.hidden * workload.activationBytes() / strategy.tp *
         othersOf(strategy.ep);
}

/// Bytes per second that a rank sends to others on its wafer: the links of a row of reticles, which
/// has the longest edge of all shapes.
double linksOnWafer(const Design &design) {
  const Chip &chip = design.chip;
  const double reticles = design.strategy.reticlesPerRank;
  const double links = chip.waferTopology == Topology::Switch ? reticles : 2 * (reticles + 1);
  return links * chip.waferLinkBandwidth;
}

double linksBetweenWafers(const Chip &chip) {
  return chip.wafers > 1 ? chip.systemLinkBandwidth : 0;
}

/// What passes between two halves of the ranks that share layers, all of them rectangles in a grid:
/// the links along a side of the wafer at most; between ranks on several wafers, those of a wafer.
double cutOfRanks(const Chip &chip) {
  if (chip.waferTopology == Topology::Switch)
    return HUGE_VAL;
  const double wraps = chip.waferTopology == Topology::Torus ? 2 : 1;
  const double side = std::max(chip.reticleRows, chip.reticleCols);
  return std::max(wraps * side * chip.waferLinkBandwidth, linksBetweenWafers(chip));
}

} // namespace

NetworkBounds leastSent(const Design &design) {
  if (isSingle(design.workload))
    return {};
  return {2 * othersOf(design.strategy.tp) * summedBytes(design), sentOfWeights(design),
          sentToStages(design), sentOfContext(design), sentToExperts(design)};
}

/// Between ranks on several wafers, tensor groups add up on each wafer and then between them, the
/// others may send both ways at a time.  n bytes cross every cut between ranks that add them up in
/// either direction: what one side adds up and what the other does.
NetworkTimes leastNetworkTimes(const Design &design) {
  const double onWafer = linksOnWafer(design), between = linksBetweenWafers(design.chip);
  const double rate = onWafer + between;
  const NetworkBounds sent = leastSent(design);
  NetworkTimes times;
  if (sent.tensor > 0)
    times.tensor = std::max(sent.tensor / std::max(onWafer, between),
                            summedBytes(design) / cutOfRanks(design.chip));
  times.data = sent.data / rate;
  times.pipeline = sent.pipeline / rate;
  times.context = sent.context / rate;
  times.experts = sent.experts / rate;
  times.all = sent.tensor / rate + times.data + times.pipeline + times.context + times.experts;
  return times;
}

double leastNetworkEnergy(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  if (isSingle(workload))
    return 0;
  const double hop = chip.wafers > 1 ? std::min(chip.waferLinkEnergy, chip.systemLinkEnergy)
                                     : chip.waferLinkEnergy;
  const double added = 2 * (strategy.tp - 1) * summedBytes(design) * strategy.pp;
  const double handed = (strategy.pp - 1) * handovers(design) * streamBytes(design);
  return hop * strategy.replicas() * (added + handed);
}

} // namespace wsc::evaluation
