// What synthetic traffic puts on each router: flits a cycle from each input to each output.
#pragma once

#include "network/Router.h"
#include "network/Routing.h"
#include "network/Traffic.h"

namespace wsc::network::flow {

/// A router's inputs are its `incoming` channels in order, then its nodes; likewise its outputs.
struct Ports {
  uint32_t turns = 0; ///< where its inputs x outputs start among those of all routers
  uint32_t input = 0; ///< number of its first input among those of all routers
  unsigned inputs = 0, outputs = 0;
};

/// Which port of its router each channel and node has.
class PortMap {
public:
  explicit PortMap(const Network &network);

  const Network &network() const { return network_; }
  llvm::ArrayRef<Ports> routers() const { return routers_; }
  uint32_t inputs() const { return inputs_; }
  uint32_t turns() const { return turns_; } ///< pairs of an input and an output of a router

  unsigned inputOf(uint32_t channel) const { return inputOf_[channel]; }
  unsigned outputOf(uint32_t channel) const { return outputOf_[channel]; }
  unsigned fromNode(uint32_t node) const;
  unsigned toNode(uint32_t node) const;

private:
  const Network &network_;
  std::vector<Ports> routers_;
  std::vector<unsigned> inputOf_, outputOf_, nodeOf_;
  uint32_t inputs_ = 0, turns_ = 0;
};

/// If each node sends one flit a cycle; all rates are proportional to that.
struct Loads {
  Loads() = default;
  /// Nothing yet.
  explicit Loads(const PortMap &ports)
      : turns(ports.turns()), channels(ports.network().channels().size()) {}

  std::vector<double> turns;    ///< flits a cycle from each input to each output, router by router
  std::vector<double> channels; ///< flits a cycle
  /// Classes of virtual channels, as in CyclePorts.h, and flits a cycle by channel and class, if
  /// there are several: each order of O1TURN, the dateline of a torus behind, then ahead.
  unsigned classes = 1;
  std::vector<double> byClass;
  /// Of `turns`, those that do not meet others there, as they would have gone elsewhere; empty
  /// unless routing is adaptive.
  std::vector<double> avoided;
  unsigned escapes = 0; ///< virtual channels that adaptive packets do not choose
  // Means over flits.
  double hops = 0;         ///< routers on the way
  double wires = 0;        ///< cycles in the wires between them
  double slowest = 0;      ///< cycles that a flit takes on the slowest of them, at least 1
  bool mixes = true;       ///< what comes from a node goes several ways
  double largest = 0;      ///< share of what a node sends that goes to one other by one way
  bool isMirrored = false; ///< halves of a mesh are mirror images (FlowMirror.h)
  bool reachesAll = true;  ///< whether there is a way for each packet; those without are left out
};

/// If routing is not adaptive.
Loads loadsOf(const Routes &routes, const PortMap &ports, Pattern pattern);
/// At the load of `traffic`, on which the ways of adaptive routing depend.
Loads loadsOf(const Routes &routes, const PortMap &ports, const Router &router,
              const Traffic &traffic);

} // namespace wsc::network::flow
