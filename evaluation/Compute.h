// The time of one operator on the reticles of one rank.
//
// An operator takes as long as the slowest of what it overlaps: arithmetic, SRAM, DRAM (roofline,
// Williams et al. 2009) and the network between the cores over which a matrix product is spread;
// then what nothing hides: the latency of the hops, the start of a kernel and of its tiles.
#pragma once

#include "evaluation/Operators.h"

namespace wsc::evaluation {

/// A rectangle of cells.
struct Grid {
  double rows = 1, cols = 1;
  double cells() const { return rows * cols; }
};

/// What an operator waits for.
enum class Bound : uint8_t { Compute, Sram, Dram, CoreNetwork, Hops, Launch, Software };
constexpr unsigned bounds = 7;
llvm::StringRef name(Bound bound);

/// What work moves and computes: the basis of energy.
struct Usage {
  double flops = 0;
  double sramBytes = 0, dramBytes = 0;
  double coreByteHops = 0;  ///< bytes times hops between cores
  double waferByteHops = 0; ///< bytes times hops between reticles
  double systemBytes = 0;   ///< bytes between wafers

  Usage &operator+=(const Usage &other) {
    flops += other.flops;
    sramBytes += other.sramBytes;
    dramBytes += other.dramBytes;
    coreByteHops += other.coreByteHops;
    waferByteHops += other.waferByteHops;
    systemBytes += other.systemBytes;
    return *this;
  }
  Usage operator*(double times) const {
    return {flops * times,        sramBytes * times,     dramBytes * times,
            coreByteHops * times, waferByteHops * times, systemBytes * times};
  }
};

/// The cores that a layer is laid out on: one mesh over the reticles of a rank or a part of it, or
/// the reticles themselves where the cores of a reticle share a cache.
struct CoreGrid {
  Grid cores;
  Grid perReticle;          ///< the part of it in one reticle
  double linkBandwidth = 0; ///< between cores of a reticle
  double edgeBandwidth = 0; ///< across one edge of a reticle, all links together
  double hopLatency = 0;    ///< between cores
  double edgeLatency = 0;   ///< between reticles, on top
  double routeLatency = 0;  ///< of a core that software routes through
  bool wraps = false;       ///< a torus
  bool tiled = true;        ///< products are cut into one tile for each core
};

/// Cores that share a cache in front of DRAM: a GPU.  Rates are those that are reached.
struct CacheDevice {
  double cores = 1;
  double flopRate = 0;       ///< of one core
  double attentionRate = 0;  ///< of one core, in fused attention; 0: flopRate, and softmax besides
  double vectorRate = 0;     ///< of all cores, elementwise
  double coreSram = 0;       ///< of one core, for operands
  double multicast = 1;      ///< cores that a read of the cache serves
  double accumulators = 0;   ///< bytes of sums that a core holds
  double cache = 0;          ///< bytes
  double cacheBandwidth = 0; ///< to all cores
  double dramBandwidth = 0;
  double tileLatency = 0, kernelLatency = 0;

  /// Whether the rate of an operator is that of a kernel for all of it.
  bool fuses(const Operator &op) const {
    return attentionRate > 0 && op.kind == OperatorKind::Attention;
  }
};

/// What one rank computes a layer with.
struct RankHardware {
  double flopRate = 0; ///< peak times efficiency
  double sram = 0, sramBandwidth = 0;
  double dramBandwidth = 0;   ///< 0: all memory is SRAM
  double operandTraffic = 0;  ///< bytes of SRAM traffic of a multiply-accumulate
  double vectorLatency = 0;   ///< of a vector instruction, beside its elements; 0: there are none
  double lanes = 1;           ///< elements of a vector that a core multiplies in a cycle
  double stepLatency = 0;     ///< between the steps of a shifted product
  double operatorLatency = 0; ///< of an elementwise operator
  Dataflow dataflow = Dataflow::OutputStationary;
  Shift shift = Shift::Interleaved;
  CoreGrid grid;
  CacheDevice device; ///< meaningful where cores share a cache

  bool isCacheDevice() const { return !grid.tiled && grid.cores.cells() == 1; }
};

/// The cores of a rank that occupies a rectangle of reticles.
Grid coresOf(const Chip &chip, Grid reticles);

/// The mesh of cores that a layer is laid out on: `strategy.core_rows` x `core_cols`, those of
/// decode, or all of the rank.
Grid layerCores(const Design &design, Grid reticles, Phase phase);

/// What a rank that occupies a rectangle of reticles computes a layer with.
RankHardware rankHardware(const Design &design, Grid reticles, Phase phase);

struct OperatorCost {
  double time = 0;
  Bound bound = Bound::Compute;
  Usage usage;
};

OperatorCost costOf(const Operator &op, const RankHardware &rank);

} // namespace wsc::evaluation
