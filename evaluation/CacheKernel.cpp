// Roofline of an operator on a device with a shared cache.
#include "evaluation/Kernels.h"

namespace wsc::evaluation {

OperatorCost costOnCache(const Operator &op, const RankHardware &rank) {
  OperatorCost cost;
  cost.usage.flops = op.flops;
  cost.usage.sramBytes = op.resident + op.reads + op.writes;
  cost.usage.dramBytes = dramBytes(op, rank);
  Slowest slowest;
  slowest.add(Bound::Compute, op.flops / rank.flopRate);
  slowest.add(Bound::Sram, cost.usage.sramBytes / rank.sramBandwidth);
  if (rank.dramBandwidth > 0)
    slowest.add(Bound::Dram, cost.usage.dramBytes / rank.dramBandwidth);
  cost.time = slowest.time;
  cost.bound = slowest.bound;
  return cost;
}

} // namespace wsc::evaluation
