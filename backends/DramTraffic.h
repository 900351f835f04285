// What one channel of a stack of HBM sees of a design's work, for simulators of DRAM.
#pragma once

#include "backends/Backend.h"

namespace wsc::backends {

/// A stack beside a reticle, and one of its channels.
struct DramChannel {
  double stacks;             ///< of a reticle
  unsigned channels;         ///< of a stack
  double capacity;           ///< of a channel, bytes
  double bandwidth;          ///< of a channel, bytes/s
  unsigned burst;            ///< bytes of a request
  unsigned groups, perGroup; ///< banks
  unsigned row;              ///< bytes
  unsigned rows;             ///< of a bank, a power of two
};

/// An operator's traffic on the channel, in requests.
struct DramAccess {
  std::string what; ///< `ffn_up, forward`
  uint64_t reads, writes;
  double start, end; ///< s, of the operator
};

struct DramTraffic {
  DramChannel channel;
  std::string stretch = {}; ///< of the iteration, for notes
  std::vector<DramAccess> accesses = {};
  uint64_t reads = 0, writes = 0; ///< requests in all
  double end = 0;                 ///< s
};

/// One micro-batch through one layer, of the last phase of an iteration; or why there is none.  A
/// rank's traffic is spread evenly over its reticles, their stacks and their channels.
std::variant<DramTraffic, std::string> dramTraffic(const Request &request);

/// Calls `visit(isWrite, address, time)` for each request, in order.  Operators go through the
/// addresses of the channel one after the other, reads and writes evenly mixed, evenly over their
/// time.
void forEachRequest(const DramTraffic &traffic,
                    llvm::function_ref<void(bool isWrite, uint64_t address, double time)> visit);

} // namespace wsc::backends
