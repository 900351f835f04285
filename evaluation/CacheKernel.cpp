// Elementwise work on a device with a shared cache, and which operator is what.
#include "evaluation/TiledProduct.h"

#include <algorithm>

namespace wsc::evaluation {

namespace {

/// A launch, and then all that goes on at once: `overlapped` and what DRAM moves.
OperatorCost kernel(const Operator &op, const CacheDevice &device, Slowest overlapped,
                    const Usage &usage) {
  if (usage.dramBytes > 0)
    overlapped.add(Bound::Dram, usage.dramBytes / device.dramBandwidth);
  const double launch = op.passes * device.kernelLatency;
  OperatorCost cost;
  cost.usage = usage;
  cost.time = launch + overlapped.time;
  cost.bound = launch > overlapped.time ? Bound::Launch : overlapped.bound;
  return cost;
}

/// One pass over DRAM, or over the cache where everything fits into it.  A reduction along rows
/// reads them twice, for its statistics, then to apply them; it waits between the two, so that the
/// cache does not make it faster.
OperatorCost elementwise(const Operator &op, const CacheDevice &device) {
  const double moved = op.reads + op.writes + op.resident;
  const bool cached =
      device.dramBandwidth == 0 || (!op.reduces && op.reads + op.writes <= device.cache);
  const double touched = moved + (op.reduces ? op.reads : 0);
  Usage usage;
  usage.flops = op.flops;
  usage.sramBytes = usage.coreByteHops = touched;
  usage.dramBytes = cached ? op.resident : touched;
  if (device.dramBandwidth == 0)
    usage.dramBytes = 0;

  Slowest overlapped;
  overlapped.add(Bound::Compute, op.flops / device.vectorRate);
  overlapped.add(Bound::Sram, touched / device.cacheBandwidth);
  return kernel(op, device, overlapped, usage);
}

/// At the rate of its kernel; each block of queries reads the keys and values that it attends to.
OperatorCost fusedAttention(const Operator &op, const CacheDevice &device) {
  constexpr double block = 128; // queries, as FlashAttention-2 has them
  const double moved = op.reads + op.writes + op.resident;
  Usage usage;
  usage.flops = op.flops;
  usage.sramBytes = usage.coreByteHops = moved + op.flops / (2 * block) * op.right;
  usage.dramBytes = device.dramBandwidth > 0 ? moved : 0;

  Slowest overlapped;
  overlapped.add(Bound::Compute, op.flops / (device.cores * device.attentionRate));
  return kernel(op, device, overlapped, usage);
}

OperatorCost product(const Operator &op, const CacheDevice &device) {
  const TiledProduct tiled = bestTiling(op, device);
  OperatorCost cost;
  cost.usage.flops = op.flops;
  cost.usage.sramBytes = cost.usage.coreByteHops = tiled.cacheBytes;
  cost.usage.dramBytes = tiled.dramBytes;
  const double launch = op.passes * device.kernelLatency + tiled.latency;
  cost.time = launch + tiled.streaming + tiled.drain;
  cost.bound = launch > tiled.streaming ? Bound::Launch : tiled.bound;
  return cost;
}

} // namespace

OperatorCost costOnCache(const Operator &op, const RankHardware &rank) {
  if (rank.device.fuses(op))
    return fusedAttention(op, rank.device);
  return op.isMatrix() ? product(op, rank.device) : elementwise(op, rank.device);
}

} // namespace wsc::evaluation
