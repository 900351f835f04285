// Loads by trees: all that goes to one node flows together, so that a pattern costs a visit of each
// router on the way for each destination, not a walk for each pair.
#include "network/FlowLoads.h"
#include "network/FlowAdaptive.h"
#include "network/FlowOrder.h"
#include "network/FlowUniform.h"

#include <algorithm>
#include <cassert>

namespace wsc::network::flow {

PortMap::PortMap(const Network &network)
    : network_(network), inputOf_(network.channels().size()), outputOf_(network.channels().size()),
      nodeOf_(network.nodes()) {
  for (uint32_t router = 0; router < network.routers(); ++router) {
    const llvm::ArrayRef<uint32_t> in = network.incoming(router), out = network.outgoing(router),
                                   nodes = network.nodesOf(router);
    for (size_t i = 0; i < in.size(); ++i)
      inputOf_[in[i]] = i;
    for (size_t i = 0; i < out.size(); ++i)
      outputOf_[out[i]] = i;
    for (size_t i = 0; i < nodes.size(); ++i)
      nodeOf_[nodes[i]] = i;
    const unsigned inputs = in.size() + nodes.size(), outputs = out.size() + nodes.size();
    routers_.push_back({turns_, inputs_, inputs, outputs});
    turns_ += inputs * outputs;
    inputs_ += inputs;
  }
}

unsigned PortMap::fromNode(uint32_t node) const {
  return network_.incoming(network_.routerOf(node)).size() + nodeOf_[node];
}
unsigned PortMap::toNode(uint32_t node) const {
  return network_.outgoing(network_.routerOf(node)).size() + nodeOf_[node];
}

namespace {

class Accumulator {
public:
  Accumulator(const Routes &routes, const PortMap &ports);

  /// Flits a cycle that `sources` send to one node, by any of `order`.
  struct Rate {
    uint32_t node;
    double flits;
  };
  void add(llvm::ArrayRef<Rate> sources, uint32_t target, Order order);

  Loads loads;

private:
  /// Where packets to the present target go from a router.
  struct Visit {
    uint32_t channel = none;  ///< the next; none at the target, and where no way leads there
    unsigned before = 0;      ///< routers before it that have not been passed yet
    double slowest = 0;       ///< from here on
    bool reached = false;     ///< whether it is in `visited_`
    bool isConnected = false; ///< with the target
  };
  void reach(uint32_t router, uint32_t target, Order order);
  void sort(uint32_t target);
  void pass(uint32_t router, uint32_t target, Order order);
  bool isDatelineAhead(uint32_t channel, uint32_t end) const;
  void count(uint32_t channel, uint32_t end, Order order, double flits);

