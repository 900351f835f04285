// Bytes and groups of collectives, as strategies define them.
#include "evaluation/LayerCollectives.h"

#include <algorithm>

namespace wsc::evaluation {

llvm::StringRef name(GroupKind kind) {
  switch (kind) {
  case GroupKind::Tensor: return "tensor";
  case GroupKind::Data: return "data";
  case GroupKind::Context: return "context";
  case GroupKind::Experts: return "experts";
  case GroupKind::ExpertData: return "expert data";
  }
  llvm_unreachable("covered switch");
}

const Group &groupOf(const Placement &placement, GroupKind kind) {
  switch (kind) {
  case GroupKind::Tensor: return placement.tensor;
  case GroupKind::Data: return placement.data;
  case GroupKind::Context: return placement.context;
  case GroupKind::Experts: return placement.experts;
  case GroupKind::ExpertData: return placement.expertData;
  }
  llvm_unreachable("covered switch");
}

namespace {

bool trains(Phase phase) { return phase == Phase::Training; }
bool decodes(Phase phase) { return phase == Phase::Decode || phase == Phase::Mixed; }

/// Whether the forward pass of a layer is repeated, with its collectives.
bool repeats(const Design &design, Phase phase) {
  return trains(phase) && design.strategy.recompute == Recompute::Full;
}

/// An all-reduce of activations forward and another backward.  Under sequence parallelism each is
/// an all-gather and a reduce-scatter, of the same bytes.
void addTensor(const Design &design, Phase phase, double copies, bool repeated,
               CollectiveList &list) {
  if (design.strategy.tp == 1)
    return;
  const double bytes = tokensPerMicroBatch(design, phase) * copies * design.model.hidden *
                       design.workload.activationBytes();
  list.push_back({GroupKind::Tensor, Collective::AllReduce, bytes, repeated ? 2.0 : 1.0,
                  trains(phase) ? 1.0 : 0.0});
}

/// Decode with experts over ranks that share sequences, and so have the same tokens: within them
/// nothing is sent, and what experts give is added up.  A group that goes beyond them exchanges
/// tokens first, each of which one rank sends, gets back and passes on.
void addSharedExperts(const Design &design, Phase phase, CollectiveList &list) {
  const auto &[chip, model, workload, strategy] = design;
  const double tokens =
      tokensPerMicroBatch(design, phase) * model.hidden * workload.activationBytes() / strategy.tp;
  if (strategy.ep <= strategy.cp) {
    list.push_back({GroupKind::Experts, Collective::AllReduce, tokens, 1, 0});
    return;
  }
  list.push_back({GroupKind::Experts, Collective::AllToAll,
                  tokens * model.expertsPerToken / strategy.cp, 2, 0});
  list.push_back({GroupKind::Context, Collective::AllGather, tokens, 1, 0});
}

/// Vectors of a token that are summed over tp behind experts: outputs that travel by themselves,
/// each before it does.
double summedCopies(const Design &design, Phase phase) {
  const Strategy &strategy = design.strategy;
  const double sharers = decodes(phase) ? strategy.cp : 1;
  return strategy.ep <= sharers ? 1 : design.model.expertsPerToken / sharers;
}

/// Tokens go to the ranks of their experts and come back, in each pass (GShard, arXiv:2006.16668).
void addExperts(const Design &design, Phase phase, CollectiveList &list) {
  const auto &[chip, model, workload, strategy] = design;
  if (strategy.ep == 1)
    return;
  if (decodes(phase) && strategy.cp > 1)
    return addSharedExperts(design, phase, list);
  const double bytes = tokensPerMicroBatch(design, phase) * model.expertsPerToken * model.hidden *
                       workload.activationBytes() / strategy.tp;
  list.push_back({GroupKind::Experts, Collective::AllToAll, bytes,
                  repeats(design, phase) ? 4.0 : 2.0, trains(phase) ? 2.0 : 0.0});
}

/// Each rank attends to the keys and values that it has cached; then all add up what they found,
/// weighted by the maximum and the sum of each softmax (Yang et al., arXiv:2411.01783).
void addPartialAttention(const Design &design, Phase phase, CollectiveList &list) {
  const Model &model = design.model;
  const double width = model.attention == Attention::Latent ? model.kvRank : model.headDim;
  const double heads = model.heads / design.strategy.tp;
  const double bytes =
      tokensPerMicroBatch(design, phase) * heads * (width + 2) * design.workload.activationBytes();
  list.push_back({GroupKind::Context, Collective::AllReduce, bytes, 1, 0});
}

/// Keys and values pass all ranks of the group while they compute with those they have; backward,
/// their gradients do so, too (ring attention, arXiv:2310.01889).
void addContext(const Design &design, Phase phase, CollectiveList &list) {
  const auto &[chip, model, workload, strategy] = design;
  if (strategy.cp == 1)
    return;
  if (decodes(phase))
    return addPartialAttention(design, phase, list);
  const double elements = model.attention == Attention::Latent
                              ? model.kvRank + model.ropeDim
                              : 2 * std::max(1.0, model.kvHeads / strategy.tp) * model.headDim;
  const double bytes =
      strategy.microBatch * workload.sequence * elements * workload.activationBytes();
  list.push_back({GroupKind::Context, Collective::AllGather, bytes,
                  repeats(design, phase) ? 2.0 : 1.0, trains(phase) ? 2.0 : 0.0});
}

/// A collective of weights, each kind over the ranks that hold copies.
CollectiveList overWeights(Collective kind, double shared, double experts, double forward,
                           double backward) {
  CollectiveList list{{GroupKind::Data, kind, shared, forward, backward}};
  if (experts > 0)
    list.push_back({GroupKind::ExpertData, kind, experts, forward, backward});
  return list;
}

} // namespace

CollectiveList attentionCollectives(const Design &design, Phase phase) {
  CollectiveList list;
  if (!design.model.parallelBlock)
    addTensor(design, phase, 1, repeats(design, phase), list);
  addContext(design, phase, list);
  return list;
}

CollectiveList feedForwardCollectives(const Design &design, Phase phase, bool sparse) {
  CollectiveList list;
  const bool repeated = repeats(design, phase) && (sparse || !design.strategy.earlyStop);
  addTensor(design, phase, sparse ? summedCopies(design, phase) : 1, repeated, list);
  if (sparse)
    addExperts(design, phase, list);
  return list;
}

CollectiveList shardingCollectives(const Design &design, Phase phase, double shared,
                                   double experts) {
  const Strategy &strategy = design.strategy;
  CollectiveList list;
  if (strategy.replicas() == 1)
    return list;
  if (strategy.zeroStage >= 3) {
    const double element = design.workload.weightBytes();
    list = overWeights(Collective::AllGather, shared * element, experts * element, 1,
                       trains(phase) ? 1 : 0);
  }
  if (strategy.zeroStage >= 2 && trains(phase)) {
    const double element = design.workload.gradientBytes();
    list.append(overWeights(Collective::ReduceScatter, shared * element, experts * element, 0, 1));
  }
  return list;
}

RankWeights rankWeights(const Design &design) {
  const auto &[chip, model, workload, strategy] = design;
  const double ranks = strategy.tp * strategy.pp;
  const double routed = model.experts > 1 ? (model.layers - model.denseLayers) * model.experts *
                                                model.ffnMatrices * model.hidden * model.expertFfn
                                          : 0;
  return {(model.parameters - routed) / ranks, routed / (ranks * strategy.ep),
          model.embeddings * model.vocabulary * model.hidden / ranks};
}

RankWeights layerWeights(const Design &design, bool sparse) {
  const auto &[chip, model, workload, strategy] = design;
  const RankWeights weights = rankWeights(design);
  const double layers = model.layers / strategy.pp;
  const double sparseLayers = (model.layers - model.denseLayers) / strategy.pp;
  return {(weights.shared - weights.ends) / layers, sparse ? weights.experts / sparseLayers : 0, 0};
}

CollectiveList gradientCollectives(const Design &design) {
  const Strategy &strategy = design.strategy;
  // From stage 2 on, each micro-batch does this for itself; streamed weights: gradients are added
  // on their way out.
  if (strategy.zeroStage >= 2 || strategy.weights == Weights::Streamed)
    return {};
  const RankWeights weights = rankWeights(design);
  const double element = design.workload.gradientBytes();
  // Stage 1: each rank keeps the sums that its optimizer needs.
  return overWeights(strategy.zeroStage == 0 ? Collective::AllReduce : Collective::ReduceScatter,
                     weights.shared * element, weights.experts * element, 0, 1);
}

CollectiveList weightCollectives(const Design &design) {
  const double stage = design.strategy.zeroStage;
  if (stage != 1 && stage != 2)
    return {};
  const RankWeights weights = rankWeights(design);
  const double element = design.workload.weightBytes();
  return overWeights(Collective::AllGather, weights.shared * element, weights.experts * element, 1,
                     0);
}

} // namespace wsc::evaluation
