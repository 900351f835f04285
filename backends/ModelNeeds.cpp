// One rule for each feature of models, workloads and strategies.
#include "backends/ModelNeeds.h"

namespace wsc::backends {

namespace {

using namespace evaluation;

void needsOf(const Model &model, Needs &needs) {
  const bool latent = model.attention == Attention::Latent;
  needs.add(latent, Feature::LatentAttention, "model.attention = latent");
  needs.add(!latent && model.kvHeads < model.heads, Feature::GroupedHeads,
            "model.num_key_value_heads < model.num_attention_heads");
  needs.add(model.window > 0 && model.windowLayers > 0, Feature::SlidingWindows,
            "model.sliding_window");
  needs.add(model.ffnMatrices != 2, Feature::GatedLayers, "model.ffn_matrices = 3");
  needs.add(model.parallelBlock, Feature::ParallelBlocks, "model.parallel_block = true");
  needs.add(model.experts > 1, Feature::Experts, "model.num_experts > 1");
}

void needsOf(const Workload &workload, Needs &needs) {
  needs.add(workload.kind == WorkloadKind::Inference && workload.writesTokens() &&
                workload.output > 0,
            Feature::Decoding, "workload.output_len > 0");
  auto differs = [&](double size) { return size > 0 && size != workload.elementSize; };
  needs.add(differs(workload.weightSize) || differs(workload.activationSize) ||
                differs(workload.gradientSize) || differs(workload.cacheSize),
            Feature::MixedSizes, "a size of tensors that is not `workload.element_size`");
}

void needsOf(const Strategy &strategy, bool trains, Needs &needs) {
  needs.add(strategy.flashAttention, Feature::FlashAttention, "strategy.flash_attention = true");
  needs.add(strategy.cp > 1, Feature::ContextParallel, "strategy.cp > 1");
  needs.add(strategy.weights == Weights::Streamed, Feature::StreamedWeights,
            "strategy.weights = streamed");
  if (!trains)
    return;
  needs.add(strategy.zeroStage >= 2, Feature::SharedGradients, "strategy.zero_stage >= 2");
  if (strategy.pp == 1)
    return;
  needs.add(strategy.schedule == Schedule::GPipe, Feature::GPipe, "strategy.schedule = gpipe");
  needs.add(strategy.schedule == Schedule::Interleaved, Feature::Interleaved,
            "strategy.schedule = interleaved");
  needs.add(strategy.schedule == Schedule::ZeroBubble, Feature::ZeroBubble,
            "strategy.schedule = zero_bubble");
}

} // namespace

std::vector<Need> modelNeeds(const Request &request) {
  const auto &[chip, model, workload, strategy] = request.design;
  Needs needs;
  if (!request.plan || workload.operation != Operation::Nothing)
    return needs.list;
  needsOf(model, needs);
  needsOf(workload, needs);
  needsOf(strategy, workload.kind == WorkloadKind::Training, needs);
  return needs.list;
}

} // namespace wsc::backends
