// What the reticles of a wafer send to each other in an iteration, as messages between routers.
#pragma once

#include "backends/Backend.h"
#include "evaluation/LevelNetwork.h"
#include "network/Program.h"

namespace wsc::backends {

/// Messages that all groups of a kind exchange at the same time.
struct PlannedTraffic {
  std::string name;         ///< `all-reduce of tensor (ring)`
  double times = 0;         ///< in an iteration, on average over the stages
  network::Program program; ///< in flits of the network; nodes are reticles, row by row
};

/// The collectives of a plan on `network`, the mesh or torus of one wafer, each kind and size once
/// in the order of first use, then what stages of a pipeline pass on.  What goes from wafer to
/// wafer is not in it.
std::vector<PlannedTraffic> plannedTraffic(const evaluation::Design &design,
                                           const evaluation::Plan &plan,
                                           const evaluation::LevelNetwork &network);

/// Flits from each reticle (row) to each (column), none to itself: those of an iteration, or
/// of the pattern of a workload of packets, or to all alike where nothing is sent.
std::vector<double> trafficMatrix(const Request &request, const evaluation::LevelNetwork &network);

} // namespace wsc::backends
