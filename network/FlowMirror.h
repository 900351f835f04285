// Meshes on which halves are mirror images of each other, as what is sent in one is sent in the
// other.
//
// Dimension orders stay what they are if rows or columns are counted from the other end.  Along an
// even number no router is its own image, so that one half, whose border leads back into itself,
// goes through what the whole does.  So do ways that packets choose.
#pragma once

#include "network/FlowLanes.h"

namespace wsc::network::flow {

class Mirror {
public:
  /// Whether messages are one from each node to each other, all of a size, on a mesh whose wires
  /// are alike; that size, else 0.  `areAlike` as in `Step`.
  static double sizeOfAll(const Routes &routes, llvm::ArrayRef<Flow> flows, bool areAlike);
  /// Whether a program that repeats steps runs on such a mesh, and its messages have their images.
  static bool isOf(const Routes &routes, const Program &program);

  explicit Mirror(const Network &network);

  /// The node that stands for one: of the first half of rows and columns, where these are even.
  uint32_t node(uint32_t number) const { return nodes_[number]; }
  /// The channel that stands for one: the one that ends at such a node.
  uint32_t channel(uint32_t number) const { return channels_[number]; }
  /// The channel by which packets leave a router: one that stands for it, or the way back of it
  /// where they would cross the border between two images.
  static uint32_t leaving(const Network &network, uint32_t router, uint32_t channel);
  /// What a node or a direction is if all is turned so that `router` gets to the one that stands
  /// for it.
  uint32_t image(uint32_t node, uint32_t router) const;
  Direction image(Direction direction, uint32_t router) const;
  /// Images of each node, itself included.
  unsigned images() const { return images_; }

private:
  const GridShape shape_;
  std::vector<uint32_t> nodes_, channels_;
  unsigned images_;
};

} // namespace wsc::network::flow
