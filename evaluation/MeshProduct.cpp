// Matrix products on a mesh of cores, by what stays in place while the rest moves (Chen, Emer and
// Sze, ISCA 2016, for the terms):
//
//   output stationary  Panels of A move along rows and panels of B down columns, in as many
//                      steps as the longer side has cores (Cannon 1969, SUMMA, WaferLLM's
//                      MeshGEMM).
//   weight stationary  Each core multiplies its tile of B; the partial sums of a line of cores are
//                      all-reduced (WaferLLM's MeshGEMV), row after row of A.
//   input stationary   Panels of B move down columns, partial sums along rows (weight streaming).
//
// Every step takes as long as the core with the largest tile needs.  WaferLLM is He et al., OSDI
// 2025, arXiv:2502.04563.
#include "evaluation/CoreProduct.h"

#include <cmath>

namespace wsc::evaluation {

namespace {

/// The product as the block sees it.
struct Frame {
  const Block &block;
  const Operator &op;
  const RankHardware &rank;
  CoreProduct core;

  /// Arithmetic, where cores have them in vector instructions of so many elements, and SRAM ports
  /// of a core.
  void compute(Waits &waits, double vector) const {
    const double cores = rank.grid.cores.cells(), macs = core.macs();
    double slots = macs; // of all lanes, also where a vector ends before them
    if (rank.vectorLatency > 0) {
      slots *= std::ceil(vector / rank.lanes) * rank.lanes / vector;
      waits.compute = macs / vector * rank.vectorLatency;
    }
    waits.compute += 2 * slots / (rank.flopRate / cores);
    waits.sram = macs * rank.operandTraffic / (rank.sramBandwidth / cores);
  }
};

/// Latency of passing a tile on, and links that it passes.
struct Step {
  double latency = 0, hops = 0;
};

/// Interleaved: cores exchange with the second next, so that a ring through the line has no long
/// way back.  Cannon: all but the last pass on to the next.  SUMMA: the owner sends to the whole
/// line, through more cores than have a route of their own, so that software routes it.
Step stepOn(const Line &line, Shift shift) {
  const double last = line.cores - 1;
  if (last <= 0)
    return {};
  switch (shift) {
  case Shift::Interleaved: {
    const double hops = line.wraps ? 1 : std::min(2.0, last);
    return {line.crossing(hops), hops};
  }
  case Shift::Cannon: {
    const double back = line.wraps ? 1 : last;
    return {line.crossing(back), (last + back) / line.cores};
  }
  case Shift::Summa: return {line.crossing(last) + last * line.routeLatency, last / line.cores};
  }
  llvm_unreachable("covered switch");
}

double transfer(const Line &line, double bytes) {
  return line.cores > 1 ? bytes / line.bandwidth : 0;
}

Waits outputStationary(const Frame &frame, Traffic &traffic) {
  const auto &[block, op, rank, core] = frame;
  const double steps = core.steps;
  const double left = core.m * core.k * op.left, right = core.k * core.n * op.right;
  const Step along = stepOn(block.row, rank.shift), down = stepOn(block.col, rank.shift);
  Waits waits;
  frame.compute(waits, core.m);
  waits.network = steps * std::max(transfer(block.row, left) + along.latency,
                                   transfer(block.col, right) + down.latency);
  waits.software = steps > 1 ? steps * rank.stepLatency : 0;
  // Before the first step, A is skewed by up to half a line; B is stored so.
  if (rank.shift != Shift::Summa && block.row.cores > 1) {
    const double skews = std::floor(block.row.cores / 2);
    waits.serial = skews * (transfer(block.row, left) + along.latency);
    waits.software += skews * rank.stepLatency;
    traffic.add(block.row, left * block.cores() / 2, skews * along.hops);
  }
  traffic.add(block.row, left * block.cores(), steps * along.hops);
  traffic.add(block.col, right * block.cores(), steps * down.hops);
  return waits;
}

/// Scores: both operands are spread alike, so B moves down columns and each step ends with the sum
/// of partial results along a row, at another core each time (WaferLLM's transposed MeshGEMM).
Waits transposed(const Frame &frame, Traffic &traffic) {
  const auto &[block, op, rank, core] = frame;
  const double steps = core.steps;
  const double right = core.k * core.n * op.right, result = core.m * core.n * op.result;
  const Step down = stepOn(block.col, rank.shift);
  const Line &row = block.row;
  Waits waits;
  frame.compute(waits, core.m);
  waits.network = steps * (transfer(block.col, right) + down.latency);
  waits.software = steps > 1 ? steps * rank.stepLatency : 0;
  waits.serial = steps * transfer(row, result);
  waits.hops = row.crossing(row.cores - 1) + (row.cores - 1) * row.routeLatency;
  traffic.add(block.col, right * block.cores(), steps * down.hops);
  traffic.add(row, result * block.cores() * steps, (row.cores - 1) / row.cores);
  return waits;
}

Waits weightStationary(const Frame &frame, Traffic &traffic) {
  const auto &[block, op, rank, core] = frame;
  const Line &sums = sumsLie(op.kind) == Along::Row ? block.row : block.col;
  Waits waits;
  frame.compute(waits, core.n);
  const double bytes = op.m * core.n * op.result;
  const LineReduction reduction = allReduceOnLine(sums, bytes);
  waits.network = reduction.transfer;
  waits.hops = reduction.latency;
  // The sums of a row of A travel while the next is computed.
  waits.serial = std::min(std::max(waits.compute, waits.sram), waits.network) / op.m;
  traffic.add(sums, 2 * bytes * block.cores(), (sums.cores - 1) / sums.cores);
  return waits;
}

Waits inputStationary(const Frame &frame, Traffic &traffic) {
  const auto &[block, op, rank, core] = frame;
  const double steps = core.steps, n = core.n * steps;
  const double weights = core.k * n * op.right, sums = core.m * n * op.result;
  Waits waits;
  frame.compute(waits, core.m); // each weight that passes meets a column of A
  waits.network = std::max(transfer(block.col, weights), transfer(block.row, sums));
  waits.software = steps > 1 ? steps * rank.stepLatency : 0;
  waits.hops = block.col.crossing(block.col.cores - 1) + block.row.crossing(block.row.cores - 1) +
               (block.row.cores - 1) * block.row.routeLatency;
  traffic.add(block.col, weights * block.row.cores, block.col.cores - 1);
  traffic.add(block.row, sums * block.col.cores, block.row.cores - 1);
  return waits;
}

Waits oneProduct(const Frame &frame, Traffic &traffic) {
  switch (frame.core.mapping) {
  case Mapping::OutputStationary: return outputStationary(frame, traffic);
  case Mapping::Transposed: return transposed(frame, traffic);
  case Mapping::WeightStationary: return weightStationary(frame, traffic);
  case Mapping::InputStationary: return inputStationary(frame, traffic);
  }
  llvm_unreachable("covered switch");
}

} // namespace

Waits productOn(const Block &block, const Operator &op, const RankHardware &rank,
                Traffic &traffic) {
  Traffic one;
  const Waits waits = oneProduct({block, op, rank, coreProduct(block, op, rank)}, one);
  traffic.core += one.core * op.count;
  traffic.edge += one.edge * op.count;
  return waits * block.rounds;
}

} // namespace wsc::evaluation
