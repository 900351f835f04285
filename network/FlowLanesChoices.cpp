// Ways of adaptive routing: of each channel one class that all packets choose, and one for each
// side of the dateline for escapes by dimension order, which packets do not leave again.
//
// What is laid here says only where packets are going that are in a queue: as if each way that
// leads nearer were as likely, and each virtual channel of it.  How many take which is up to the
// load (FlowChoices.h).
//
// Of messages that have their mirror images, those to the nodes of one image are laid, and what is
// in others counts where it would be if all were turned to that one.
#include "network/FlowLanes.h"

#include "network/FlowMirror.h"
#include "network/FlowOrder.h"

namespace wsc::network::flow {

unsigned Lanes::channelsOf(unsigned lane) const {
  if (chooses_)
    return lane == 0 ? virtualChannels_ - escapes() : 1;
  return std::max(1U, virtualChannels_ / perChannel_);
}

unsigned Lanes::images() const { return mirror_ ? mirror_->images() : 1; }

/// A way as a digit of the number of a choice: a direction, and whether the dateline is ahead.
static constexpr unsigned waysInDigit = 2 * (directions + 1);
static constexpr unsigned kinds = waysInDigit * waysInDigit; ///< of two ways
static unsigned digitOf(Direction direction, bool isAhead) {
  return 2 * (static_cast<unsigned>(direction) + 1) + isAhead;
}

/// A number for the ways that are left, and for those on which the dateline is ahead.
unsigned Lanes::choiceAt(uint32_t router, uint32_t end, llvm::ArrayRef<uint32_t> ways) const {
  unsigned choice = 0;
  for (const uint32_t way : ways) {
    const bool isAhead = laneOf(way, end, Order::XY) == escapes() && wraps_;
    for (unsigned d = 0; d < directions; ++d)
      if (const auto direction = static_cast<Direction>(d);
          network_.channel(router, direction) == way)
        choice = choice * waysInDigit + digitOf(direction, isAhead);
  }
  return choice;
}

/// The key of a part at a router, if all is turned so that another one stands for that.
uint32_t Lanes::turnedKey(uint32_t key, uint32_t router) const {
  if (!mirror_)
    return key;
  if (!byKind_)
    return mirror_->image(key, router);
  auto turned = [&](unsigned digit) {
    return digit ? digitOf(mirror_->image(static_cast<Direction>(digit / 2 - 1), router), digit % 2)
                 : 0;
  };
  const unsigned kind = key % kinds;
  return key - kind + turned(kind / waysInDigit) * waysInDigit + turned(kind % waysInDigit);
}

/// The part of a queue for a key, or the one that stands for it.
uint32_t Lanes::partTo(uint32_t queue, uint32_t key) {
  if (isNode(queue))
    return mirror_ ? queueOfNode(mirror_->node(queue - firstNode_)) : queue;
  const uint32_t channel = queue / perChannel_;
  key_ = turnedKey(key, network_.channels()[channel].to);
  return partFor(mirror_ ? queueOf(mirror_->channel(channel), queue % perChannel_) : queue);
}

/// Follows all ways from a router on that lead nearer, as far as they are new.
void Lanes::reachAll(uint32_t router, uint32_t end) {
  if (std::exchange(visits_[router].reached, true))
    return;
  visited_.push_back(router);
  for (size_t i = visited_.size() - 1; i < visited_.size(); ++i) {
    uint32_t ways[2];
    const unsigned count = routes_.productive(visited_[i], end, ways);
    for (const uint32_t way : llvm::ArrayRef(ways, count)) {
      const uint32_t to = network_.channels()[way].to;
      ++visits_[to].before;
      if (!std::exchange(visits_[to].reached, true))
        visited_.push_back(to);
    }
  }
}

/// Hops that are left, whichever way is taken.
unsigned Lanes::hopsFrom(uint32_t router, uint32_t end) const {
  unsigned hops = 0;
  routes_.walk(router, end, Order::XY, [&](uint32_t) { ++hops; });
  return hops;
}

/// What has arrived at a router goes on; without parts by kind, in those with the key.
void Lanes::passChoices(uint32_t router, uint32_t target, uint32_t key) {
  const uint32_t end = network_.routerOf(target), escape = next(router, target, Order::XY);
  uint32_t places[2];
  const llvm::ArrayRef<uint32_t> ways(places, routes_.productive(router, end, places));
  visits_[router].kind = choiceAt(router, end, ways);
  if (byHops_)
    visits_[router].kind += kinds * hopsFrom(router, end);
  auto keyAt = [&](uint32_t from) { return byKind_ ? visits_[from].kind : key; };
  auto partOf = [&](uint32_t queue, uint32_t from) { return partTo(queue, keyAt(from)); };
  const unsigned choice = turnedKey(keyAt(router), router) + 1;
  const double escaping = double(escapes()) / virtualChannels_;
  auto go = [&](uint32_t queue, uint32_t from, bool chooses) {
    const double flits = std::exchange(arriving_[queue], 0);
    if (escape == none)
      reachesAll = false;
    if (flits == 0 || escape == none)
      return;
    const uint32_t part = partOf(queue, from);
    if (router == end)
      return turn(part, partOf(escape, router), flits);
    auto send = [&](uint32_t to, double share, unsigned choice) {
      turn(part, partOf(to, router), share * flits, choice);
      arriving_[to] += share * flits;
    };
    if (!chooses)
      return send(escape, 1, 0);
    for (const uint32_t way : ways)
      send(queueOf(way, 0), (1 - escaping) / ways.size(), choice);
    send(escape, escaping, choice);
  };
  for (const uint32_t node : network_.nodesOf(router))
    go(queueOfNode(node), router, true);
  for (const uint32_t incoming : network_.incoming(router))
    for (unsigned lane = 0; lane < perChannel_; ++lane)
      go(queueOf(incoming, lane), network_.channels()[incoming].from, lane == 0);
}

/// Messages to one node.  Routers from which packets have farther to go come first.
void Lanes::addChoices(llvm::ArrayRef<Flow> flows, llvm::ArrayRef<uint32_t> those) {
  const uint32_t target = flows[those[0]].destination, end = network_.routerOf(target), key = key_;
  visited_.clear();
  for (const uint32_t i : those) {
    const auto &[source, destination, flits] = flows[i];
    reachAll(network_.routerOf(source), end);
    arriving_[queueOfNode(source)] += flits;
    sent_[mirror_ ? mirror_->node(source) : source] += flits;
    longest = std::max(longest, hopsFrom(network_.routerOf(source), end) + 1);
  }
  uint32_t ways[2];
  auto waysFrom = [&](uint32_t router) {
    return llvm::ArrayRef<uint32_t>(ways, routes_.productive(router, end, ways));
  };
  for (const uint32_t router : inOrder(network_, visited_, visits_, waysFrom))
    passChoices(router, target, key);
  for (const uint32_t router : visited_)
    visits_[router] = {};
}

} // namespace wsc::network::flow
