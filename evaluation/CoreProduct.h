// The part of a matrix product that one core computes: the tiles that the mappings of
// MeshProduct.cpp cut it into.
#pragma once

#include "evaluation/Mesh.h"

namespace wsc::evaluation {

/// What stays in the cores while the rest moves (MeshProduct.cpp).
enum class Mapping : uint8_t {
  OutputStationary, ///< a panel of A and one of B a step, along K
  Transposed,       ///< panels of B move down, partial sums along rows: A stays
  WeightStationary, ///< row after row of A
  InputStationary   ///< a panel of B a step, along N
};

/// What the core with the largest tile does for one product M x K by K x N.
struct CoreProduct {
  Mapping mapping = Mapping::OutputStationary;
  double m = 0, n = 0, k = 0; ///< of one step, elements
  double steps = 1;           ///< one after the other

  /// Multiply-accumulates of all steps.
  double macs() const { return m * n * k * steps; }
};

/// Along which lines of cores the partial sums of a weight-stationary product are added.  Each
/// product leaves its result across its inputs, so that layers alternate and nothing has to be
/// transposed.
enum class Along : uint8_t { Row, Column };
Along sumsLie(OperatorKind kind);

CoreProduct coreProduct(const Block &block, const Operator &op, const RankHardware &rank);

} // namespace wsc::evaluation
