// What synthetic traffic puts on each router: flits a cycle from each input to each output.
#pragma once

#include "network/Routing.h"
#include "network/Traffic.h"

namespace wsc::network::flow {

/// A router's inputs are its `incoming` channels in order, then its nodes; likewise its outputs.
struct Ports {
  uint32_t turns = 0; ///< where its inputs x outputs start in `Loads::turns`
  uint32_t input = 0; ///< number of its first input among those of all routers
  unsigned inputs = 0, outputs = 0;
};

/// If each node sends one flit a cycle; all rates are proportional to that.
struct Loads {
  std::vector<Ports> routers;
  std::vector<double> turns;    ///< flits a cycle from each input to each output, router by router
  std::vector<double> channels; ///< flits a cycle
  // Means over flits.
  double hops = 0;        ///< routers on the way
  double wires = 0;       ///< cycles in the wires between them
  double slowest = 0;     ///< cycles that a flit takes on the slowest of them, at least 1
  bool reachesAll = true; ///< whether there is a way for each packet; those without are left out
};

Loads loadsOf(const Routes &routes, Pattern pattern);

} // namespace wsc::network::flow
