// Steps that nodes repeat without waiting for all others.
//
// A node begins a round when it has sent what it had to in the one before and has got all messages
// of that: so who is held up holds up those that wait for him, but not all at once.
#pragma once

#include "network/Program.h"
#include <algorithm>

namespace wsc::network::flow {

/// Visits of messages after which the rest of equal steps is taken to go on as they did; a single
/// step of more hops is not looked at channel by channel over time.
constexpr double mostVisits = 1 << 22;

/// Channels passed in a step, beyond which buffers are not looked at over time.
constexpr size_t mostHops = 1 << 12;

/// Rounds of a step that are looked at one by one.
inline double roundsOf(double times, double messages) {
  return std::min(times, std::max(4.0, mostVisits / messages));
}

class Rounds {
public:
  Rounds(llvm::ArrayRef<Flow> flows, unsigned nodes, unsigned times);

  /// Some of a message has arrived.
  void receive(uint32_t message, double flits) { received_[message] += flits; }
  /// If a node that has sent all is done with its round: notes the cycle, and returns whether there
  /// is another one.
  bool goOn(uint32_t node, double time);

  unsigned times() const { return times_; }
  /// When the last node was done with each round.
  llvm::ArrayRef<double> ends() const { return ends_; }

private:
  const unsigned times_;
  Grouping to_; ///< messages by destination
  std::vector<double> flits_, received_;
  std::vector<unsigned> round_; ///< of each node
  std::vector<double> ends_;
};

} // namespace wsc::network::flow
