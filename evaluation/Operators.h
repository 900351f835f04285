// A workload as operators: what one rank computes for one micro-batch in one layer.
//
// Matrix products are M x K by K x N, `count` of them independent of each other.  Tensor
// parallelism splits them as Megatron-LM does (Shoeybi et al., arXiv:1909.08053): heads and the
// feed-forward width over ranks; norms and residuals are repeated on every rank, or split along
// the sequence (Korthikanti et al., arXiv:2205.05198).  Context parallelism splits the tokens.
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

// Flop for each element of elementwise operators: softmax is a maximum, an exponential and a sum, a
// norm mean, variance, scale and shift (Dey et al., Cerebras-GPT, arXiv:2304.03208, appendix, also
// for GELU).
constexpr double softmaxFlops = 3, normFlops = 7, activationFlops = 20, residualFlops = 1;

/// What the micro-batch is in.
enum class Phase : uint8_t {
  Training, ///< forward, recomputation and backward
  Prefill,  ///< forward over the prompt
  Decode,   ///< forward for one token of each sequence, at the mean length of the context
  Mixed     ///< the same, with `workload.prefill_chunk` tokens of a prompt beside them
};

struct Operator {
  OperatorKind kind;
  double m = 0, n = 0, k = 0; ///< shape of one product; k == 0 for elementwise operators
  double count = 1;           ///< independent products, or rows that are reduced separately
  double flops = 0;           ///< of all products; 1 MAC is 2 flop
  double resident = 0;        ///< bytes of weights, gradients or cached keys and values used
  double reads = 0;           ///< bytes of activations read
  double writes = 0;          ///< bytes of activations written
  // Bytes of an element of the operands of a product and of its result; of elementwise work, all
  // are alike.
  double left = 0, right = 0, result = 0;
  double vectorFlops = 0;   ///< elementwise work inside a product, which does not overlap with it
  double passes = 1;        ///< how often the latency of the network is paid in sequence
  double imbalance = 1;     ///< time of the busiest rank over that of the mean
  double backward = 2;      ///< flop of the backward pass over those of the forward pass
  bool reduces = false;     ///< elementwise, but along rows: softmax, norms
  bool accumulates = false; ///< the result is added to what is in memory

  bool isMatrix() const { return k > 0; }
};

/// Enough for a layer forward without allocation.
using OperatorList = llvm::SmallVector<Operator, 24>;

/// Layers of one model differ in two ways.
struct LayerKind {
  bool sparse = false;   ///< experts instead of a dense feed-forward network
  bool windowed = false; ///< attention looks back at a sliding window only
};

/// The forward operators of one layer on one rank: norms and attention, then feed-forward and
/// residuals.
OperatorList layerOperators(const Design &design, Phase phase, LayerKind kind = {});
OperatorList attentionOperators(const Design &design, Phase phase, bool windowed = false);
OperatorList feedForwardOperators(const Design &design, Phase phase, bool sparse = false);

/// The forward operators that only the first (Embedding) or the last stage (Logits) has.
OperatorList embeddingOperators(const Design &design, Phase phase);
OperatorList logitOperators(const Design &design, Phase phase);

/// The backward pass of an operator: the gradient of its inputs, and that of its weights where it
/// has any.
struct Backward {
  Operator inputs;
  std::optional<Operator> second; ///< of the second operand of a product
  bool hasWeights = false;        ///< `second` is the gradient of weights
};
/// `accumulates`: gradients are added to those of earlier micro-batches.
Backward backwardOf(const Operator &op, const Workload &workload, bool accumulates);

/// Whether it is computed a second time before the backward pass (arXiv:2205.05198).
bool isRecomputed(const Operator &op, const Strategy &strategy);

/// Tokens of one micro-batch that pass a layer of one rank in this phase.
double tokensPerMicroBatch(const Design &design, Phase phase);

} // namespace wsc::evaluation
