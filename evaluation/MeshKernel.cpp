// Products and reductions spread over a mesh of cores.
#include "evaluation/Kernels.h"

#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

/// The part of the grid that works on one product, and how many rounds all products take.
struct Block {
  Grid cores;
  double rounds = 1;
  bool wraps = false; ///< only the whole of a torus has the wrap links
};

/// Independent products share the grid as near-square blocks.
Block blockOf(const CoreGrid &rank, double count) {
  const Grid &grid = rank.cores;
  if (count == 1)
    return {grid, 1, rank.wraps};
  const double down =
      std::clamp(std::ceil(std::sqrt(count * grid.rows / grid.cols)), 1.0, grid.rows);
  const double across = std::clamp(std::ceil(count / down), 1.0, grid.cols);
  return {{std::floor(grid.rows / down), std::floor(grid.cols / across)},
          std::ceil(count / (down * across)),
          false};
}

/// A product laid on a block of cores: one dimension over the rows, one over the columns and one
/// in time.  What a dataflow holds does not move; what else there is does:
///   output stationary   A along rows, B along columns
///   weight stationary   A along rows, partial sums along columns
///   input stationary    partial sums along rows, B along columns
/// (Chen, Emer and Sze, ISCA 2016, for the terms.)
struct Mapping {
  double rowDim, colDim, timeDim;
  double rowBytes, colBytes; ///< size of an element that moves along rows, along columns
};

Mapping mappingOf(const Operator &op, Dataflow dataflow, double element) {
  // Partial sums have twice the width of an operand (FP32 for FP16 products).
  const double accumulator = 2 * element;
  switch (dataflow) {
  case Dataflow::OutputStationary: return {op.m, op.n, op.k, element, element};
  case Dataflow::WeightStationary: return {op.k, op.n, op.m, element, accumulator};
  case Dataflow::InputStationary: return {op.m, op.k, op.n, accumulator, element};
  }
  llvm_unreachable("covered switch");
}

/// Seconds for `bytes` over each of the parallel links of one direction of the grid, of which
/// `perReticle` share the edge of a reticle.
double streamTime(const CoreGrid &grid, bool wraps, double bytes, double length,
                  double reticleLength, double perReticle) {
  if (length <= 1)
    return 0;
  double bandwidth = grid.linkBandwidth;
  if (length > reticleLength)
    bandwidth = std::min(bandwidth, grid.edgeBandwidth / perReticle);
  // Blocks start spread over the line, so the busiest link carries all but its own end; on a
  // torus half of them come from the other side.
  const double share = (length - 1) / length * (wraps ? 0.5 : 1);
  return bytes * share / bandwidth;
}

/// Hops of a line of cores that lead from one reticle to the next.
double edgesOf(double length, double reticleLength) {
  return std::floor((length - 1) / reticleLength);
}

/// Time to cross a block of cores once in each direction; half of it with wrap links.
double hopTime(const CoreGrid &grid, const Block &block) {
  const auto [rows, cols] = block.cores;
  const double hops = (rows + cols - 2) * (block.wraps ? 0.5 : 1);
  const double edges = edgesOf(rows, grid.perReticle.rows) + edgesOf(cols, grid.perReticle.cols);
  return hops * grid.hopLatency + edges * grid.edgeLatency;
}

/// Bytes that pass along a whole line of cores.
void addHops(double bytes, double length, double reticleLength, Usage &usage) {
  const double edges = edgesOf(length, reticleLength);
  usage.coreByteHops += bytes * (length - 1 - edges);
  usage.waferByteHops += bytes * edges;
}

void addProduct(const Operator &op, const RankHardware &rank, Slowest &slowest, Usage &usage) {
  const CoreGrid &grid = rank.grid;
  const Block block = blockOf(grid, op.count);
  const Mapping map = mappingOf(op, rank.dataflow, rank.elementSize);
  const double rows = block.cores.rows, cols = block.cores.cols;
  const double tileRows = std::ceil(map.rowDim / rows), tileCols = std::ceil(map.colDim / cols);

  // The core with the largest tile sets the pace: edges that do not fill the array idle it.
  const double coreRate = rank.flopRate / grid.cores.cells();
  slowest.add(Bound::Compute, grid.tiled
                                  ? block.rounds * 2 * tileRows * tileCols * map.timeDim / coreRate
                                  : op.flops / rank.flopRate);
  const double along = tileRows * map.timeDim * map.rowBytes * block.rounds;
  const double down = tileCols * map.timeDim * map.colBytes * block.rounds;
  const Grid &reticle = grid.perReticle;
  slowest.add(Bound::CoreNetwork,
              std::max(streamTime(grid, block.wraps, along, cols, reticle.cols, reticle.rows),
                       streamTime(grid, block.wraps, down, rows, reticle.rows, reticle.cols)));
  addHops(op.count * map.timeDim * map.rowDim * map.rowBytes, cols, reticle.cols, usage);
  addHops(op.count * map.timeDim * map.colDim * map.colBytes, rows, reticle.rows, usage);
}

} // namespace

OperatorCost costOnMesh(const Operator &op, const RankHardware &rank) {
  OperatorCost cost;
  cost.usage.flops = op.flops;
  cost.usage.sramBytes = op.resident + op.reads + op.writes;
  cost.usage.dramBytes = dramBytes(op, rank);
  Slowest slowest;
  if (op.isMatrix())
    addProduct(op, rank, slowest, cost.usage);
  else
    slowest.add(Bound::Compute, op.flops / rank.flopRate);
  slowest.add(Bound::Sram, cost.usage.sramBytes / rank.sramBandwidth);
  if (rank.dramBandwidth > 0)
    slowest.add(Bound::Dram, cost.usage.dramBytes / rank.dramBandwidth);

  // A reduction along rows goes to one core and back: as many hops as a product.
  const bool communicates = op.isMatrix() || op.reduces;
  const double hops =
      communicates ? op.passes * hopTime(rank.grid, blockOf(rank.grid, op.count)) : 0;
  cost.time = slowest.time + hops;
  cost.bound = hops > slowest.time ? Bound::Hops : slowest.bound;
  return cost;
}

} // namespace wsc::evaluation
