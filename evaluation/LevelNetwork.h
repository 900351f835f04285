// The meshes and tori of a chip as networks of routers, for the fidelities that look at packets.
#pragma once

#include "evaluation/Evaluator.h"
#include "network/Router.h"

namespace wsc::evaluation {

/// Routers, and what their cycles and flits are.
struct LevelNetwork {
  network::GridShape shape;
  network::Router router;
  double cycle = 0; ///< s
  double flit = 0;  ///< bytes that a link takes in a cycle
};

/// A link to a neighbour.
struct Hop {
  double bandwidth = 0; ///< bytes/s in each direction
  double latency = 0;   ///< s, of the router and the wire
};

/// Of a reticle, between its cores; of a wafer, between its reticles; or of both, which is a mesh
/// if they are, a switch if one is, and else a torus.
Topology topologyOf(const Chip &chip, Level level);

/// Routers of the chip on a grid with links that are all alike.  Latencies are rounded to cycles,
/// at least one a hop.  A node sends into so many links at once; the cores of a reticle into all.
LevelNetwork routedGrid(const Chip &chip, network::GridShape shape, const Hop &hop,
                        unsigned ports = network::directions);

/// What about the routers of a chip cannot be looked at with this fidelity, one sentence each.
void findUnmodelledRouters(const Chip &chip, Fidelity fidelity, std::vector<std::string> &reasons);

/// The network of a level; not for switches, nor for the cores of a wafer but on meshes.
LevelNetwork networkOf(const Chip &chip, Level level);

} // namespace wsc::evaluation
