// Random networks for properties of the flow fidelity.
#pragma once

#include "network/Routing.h"
#include "support/Random.h"
#include <memory>

namespace wsc::network {

inline Wire randomWire(Random &random) {
  const float rates[] = {1, 1, 0.5F, 0.25F};
  return {unsigned(1 + random.below(3)), rates[random.below(4)]};
}

inline GridShape gridOf(unsigned rows, unsigned cols) {
  GridShape shape;
  shape.rows = rows;
  shape.cols = cols;
  return shape;
}

/// A mesh or torus of up to 6 x 6, with reticles half of the time.
inline GridShape randomShape(Random &random) {
  GridShape shape;
  shape.rows = 1 + random.below(6);
  shape.cols = 1 + random.below(6);
  shape.wrapsRows = random.below(2);
  shape.wrapsCols = random.below(2);
  if (random.below(2)) {
    shape.tileRows = 1 + random.below(3);
    shape.tileCols = 1 + random.below(3);
    shape.border = randomWire(random);
  }
  return shape;
}

/// The port of a channel among those that leave its router.
inline uint16_t portOf(const Network &network, uint32_t channel) {
  const llvm::ArrayRef<uint32_t> outgoing = network.outgoing(network.channels()[channel].from);
  return std::find(outgoing.begin(), outgoing.end(), channel) - outgoing.begin();
}

/// A table of the ways that `next(router, destination)` takes.
template <typename Next> std::vector<uint16_t> tableOf(const Network &network, Next next) {
  std::vector<uint16_t> ports;
  for (uint32_t to = 0; to < network.routers(); ++to)
    for (uint32_t at = 0; at < network.routers(); ++at)
      ports.push_back(at == to ? 0xffff : portOf(network, next(at, to)));
  return ports;
}

/// Shortest ways, whatever is missing of the network.
inline std::vector<uint16_t> shortestWays(const Network &network) {
  const uint32_t count = network.routers();
  std::vector<uint16_t> ports(size_t(count) * count, 0xffff);
  for (uint32_t to = 0; to < count; ++to) {
    std::vector<uint32_t> queue{to};
    std::vector<bool> isReached(count);
    isReached[to] = true;
    for (size_t i = 0; i < queue.size(); ++i)
      for (const uint32_t channel : network.incoming(queue[i])) {
        const uint32_t from = network.channels()[channel].from;
        if (isReached[from])
          continue;
        isReached[from] = true;
        queue.push_back(from);
        ports[size_t(to) * count + from] = portOf(network, channel);
      }
  }
  return ports;
}

struct RandomNetwork {
  std::unique_ptr<Network> network;
  std::unique_ptr<Routes> routes;
  GridShape shape;

  /// A grid with any routing function, or with a tenth of its channels dead and a table.
  explicit RandomNetwork(Random &random) : shape(randomShape(random)) {
    Network grid = Network::grid(shape);
    if (random.below(3) > 0) {
      network = std::make_unique<Network>(std::move(grid));
      routes = std::make_unique<Routes>(*network, static_cast<Routing>(random.below(4)));
      return;
    }
    const llvm::BitVector routers(grid.routers());
    llvm::BitVector channels(grid.channels().size());
    for (unsigned i = 0; i < channels.size(); ++i)
      channels[i] = random.below(10) == 0;
    network = std::make_unique<Network>(grid.without(routers, channels));
    routes = std::make_unique<Routes>(*network, shortestWays(*network));
  }
};

} // namespace wsc::network
