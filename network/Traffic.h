// Synthetic traffic: who sends to whom, and how much.
//
// The patterns are those of Dally and Towles, Principles and Practices of Interconnection Networks,
// 2004, table 3.1, as BookSim2 reads them (its traffic.cpp).
#pragma once

#include "network/Network.h"
#include "support/Random.h"

namespace wsc::network {

enum class Pattern : uint8_t {
  Uniform,       ///< to every node alike, the sender included
  Transpose,     ///< from row r, column c to row c, column r: square grids
  BitComplement, ///< to node n - 1 - i
  BitReverse,    ///< to the node whose number has the bits of i the other way round: powers of two
  Shuffle,       ///< to the node whose number has the bits of i turned left by one: powers of two
  Tornado,       ///< almost half of the way round in each dimension
  Neighbor       ///< to the next node in each dimension
};
/// As users write it: `bit_complement`.  Static text.
llvm::StringRef name(Pattern pattern);

/// Why a grid cannot have this pattern; empty if it can.
llvm::StringRef whyNot(Pattern pattern, const GridShape &shape);

/// Whom a node sends to.  Under `Uniform` it is drawn.
uint32_t destinationOf(Pattern pattern, const GridShape &shape, uint32_t source, Random &random);

/// What each node offers.
struct Traffic {
  Pattern pattern = Pattern::Uniform;
  double load = 0;     ///< flits a node and cycle, in (0, 1]
  unsigned packet = 1; ///< flits
};

/// The figures that BookSim2 prints, in cycles, and flits a node and cycle.
struct TrafficResult {
  bool stable = true;        ///< the network takes what is offered
  double packetLatency = 0;  ///< from creation to arrival of the last flit, mean
  double networkLatency = 0; ///< from entering the network
  double accepted = 0;       ///< flits that arrive, on average over the nodes
  double leastAccepted = 0;  ///< at the node with the fewest
  double hops = 0;           ///< routers on the way, mean
  uint64_t cycles = 0;       ///< simulated; 0 for a closed form
  Ending ending = Ending::Done;
};

} // namespace wsc::network
