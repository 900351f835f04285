// What channels and nodes take of messages that go on at the same time, and how long that keeps
// them busy.
#pragma once

#include "network/FlowLanes.h"
#include "network/Router.h"

namespace wsc::network::flow {

struct Capacity {
  Capacity(const Lanes &lanes, const Network &network, const Router &router, unsigned packet);

  std::vector<double> channels; ///< flits a cycle
  std::vector<double> classes;  ///< flits a cycle that credits let queues take; infinite: hold all
  double node = 0;              ///< flits a cycle from each, and to each
  llvm::SmallVector<double, 4> rooms; ///< flits of each class, in the buffer of a channel
  double hop = 0;                     ///< cycles of the shortest
  std::vector<double> flits;          ///< that enter each queue
  double beyond = 0; ///< share of what enters a queue of a channel that no buffer holds, at most
  /// Cycles that the busiest of channels and nodes has to do, or that credits let a class take.
  double busiest = 0;
};

/// Flits a cycle that a channel takes of packets that choose: each virtual channel one packet after
/// the other, the adaptive ones only while their buffers have room for all of it (whole packet
/// forwarding, cycle::Fabric::chooseAdaptive); escapes take the others.
double rateOfChosen(const Router &router, const Wire &wire, unsigned packet);

} // namespace wsc::network::flow
