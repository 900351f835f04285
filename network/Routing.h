// Which way packets go.
#pragma once

#include "network/Network.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace wsc::network {

enum class Routing : uint8_t {
  XY,     ///< along the row first
  YX,     ///< along the column first
  O1Turn, ///< each packet one of these at random, on virtual channels of its own (Seo et al., ISCA
          ///< 2005)
  Adaptive, ///< the less congested way of those that come nearer; escapes are XY (Duato 1993)
  Table     ///< for each pair of routers, as `Routes::table` says
};
/// As users write it: `xy`.  Static text.
llvm::StringRef name(Routing routing);

/// The way of a packet that does not depend on the traffic.
enum class Order : uint8_t { XY, YX };

/// A routing function on a network, which must outlive it.
class Routes {
public:
  /// For grids: `routing` is any but Table.  On a torus the shorter way round is taken, East and
  /// South where both are as long.
  Routes(const Network &network, Routing routing);
  /// `ports[d * routers + r]` is the port (index into outgoing(r)) towards router d.
  Routes(const Network &network, std::vector<uint16_t> ports);

  const Network &network() const { return network_; }
  Routing routing() const { return routing_; }

  /// The channel to take at `router`; `none` at the destination, or where no way leads there.
  /// `order` counts for O1TURN and the escapes of adaptive routing only.
  uint32_t next(uint32_t router, uint32_t destination, Order order = Order::XY) const;

  /// The channels that lead nearer, at most one for each dimension: the choice of adaptive routing.
  /// Returns how many.
  unsigned productive(uint32_t router, uint32_t destination, uint32_t channels[2]) const;

  /// Calls `visit` with each channel from one router to another.
  void walk(uint32_t from, uint32_t to, Order order,
            llvm::function_ref<void(uint32_t)> visit) const;

private:
  uint32_t along(uint32_t router, uint32_t destination, bool rowFirst) const;
  uint32_t inRow(uint32_t router, uint32_t destination) const;
  uint32_t inColumn(uint32_t router, uint32_t destination) const;

  const Network &network_;
  Routing routing_;
  std::vector<uint16_t> ports_; ///< of Table
};

/// A cycle of channels that each may wait for the next; empty where there is none, so that wormhole
/// routing cannot deadlock (Dally and Seitz 1987).  Of O1TURN and adaptive routing, each order is
/// considered by itself, as each has virtual channels of its own.
std::vector<uint32_t> dependencyCycle(const Routes &routes);

} // namespace wsc::network
