// The order in which what flows to one target passes routers.
#pragma once

#include "network/Network.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace wsc::network::flow {

/// Of some routers each after all that lead there (Kahn 1962); those on a cycle are left out.
/// `visits`: by router, of which `before` counts those that lead there; it is used up.
/// `channelsFrom`: of a router, the channels that packets take.
template <typename Visits, typename ChannelsFrom>
std::vector<uint32_t> inOrder(const Network &network, llvm::ArrayRef<uint32_t> routers,
                              Visits &visits, ChannelsFrom channelsFrom) {
  std::vector<uint32_t> sorted;
  sorted.reserve(routers.size());
  for (const uint32_t router : routers)
    if (visits[router].before == 0)
      sorted.push_back(router);
  for (size_t i = 0; i < sorted.size(); ++i)
    for (const uint32_t channel : channelsFrom(sorted[i]))
      if (const uint32_t to = network.channels()[channel].to; --visits[to].before == 0)
        sorted.push_back(to);
  return sorted;
}

/// The same where packets take one channel from each router: `channel` of its visit, or `none`.
template <typename Visits>
std::vector<uint32_t> inOrder(const Network &network, llvm::ArrayRef<uint32_t> routers,
                              Visits &visits) {
  return inOrder(network, routers, visits, [&](uint32_t router) {
    const uint32_t &channel = visits[router].channel;
    return channel == none ? llvm::ArrayRef<uint32_t>() : llvm::ArrayRef<uint32_t>(channel);
  });
}

} // namespace wsc::network::flow
