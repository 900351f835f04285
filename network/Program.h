// What the nodes of a network do together: messages in steps, each after those it depends on.
#pragma once

#include "network/Network.h"

namespace wsc::network {

/// From one node to another.
struct Flow {
  uint32_t source = 0, destination = 0;
  double flits = 0;
};

/// Flows that start together.  A node takes its part in a step when all flows of the step before
/// that end at it have arrived and all that start at it have left: there is no barrier.
struct Step {
  std::vector<Flow> flows;
  double times = 1; ///< as many such steps after each other
  /// Whether a packet follows as soon as one has arrived that it depends on, as when a core adds
  /// what comes in to what it has: the k-th packet of a flow waits for the k-th packet of each flow
  /// of the step before that ends at its source.  The step happens once.
  bool streams = false;
  /// Whether routers leave a copy of each flow at every node that it passes, which then ends there
  /// as well.
  bool multicast = false;
  /// Whether flows are known to be alike: each from a node to another, no two between the same
  /// ones, all of a size.  Of many, that need not be looked for then.
  bool areAlike = false;
};

struct Program {
  std::vector<Step> steps;
  /// Cycles from the arrival of a packet until the node sends what depends on it.
  double relay = 0;
  unsigned packet = 1; ///< flits; the last packet of a flow may be shorter
};

struct ProgramResult {
  double cycles = 0;                ///< until the last flit has arrived
  std::vector<double> channelFlits; ///< that pass each channel
  double flitHops = 0;              ///< their sum
  Ending ending = Ending::Done;     ///< otherwise the figures are those until then
};

} // namespace wsc::network
