// Routing tables for networks with holes: connected, free of deadlock, and short.
//
// On a grid packets go along their row first where they can, as on a whole mesh.  Around holes the
// tables take other turns, as long as no cycle of channels that wait for each other closes (Nue:
// Domke, Hoefler, Matsuoka, HPDC 2016, with one virtual channel).  Turns of a spanning tree come
// first, so that there is always a way.
#pragma once

#include "network/Routing.h"

namespace wsc::network {

/// Tables grow with the square of the routers: 2 bytes for each pair.
constexpr unsigned mostTableRouters = 4096;

/// How long the ways are and how evenly they use the channels, if all pairs of connected routers
/// send alike.
struct RouteQuality {
  double meanHops = 0;
  double maxLoad = 0; ///< of a channel, over its rate, if each router sends a flit in all
};

class Detour {
public:
  /// Tables for what is left of a network, which must outlive them and have at most
  /// mostTableRouters routers.  `dead` are the routers that nobody sends to.  A link of which one
  /// direction is dead is not used.
  Detour(const Network &network, const llvm::BitVector &dead);

  const Routes &routes() const { return routes_; }
  /// Routers that are alive and have no way to most others: those outside of the largest connected
  /// part.  Within their own part they have routes.
  llvm::ArrayRef<uint32_t> cutOff() const { return cutOff_; }
  /// Destinations that are reached along the spanning tree only: to find other ways for all routers
  /// failed.
  unsigned byTree() const { return byTree_; }

private:
  std::vector<uint32_t> cutOff_;
  unsigned byTree_ = 0;
  Routes routes_;
};

/// Connected parts of a network: a number for each router, 0 for the largest, `none` for dead ones.
std::vector<uint32_t> connectedParts(const Network &network, const llvm::BitVector &dead);

/// How good routes are, by walking between all pairs of routers that are alive and connected.
RouteQuality qualityOf(const Routes &routes, const llvm::BitVector &dead);

} // namespace wsc::network
