// What waits in queues.
#pragma once

#include <cstdint>
#include <limits>

namespace wsc::network::flow {

/// What waits in a part of a queue for one of its outputs.  A line of the cache each, as all are
/// looked at in each step.
struct alignas(64) Stream {
  uint32_t from = 0, to = 0;     ///< queues
  uint32_t into = 0;             ///< part of `to`
  uint32_t choice = 0;           ///< streams with the same one hold the same packets; 0: no others
  double share = 0;              ///< of what enters the part that it is in
  double waiting = 0, moved = 0; ///< flits
  double wait = 0;               ///< cycles of a flit for the crossbar, besides its own
  double asks = 0;               ///< share of time that its input asks the crossbar for it
  /// Flits that its input has turns for in a step, or that get to the head.
  double most = std::numeric_limits<double>::infinity();
};

} // namespace wsc::network::flow
