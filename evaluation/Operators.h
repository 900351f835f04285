// A workload as operators: what one rank computes for one micro-batch in one layer.
//
// Matrix products are M x K by K x N, `count` of them independent of each other.  Tensor
// parallelism splits them as Megatron-LM does (Shoeybi et al., arXiv:1909.08053): heads and the
// feed-forward width over ranks, norms and residuals repeated on every rank.
#pragma once

#include "evaluation/Bind.h"

namespace wsc::evaluation {

enum class OperatorKind : uint8_t {
#define OPERATOR(Name, name) Name,
#include "evaluation/Operators.def"
};
constexpr unsigned operatorKinds = 0
#define OPERATOR(Name, name) +1
#include "evaluation/Operators.def"
    ;
llvm::StringRef name(OperatorKind kind);

/// What the micro-batch is in.
enum class Phase : uint8_t {
  Training, ///< forward, recomputation and backward
  Prefill,  ///< forward over the prompt
  Decode    ///< forward for one token of each sequence, at the mean length of the context
};

struct Operator {
  OperatorKind kind;
  double m = 0, n = 0, k = 0; ///< shape of one product; k == 0 for elementwise operators
  double count = 1;           ///< independent products, or rows that are reduced separately
  double flops = 0;           ///< of all products; 1 MAC is 2 flop
  double resident = 0;        ///< bytes of weights, gradients or cached keys and values used
  double reads = 0;           ///< bytes of activations read
  double writes = 0;          ///< bytes of activations written
  double passes = 1;          ///< how often the latency of the network is paid in sequence
  bool reduces = false;       ///< elementwise, but along rows: softmax, norms

  bool isMatrix() const { return k > 0; }
};

/// Enough for a layer, forward and backward, without allocation.
using OperatorList = llvm::SmallVector<Operator, 40>;

/// The operators of one layer on one rank.
OperatorList layerOperators(const Design &design, Phase phase);

/// The operators that only the first (Embedding) or the last stage (Logits) has.
OperatorList embeddingOperators(const Design &design, Phase phase);
OperatorList logitOperators(const Design &design, Phase phase);

/// Tokens of one micro-batch that pass a layer in this phase.
double tokensPerMicroBatch(const Design &design, Phase phase);

/// All-reduces of the activations of one micro-batch within the tensor-parallel group, for each
/// layer: 2 forward and 2 backward (arXiv:1909.08053), and the forward ones again under full
/// recomputation.
double collectivesPerLayer(const Design &design, Phase phase);

} // namespace wsc::evaluation
