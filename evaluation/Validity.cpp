// Checks before the evaluation.
#include "evaluation/Validity.h"

#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {
std::string text(double value) { return formatNumber(value); }
std::string gigabytes(double bytes) { return formatNumber(bytes / 1e9) + " GB"; }

void checkModel(const Model &model, std::vector<std::string> &reasons) {
  if (std::fmod(model.heads, model.kvHeads) != 0)
    reasons.push_back("the " + text(model.kvHeads) +
                      " heads of keys and values do not divide the " + text(model.heads) +
                      " attention heads");
  if (model.ffnMatrices != 2 && model.ffnMatrices != 3)
    reasons.push_back("a feed-forward layer has 2 or 3 matrices, not " + text(model.ffnMatrices));
  if (model.windowLayers > model.layers)
    reasons.push_back("`model.num_window_layers` " + text(model.windowLayers) +
                      " is more than the " + text(model.layers) + " layers");
  if (model.attention == Attention::Latent &&
      !(model.kvRank > 0 && model.nopeDim + model.ropeDim > 0 && model.valueDim > 0))
    reasons.push_back("latent attention needs `model.kv_lora_rank`, `model.v_head_dim` and "
                      "`model.qk_nope_head_dim` or `model.qk_rope_head_dim`");
  if (model.experts == 1)
    return;
  if (model.expertFfn == 0)
    reasons.push_back("a mixture of experts needs `model.moe_intermediate_size`");
  if (model.expertsPerToken > model.experts)
    reasons.push_back("a token is sent to " + text(model.expertsPerToken) + " of " +
                      text(model.experts) + " experts");
  if (model.denseLayers > model.layers)
    reasons.push_back("`model.num_dense_layers` " + text(model.denseLayers) + " is more than the " +
                      text(model.layers) + " layers");
}

void checkPower(const Chip &chip, std::vector<std::string> &reasons) {
  if (chip.powerLimit > 0 && chip.powerLimit <= chip.staticPower)
    reasons.push_back("a wafer draws " + text(chip.staticPower) +
                      " W whatever it does, and `wafer.power_limit` allows " +
                      text(chip.powerLimit) + " W: raise the limit");
}

void checkMemoryPorts(const Chip &chip, std::vector<std::string> &reasons) {
  if (chip.memoryPorts != MemoryPorts::None && chip.dramBandwidth == 0)
    reasons.push_back("there is no memory behind `wafer.memory_ports`: `reticle.dram_bandwidth`, a "
                      "reticle's share of it, is 0");
}

} // namespace

void findTooFewReticles(const Design &design, std::vector<std::string> &reasons) {
  const auto &[chip, model, workload, strategy] = design;
  const double reticles = strategy.ranks() * strategy.reticlesPerRank;
  if (reticles > chip.reticles())
    reasons.push_back("the strategy needs " + text(reticles) + " reticles (tp " +
                      text(strategy.tp) + " x pp " + text(strategy.pp) + " x dp " +
                      text(strategy.dp) +
                      (strategy.cp > 1 ? " x cp " + text(strategy.cp) : std::string()) + " x " +
                      text(strategy.reticlesPerRank) + " reticles a rank), the system has " +
                      text(chip.reticles()));
}

