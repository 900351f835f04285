// A network as a graph: routers, the nodes behind them, and channels of one direction.
//
// Time is counted in cycles of the routers, data in flits: what the widest channel takes in a
// cycle. A router carries a core, a reticle or a wafer, whatever the level that the network belongs
// to.
#pragma once

#include "network/Grouping.h"
#include "llvm/ADT/BitVector.h"
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace wsc::network {

/// No router, no channel.
constexpr uint32_t none = ~0U;

/// How a simulation came to its end.
enum class Ending : uint8_t {
  Done,
  Limit,     ///< the work that was allowed is used up
  Deadlock,  ///< packets wait for each other
  Unroutable ///< the routing function knows no way for a packet
};

/// A wire with the registers in it.
struct Wire {
  uint32_t latency = 1; ///< cycles, at least 1
  float rate = 1;       ///< flits a cycle, in (0, 1]
};

/// From one router to another.
struct Channel {
  uint32_t from = 0, to = 0;
  Wire wire;
};

/// Where a channel of a grid leads: along a row, or from row to row.
enum class Direction : uint8_t { East, West, South, North };
constexpr unsigned directions = 4;

/// Rows and columns of routers with one node each; router r * cols + c has node r * cols + c.
struct GridShape {
  unsigned rows = 1, cols = 1;
  bool wrapsRows = false; ///< the last row is a neighbour of the first
  bool wrapsCols = false;
  Wire wire; ///< between neighbours
  /// Rows and columns of a reticle; 0: all.  Channels from one reticle to the next are `border`s.
  unsigned tileRows = 0, tileCols = 0;
  Wire border;

  unsigned nodes() const { return rows * cols; }
  unsigned row(uint32_t router) const { return router / cols; }
  unsigned col(uint32_t router) const { return router % cols; }
  uint32_t at(unsigned row, unsigned col) const { return row * cols + col; }
  /// The neighbour in a direction; `none` beyond the border of a mesh.
  uint32_t neighbor(uint32_t router, Direction direction) const;
  /// The wire to that neighbour.
  Wire wireTo(uint32_t router, Direction direction) const;
};

class Network {
public:
  /// A mesh or torus.
  static Network grid(const GridShape &shape);
  /// Any graph.  `routerOfNode` has the router of each node.
  Network(unsigned routers, std::vector<uint32_t> routerOfNode, std::vector<Channel> channels);

  unsigned routers() const { return outgoing_.groups(); }
  unsigned nodes() const { return routerOfNode_.size(); }
  uint32_t routerOf(uint32_t node) const { return routerOfNode_[node]; }
  /// Nodes of a router, in order.
  llvm::ArrayRef<uint32_t> nodesOf(uint32_t router) const { return nodes_[router]; }

  llvm::ArrayRef<Channel> channels() const { return channels_; }
  void setWire(uint32_t channel, const Wire &wire) { channels_[channel].wire = wire; }
  /// Channels that leave a router, by their number: its output ports.
  llvm::ArrayRef<uint32_t> outgoing(uint32_t router) const { return outgoing_[router]; }
  /// Channels that end at a router, by their number: its input ports.
  llvm::ArrayRef<uint32_t> incoming(uint32_t router) const { return incoming_[router]; }

  /// Of a grid; empty for other graphs.
  const std::optional<GridShape> &shape() const { return shape_; }
  /// The channel of a grid in a direction; `none` at a border, or where it is dead.
  uint32_t channel(uint32_t router, Direction direction) const {
    return grid_[router][static_cast<unsigned>(direction)];
  }

  /// The same routers without the dead channels and those of dead routers.  Numbers of routers and
  /// nodes stay, those of channels do not.
  Network without(const llvm::BitVector &deadRouters, const llvm::BitVector &deadChannels) const;

private:
  std::vector<Channel> channels_;
  std::vector<uint32_t> routerOfNode_;
  Grouping nodes_, outgoing_, incoming_; ///< by router
  std::optional<GridShape> shape_;
  std::vector<std::array<uint32_t, directions>> grid_; ///< empty unless a grid
};

} // namespace wsc::network
