// The sizes that operators are made from, and how they are made; used by *Operators.cpp only.
#pragma once

#include "evaluation/Operators.h"

namespace wsc::evaluation {

/// The shapes of one layer on one rank.
struct Shape {
  double weightSize, activationSize, cacheSize; ///< bytes of an element
  double sequences;                             ///< in the micro-batch
  double queryTokens;   ///< of a sequence that pass the layer now, on this rank
  double context;       ///< tokens that a query looks at, masked ones included
  double promptTokens;  ///< of a prompt that pass beside the sequences, at the middle of it
  double promptContext; ///< tokens that these look at
  double cacheShare;    ///< of the tokens in memory, those whose keys and values this rank has
  double copies;        ///< ranks of a group of experts that have the same tokens
  bool cached;          ///< keys and values of earlier tokens come from memory
  bool fused;           ///< flash attention
  bool dropout;
  double hidden, ffnMatrices;
  double heads, kvHeads;    ///< on this rank
  double headDim, valueDim; ///< of queries and keys, of values
  double tp;
  double streamShare; ///< of the residual stream that norms and residuals of this rank handle

  double tokens() const { return sequences * queryTokens + promptTokens; }
  /// Elements of the residual stream that elementwise operators of this rank touch.
  double stream() const { return tokens() * hidden * streamShare; }
};

Shape shapeOf(const Design &design, Phase phase);

/// What the second operand of a product is.
enum class Operand : uint8_t { Streamed, Weights, Cache };

/// `count` products M x K by K x N.
Operator product(OperatorKind kind, double m, double n, double k, double count, Operand second,
                 const Shape &shape);

/// Elementwise work, `inputs` elements in and `outputs` elements out.
Operator elementwise(OperatorKind kind, double flops, double inputs, double outputs,
                     const Shape &shape);

/// `count` norms, each of `elements` and over rows.
Operator norms(double count, double elements, const Shape &shape);

} // namespace wsc::evaluation
