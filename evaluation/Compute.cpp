// The hardware of a rank, and which kind of device it is.
#include "evaluation/EdgeMemory.h"
#include "evaluation/Kernels.h"

#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

llvm::StringRef name(Bound bound) {
  switch (bound) {
  case Bound::Compute: return "compute";
  case Bound::Sram: return "SRAM bandwidth";
  case Bound::Dram: return "DRAM bandwidth";
  case Bound::CoreNetwork: return "core network";
  case Bound::Hops: return "hop latency";
  case Bound::Launch: return "launch latency";
  case Bound::Software: return "software";
  }
  llvm_unreachable("covered switch");
}

namespace {
CacheDevice cacheDevice(const Chip &chip) {
  CacheDevice device;
  device.cores = chip.coreRows * chip.coreCols;
  device.flopRate = chip.peak * chip.efficiency / device.cores;
  device.attentionRate = chip.peak * chip.attentionEfficiency / device.cores;
  device.vectorRate = chip.vectorPeak > 0 ? chip.vectorPeak : chip.peak;
  device.coreSram = chip.coreSram > 0 ? chip.coreSram : chip.sram / device.cores;
  device.accumulators = chip.accumulators > 0 ? chip.accumulators : device.coreSram / 2;
  // What is not in the cores is the cache.
  device.cache = std::max(0.0, chip.sram - device.cores * chip.coreSram);
  device.cacheBandwidth = device.cores * chip.coreLinkBandwidth * chip.coreLinkEfficiency;
  device.dramBandwidth = dramRate(chip);
  device.multicast = std::max(1.0, chip.multicast);
  device.tileLatency = chip.tileLatency;
  device.kernelLatency = chip.kernelLatency;
  return device;
}
} // namespace

Grid coresOf(const Chip &chip, Grid reticles) {
  if (chip.coreTopology == Topology::Switch)
    return reticles;
  return {chip.coreRows * reticles.rows, chip.coreCols * reticles.cols};
}

Grid layerCores(const Design &design, Grid reticles, Phase phase) {
  const Strategy &strategy = design.strategy;
  Grid cores = coresOf(design.chip, reticles);
  auto limit = [](double &side, double given) { side = given > 0 ? given : side; };
  limit(cores.rows, strategy.coreRows);
  limit(cores.cols, strategy.coreCols);
  if (phase == Phase::Decode) {
    limit(cores.rows, strategy.decodeCoreRows);
    limit(cores.cols, strategy.decodeCoreCols);
  }
  return cores;
}

RankHardware rankHardware(const Design &design, Grid reticles, Phase phase) {
  const Chip &chip = design.chip;
  const bool sharedCache = chip.coreTopology == Topology::Switch;
  RankHardware rank;
  CoreGrid &grid = rank.grid;
  const Grid all = coresOf(chip, reticles);
  grid.cores = layerCores(design, reticles, phase);
  grid.perReticle = sharedCache ? Grid{1, 1} : Grid{chip.coreRows, chip.coreCols};
  grid.linkBandwidth = sharedCache ? chip.waferLinkBandwidth : chip.coreLinkBandwidth;
  grid.edgeBandwidth = chip.waferLinkBandwidth;
  grid.hopLatency = sharedCache ? 0 : chip.coreHopLatency;
  grid.edgeLatency = chip.waferHopLatency;
  grid.routeLatency = sharedCache ? 0 : chip.routeLatency;
  // The wrap links of a torus end inside the reticle.
  grid.wraps = chip.coreTopology == Topology::Torus && reticles.cells() == 1 &&
               grid.cores.cells() == all.cells();
  grid.tiled = !sharedCache;

  // A rectangle may hold a few more reticles than the rank has.
  const double count = design.strategy.reticlesPerRank * grid.cores.cells() / all.cells();
  rank.flopRate = count * chip.peak * chip.efficiency;
  rank.sram = count * chip.sram;
  rank.sramBandwidth = count * chip.sramBandwidth;
  rank.dramBandwidth = count * dramRate(chip);
  rank.operandTraffic = chip.operandTraffic;
  rank.vectorLatency = chip.vectorLatency;
  const double macs = chip.peak / (2 * chip.clock * chip.coreRows * chip.coreCols);
  rank.lanes = std::max(1.0, std::round(macs));
  rank.stepLatency = chip.stepLatency;
  rank.operatorLatency = chip.operatorLatency;
  rank.dataflow = chip.dataflow;
  rank.shift = chip.shift;
  if (sharedCache)
    rank.device = cacheDevice(chip);
  return rank;
}

double dramBytes(const Operator &op, const RankHardware &rank) {
  if (rank.dramBandwidth == 0)
    return 0;
  const double activations = op.reads + op.writes;
  const double operands = op.resident + (activations > rank.sram ? activations : 0);
  if (!op.isMatrix() || op.resident + activations <= rank.sram)
    return operands;
  return std::max(operands, op.flops * std::sqrt(op.left * op.right / (rank.sram / op.result)));
}

OperatorCost costOf(const Operator &op, const RankHardware &rank) {
  const bool isCache = rank.isCacheDevice();
  OperatorCost cost = isCache ? costOnCache(op, rank) : costOnMesh(op, rank);
  if (!isCache)
    cost.time += op.vectorFlops / rank.flopRate;
  else if (!rank.device.fuses(op))
    cost.time += op.vectorFlops / rank.device.vectorRate;
  cost.usage.flops += op.vectorFlops;
  return cost;
}

} // namespace wsc::evaluation
