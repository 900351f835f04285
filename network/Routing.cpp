// Dimension orders on grids, tables elsewhere, and the channel dependency graph.
#include "network/Routing.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringRef.h"
#include <cassert>

namespace wsc::network {

llvm::StringRef name(Routing routing) {
  switch (routing) {
  case Routing::XY: return "xy";
  case Routing::YX: return "yx";
  case Routing::O1Turn: return "o1turn";
  case Routing::Adaptive: return "adaptive";
  case Routing::Table: return "table";
  }
  llvm_unreachable("covered switch");
}

Routes::Routes(const Network &network, Routing routing) : network_(network), routing_(routing) {
  assert(network.shape() && routing != Routing::Table);
}

Routes::Routes(const Network &network, std::vector<uint16_t> ports)
    : network_(network), routing_(Routing::Table), ports_(std::move(ports)) {
  assert(ports_.size() == size_t(network.routers()) * network.routers());
}

namespace {

/// One dimension of a grid.
struct Dimension {
  unsigned size;
  bool wraps;
  Direction up, down;
};

Dimension alongRows(const GridShape &shape) {
  return {shape.cols, shape.wrapsCols, Direction::East, Direction::West};
}
Dimension alongColumns(const GridShape &shape) {
  return {shape.rows, shape.wrapsRows, Direction::South, Direction::North};
}

/// Whether the shorter way from `from` to `to` goes up.
bool goesUp(unsigned from, unsigned to, const Dimension &dimension) {
  if (!dimension.wraps || dimension.size <= 2)
    return to > from;
  const unsigned up = (to + dimension.size - from) % dimension.size;
  return 2 * up <= dimension.size;
}

/// The channel of a router at `from` that leads to `to`; `none` if it is there.
uint32_t towards(const Network &network, uint32_t router, unsigned from, unsigned to,
                 const Dimension &dimension) {
  if (from == to)
    return none;
  return network.channel(router, goesUp(from, to, dimension) ? dimension.up : dimension.down);
}

} // namespace

uint32_t Routes::inRow(uint32_t router, uint32_t destination) const {
  const GridShape &shape = *network_.shape();
  return towards(network_, router, shape.col(router), shape.col(destination), alongRows(shape));
}

uint32_t Routes::inColumn(uint32_t router, uint32_t destination) const {
  const GridShape &shape = *network_.shape();
  return towards(network_, router, shape.row(router), shape.row(destination), alongColumns(shape));
}

uint32_t Routes::along(uint32_t router, uint32_t destination, bool rowFirst) const {
  const GridShape &shape = *network_.shape();
  const bool sameCol = shape.col(router) == shape.col(destination);
  const bool sameRow = shape.row(router) == shape.row(destination);
  if (rowFirst ? !sameCol : sameRow)
    return inRow(router, destination);
  return inColumn(router, destination);
}

uint32_t Routes::next(uint32_t router, uint32_t destination, Order order) const {
  if (router == destination)
    return none;
  switch (routing_) {
  case Routing::XY: return along(router, destination, true);
  case Routing::YX: return along(router, destination, false);
  case Routing::O1Turn:
  case Routing::Adaptive: return along(router, destination, order == Order::XY);
  case Routing::Table: {
    const uint16_t port = ports_[size_t(destination) * network_.routers() + router];
    const llvm::ArrayRef<uint32_t> outgoing = network_.outgoing(router);
    return port < outgoing.size() ? outgoing[port] : none;
  }
  }
  llvm_unreachable("covered switch");
}

unsigned Routes::productive(uint32_t router, uint32_t destination, uint32_t channels[2]) const {
  unsigned count = 0;
  for (const uint32_t channel : {inRow(router, destination), inColumn(router, destination)})
    if (channel != none)
      channels[count++] = channel;
  return count;
}

void Routes::walk(uint32_t from, uint32_t to, Order order,
                  llvm::function_ref<void(uint32_t)> visit) const {
  uint32_t at = from;
  auto go = [&](uint32_t channel) {
    visit(channel);
    at = network_.channels()[channel].to;
  };
  if (routing_ == Routing::Table) {
    // A table may lead round in a circle.
    for (size_t hops = 0; at != to && hops <= network_.channels().size(); ++hops) {
      const uint32_t channel = next(at, to, order);
      if (channel == none)
        return;
      go(channel);
    }
    return;
  }
  // Along a dimension the direction stays.
  const GridShape &shape = *network_.shape();
  const bool rowFirst = routing_ == Routing::XY || (routing_ != Routing::YX && order == Order::XY);
  for (const bool inRow : {rowFirst, !rowFirst}) {
    const Dimension dimension = inRow ? alongRows(shape) : alongColumns(shape);
    auto placeOf = [&](uint32_t router) { return inRow ? shape.col(router) : shape.row(router); };
    unsigned place = placeOf(at);
    const unsigned end = placeOf(to);
    const bool up = goesUp(place, end, dimension);
    while (place != end) {
      const uint32_t channel = network_.channel(at, up ? dimension.up : dimension.down);
      if (channel == none)
        return;
      go(channel);
      place = up ? (place + 1 == dimension.size ? 0 : place + 1)
                 : (place == 0 ? dimension.size : place) - 1;
    }
  }
}

namespace {

/// For each channel those that packets in it may ask for.
std::vector<std::vector<uint32_t>> dependencies(const Routes &routes, Order order) {
  const Network &network = routes.network();
  std::vector<std::vector<uint32_t>> after(network.channels().size());
  for (uint32_t to = 0; to < network.routers(); ++to)
    for (uint32_t channel = 0; channel < network.channels().size(); ++channel) {
      const auto &[from, middle, wire] = network.channels()[channel];
      if (from == to || routes.next(from, to, order) != channel)
        continue;
      const uint32_t then = routes.next(middle, to, order);
      if (then != none && !llvm::is_contained(after[channel], then))
        after[channel].push_back(then);
    }
  return after;
}

/// A cycle of a directed graph, by depth-first search.
std::vector<uint32_t> cycleOf(const std::vector<std::vector<uint32_t>> &after) {
  enum : uint8_t { New, Open, Done };
  std::vector<uint8_t> state(after.size(), New);
  std::vector<std::pair<uint32_t, size_t>> path; // a channel, and which of its successors is next
  for (uint32_t start = 0; start < after.size(); ++start) {
    if (state[start] != New)
      continue;
    state[start] = Open;
    path.assign(1, {start, 0});
    while (!path.empty()) {
      auto &[channel, successor] = path.back();
      if (successor == after[channel].size()) {
        state[channel] = Done;
        path.pop_back();
        continue;
      }
      const uint32_t then = after[channel][successor++];
      if (state[then] == Open) {
        std::vector<uint32_t> cycle{then};
        for (size_t i = path.size(); path[i - 1].first != then; --i)
          cycle.push_back(path[i - 1].first);
        std::reverse(cycle.begin() + 1, cycle.end());
        return cycle;
      }
      if (state[then] == New) {
        state[then] = Open;
        path.push_back({then, 0});
      }
    }
  }
  return {};
}

} // namespace

std::vector<uint32_t> dependencyCycle(const Routes &routes) {
  std::vector<uint32_t> cycle = cycleOf(dependencies(routes, Order::XY));
  if (cycle.empty() && routes.routing() == Routing::O1Turn)
    cycle = cycleOf(dependencies(routes, Order::YX));
  return cycle;
}

} // namespace wsc::network
