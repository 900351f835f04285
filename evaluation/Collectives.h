// The time of collectives on one kind of network; Network.h chooses.
#pragma once

#include "evaluation/Network.h"
#include <limits>

namespace wsc::evaluation {

/// Half an all-reduce on a ring: P-1 steps that each send n/P bytes.
inline double halfRing(double ranks, double bytes, double bandwidth, double latency) {
  return (ranks - 1) * latency + (ranks - 1) / ranks * bytes / bandwidth;
}

/// The fastest of some algorithms.
struct Best {
  NetworkCost cost{std::numeric_limits<double>::infinity()};
  void add(llvm::StringRef algorithm, double time) {
    if (time < cost.time) {
      cost.time = time;
      cost.algorithm = algorithm;
    }
  }
};

/// Time and algorithm; the bytes times hops of all-reduce and its halves are added by costOf.
NetworkCost allReduceOnSwitch(const Fabric &fabric, double bytes);
NetworkCost halfOnSwitch(const Fabric &fabric, double bytes); ///< reduce-scatter or all-gather
NetworkCost allToAllOnSwitch(const Fabric &fabric, double bytes);

/// All-reduce of one fabric's ranks on each of several wafers, both behind switches.  `byteHops` is
/// left to the caller.
NetworkCost allReduceOnSwitches(const Fabric &local, const Fabric &system, double bytes);

NetworkCost allReduceOnMesh(const Fabric &fabric, double bytes); ///< or torus
NetworkCost halfOnMesh(const Fabric &fabric, double bytes);
NetworkCost allToAllOnMesh(const Fabric &fabric, double bytes);

/// The slower of the links that a path through the whole fabric uses.
Axis slowestLink(const Fabric &fabric);

/// Hops of a step of a ring through all ranks.
double ringHops(const Fabric &fabric);

} // namespace wsc::evaluation
