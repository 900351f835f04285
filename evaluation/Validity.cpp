// Checks before the evaluation.
#include "evaluation/Validity.h"

#include <cmath>

namespace wsc::evaluation {

namespace {
std::string text(double value) { return formatNumber(value); }
std::string gigabytes(double bytes) { return formatNumber(bytes / 1e9) + " GB"; }
} // namespace

void findContradictions(const Design &design, std::vector<std::string> &reasons) {
  const auto &[chip, model, workload, strategy] = design;
  const double reticles = strategy.ranks() * strategy.reticlesPerRank;
  if (reticles > chip.reticles())
    reasons.push_back("the strategy needs " + text(reticles) + " reticles (tp " +
                      text(strategy.tp) + " x pp " + text(strategy.pp) + " x dp " +
                      text(strategy.dp) + " x " + text(strategy.reticlesPerRank) +
                      " reticles a rank), the system has " + text(chip.reticles()));
  if (strategy.pp > model.layers)
    reasons.push_back("pp " + text(strategy.pp) + " is more than the " + text(model.layers) +
                      " layers");
  if (std::fmod(model.heads, strategy.tp) != 0)
    reasons.push_back("tp " + text(strategy.tp) + " does not divide the " + text(model.heads) +
                      " attention heads");
  if (std::fmod(model.heads, model.kvHeads) != 0)
    reasons.push_back("the " + text(model.kvHeads) +
                      " heads of keys and values do not divide the " + text(model.heads) +
                      " attention heads");
  const double decoders = strategy.dp - strategy.prefillReplicas;
  if (strategy.prefillReplicas > 0 && std::fmod(workload.batch, decoders) != 0)
    reasons.push_back("the batch of " + text(workload.batch) + " is not a multiple of the " +
                      text(decoders) + " replicas that decode");
  if (strategy.prefillReplicas == 0 &&
      std::fmod(workload.batch, strategy.dp * strategy.microBatch) != 0)
    reasons.push_back("the batch of " + text(workload.batch) + " is not a multiple of dp " +
                      text(strategy.dp) + " x micro-batch " + text(strategy.microBatch));
  if (model.ffnMatrices != 2 && model.ffnMatrices != 3)
    reasons.push_back("a feed-forward layer has 2 or 3 matrices, not " + text(model.ffnMatrices));
  if (workload.kind == WorkloadKind::Inference && workload.output < 1)
    reasons.push_back("inference needs at least one output token");
  if (strategy.prefillReplicas > 0 && strategy.prefillReplicas >= strategy.dp)
    reasons.push_back("with " + text(strategy.prefillReplicas) + " of " + text(strategy.dp) +
                      " replicas for prompts, none is left to decode");
  if (strategy.prefillReplicas > 0 && workload.serving != Serving::ContinuousBatching)
    reasons.push_back("replicas for prompts serve continuous batching; `workload.serving` is "
                      "`one_batch`");
  if (workload.draftAcceptance > 1)
    reasons.push_back("`workload.draft_acceptance` is a probability, is " +
                      text(workload.draftAcceptance));
}

void findUnmodelled(const Model &model, std::vector<std::string> &reasons) {
  if (model.experts > 1)
    reasons.push_back("the analytic evaluator does not model mixtures of experts yet: "
                      "`model.num_experts` is " +
                      text(model.experts));
  if (model.attention == Attention::Latent)
    reasons.push_back("the analytic evaluator does not model multi-head latent attention yet: "
                      "`model.attention` is `latent`");
}

Item memoryItem(const Design &design) {
  const Strategy &strategy = design.strategy;
  Item item{"memory of a rank", 0, UnitKind::Bytes};
  item.parts = {{"weights", strategy.weightMemory, UnitKind::Bytes},
                {"gradients and optimizer", strategy.optimizerMemory, UnitKind::Bytes},
                {"activations", strategy.activationMemory, UnitKind::Bytes}};
  item.value = item.sum();
  return item;
}

void checkMemory(const Design &design, std::vector<std::string> &reasons) {
  const Strategy &strategy = design.strategy;
  const double needed =
      strategy.weightMemory + strategy.optimizerMemory + strategy.activationMemory;
  const double available = strategy.reticlesPerRank * design.chip.memory;
  if (needed > available)
    reasons.push_back("a rank needs " + gigabytes(needed) + " (weights " +
                      gigabytes(strategy.weightMemory) + ", optimizer " +
                      gigabytes(strategy.optimizerMemory) + ", activations " +
                      gigabytes(strategy.activationMemory) + ") and has " + gigabytes(available) +
                      ": " + gigabytes(needed - available) + " too much");
}

} // namespace wsc::evaluation
