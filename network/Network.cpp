// Building graphs, and the lists of what leaves and enters a router.
#include "network/Network.h"

#include <cassert>

namespace wsc::network {

uint32_t GridShape::neighbor(uint32_t router, Direction direction) const {
  const unsigned r = row(router), c = col(router);
  switch (direction) {
  case Direction::East: return c + 1 < cols ? router + 1 : wrapsCols && cols > 2 ? at(r, 0) : none;
  case Direction::West: return c > 0 ? router - 1 : wrapsCols && cols > 2 ? at(r, cols - 1) : none;
  case Direction::South:
    return r + 1 < rows ? router + cols : wrapsRows && rows > 2 ? at(0, c) : none;
  case Direction::North:
    return r > 0 ? router - cols : wrapsRows && rows > 2 ? at(rows - 1, c) : none;
  }
  llvm_unreachable("covered switch");
}

Wire GridShape::wireTo(uint32_t router, Direction direction) const {
  const uint32_t other = neighbor(router, direction);
  auto crosses = [](unsigned a, unsigned b, unsigned tile) { return tile && a / tile != b / tile; };
  return crosses(row(router), row(other), tileRows) || crosses(col(router), col(other), tileCols)
             ? border
             : wire;
}

Network::Network(unsigned routers, std::vector<uint32_t> routerOfNode,
                 std::vector<Channel> channels)
    : channels_(std::move(channels)), routerOfNode_(std::move(routerOfNode)),
      nodes_(routerOfNode_.size(), routers, [&](size_t i) { return routerOfNode_[i]; }),
      outgoing_(channels_.size(), routers, [&](size_t i) { return channels_[i].from; }),
      incoming_(channels_.size(), routers, [&](size_t i) { return channels_[i].to; }) {}

Network Network::grid(const GridShape &shape) {
  const unsigned count = shape.nodes();
  std::vector<uint32_t> nodes(count);
  std::vector<Channel> channels;
  std::vector<std::array<uint32_t, directions>> grid(count);
  channels.reserve(size_t(count) * directions);
  for (uint32_t router = 0; router < count; ++router) {
    nodes[router] = router;
    for (unsigned d = 0; d < directions; ++d) {
      const auto direction = static_cast<Direction>(d);
      const uint32_t other = shape.neighbor(router, direction);
      grid[router][d] = other == none ? none : channels.size();
      if (other != none)
        channels.push_back({router, other, shape.wireTo(router, direction)});
    }
  }
  Network network(count, std::move(nodes), std::move(channels));
  network.shape_ = shape;
  network.grid_ = std::move(grid);
  return network;
}

Network Network::without(const llvm::BitVector &deadRouters,
                         const llvm::BitVector &deadChannels) const {
  assert(deadRouters.size() == routers() && deadChannels.size() == channels_.size());
  std::vector<Channel> alive;
  std::vector<uint32_t> renamed(channels_.size(), none);
  for (size_t i = 0; i < channels_.size(); ++i) {
    const Channel &channel = channels_[i];
    if (deadChannels[i] || deadRouters[channel.from] || deadRouters[channel.to])
      continue;
    renamed[i] = alive.size();
    alive.push_back(channel);
  }
  Network network(routers(), routerOfNode_, std::move(alive));
  network.shape_ = shape_;
  network.grid_ = grid_;
  for (auto &channels : network.grid_)
    for (uint32_t &channel : channels)
      channel = channel == none ? none : renamed[channel];
  return network;
}

} // namespace wsc::network
