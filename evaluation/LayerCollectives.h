// Which collectives the ranks of a strategy run, with whom, and how large they are.
#pragma once

#include "evaluation/Groups.h"

namespace wsc::evaluation {

/// The groups that a rank belongs to (Placement.h).
enum class GroupKind : uint8_t {
  Tensor,    ///< ranks that share a layer
  Data,      ///< ranks that hold the same weights, but for those of experts
  Context,   ///< ranks that share a sequence
  Experts,   ///< ranks that share the experts of a layer
  ExpertData ///< ranks that hold the same experts
};
llvm::StringRef name(GroupKind kind);
const Group &groupOf(const Placement &placement, GroupKind kind);

/// A collective that every rank takes part in, within its own group.
struct LayerCollective {
  GroupKind group;
  Collective kind;
  double bytes = 0;    ///< as for costOf: the vector, or what a rank sends to all others
  double forward = 0;  ///< how often in the forward pass of a micro-batch and its repetition
  double backward = 0; ///< how often in the backward pass
};
using CollectiveList = llvm::SmallVector<LayerCollective, 4>;

/// Of the attention and of the feed-forward part of one layer, for one micro-batch.
CollectiveList attentionCollectives(const Design &design, Phase phase);
CollectiveList feedForwardCollectives(const Design &design, Phase phase, bool sparse);

/// ZeRO: what gathers weights before each pass, and scatters gradients after the backward pass.
/// `shared` and `experts` are the weights of a rank, in elements.
CollectiveList shardingCollectives(const Design &design, Phase phase, double shared,
                                   double experts);

/// Weights of one rank, on average over the stages, before ZeRO shares them.
struct RankWeights {
  double shared = 0;  ///< all but those of routed experts
  double experts = 0; ///< of routed experts
  double ends = 0;    ///< of `shared`, embeddings
};
RankWeights rankWeights(const Design &design);

/// Of one layer, on average.
RankWeights layerWeights(const Design &design, bool sparse);

/// What a step of training ends with: the sum of the gradients of all replicas, and, for ZeRO
/// stages 1 and 2, the weights that other ranks have updated.  Each once.
CollectiveList gradientCollectives(const Design &design);
CollectiveList weightCollectives(const Design &design);

} // namespace wsc::evaluation
