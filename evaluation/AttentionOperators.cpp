// Norms and attention of a layer: with heads of keys and values (MHA, GQA, MQA) or with one latent
// vector (MLA), in full or within a sliding window.
#include "evaluation/Shape.h"

#include <algorithm>

namespace wsc::evaluation {

namespace {

/// Keys that a query is multiplied with.  Of a sequence of s tokens under a causal mask query i
/// sees i + 1 of them, or w within a window; only fused attention skips what the mask hides.
double keysOf(const Shape &s, double window) {
  const double seen = window > 0 ? std::min(window, s.context) : s.context;
  if (s.cached || !s.fused)
    return seen * s.cacheShare;
  return seen - seen * (seen - 1) / (2 * s.context);
}

/// The same of the part of a prompt beside a decode step.
double promptKeysOf(const Shape &s, double window) {
  return s.cacheShare * (window > 0 ? std::min(window, s.promptContext) : s.promptContext);
}

/// Products with cached or fresh keys and values, which `heads / groups` heads share.
struct Core {
  double rows, groups; ///< queries times heads of a product; products
  double keys;         ///< of each product
  double keyDim, valueDim;
  Operand operand;
};

void addSoftmax(OperatorList &ops, const Core &core, const Shape &s) {
  const double scores = core.groups * core.rows * core.keys;
  Operator softmax = elementwise(OperatorKind::Softmax, softmaxFlops * scores, scores, scores, s);
  softmax.count = core.groups;
  softmax.reduces = true;
  ops.push_back(softmax);
  if (!s.dropout)
    return;
  // A kernel of its own, which reads each score once, with a mask of one byte.
  Operator dropout = elementwise(OperatorKind::Softmax, residualFlops * scores, scores, scores, s);
  dropout.writes += scores;
  ops.push_back(dropout);
}

void addUnfused(OperatorList &ops, const Core &core, bool oneCache, const Shape &s) {
  using enum OperatorKind;
  ops.push_back(product(Scores, core.rows, core.keys, core.keyDim, core.groups, core.operand, s));
  addSoftmax(ops, core, s);
  Operator values =
      product(Values, core.rows, core.valueDim, core.keys, core.groups, core.operand, s);
  if (oneCache) { // of MLA: the values are a part of what the scores have read
    values.reads += values.resident;
    values.resident = 0;
  }
  ops.push_back(values);
}

/// One kernel, which reads queries, keys and values and writes the outputs (FlashAttention, Dao et
/// al., arXiv:2205.14135).
void addFused(OperatorList &ops, const Core &core, bool oneCache, const Shape &s) {
  Operator op = product(OperatorKind::Attention, core.rows, core.keys, core.keyDim + core.valueDim,
                        core.groups, Operand::Streamed, s);
  const double queries = core.groups * core.rows;
  const double pairs = core.groups * (s.cached ? core.keys : s.context);
  const double cached = pairs * (core.keyDim + (oneCache ? 0 : core.valueDim));
  op.reads = queries * core.keyDim * s.activationSize;
  op.writes = queries * core.valueDim * s.activationSize;
  op.right = core.operand == Operand::Cache ? s.cacheSize : s.activationSize;
  (core.operand == Operand::Cache ? op.resident : op.reads) += cached * op.right;
  // Softmax runs between the two products, on the units for elementwise work: an exponential takes
  // as long as 8 flop there, its surroundings 12 (FlashAttention-2, arXiv:2307.08691, section 3.1).
  constexpr double flopsPerScore = 20;
  op.vectorFlops = flopsPerScore * queries * core.keys;
  // The backward pass computes the scores again: five products for two.
  op.backward = 2.5;
  ops.push_back(op);
}

void addCore(OperatorList &ops, const Core &core, bool oneCache, const Shape &s) {
  s.fused ? addFused(ops, core, oneCache, s) : addUnfused(ops, core, oneCache, s);
}

void addGrouped(OperatorList &ops, const Shape &s, double window) {
  using enum OperatorKind;
  const double width = s.heads * s.headDim;
  ops.push_back(product(Qkv, s.tokens(), width + 2 * s.kvHeads * s.headDim, s.hidden, 1,
                        Operand::Weights, s));
  // The query heads that share a head of keys and values form one product with it.
  addCore(ops,
          {s.queryTokens * s.heads / s.kvHeads, s.sequences * s.kvHeads, keysOf(s, window),
           s.headDim, s.valueDim, s.cached ? Operand::Cache : Operand::Streamed},
          false, s);
  if (s.promptTokens > 0)
    addCore(ops,
            {s.promptTokens * s.heads / s.kvHeads, s.kvHeads, promptKeysOf(s, window), s.headDim,
             s.valueDim, Operand::Cache},
            false, s);
}

/// DeepSeek-V2, arXiv:2405.04434, section 2.1.  What leads to a latent vector is repeated on every
/// rank.
void addLatent(OperatorList &ops, const Model &model, const Shape &s, double window) {
  using enum OperatorKind;
  const double tokens = s.tokens(), keys = keysOf(s, window);
  const double cached = model.kvRank + model.ropeDim, queries = s.heads * s.headDim;
  auto weights = [&](OperatorKind kind, double n, double k, double count = 1) {
    ops.push_back(product(kind, tokens, n, k, count, Operand::Weights, s));
  };
  ops.push_back(norms(1, tokens * (model.kvRank + model.queryRank), s));
  weights(Latent, model.queryRank + cached, s.hidden);
  weights(Qkv, queries, model.queryRank > 0 ? model.queryRank : s.hidden);
  if (!s.cached) {
    weights(Latent, s.heads * (model.nopeDim + s.valueDim), model.kvRank);
    addCore(ops,
            {s.queryTokens, s.sequences * s.heads, keys, s.headDim, s.valueDim, Operand::Streamed},
            false, s);
    return;
  }
  // Decode: the projections of keys and values move to the side of queries and outputs, where all
  // heads share the one cached vector.
  weights(Latent, model.kvRank, model.nopeDim, s.heads);
  addCore(ops, {s.queryTokens * s.heads, s.sequences, keys, cached, model.kvRank, Operand::Cache},
          true, s);
  if (s.promptTokens > 0)
    addCore(ops,
            {s.promptTokens * s.heads, 1, promptKeysOf(s, window), cached, model.kvRank,
             Operand::Cache},
            true, s);
  weights(Latent, s.valueDim, model.kvRank, s.heads);
}

} // namespace

OperatorList attentionOperators(const Design &design, Phase phase, bool windowed) {
  const Shape s = shapeOf(design, phase);
  const double window = windowed ? design.model.window : 0;
  OperatorList ops;
  ops.push_back(norms(design.model.parallelBlock ? 1 : 2, s.stream(), s));
  if (design.model.attention == Attention::Latent)
    addLatent(ops, design.model, s, window);
  else
    addGrouped(ops, s, window);
  ops.push_back(product(OperatorKind::Projection, s.tokens(), s.hidden, s.heads * s.valueDim, 1,
                        Operand::Weights, s));
  return ops;
}

} // namespace wsc::evaluation
