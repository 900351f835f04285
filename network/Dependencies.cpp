// Dynamic topological order: only channels between both ends of a new dependency are looked at.
#include "network/Dependencies.h"

#include "llvm/ADT/STLExtras.h"
#include <numeric>

namespace wsc::network {

Dependencies::Dependencies(const Network &network)
    : network_(network), port_(network.channels().size()), order_(network.channels().size()),
      visited_(network.channels().size()) {
  std::iota(order_.begin(), order_.end(), 0);
  for (uint32_t router = 0; router < network.routers(); ++router)
    for (auto [port, channel] : llvm::enumerate(network.outgoing(router)))
      port_[channel] = port;
  size_t count = 0;
  for (const Channel &channel : network.channels()) {
    first_.push_back(count);
    count += network.outgoing(channel.to).size();
  }
  states_.resize(count);
}

size_t Dependencies::place(uint32_t channel, uint32_t next) const {
  return first_[channel] + port_[next];
}

bool Dependencies::add(uint32_t channel, uint32_t next) {
  State &state = states_[place(channel, next)];
  if (state != Unknown)
    return state == Present;
  if (order_[channel] > order_[next]) {
    std::vector<uint32_t> after, before;
    const bool closes = reaches(next, channel, after);
    if (!closes)
      collectBefore(channel, order_[next], before);
    for (const auto *list : {&after, &before})
      for (uint32_t each : *list)
        visited_.reset(each);
    if (closes) {
      state = Blocked;
      return false;
    }
    reorder(before, after);
  }
  state = Present;
  return true;
}

/// Whether a channel leads to another; `found` gets those that it leads to and that are not behind
/// the other.
bool Dependencies::reaches(uint32_t from, uint32_t to, std::vector<uint32_t> &found) {
  found.assign(1, from);
  visited_.set(from);
  for (size_t i = 0; i < found.size(); ++i)
    for (uint32_t next : network_.outgoing(network_.channels()[found[i]].to)) {
      if (!has(found[i], next) || visited_[next] || order_[next] > order_[to])
        continue;
      if (next == to)
        return true;
      visited_.set(next);
      found.push_back(next);
    }
  return false;
}

/// Channels that lead to one, back to a place in the order.
void Dependencies::collectBefore(uint32_t channel, uint32_t lowest, std::vector<uint32_t> &found) {
  found.assign(1, channel);
  visited_.set(channel);
  for (size_t i = 0; i < found.size(); ++i)
    for (uint32_t previous : network_.incoming(network_.channels()[found[i]].from))
      if (has(previous, found[i]) && !visited_[previous] && order_[previous] >= lowest) {
        visited_.set(previous);
        found.push_back(previous);
      }
}

/// Puts all of `before` in front of all of `after`, in the places that they have together.
void Dependencies::reorder(std::vector<uint32_t> &before, std::vector<uint32_t> &after) {
  auto byOrder = [&](uint32_t a, uint32_t b) { return order_[a] < order_[b]; };
  llvm::sort(before, byOrder);
  llvm::sort(after, byOrder);
  before.insert(before.end(), after.begin(), after.end());
  std::vector<uint32_t> places;
  for (uint32_t channel : before)
    places.push_back(order_[channel]);
  llvm::sort(places);
  for (auto [channel, place] : llvm::zip_equal(before, places))
    order_[channel] = place;
}

} // namespace wsc::network
