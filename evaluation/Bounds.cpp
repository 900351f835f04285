// Roofline bounds of a whole iteration.
#include "evaluation/Bounds.h"

#include "evaluation/EdgeMemory.h"
#include "evaluation/SingleOperator.h"
#include "llvm/ADT/Twine.h"
#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

double attentionWeights(const Model &m) {
  if (m.attention == Attention::Grouped)
    return m.hidden * m.headDim * 2 * (m.heads + m.kvHeads);
  const double queries = m.heads * (m.nopeDim + m.ropeDim);
  return (m.queryRank > 0 ? m.queryRank * (m.hidden + queries) : m.hidden * queries) +
         m.hidden * (m.kvRank + m.ropeDim) + m.kvRank * m.heads * (m.nopeDim + m.valueDim) +
         m.heads * m.valueDim * m.hidden;
}

/// Of all layers, without embeddings and norms, of those that one token is multiplied with.
double layerWeights(const Model &m) {
  const double sparse = m.experts > 1 ? m.layers - m.denseLayers : 0;
  const double matrices = m.hidden * m.ffnMatrices;
  return m.layers * attentionWeights(m) + (m.layers - sparse) * matrices * m.ffn +
         sparse * (matrices * m.expertFfn * (m.expertsPerToken + m.sharedExperts) +
                   m.hidden * m.experts);
}

/// Of these, the second matrices of feed-forward networks that every token goes through.
double lastWeights(const Model &m) {
  const double sparse = m.experts > 1 ? m.layers - m.denseLayers : 0;
  return m.hidden * ((m.layers - sparse) * m.ffn + sparse * m.sharedExperts * m.expertFfn);
}

/// Of these, the weights of experts.
double routedWeights(const Model &m) {
  const double sparse = m.experts > 1 ? m.layers - m.denseLayers : 0;
  return sparse * m.hidden * m.ffnMatrices * m.expertFfn * m.expertsPerToken;
}

double logitWeights(const Model &model) { return model.hidden * model.vocabulary; }

/// f(keys) summed over layers with and without a sliding window.
template <typename Function> double overLayers(const Model &m, double context, Function f) {
  const double windowed = m.window > 0 ? m.windowLayers : 0;
  return (m.layers - windowed) * f(context) +
         (windowed > 0 ? windowed * f(std::min(m.window, context)) : 0);
}

/// Forward flop of one token's attention to `keys` tokens in one layer: scores and values.
double attentionFlops(const Model &m, double keys) {
  const bool latent = m.attention == Attention::Latent;
  return 2 * m.heads * keys * (latent ? m.nopeDim + m.ropeDim + m.valueDim : 2 * m.headDim);
}

/// The same in all layers, for the mean token of a sequence.  Under a causal mask, token i of s
/// sees itself and those before it, as far as the window goes.
double sequenceFlops(const Model &m, double sequence, FlopsConvention convention) {
  return overLayers(m, sequence, [&](double keys) {
    const double hidden =
        convention == FlopsConvention::Causal ? keys * (keys - 1) / (2 * sequence) : 0;
    return attentionFlops(m, keys - hidden);
  });
}

/// Decode steps of a request, after the token that the prefill gives, and their mean context.
struct DecodeSteps {
  double count, context;
};
DecodeSteps decodeSteps(const Workload &workload) {
  return {workload.output - 1, workload.sequence + workload.output / 2};
}

/// Of reading one prompt, which ends with one token.
double promptFlops(const Design &design, FlopsConvention convention) {
  const auto &[chip, model, workload, strategy] = design;
  const double sequence = workload.sequence;
  return sequence * (2 * layerWeights(model) + sequenceFlops(model, sequence, convention)) +
         2 * logitWeights(model);
}

/// Of one decode step of one request, on average.
double tokenFlops(const Design &design) {
  const Model &model = design.model;
  return 2 * (layerWeights(model) + logitWeights(model)) +
         overLayers(model, decodeSteps(design.workload).context,
                    [&](double keys) { return attentionFlops(model, keys); });
}

double flopsOf(const Design &design, FlopsConvention convention) {
  const auto &[chip, model, workload, strategy] = design;
  if (isSingle(workload))
    return isCollective(workload) ? 0 : singleOperator(workload).flops;
  const double sequence = workload.sequence;
  switch (workload.kind) {
  case WorkloadKind::Training:
    return 3 * workload.batch * sequence *
           (2 * (layerWeights(model) + logitWeights(model)) +
            sequenceFlops(model, sequence, convention));
  case WorkloadKind::Inference:
    return workload.batch *
           ((workload.readsPrompts() ? promptFlops(design, convention) : 0) +
            (workload.writesTokens() ? decodeSteps(workload).count * tokenFlops(design) : 0));
  }
  llvm_unreachable("covered switch");
}

} // namespace

double modelFlops(const Design &design) { return flopsOf(design, design.workload.flopsConvention); }

