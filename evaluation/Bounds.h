// What no mapping can beat: closed formulas over the model's shape, written independently of the
// operators, so that the two check each other.
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/NetworkBounds.h"

namespace wsc::evaluation {

/// Model flop of one iteration on the whole system: matrix products only, forward and backward
/// once, no recomputation, attention by `workload.flops_convention`.  With 4h-wide feed-forward
/// layers and without causal discount this is 72 B L s h^2 (1 + s/(6h) + V/(12Lh)) for training
/// (Narayanan et al., arXiv:2104.04473) and 2N + 4Lhs a token for inference (Pope et al.,
/// arXiv:2211.05102).
double modelFlops(const Design &design);

/// The same with the products that recomputation repeats: with all of them 96 B L s h^2 (1 + s/(6h)
/// + V/(16Lh)), with attention alone 72 B L s h^2 (1 + s/(3h) + V/(12Lh)) (Korthikanti et al.,
/// arXiv:2205.05198).
double hardwareFlops(const Design &design);

/// What has to be computed and read in one iteration, whatever the strategy.
struct LeastWork {
  double flops = 0;
  double sharedBytes = 0, routedBytes = 0; ///< weights; those of routed experts by themselves
  double cacheBytes = 0;                   ///< keys and values, in one decode step of all requests
  double promptFlops = 0, tokenFlops = 0;  ///< of one prompt; of one decode step of one request
  double operandBytes = 0;                 ///< of a single operator
};
LeastWork leastWork(const Design &design);

/// Bytes per second at which a reticle reads weights at most: from DRAM, from the scratchpads of
/// its cores, or from a cache that serves several cores with one access.
double weightBandwidth(const Chip &chip);

/// Lower bounds of the iteration time: `compute`, all peak FLOP/s of the system at work; `memory`,
/// all bandwidth of the memory that holds the weights; and the links of a rank, or those between
/// two halves of its group, sending all the time what each kind of parallelism has them send.
std::vector<Item> lowerBounds(const Design &design);

/// The same as numbers.
struct LowerBounds {
  double compute = 0, memory = 0;
  NetworkTimes network;

  double most() const { return std::max({compute, memory, network.most()}); }
};
LowerBounds lowerBoundsOf(const Design &design);
/// The memory bound with micro-batches of another size, `least` being what leastWork() says: what
/// is read over the bytes per second of all memories.
double memoryBound(const Design &design, const LeastWork &least, double microBatch);
double leastMemoryBytes(const Design &design, const LeastWork &least, double microBatch);
double weightRate(const Design &design);

/// Says which bound a time (s) of an iteration beats: then the model is wrong, not the design.
void checkBounds(const Design &design, double time, std::vector<std::string> &reasons);
/// The same of any quantity, but for rounding.
void checkBound(llvm::StringRef what, llvm::StringRef bound, double value, double least,
                llvm::StringRef unit, std::vector<std::string> &reasons);

} // namespace wsc::evaluation
