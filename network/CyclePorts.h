// The ports of the routers of a network, numbered one after the other, and what they lead to.
#pragma once

#include "network/Routing.h"

namespace wsc::network::cycle {

/// Outputs: of each router those to its channels, in order, then to its nodes; after those of all
/// routers those of the nodes, which lead into their routers.  Inputs: of each router those of its
/// channels (of a grid in the order East, West, South, North), then of its nodes.
struct Ports {
  /// Nodes have so many channels into their router, and as many back.
  Ports(const Network &network, unsigned perNode);

  unsigned outputs() const { return target.size(); }
  unsigned inputs() const { return source.size(); }
  unsigned outputsOf(uint32_t router) const {
    return firstOutput[router + 1] - firstOutput[router];
  }
  unsigned inputsOf(uint32_t router) const { return firstInput[router + 1] - firstInput[router]; }
  /// Outputs from `firstOfNodes` on are those of nodes, `perNode` of each.
  uint32_t firstOfNodes() const { return firstOutput.back(); }
  /// Whether an output of a router leads to a node, and to which.
  bool ejects(uint32_t output) const { return target[output] >= inputs(); }
  uint32_t nodeBehind(uint32_t output) const { return target[output] - inputs(); }

  unsigned perNode;
  std::vector<uint32_t> firstOutput, firstInput; ///< by router, and the end
  std::vector<uint32_t> target;                  ///< of an output: the input, or inputs() + node
  std::vector<uint32_t> source;                  ///< of an input: the output
  std::vector<uint32_t> routerOf;                ///< of an input
  std::vector<Wire> wire;                        ///< of an output
  std::vector<uint32_t> ofChannel;               ///< the output to a channel
  std::vector<uint32_t> ejectionOf;              ///< the first output to a node
};

/// Which output a packet may take, and which virtual channels of it.
struct Way {
  uint32_t output = none;
  uint32_t channels = 0; ///< one bit for each
};

/// The routing function, in outputs and classes of virtual channels.
class Ways {
public:
  Ways(const Routes &routes, const Ports &ports, unsigned virtualChannels);

  Routing routing() const { return routes_.routing(); }
  uint32_t routerOf(uint32_t node) const { return routes_.network().routerOf(node); }
  /// The way of a packet by its order; under adaptive routing the escape.
  Way at(uint32_t router, uint32_t node, Order order) const;
  /// Adaptive routing: those nearer to the node, at most two.  Returns how many.
  unsigned adaptive(uint32_t router, uint32_t node, Way ways[2]) const;
  /// Virtual channels of adaptive routing that only escapes take.
  uint32_t escapes() const { return escapes_; }

private:
  Way across(uint32_t router, uint32_t destination, bool inRow, const uint32_t channels[2]) const;

  struct Place {
    uint16_t row, col;
  };

  const Routes &routes_;
  const Ports &ports_;
  uint32_t all_ = 0, escapes_ = 0;
  uint32_t classes_[2][2] = {}; ///< by order, and whether the dateline is still ahead
  std::vector<Place> places_;   ///< of the routers of a grid
  std::vector<std::array<uint32_t, directions>> outputs_;
};

} // namespace wsc::network::cycle
