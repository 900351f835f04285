// Sizes of a layer on one rank, and the operators that have them.
#include "evaluation/Shape.h"

#include <algorithm>

namespace wsc::evaluation {

Shape shapeOf(const Design &design, Phase phase) {
  const auto &[chip, model, workload, strategy] = design;
  Shape shape{};
  shape.weightSize = workload.weightBytes();
  shape.activationSize = workload.activationBytes();
  shape.cacheSize = workload.cacheBytes();
  shape.sequences = strategy.microBatch;
  shape.hidden = model.hidden;
  shape.ffnMatrices = model.ffnMatrices;
  shape.tp = strategy.tp;
  shape.heads = model.heads / strategy.tp;
  // With more ranks than heads of keys and values, ranks hold copies of them.
  shape.kvHeads = std::max(1.0, model.kvHeads / strategy.tp);
  const bool latent = model.attention == Attention::Latent;
  shape.headDim = latent ? model.nopeDim + model.ropeDim : model.headDim;
  shape.valueDim = latent ? model.valueDim : model.headDim;
  shape.cached = phase == Phase::Decode || phase == Phase::Mixed;
  shape.fused = strategy.flashAttention;
  shape.dropout = phase == Phase::Training && workload.dropout;
  // A decode step checks the guesses of a small model beside its own token.
  shape.queryTokens = shape.cached ? 1 + workload.draftTokens : workload.sequence / strategy.cp;
  // Step i of output - 1 sees sequence + i tokens; their mean.
  shape.context = workload.sequence + (shape.cached ? workload.output / 2 : 0);
  shape.cacheShare = shape.cached ? 1 / strategy.cp : 1;
  shape.copies = shape.cached ? std::min(strategy.cp, strategy.ep) : 1;
  if (phase == Phase::Mixed) {
    shape.promptTokens = workload.prefillChunk;
    shape.promptContext = workload.sequence / 2;
  }
  // One token cannot be split.
  shape.streamShare = strategy.sequenceParallel && !shape.cached ? 1 / strategy.tp : 1;
  return shape;
}

Operator product(OperatorKind kind, double m, double n, double k, double count, Operand second,
                 const Shape &shape) {
  Operator op{kind, m, n, k, count};
  op.flops = 2 * m * n * k * count;
  op.reads = m * k * count * shape.activationSize;
  op.writes = m * n * count * shape.activationSize;
  op.left = op.right = op.result = shape.activationSize;
  const double elements = k * n * count;
  if (second == Operand::Streamed) {
    op.reads += elements * op.right;
    return op;
  }
  op.right = second == Operand::Weights ? shape.weightSize : shape.cacheSize;
  op.resident = elements * op.right;
  return op;
}

Operator elementwise(OperatorKind kind, double flops, double inputs, double outputs,
                     const Shape &shape) {
  Operator op{kind};
  op.flops = flops;
  op.reads = inputs * shape.activationSize;
  op.writes = outputs * shape.activationSize;
  op.left = op.right = op.result = shape.activationSize;
  return op;
}

Operator norms(double count, double elements, const Shape &shape) {
  Operator op = elementwise(OperatorKind::Norms, count * normFlops * elements, count * elements,
                            count * elements, shape);
  op.passes = count;
  op.reduces = true;
  return op;
}

} // namespace wsc::evaluation