namespace {

void checkGroups(const Design &design, std::vector<std::string> &reasons) {
  const auto &[chip, model, workload, strategy] = design;
  findTooFewReticles(design, reasons);
  if (const double cores = chip.coreRows * chip.coreCols; chip.collectiveCores >= cores)
    reasons.push_back("collectives take " + text(chip.collectiveCores) + " of the " + text(cores) +
                      " cores of a reticle, which leaves none to compute: lower "
                      "`wafer.collective_cores`");
  if (strategy.pp > model.layers)
    reasons.push_back("pp " + text(strategy.pp) + " is more than the " + text(model.layers) +
                      " layers");
  if (std::fmod(model.heads, strategy.tp) != 0)
    reasons.push_back("tp " + text(strategy.tp) + " does not divide the " + text(model.heads) +
                      " attention heads");
  if (std::fmod(strategy.replicas(), strategy.ep) != 0)
    reasons.push_back("ep " + text(strategy.ep) + " does not divide the " +
                      text(strategy.replicas()) + " ranks of dp x cp");
  if (std::fmod(model.experts, strategy.ep) != 0)
    reasons.push_back("ep " + text(strategy.ep) + " does not divide the " + text(model.experts) +
                      " experts");
}

void checkWorkload(const Design &design, std::vector<std::string> &reasons) {
  const auto &[chip, model, workload, strategy] = design;
  const double decoders = strategy.dp - strategy.prefillReplicas;
  if (strategy.prefillReplicas > 0 && std::fmod(workload.batch, decoders) != 0)
    reasons.push_back("the batch of " + text(workload.batch) + " is not a multiple of the " +
                      text(decoders) + " replicas that decode");
  if (strategy.prefillReplicas == 0 && workload.side == Side::Both &&
      std::fmod(workload.batch, strategy.dp * strategy.microBatch) != 0)
    reasons.push_back("the batch of " + text(workload.batch) + " is not a multiple of dp " +
                      text(strategy.dp) + " x micro-batch " + text(strategy.microBatch));
  if (std::fmod(workload.sequence, strategy.cp) != 0)
    reasons.push_back("cp " + text(strategy.cp) + " does not divide the " +
                      text(workload.sequence) + " tokens of a sequence");
  if (workload.kind == WorkloadKind::Inference && workload.output < 1)
    reasons.push_back("inference needs at least one output token");
  if (strategy.prefillReplicas > 0 && strategy.prefillReplicas >= strategy.dp)
    reasons.push_back("with " + text(strategy.prefillReplicas) + " of " + text(strategy.dp) +
                      " replicas for prompts, none is left to decode");
  if (strategy.prefillReplicas > 0 && workload.serving != Serving::ContinuousBatching)
    reasons.push_back("replicas for prompts serve continuous batching; `workload.serving` is "
                      "`one_batch`");
  if (workload.prefillChunk > 0 &&
      (workload.serving != Serving::ContinuousBatching || strategy.prefillReplicas > 0))
    reasons.push_back(
        "prompts in chunks share steps with decoding: `workload.prefill_chunk` is for "
        "continuous batching without replicas for prompts");
  else if (workload.prefillChunk > 0 && workload.output == 1)
    reasons.push_back(
        "prompts in chunks share steps with decoding, and with `workload.output_len` 1 "
        "nothing is decoded: set `workload.prefill_chunk` to 0");
  if (workload.draftAcceptance > 1)
    reasons.push_back("`workload.draft_acceptance` is a probability, is " +
                      text(workload.draftAcceptance));
  if (workload.expertImbalance < 1)
    reasons.push_back("`workload.expert_imbalance` is the busiest over the mean, at least 1, not " +
                      text(workload.expertImbalance));
}

/// Of a chip that shares its requests with another.
void checkSide(const Design &design, std::vector<std::string> &reasons) {
  const auto &[chip, model, workload, strategy] = design;
  if (workload.side == Side::Both)
    return;
  if (workload.kind != WorkloadKind::Inference || workload.serving != Serving::ContinuousBatching)
    reasons.push_back("a chip of its own for prompts serves continuous batching: set "
                      "`workload.serving`, or do without `prefill`");
  if (strategy.prefillReplicas > 0)
    reasons.push_back("a chip reads all prompts, so that there are no replicas for them: set "
                      "`prefill_replicas` to 0");
  if (workload.prefillChunk > 0)
    reasons.push_back("where prompts have a chip of their own, no step reads parts of them and "
                      "decodes: set `workload.prefill_chunk` to 0");
  if (workload.side == Side::Prompts)
    return;
  if (workload.output == 1)
    reasons.push_back("a chip that decodes needs a `workload.output_len` of 2 or more");
  if (std::fmod(workload.batch, strategy.dp) != 0)
    reasons.push_back("the batch of " + text(workload.batch) + " is not a multiple of the " +
                      text(strategy.dp) + " replicas that decode");
}

void checkSchedule(const Design &design, std::vector<std::string> &reasons) {
  const auto &[chip, model, workload, strategy] = design;
  if (strategy.zeroStage > 3)
    reasons.push_back("`strategy.zero_stage` is 0 to 3, not " + text(strategy.zeroStage));
  if (workload.kind == WorkloadKind::Inference || strategy.schedule != Schedule::Interleaved)
    return;
  if (strategy.virtualStages * strategy.pp > model.layers)
    reasons.push_back("pp " + text(strategy.pp) + " x " + text(strategy.virtualStages) +
                      " virtual stages is more than the " + text(model.layers) + " layers");
  const double microBatches = workload.batch / (strategy.dp * strategy.microBatch);
  if (std::fmod(microBatches, strategy.pp) != 0)
    reasons.push_back("an interleaved schedule needs a multiple of pp " + text(strategy.pp) +
                      " micro-batches, not " + text(microBatches));
}

} // namespace

