// Cutting a product into the tiles of cores.
#include "evaluation/CoreProduct.h"

#include <cmath>

namespace wsc::evaluation {

namespace {

Mapping mappingOf(const Block &block, const Operator &op, const RankHardware &rank) {
  switch (rank.dataflow) {
  case Dataflow::WeightStationary: return Mapping::WeightStationary;
  case Dataflow::InputStationary: return Mapping::InputStationary;
  case Dataflow::Adaptive:
    if (op.m < block.col.cores)
      return Mapping::WeightStationary;
    [[fallthrough]];
  case Dataflow::OutputStationary:
    return op.kind == OperatorKind::Scores && op.k < op.n ? Mapping::Transposed
                                                          : Mapping::OutputStationary;
  }
  llvm_unreachable("covered switch");
}

} // namespace

Along sumsLie(OperatorKind kind) {
  switch (kind) {
  case OperatorKind::Scores:
  case OperatorKind::Attention:
  case OperatorKind::Projection:
  case OperatorKind::FfnDown:
  case OperatorKind::ExpertDown: return Along::Row;
  default: return Along::Column;
  }
}

CoreProduct coreProduct(const Block &block, const Operator &op, const RankHardware &rank) {
  // A core that has all of it rounds nothing up, though it may be a mean over experts.
  const bool isCut = block.tiled && block.cores() > 1;
  auto part = [&](double size, double parts) {
    return isCut ? std::ceil(size / parts) : size / parts;
  };
  const double rows = block.col.cores, cols = block.row.cores;
  const double longest = std::max(rows, cols);
  switch (const Mapping mapping = mappingOf(block, op, rank)) {
  case Mapping::OutputStationary:
    return {mapping, part(op.m, rows), part(op.n, cols), part(op.k, longest), longest};
  case Mapping::Transposed:
    return {mapping, part(op.m, rows), part(op.n, rows), part(op.k, cols), rows};
  case Mapping::WeightStationary: {
    const bool row = sumsLie(op.kind) == Along::Row;
    return {mapping, 1, part(op.n, row ? rows : cols), part(op.k, row ? cols : rows), op.m};
  }
  case Mapping::InputStationary:
    return {mapping, part(op.m, rows), part(op.n, longest), part(op.k, cols), longest};
  }
  llvm_unreachable("covered switch");
}

} // namespace wsc::evaluation
