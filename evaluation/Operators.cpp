// The operators of a transformer layer, forward, recomputed and backward.
#include "evaluation/Operators.h"

#include <algorithm>

namespace wsc::evaluation {

namespace {

// Flop of the elementwise operators for each element (Dey et al., Cerebras-GPT,
// arXiv:2304.03208, appendix: softmax 3, layer norm 7, GELU 20).
constexpr double softmaxFlops = 3, normFlops = 7, activationFlops = 20, residualFlops = 1;

/// What the operators of a layer depend on, on one rank.
struct Shape {
  double element;     ///< bytes of an element
  double sequences;   ///< of the micro-batch
  double queryTokens; ///< tokens of a sequence that are computed
  double context;     ///< tokens that each of them attends to
  bool cached;        ///< keys and values of earlier tokens come from memory
  double hidden, headDim, ffn, ffnMatrices;
  double heads, kvHeads; ///< on this rank

  double tokens() const { return sequences * queryTokens; }
};

Shape shapeOf(const Design &design, Phase phase) {
  const auto &[chip, model, workload, strategy] = design;
  Shape shape{};
  shape.element = workload.elementSize;
  shape.sequences = strategy.microBatch;
  shape.hidden = model.hidden;
  shape.headDim = model.headDim;
  shape.ffn = model.ffn / strategy.tp;
  shape.ffnMatrices = model.ffnMatrices;
  shape.heads = model.heads / strategy.tp;
  // With more ranks than heads of keys and values, ranks hold copies of them.
  shape.kvHeads = std::max(1.0, model.kvHeads / strategy.tp);
  shape.cached = phase == Phase::Decode;
  // A decode step checks the guesses of a small model beside its own token.
  shape.queryTokens = shape.cached ? 1 + workload.draftTokens : workload.sequence;
  // Step i of output - 1 sees sequence + i tokens; their mean.
  shape.context = workload.sequence + (shape.cached ? workload.output / 2 : 0);
  return shape;
}

enum class Operand : uint8_t { Streamed, Resident };

/// `count` products M x K by K x N, whose second operand is an activation or resident.
Operator product(OperatorKind kind, double m, double n, double k, double count, Operand second,
                 double element) {
  Operator op{kind, m, n, k, count};
  op.flops = 2 * m * n * k * count;
  op.reads = m * k * count * element;
  op.writes = m * n * count * element;
  (second == Operand::Resident ? op.resident : op.reads) += k * n * count * element;
  return op;
}

/// Elementwise work, `inputs` elements in and `outputs` elements out.
Operator elementwise(OperatorKind kind, double flops, double inputs, double outputs,
                     double element) {
  Operator op{kind};
  op.flops = flops;
  op.reads = inputs * element;
  op.writes = outputs * element;
  return op;
}

void addAttention(OperatorList &ops, const Shape &s) {
  // The query heads that share a head of keys and values form one product with it.
  const double groups = s.sequences * s.kvHeads;
  const double rows = s.queryTokens * s.heads / s.kvHeads;
  const Operand keys = s.cached ? Operand::Resident : Operand::Streamed;
  const double scores = groups * rows * s.context;
  ops.push_back(product(OperatorKind::Scores, rows, s.context, s.headDim, groups, keys, s.element));
  Operator softmax =
      elementwise(OperatorKind::Softmax, softmaxFlops * scores, scores, scores, s.element);
  softmax.count = groups;
  softmax.reduces = true;
  ops.push_back(softmax);
  ops.push_back(product(OperatorKind::Values, rows, s.headDim, s.context, groups, keys, s.element));
}

OperatorList forward(const Shape &s) {
  using enum OperatorKind;
  const double tokens = s.tokens(), stream = tokens * s.hidden, inner = tokens * s.ffn;
  const double width = s.heads * s.headDim, ups = s.ffnMatrices - 1;
  OperatorList ops;
  Operator norms = elementwise(Norms, 2 * normFlops * stream, 2 * stream, 2 * stream, s.element);
  norms.passes = 2;
  norms.reduces = true;
  ops.push_back(norms);
  ops.push_back(product(Qkv, tokens, width + 2 * s.kvHeads * s.headDim, s.hidden, 1,
                        Operand::Resident, s.element));
  addAttention(ops, s);
  ops.push_back(product(Projection, tokens, s.hidden, width, 1, Operand::Resident, s.element));
  ops.push_back(product(FfnUp, tokens, ups * s.ffn, s.hidden, 1, Operand::Resident, s.element));
  ops.push_back(elementwise(Activation, activationFlops * inner, ups * inner, inner, s.element));
  ops.push_back(product(FfnDown, tokens, s.hidden, s.ffn, 1, Operand::Resident, s.element));
  ops.push_back(
      elementwise(Residual, 2 * residualFlops * stream, 4 * stream, 2 * stream, s.element));
  return ops;
}

/// A product's backward pass is two products of the same size: the gradient of the first operand,
/// dA = dC B^T, and of the second, dB = A^T dC.
void addBackward(OperatorList &ops, const Operator &op, double element) {
  if (!op.isMatrix()) {
    Operator back = op;
    back.flops = 2 * op.flops;
    back.reads = op.reads + op.writes;
    back.writes = op.reads;
    ops.push_back(back);
    return;
  }
  const Operand second = op.resident > 0 ? Operand::Resident : Operand::Streamed;
  ops.push_back(product(op.kind, op.m, op.k, op.n, op.count, second, element));
  Operator gradient = product(op.kind, op.k, op.n, op.m, op.count, Operand::Streamed, element);
  if (second == Operand::Resident)
    std::swap(gradient.resident, gradient.writes);
  ops.push_back(gradient);
}

bool isAttention(OperatorKind kind) {
  return kind == OperatorKind::Scores || kind == OperatorKind::Softmax ||
         kind == OperatorKind::Values;
}

/// What is computed a second time before the backward pass (Korthikanti et al.,
/// arXiv:2205.05198).
bool isRecomputed(const Operator &op, Recompute recompute) {
  switch (recompute) {
  case Recompute::None: return false;
  case Recompute::Selective: return isAttention(op.kind);
  case Recompute::Full: return true;
  }
  llvm_unreachable("covered switch");
}

OperatorList withBackward(OperatorList ops, Phase phase, double element) {
  if (phase == Phase::Training)
    for (unsigned i = 0, forwards = ops.size(); i < forwards; ++i)
      addBackward(ops, Operator(ops[i]), element);
  return ops;
}

} // namespace

llvm::StringRef name(OperatorKind kind) {
  switch (kind) {
#define OPERATOR(Name, name)                                                                       \
  case OperatorKind::Name: return name;
#include "evaluation/Operators.def"
  }
  llvm_unreachable("covered switch");
}

OperatorList layerOperators(const Design &design, Phase phase) {
  const Shape shape = shapeOf(design, phase);
  const OperatorList once = forward(shape);
  OperatorList ops = withBackward(once, phase, shape.element);
  if (phase == Phase::Training)
    for (const Operator &op : once)
      if (isRecomputed(op, design.strategy.recompute))
        ops.push_back(op);
  return ops;
}

OperatorList embeddingOperators(const Design &design, Phase phase) {
  const Shape shape = shapeOf(design, phase);
  const double elements = shape.tokens() * shape.hidden;
  return withBackward({elementwise(OperatorKind::Embedding, 0, elements, elements, shape.element)},
                      phase, shape.element);
}

OperatorList logitOperators(const Design &design, Phase phase) {
  const Shape shape = shapeOf(design, phase);
  // The prompt needs the next token only after its last token.
  const double rows = phase == Phase::Prefill ? shape.sequences : shape.tokens();
  return withBackward(
      {product(OperatorKind::Logits, rows, design.model.vocabulary / design.strategy.tp,
               shape.hidden, 1, Operand::Resident, shape.element)},
      phase, shape.element);
}

double tokensPerMicroBatch(const Design &design, Phase phase) {
  return shapeOf(design, phase).tokens();
}

double collectivesPerLayer(const Design &design, Phase phase) {
  if (phase != Phase::Training)
    return 2;
  return design.strategy.recompute == Recompute::Full ? 6 : 4;
}

} // namespace wsc::evaluation
