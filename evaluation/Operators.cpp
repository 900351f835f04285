// The operators of a layer and of the ends of a model, and what their backward passes are.
#include "evaluation/Passes.h"
#include "evaluation/Shape.h"

namespace wsc::evaluation {

llvm::StringRef name(OperatorKind kind) {
  switch (kind) {
#define OPERATOR(Name, name)                                                                       \
  case OperatorKind::Name: return name;
#include "evaluation/Operators.def"
  }
  llvm_unreachable("covered switch");
}

llvm::StringRef name(Pass pass) {
  switch (pass) {
  case Pass::Forward: return "forward";
  case Pass::Recompute: return "recompute";
  case Pass::Backward: return "backward";
  case Pass::Weights: return "weight gradient";
  }
  llvm_unreachable("covered switch");
}

OperatorList layerOperators(const Design &design, Phase phase, LayerKind kind) {
  OperatorList ops = attentionOperators(design, phase, kind.windowed);
  ops.append(feedForwardOperators(design, phase, kind.sparse));
  return ops;
}

OperatorList embeddingOperators(const Design &design, Phase phase) {
  const Shape s = shapeOf(design, phase);
  const double elements = s.tokens() * s.hidden;
  return {elementwise(OperatorKind::Embedding, 0, elements, elements, s)};
}

OperatorList logitOperators(const Design &design, Phase phase) {
  const Shape s = shapeOf(design, phase);
  // The prompt needs the next token only after its last token.
  const double rows = phase == Phase::Prefill ? s.sequences : s.tokens() - s.promptTokens;
  const double columns = design.model.vocabulary / design.strategy.tp;
  OperatorList ops{product(OperatorKind::Logits, rows, columns, s.hidden, 1, Operand::Weights, s)};
  if (phase == Phase::Training) {
    // Cross entropy in 32 bit: a cast and a softmax, as kernels of their own.
    constexpr double wide = 4;
    const double logits = rows * columns;
    Operator loss = elementwise(OperatorKind::Loss, softmaxFlops * logits, logits, 0, s);
    loss.reads += wide * logits;
    loss.writes = 2 * wide * logits;
    loss.reduces = true;
    ops.push_back(loss);
  }
  return ops;
}

Backward backwardOf(const Operator &op, const Workload &workload, bool accumulates) {
  Operator inputs = op;
  if (!op.isMatrix() || op.kind == OperatorKind::Attention) {
    inputs.flops = op.backward * op.flops;
    inputs.k = op.backward * op.k;
    inputs.reads = op.reads + op.writes;
    inputs.writes = op.reads;
    return {inputs, std::nullopt, false};
  }
  // A product's backward pass is two products of the same size: the gradient of the first operand,
  // dA = dC B^T, and of the second, dB = A^T dC.
  const double first = op.m * op.k * op.count * op.left;
  const double result = op.m * op.n * op.count * op.result;
  const double second = op.k * op.n * op.count;
  inputs.n = op.k;
  inputs.k = op.n;
  inputs.reads = result + (op.resident > 0 ? 0 : second * op.right);
  inputs.writes = first;
  Operator gradient = op;
  gradient.m = op.k;
  gradient.k = op.m;
  gradient.right = op.result;
  gradient.reads = first + result;
  if (op.resident > 0) {
    gradient.result = workload.gradientBytes();
    gradient.accumulates = accumulates;
    gradient.resident = second * gradient.result * (accumulates ? 2 : 1);
    gradient.writes = 0;
  } else {
    gradient.result = op.right;
    gradient.writes = second * op.right;
  }
  return {inputs, gradient, op.resident > 0};
}

bool isRecomputed(const Operator &op, const Strategy &strategy) {
  switch (strategy.recompute) {
  case Recompute::None: return false;
  // Fused attention does so by itself.
  case Recompute::Selective:
    return op.kind == OperatorKind::Scores || op.kind == OperatorKind::Softmax ||
           op.kind == OperatorKind::Values;
  case Recompute::Full: return !strategy.earlyStop || op.kind != OperatorKind::FfnDown;
  }
  llvm_unreachable("covered switch");
}

double tokensPerMicroBatch(const Design &design, Phase phase) {
  return shapeOf(design, phase).tokens();
}

} // namespace wsc::evaluation