  const Routes &routes_;
  const Network &network_;
  const PortMap &ports_;
  std::vector<Visit> visits_; ///< of routers
  std::vector<uint32_t> visited_;
  std::vector<double> arriving_; ///< at each input, to the present target
};

Accumulator::Accumulator(const Routes &routes, const PortMap &ports)
    : loads(ports), routes_(routes), network_(routes.network()), ports_(ports),
      visits_(network_.routers()), arriving_(ports.inputs()) {
  const auto &shape = network_.shape();
  const bool isTorus = shape && (shape->wrapsRows || shape->wrapsCols);
  loads.classes = (isTorus ? 2 : 1) * (routes.routing() == Routing::O1Turn ? 2 : 1);
  if (loads.classes > 1)
    loads.byClass.assign(network_.channels().size() * loads.classes, 0);
}

/// Follows the ways from a router on, as far as they are new.
void Accumulator::reach(uint32_t from, uint32_t target, Order order) {
  const uint32_t end = network_.routerOf(target);
  if (visits_[from].reached)
    return;
  visits_[from].reached = true;
  visited_.push_back(from);
  for (size_t i = visited_.size() - 1; i < visited_.size(); ++i) {
    const uint32_t router = visited_[i];
    Visit &visit = visits_[router];
    visit.channel = routes_.next(router, end, order);
    if (visit.channel == none)
      continue;
    const uint32_t then = network_.channels()[visit.channel].to;
    ++visits_[then].before;
    if (!visits_[then].reached) {
      visits_[then].reached = true;
      visited_.push_back(then);
    }
  }
}

/// Orders `visited_` so that each router comes after those that lead there, and finds
/// from which the target is reached.
void Accumulator::sort(uint32_t target) {
  std::vector<uint32_t> sorted = inOrder(network_, visited_, visits_);
  // Routers on a cycle of a table are left out: nothing arrives from there.
  for (const uint32_t router : visited_)
    visits_[router].reached = visits_[router].isConnected = false;
  const uint32_t end = network_.routerOf(target);
  for (auto router = sorted.rbegin(); router != sorted.rend(); ++router) {
    Visit &visit = visits_[*router];
    visit.isConnected = *router == end;
    visit.slowest = 1;
    if (visit.channel == none)
      continue;
    const Channel &channel = network_.channels()[visit.channel];
    visit.isConnected |= visits_[channel.to].isConnected;
    visit.slowest = std::max({1.0, 1.0 / channel.wire.rate, visits_[channel.to].slowest});
  }
  visited_ = std::move(sorted);
}

/// Whether a packet on a channel has to cross the dateline of its row or column, there or later.
bool Accumulator::isDatelineAhead(uint32_t channel, uint32_t end) const {
  const GridShape &shape = *network_.shape();
  const uint32_t from = network_.channels()[channel].from, to = network_.channels()[channel].to;
  const bool inRow = shape.row(from) == shape.row(to);
  const unsigned size = inRow ? shape.cols : shape.rows;
  if (size <= 2 || !(inRow ? shape.wrapsCols : shape.wrapsRows))
    return false;
  const unsigned at = inRow ? shape.col(from) : shape.row(from);
  const unsigned then = inRow ? shape.col(to) : shape.row(to);
  const unsigned last = inRow ? shape.col(end) : shape.row(end);
  return then == (at + 1) % size ? last < at : last > at;
}

/// Counts what goes through a channel to a router.
void Accumulator::count(uint32_t channel, uint32_t end, Order order, double flits) {
  loads.channels[channel] += flits;
  loads.wires += flits * network_.channels()[channel].wire.latency;
  if (loads.classes == 1)
    return;
  const unsigned orders = routes_.routing() == Routing::O1Turn ? 2 : 1;
  const bool ahead = loads.classes > orders && isDatelineAhead(channel, end);
  const unsigned index = ahead * orders + (orders == 2 ? static_cast<unsigned>(order) : 0);
  loads.byClass[channel * loads.classes + index] += flits;
}

/// What has arrived at a router goes on.
void Accumulator::pass(uint32_t router, uint32_t target, Order order) {
  const Visit &visit = visits_[router];
  const Ports &ports = ports_.routers()[router];
  for (unsigned input = 0; input < ports.inputs; ++input) {
    const double flits = std::exchange(arriving_[ports.input + input], 0);
    if (flits == 0)
      continue;
    loads.hops += flits;
    double *turns = &loads.turns[ports.turns + input * ports.outputs];
    if (visit.channel == none) {
      turns[ports_.toNode(target)] += flits;
      continue;
    }
    const uint32_t to = network_.channels()[visit.channel].to;
    turns[ports_.outputOf(visit.channel)] += flits;
    count(visit.channel, network_.routerOf(target), order, flits);
    arriving_[ports_.routers()[to].input + ports_.inputOf(visit.channel)] += flits;
  }
}

void Accumulator::add(llvm::ArrayRef<Rate> sources, uint32_t target, Order order) {
  visited_.clear();
  for (const auto &[node, flits] : sources)
    reach(network_.routerOf(node), target, order);
  sort(target);
  for (const auto &[node, flits] : sources) {
    const uint32_t router = network_.routerOf(node);
    if (!visits_[router].isConnected) {
      loads.reachesAll = false;
      continue;
    }
    const Ports &ports = ports_.routers()[router];
    arriving_[ports.input + ports_.fromNode(node)] += flits;
    loads.slowest += flits * visits_[router].slowest;
  }
  for (const uint32_t router : visited_)
    pass(router, target, order);
  for (const uint32_t router : visited_)
    visits_[router] = {};
}

} // namespace

static Loads accumulate(const Routes &routes, const PortMap &ports, Pattern pattern) {
  const Network &network = routes.network();
  const unsigned nodes = network.nodes();
  GridShape shape;
  shape.cols = nodes;
  if (network.shape())
    shape = *network.shape();
  assert(shape.nodes() == nodes);

  Accumulator accumulator(routes, ports);
  using Rate = Accumulator::Rate;
  std::vector<std::vector<Rate>> sources(nodes); // by destination
  const double orders = routes.routing() == Routing::O1Turn ? 2 : 1;
  Random unused(0);
  for (uint32_t node = 0; node < nodes; ++node) {
    if (pattern == Pattern::Uniform)
      sources[0].push_back({node, 1.0 / nodes / orders});
    else
      sources[destinationOf(pattern, shape, node, unused)].push_back({node, 1 / orders});
  }
  for (uint32_t target = 0; target < nodes; ++target) {
    const std::vector<Rate> &from = sources[pattern == Pattern::Uniform ? 0 : target];
    if (from.empty())
      continue;
    accumulator.add(from, target, Order::XY);
    if (orders == 2)
      accumulator.add(from, target, Order::YX);
  }
  Loads loads = std::move(accumulator.loads);
  loads.hops /= nodes;
  loads.wires /= nodes;
  loads.slowest /= nodes;
  loads.mixes = pattern == Pattern::Uniform || orders == 2;
  loads.largest = pattern == Pattern::Uniform ? 0 : 1.0 / orders;
  return loads;
}

Loads loadsOf(const Routes &routes, const PortMap &ports, Pattern pattern) {
  assert(routes.routing() != Routing::Adaptive);
  if (pattern == Pattern::Uniform)
    if (std::optional<Loads> loads = uniformLoads(routes, ports))
      return *std::move(loads);
  return accumulate(routes, ports, pattern);
}

Loads loadsOf(const Routes &routes, const PortMap &ports, const Router &router,
              const Traffic &traffic) {
  if (routes.routing() == Routing::Adaptive)
    return adaptiveLoads(routes, ports, router, traffic);
  return loadsOf(routes, ports, traffic.pattern);
}

} // namespace wsc::network::flow
