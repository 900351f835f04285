// Roofline bounds of a whole iteration.
#include "evaluation/Bounds.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace wsc::evaluation {

namespace {

/// Weights of all layers, without embeddings and norms.
double layerWeights(const Model &model) {
  const double queries = model.heads * model.headDim, keys = model.kvHeads * model.headDim;
  return model.layers * model.hidden * (2 * queries + 2 * keys + model.ffnMatrices * model.ffn);
}

double logitWeights(const Model &model) { return model.hidden * model.vocabulary; }

/// Forward flop of the attention of one token to `context` tokens, in all layers.
double attentionFlops(const Model &model, double context) {
  return 4 * model.layers * model.heads * model.headDim * context;
}

/// Decode steps of a request, after the token that the prefill gives, and their mean context.
struct DecodeSteps {
  double count, context;
};
DecodeSteps decodeSteps(const Workload &workload) {
  return {workload.output - 1, workload.sequence + workload.output / 2};
}

} // namespace

double modelFlops(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  const double layers = 2 * layerWeights(model), logits = 2 * logitWeights(model);
  const double sequence = workload.sequence, attention = attentionFlops(model, sequence);
  switch (workload.kind) {
  case WorkloadKind::Training: return 3 * workload.batch * sequence * (layers + logits + attention);
  case WorkloadKind::Inference: {
    const DecodeSteps steps = decodeSteps(workload);
    const double prefill = sequence * (layers + attention) + logits;
    return workload.batch *
           (prefill + steps.count * (layers + logits + attentionFlops(model, steps.context)));
  }
  }
  llvm_unreachable("covered switch");
}

double leastMemoryBytes(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  const double weights = (layerWeights(model) + logitWeights(model)) * workload.elementSize;
  const double microBatches = workload.batch / strategy.microBatch; // of all replicas
  switch (workload.kind) {
  case WorkloadKind::Training: return microBatches * 2 * weights; // forward and backward
  case WorkloadKind::Inference: {
    const DecodeSteps steps = decodeSteps(workload);
    const double cache = 2 * model.layers * model.kvHeads * model.headDim * steps.context *
                         workload.batch * workload.elementSize;
    // A step of speculative decoding yields at most one token more than were guessed.
    const double checks = steps.count / (1 + workload.draftTokens);
    const double replicas = strategy.dp - strategy.prefillReplicas;
    return microBatches * weights + checks * (replicas * weights + cache);
  }
  }
  llvm_unreachable("covered switch");
}

namespace {
struct LowerBounds {
  double compute, memory;
};
LowerBounds boundsOf(const Design &design) {
  const Chip &chip = design.chip;
  const double bandwidth = chip.dramBandwidth > 0 ? chip.dramBandwidth : chip.sramBandwidth;
  return {modelFlops(design) / (chip.peak * chip.reticles()),
          leastMemoryBytes(design) / (bandwidth * chip.reticles())};
}
} // namespace

std::vector<Item> lowerBounds(const Design &design) {
  const LowerBounds bounds = boundsOf(design);
  return {{"compute", bounds.compute}, {"memory", bounds.memory}};
}

double greatestThroughput(const Design &design) {
  Design best = design;
  const auto &[chip, model, workload, strategy] = best;
  // All requests of a replica at once read its weights least often.
  best.strategy.microBatch = workload.batch / strategy.dp;
  const double used = strategy.ranks() * strategy.reticlesPerRank / chip.reticles();
  const LowerBounds bounds = boundsOf(best);
  const double tokens =
      workload.batch *
      (workload.kind == WorkloadKind::Training ? workload.sequence : workload.output);
  return tokens * used / std::max(bounds.compute, bounds.memory);
}

llvm::ArrayRef<unsigned> fieldsOfGreatestThroughput() {
  static const std::vector<unsigned> fields = [] {
    const llvm::StringRef paths[] = {
#define FIELD(member, path, kind) path,
#include "evaluation/Fields.def"
    };
    std::vector<unsigned> found;
    for (auto [i, path] : llvm::enumerate(paths))
      if (!path.starts_with("strategy.") ||
          llvm::is_contained({"strategy.tp", "strategy.pp", "strategy.dp",
                              "strategy.prefill_replicas", "strategy.reticles_per_rank"},
                             path))
        found.push_back(i);
    return found;
  }();
  return fields;
}

void checkBounds(const Design &design, double time, std::vector<std::string> &reasons) {
  constexpr double rounding = 1e-9;
  auto check = [&](llvm::StringRef name, double bound) {
    if (!(time >= bound * (1 - rounding)))
      reasons.push_back("iteration time " + formatNumber(time) + " s is below the " + name.str() +
                        " bound of " + formatNumber(bound) + " s");
  };
  const LowerBounds bounds = boundsOf(design);
  check("compute", bounds.compute);
  check("memory", bounds.memory);
}

} // namespace wsc::evaluation
