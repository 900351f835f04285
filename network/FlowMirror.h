// Meshes on which everybody sends as much to everybody: halves are mirror images of each other.
//
// Dimension orders stay what they are if rows or columns are counted from the other end.  Along an
// even number no router is its own image, so that one half, whose border leads back into itself,
// goes through what the whole does.
#pragma once

#include "network/FlowLanes.h"

namespace wsc::network::flow {

class Mirror {
public:
  /// Whether messages are one from each node to each other, all of a size, on a mesh whose wires
  /// are alike; that size, else 0.
  static double sizeOfAll(const Routes &routes, llvm::ArrayRef<Flow> flows);

  explicit Mirror(const Network &network) : shape_(*network.shape()), network_(network) {}

  /// The node that stands for one: of the first half of rows and columns, where these are even.
  uint32_t node(uint32_t number) const;
  /// The channel that stands for one: the one that ends at such a node.
  uint32_t channel(uint32_t number) const;

private:
  bool isBeyond(unsigned place, unsigned size) const { return size % 2 == 0 && place >= size / 2; }

  const GridShape shape_;
  const Network &network_;
};

} // namespace wsc::network::flow
