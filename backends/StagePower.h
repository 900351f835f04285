// How the power of a design is spread over the reticles of its first wafer.
#pragma once

#include "backends/Backend.h"
#include "backends/RankPlaces.h"

namespace wsc::backends {

/// Watts on average over an iteration.
struct ReticlePower {
  double idle = 0; ///< what is always on
  double work = 0; ///< arithmetic, memories, network between cores
  double edge = 0; ///< links to other reticles and wafers
  double total() const { return idle + work + edge; }
};

/// Of each reticle of the first wafer, row by row.  The energy of the iteration is shared among
/// ranks as the operators of their stages are: the first embeds, the last has the logits.
std::vector<ReticlePower> reticlePower(const Request &request);

} // namespace wsc::backends