double hardwareFlops(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  if (workload.kind == WorkloadKind::Inference) // whatever `recompute` says
    return modelFlops(design);
  const double attention = sequenceFlops(model, workload.sequence, workload.flopsConvention);
  double repeated = 0;
  switch (strategy.recompute) {
  case Recompute::None: break;
  // Fused attention repeats its scores whatever is asked for, which nobody counts.
  case Recompute::Selective: repeated = strategy.flashAttention ? 0 : attention; break;
  case Recompute::Full:
    repeated =
        2 * (layerWeights(model) - (strategy.earlyStop ? lastWeights(model) : 0)) + attention;
    break;
  }
  return modelFlops(design) + workload.batch * workload.sequence * repeated;
}

LeastWork leastWork(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  LeastWork least;
  // What a causal mask hides need not be computed.
  least.flops = flopsOf(design, FlopsConvention::Causal);
  if (isSingle(workload)) {
    // The operands of an operator may still be in SRAM.
    least.operandBytes = isCollective(workload) ? 0 : singleOperator(workload).resident;
    return least;
  }
  const double routed = routedWeights(model);
  least.sharedBytes = (layerWeights(model) - routed + logitWeights(model)) * workload.weightBytes();
  least.routedBytes = routed * workload.weightBytes();
  if (workload.kind == WorkloadKind::Training)
    return least;
  least.cacheBytes =
      workload.batch * model.cacheElements() * workload.cacheBytes() *
      overLayers(model, decodeSteps(workload).context, [](double keys) { return keys; });
  least.promptFlops = promptFlops(design, FlopsConvention::Causal);
  least.tokenFlops = tokenFlops(design);
  return least;
}

double leastMemoryBytes(const Design &design, const LeastWork &least, double microBatch) {
  const auto &[chip, model, workload, strategy] = design;
  if (isSingle(workload))
    return least.operandBytes;
  // Experts serve the micro-batches of their whole group at once.
  const double weights = least.sharedBytes + least.routedBytes / strategy.ep;
  const double microBatches = workload.batch / microBatch; // of all replicas
  switch (workload.kind) {
  case WorkloadKind::Training: return microBatches * 2 * weights; // forward and backward
  case WorkloadKind::Inference: {
    // A step of speculative decoding yields at most one token more than were guessed.
    const double checks = decodeSteps(workload).count / (1 + workload.draftTokens);
    const double replicas = strategy.dp - strategy.prefillReplicas;
    // Prompts in chunks need no pass of their own.
    const double prompts =
        workload.prefillChunk > 0 || !workload.readsPrompts() ? 0 : microBatches * weights;
    return prompts +
           (workload.writesTokens() ? checks * (replicas * weights + least.cacheBytes) : 0);
  }
  }
  llvm_unreachable("covered switch");
}

double weightBandwidth(const Chip &chip) {
  if (chip.dramBandwidth > 0)
    return std::min(chip.dramBandwidth, portRate(chip));
  if (chip.coreTopology != Topology::Switch)
    return chip.sramBandwidth;
  // Several reticles of one rank are a mesh of scratchpads, whatever is inside.
  return std::max(chip.sramBandwidth, chip.coreRows * chip.coreCols * chip.coreLinkBandwidth *
                                          std::max(1.0, chip.multicast));
}

/// Reticles that an iteration can keep busy: a single operator runs on one rank.
static double reticlesOf(const Design &design) {
  return isSingle(design.workload) ? design.strategy.reticlesPerRank : design.chip.reticles();
}

double weightRate(const Design &design) {
  return weightBandwidth(design.chip) * reticlesOf(design);
}

double memoryBound(const Design &design, const LeastWork &least, double microBatch) {
  return leastMemoryBytes(design, least, microBatch) / weightRate(design);
}

LowerBounds lowerBoundsOf(const Design &design) {
  const Chip &chip = design.chip;
  const LeastWork least = leastWork(design);
  return {least.flops / (chip.peak * reticlesOf(design)),
          memoryBound(design, least, design.strategy.microBatch), leastNetworkTimes(design)};
}

std::vector<Item> lowerBounds(const Design &design) {
  const auto [compute, memory, network] = lowerBoundsOf(design);
  std::vector<Item> items{
      {"compute", compute}, {"memory", memory}, {"tensor-parallel network", network.tensor}};
  auto add = [&](llvm::StringRef name, double bound) {
    if (bound > 0)
      items.push_back({name, bound});
  };
  add("data-parallel network", network.data);
  add("pipeline network", network.pipeline);
  add("context-parallel network", network.context);
  add("expert-parallel network", network.experts);
  if (network.all > network.tensor)
    add("all links of a rank", network.all);
  return items;
}

void checkBound(llvm::StringRef what, llvm::StringRef bound, double value, double least,
                llvm::StringRef unit, std::vector<std::string> &reasons) {
  constexpr double rounding = 1e-9;
  if (!(value >= least * (1 - rounding)))
    reasons.push_back((llvm::Twine(what) + " " + formatNumber(value) + " " + unit +
                       " is below the " + bound + " bound of " + formatNumber(least) + " " + unit)
                          .str());
}

void checkBounds(const Design &design, double time, std::vector<std::string> &reasons) {
  auto check = [&](llvm::StringRef name, double bound) {
    checkBound("iteration time", name, time, bound, "s", reasons);
  };
  const LowerBounds bounds = lowerBoundsOf(design);
  check("compute", bounds.compute);
  check("memory", bounds.memory);
  check("network", bounds.network.most());
}

} // namespace wsc::evaluation
