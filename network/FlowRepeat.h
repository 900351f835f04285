// A step that is repeated, each node going on when its own messages are there: when nodes are done.
//
// Times of a round are maxima of sums of those of the round before: a linear system in max-plus
// algebra (Baccelli et al., Synchronization and Linearity, 1992).  In most rounds nearly all nodes
// are delayed alike, so that only those are looked at that wait for one that was not.
#pragma once

#include "network/FlowSection.h"
#include <optional>

namespace wsc::network::flow {

class RepeatedStep {
public:
  /// From one node to another, in cycles after the start of a round.
  struct Transfer {
    uint32_t source, destination;
    double sending, arriving; ///< until all has left, or arrived
  };
  /// Nodes send what depends on a message `relay` cycles after it has arrived.
  RepeatedStep(std::vector<Transfer> transfers, unsigned nodes, double relay);

  /// Goes through `times` rounds from when nodes are `ready`, which is moved on; after `visits` of
  /// them, or once all nodes are delayed alike, time goes on as before.  Returns when the last flit
  /// has arrived, at least `cycles`.
  double run(std::vector<double> &ready, double times, double visits, double cycles);

private:
  struct Done {
    uint32_t node;
    double time;
  };

  std::optional<double> round();
  bool differs(const Done &done) const;
  void goOn();
  void lookAt(uint32_t node);
  double nextOf(uint32_t node) const;
  double lastArrival() const;
  double readyOf(uint32_t node) const { return since_[node] + passed_; }

  const std::vector<Transfer> transfers_;
  const Grouping to_, from_; ///< transfers by destination and by source
  const double relay_;
  std::vector<uint32_t> nodes_;  ///< that take part
  std::vector<double> sending_;  ///< by node: until all of its messages have left
  std::vector<double> since_;    ///< by node: when it is ready, less `passed_`
  double passed_ = 0;            ///< delays of most nodes in the rounds so far
  double delay_ = 0;             ///< of most nodes, in the present round
  std::vector<uint32_t> looked_; ///< nodes that may not be delayed as most
  std::vector<bool> isLooked_;   ///< by node
  std::vector<Done> done_;       ///< those with the present round
};

} // namespace wsc::network::flow
