// Numbering ports; routing functions and classes of virtual channels.
#include "network/CyclePorts.h"

#include <bit>

namespace wsc::network::cycle {

namespace {

/// Channels that end at a router, in the order of its input ports.
std::vector<uint32_t> incoming(const Network &network, uint32_t router) {
  if (!network.shape())
    return network.incoming(router).vec();
  std::vector<uint32_t> channels;
  for (const auto &[towards, back] :
       {std::pair(Direction::East, Direction::West), std::pair(Direction::West, Direction::East),
        std::pair(Direction::South, Direction::North),
        std::pair(Direction::North, Direction::South)}) {
    const uint32_t neighbor = network.shape()->neighbor(router, towards);
    const uint32_t channel = neighbor == none ? none : network.channel(neighbor, back);
    if (channel != none)
      channels.push_back(channel);
  }
  return channels;
}

} // namespace

Ports::Ports(const Network &network, unsigned perNode)
    : perNode(perNode), ofChannel(network.channels().size()), ejectionOf(network.nodes()) {
  for (uint32_t router = 0; router < network.routers(); ++router) {
    firstOutput.push_back(wire.size());
    for (const uint32_t channel : network.outgoing(router)) {
      ofChannel[channel] = wire.size();
      wire.push_back(network.channels()[channel].wire);
    }
    for (const uint32_t node : network.nodesOf(router)) {
      ejectionOf[node] = wire.size();
      wire.resize(wire.size() + perNode);
    }
  }
  firstOutput.push_back(wire.size());
  wire.resize(wire.size() + size_t(network.nodes()) * perNode);
  target.resize(wire.size());
  for (uint32_t router = 0; router < network.routers(); ++router) {
    firstInput.push_back(source.size());
    for (const uint32_t channel : incoming(network, router))
      source.push_back(ofChannel[channel]);
    for (const uint32_t node : network.nodesOf(router))
      for (unsigned i = 0; i < perNode; ++i)
        source.push_back(firstOfNodes() + node * perNode + i);
    routerOf.resize(source.size(), router);
  }
  firstInput.push_back(source.size());
  for (uint32_t input = 0; input < inputs(); ++input)
    target[source[input]] = input;
  for (uint32_t node = 0; node < network.nodes(); ++node)
    std::fill_n(target.begin() + ejectionOf[node], perNode, inputs() + node);
}

/// The lower half (the larger one) and the upper half of channels; both all where there is one.
static void halve(uint32_t channels, uint32_t halves[2]) {
  const unsigned count = std::popcount(channels), first = std::countr_zero(channels);
  const uint32_t upper = count < 2 ? channels : channels & ~0u << (first + count - count / 2);
  halves[0] = count < 2 ? channels : channels & ~upper;
  halves[1] = upper;
}

Ways::Ways(const Routes &routes, const Ports &ports, unsigned virtualChannels)
    : routes_(routes), ports_(ports), all_(~0u >> (32 - virtualChannels)) {
  const Network &network = routes.network();
  const auto &shape = network.shape();
  const bool grid = shape && routes.routing() != Routing::Table;
  const bool torus = grid && (shape->wrapsRows || shape->wrapsCols);
  uint32_t orders[2] = {all_, all_};
  if (routing() == Routing::O1Turn)
    halve(all_, orders);
  if (routing() == Routing::Adaptive)
    orders[0] = orders[1] = escapes_ = all_ & (torus ? 3 : 1);
  for (unsigned order = 0; order < 2; ++order)
    if (torus)
      halve(orders[order], classes_[order]);
    else
      classes_[order][0] = classes_[order][1] = orders[order];
  if (!grid)
    return;
  for (uint32_t router = 0; router < network.routers(); ++router) {
    places_.push_back({uint16_t(shape->row(router)), uint16_t(shape->col(router))});
    auto &outputs = outputs_.emplace_back();
    for (unsigned d = 0; d < directions; ++d) {
      const uint32_t channel = network.channel(router, static_cast<Direction>(d));
      outputs[d] = channel == none ? none : ports.ofChannel[channel];
    }
  }
}

/// One hop in the row or the column.
Way Ways::across(uint32_t router, uint32_t destination, bool inRow,
                 const uint32_t channels[2]) const {
  const GridShape &shape = *routes_.network().shape();
  const Place here = places_[router], there = places_[destination];
  const unsigned from = inRow ? here.col : here.row, to = inRow ? there.col : there.row;
  const unsigned size = inRow ? shape.cols : shape.rows;
  const bool wraps = size > 2 && (inRow ? shape.wrapsCols : shape.wrapsRows);
  const bool up = wraps ? 2 * ((to >= from ? to - from : to + size - from)) <= size : to > from;
  const bool datelineAhead = up ? to < from : to > from;
  const Direction direction = inRow ? up ? Direction::East : Direction::West
                              : up  ? Direction::South
                                    : Direction::North;
  return {outputs_[router][static_cast<unsigned>(direction)], channels[wraps && datelineAhead]};
}

Way Ways::at(uint32_t router, uint32_t node, Order order) const {
  const uint32_t destination = routerOf(node);
  if (router == destination)
    return {ports_.ejectionOf[node], all_};
  if (places_.empty()) {
    const uint32_t channel = routes_.next(router, destination);
    return channel == none ? Way() : Way{ports_.ofChannel[channel], all_};
  }
  if (routing() == Routing::YX)
    order = Order::YX;
  const Place here = places_[router], there = places_[destination];
  const bool inRow = order == Order::XY ? here.col != there.col : here.row == there.row;
  return across(router, destination, inRow, classes_[static_cast<unsigned>(order)]);
}

unsigned Ways::adaptive(uint32_t router, uint32_t node, Way ways[2]) const {
  const uint32_t destination = routerOf(node);
  const Place here = places_[router], there = places_[destination];
  const uint32_t channels[2] = {all_ & ~escapes_, all_ & ~escapes_};
  unsigned count = 0;
  if (here.col != there.col)
    ways[count++] = across(router, destination, /*inRow=*/true, channels);
  if (here.row != there.row)
    ways[count++] = across(router, destination, /*inRow=*/false, channels);
  return count;
}

} // namespace wsc::network::cycle
