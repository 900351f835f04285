// Memory behind the edges of a wafer: what the reticles get of it over the links between them.
//
// What a reticle reads lies behind the nearer end of its row, or of its column; with ports on all
// edges behind both, shared so that all ports are as busy.  So nothing turns, and no link carries
// more than the one between a port and its reticle.  When all read at once, they get
//
//   min(DRAM, ports x link)
//
// in all.  Nothing else gets them more, since all of it enters the wafer there (a bound of Theseus,
// too: arXiv:2407.02079).
#pragma once

#include "evaluation/Bind.h"
#include "network/Program.h"

namespace wsc::evaluation {

/// Ports of a wafer; 0: memory is with each reticle.
double memoryPorts(const Chip &chip);

/// Bytes/s that the links of the ports have for each reticle; infinite where there are none.
double portRate(const Chip &chip);

/// Bytes/s of DRAM that each reticle reaches, if all do at once.
double dramRate(const Chip &chip);

/// Links between reticles, and from a port to the first, that a byte of DRAM passes, on average.
double memoryHops(const Chip &chip);

/// A mesh of reticles with the ports around it, which are nodes as well.
struct EdgeGrid {
  network::GridShape shape; ///< with what is between the corners of the ports, which nothing passes
  unsigned left = 0, top = 0; ///< columns and rows of ports before those of the reticles
};

/// The ports around the `reticles` of a wafer.
EdgeGrid withPorts(const Chip &chip, network::GridShape reticles);

/// What all ports send for each reticle to get so many flits, as nodes of that grid.
std::vector<network::Flow> edgeFlows(const Chip &chip, const EdgeGrid &grid, double flits);

/// So many flits from each port to the farthest reticle that it serves.
std::vector<network::Flow> farthestFlows(const Chip &chip, const EdgeGrid &grid, double flits);

} // namespace wsc::evaluation
