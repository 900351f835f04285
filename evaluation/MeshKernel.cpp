// An operator on a mesh of cores.
#include "evaluation/Mesh.h"

#include <cmath>

namespace wsc::evaluation {

Bound Waits::bound() const {
  Slowest slowest;
  slowest.add(Bound::Compute, compute);
  slowest.add(Bound::Sram, sram);
  slowest.add(Bound::CoreNetwork, network);
  slowest.time += serial;
  slowest.add(Bound::Hops, hops);
  slowest.add(Bound::Software, software);
  return slowest.bound;
}

Waits Waits::operator*(double times) const {
  return {compute * times, sram * times, network * times,
          serial * times,  hops * times, software * times};
}

void Traffic::add(const Line &line, double bytes, double hops) {
  if (line.cores <= 1)
    return;
  const double share = line.edges / (line.cores - 1);
  core += bytes * hops * (1 - share);
  edge += bytes * hops * share;
}

namespace {

Line lineOf(const CoreGrid &grid, double cores, double perReticle, double parallel, bool whole) {
  Line line{cores,
            perReticle,
            grid.linkBandwidth,
            grid.hopLatency,
            grid.edgeLatency,
            grid.routeLatency,
            grid.wraps && whole,
            std::floor((cores - 1) / perReticle)};
  // The lines of a reticle share what crosses its edge.
  if (cores > perReticle)
    line.bandwidth = std::min(line.bandwidth, grid.edgeBandwidth / parallel);
  return line;
}

/// Blocks down and across a mesh, and the cores of each.
struct Cut {
  Grid blocks, cores;
  double used() const { return blocks.cells() * cores.cells(); }
};

Cut cutOf(const Grid &grid, double count, double down) {
  const double across = std::clamp(std::ceil(count / down), 1.0, grid.cols);
  return {{down, across}, {std::floor(grid.rows / down), std::floor(grid.cols / across)}};
}

/// Of the cuts with few blocks down, the one that leaves fewest cores idle.
Cut bestCut(const Grid &grid, double count) {
  if (count == 1)
    return {{1, 1}, grid};
  const double least = std::clamp(std::ceil(count / grid.cols), 1.0, grid.rows);
  Cut best = cutOf(grid, count, least);
  auto share = [&](const Cut &cut) {
    const double rounds = std::ceil(count / cut.blocks.cells());
    return count / (rounds * cut.blocks.cells()) * cut.used();
  };
  for (double times = 2; times <= 4 && least * times <= grid.rows; ++times)
    if (const Cut cut = cutOf(grid, count, least * times); share(cut) > share(best))
      best = cut;
  return best;
}

} // namespace

Block blockOf(const CoreGrid &grid, double count) {
  const Cut cut = bestCut(grid.cores, count);
  const bool whole = cut.blocks.cells() == 1;
  Block block;
  block.row = lineOf(grid, cut.cores.cols, grid.perReticle.cols, grid.perReticle.rows, whole);
  block.col = lineOf(grid, cut.cores.rows, grid.perReticle.rows, grid.perReticle.cols, whole);
  block.rounds = std::ceil(count / cut.blocks.cells());
  block.tiled = grid.tiled;
  return block;
}

namespace {
Waits elementwiseWaits(const Operator &op, const RankHardware &rank) {
  // A softmax reduces twice: the largest score, then the sum.
  const double passes = op.passes * (op.kind == OperatorKind::Softmax && op.reduces ? 2 : 1);
  Waits waits;
  waits.compute = op.flops / rank.flopRate;
  if (op.reduces)
    waits.hops = passes * scalarReduction(blockOf(rank.grid, 1), op.result);
  waits.software = passes * rank.operatorLatency;
  return waits;
}
} // namespace

OperatorCost costOnMesh(const Operator &op, const RankHardware &rank) {
  OperatorCost cost;
  cost.usage.flops = op.flops;
  cost.usage.sramBytes = op.resident + op.reads + op.writes;
  cost.usage.dramBytes = dramBytes(op, rank);
  Traffic traffic;
  Waits waits = op.isMatrix() ? productOn(blockOf(rank.grid, op.count), op, rank, traffic)
                              : elementwiseWaits(op, rank);
  waits.sram = std::max(waits.sram, cost.usage.sramBytes / rank.sramBandwidth);
  cost.usage.coreByteHops = traffic.core;
  cost.usage.waferByteHops = traffic.edge;
  cost.time = waits.time();
  cost.bound = waits.bound();
  if (rank.dramBandwidth > 0)
    if (const double dram = cost.usage.dramBytes / rank.dramBandwidth; dram > waits.busy()) {
      cost.time += dram - waits.busy();
      cost.bound = dram > waits.hops + waits.software ? Bound::Dram : cost.bound;
    }
  return cost;
}

} // namespace wsc::evaluation
