// How busy each link between the reticles of a wafer is during an iteration.
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/RoutedNetwork.h"

namespace wsc::evaluation {

/// A collective, a transfer between stages or what memory ports send, and how much of the traffic
/// it is.
struct LinkUser {
  llvm::StringRef name,
      algorithm;    ///< static text; no algorithm: each sends to the next stage, or ports do
  double bytes = 0; ///< of the vector of a rank; of all that a stage sends; to a reticle
  double times = 0; ///< in an iteration, of each group, pipeline or wafer
  double flits = 0; ///< over all links of a wafer in an iteration
};

struct LinkLoad {
  network::GridShape shape; ///< the reticles of a wafer
  std::vector<double> use;  ///< of each channel of Network::grid(shape): share of the iteration
  std::vector<LinkUser> users;
};

/// The collectives of an iteration, and what goes between stages, on the mesh or torus of the
/// wafers of a design, routed by `routed`; empty, with a reason, where there is none of that.
std::optional<LinkLoad> linkLoad(const Design &design, const RoutedNetwork &routed,
                                 std::string &reason);

} // namespace wsc::evaluation