void findContradictions(const Design &design, std::vector<std::string> &reasons) {
  checkGroups(design, reasons);
  checkPower(design.chip, reasons);
  checkMemoryPorts(design.chip, reasons);
  checkModel(design.model, reasons);
  checkWorkload(design, reasons);
  checkSide(design, reasons);
  checkSchedule(design, reasons);
}

void findUnmodelled(const Design &design, std::vector<std::string> &reasons) {
  const Strategy &strategy = design.strategy;
  const double larger = std::max(strategy.cp, strategy.ep);
  const double smaller = std::min(strategy.cp, strategy.ep);
  if (design.workload.kind == WorkloadKind::Inference && std::fmod(larger, smaller) != 0)
    reasons.push_back(
        "the analytic evaluator does not model groups of experts that cut through ranks "
        "with the same tokens: in inference `strategy.cp` is " +
        text(strategy.cp) + " and `strategy.ep` is " + text(strategy.ep) +
        "; make one a multiple of the other");
}

void findUnmodelledHardware(const Design &design, std::vector<std::string> &reasons) {
  const auto &[chip, model, workload, strategy] = design;
  if (chip.coreTopology == Topology::Switch && chip.waferTopology == Topology::Switch &&
      strategy.reticlesPerRank > 1)
    reasons.push_back(
        "the analytic evaluator takes devices behind a switch for ranks of their own: "
        "`strategy.reticles_per_rank` is " +
        text(strategy.reticlesPerRank) +
        "; set it to 1, and raise `strategy.tp` to use more devices");
  if (chip.memoryPorts != MemoryPorts::None && chip.waferTopology != Topology::Mesh)
    reasons.push_back("memory behind the edges of a wafer is modelled on a mesh: set "
                      "`wafer.topology` to `mesh`, or `wafer.memory_ports` to `no_ports`");
}

Item memoryItem(const Design &design) {
  const Strategy &strategy = design.strategy;
  Item item{"memory of a rank", 0, UnitKind::Bytes};
  item.parts = {{"weights", strategy.weightMemory, UnitKind::Bytes},
                {"gradients", strategy.gradientMemory, UnitKind::Bytes},
                {"optimizer state", strategy.optimizerMemory, UnitKind::Bytes},
                {"activations", strategy.activationMemory, UnitKind::Bytes},
                {"keys and values", strategy.cacheMemory, UnitKind::Bytes}};
  item.value = item.sum();
  return item;
}

void checkMemory(const Design &design, std::vector<std::string> &reasons) {
  const Strategy &strategy = design.strategy;
  const double needed = strategy.weightMemory + strategy.gradientMemory + strategy.optimizerMemory +
                        strategy.activationMemory + strategy.cacheMemory;
  const double available = strategy.reticlesPerRank * design.chip.memory;
  if (needed <= available)
    return;
  std::string parts;
  for (const Item &part : memoryItem(design).parts)
    if (part.value > 0)
      parts += (parts.empty() ? "" : ", ") + part.name.str() + " " + gigabytes(part.value);
  reasons.push_back("a rank needs " + gigabytes(needed) + " (" + parts + ") and has " +
                    gigabytes(available) + ": " + gigabytes(needed - available) + " too much");
}

} // namespace wsc::evaluation
