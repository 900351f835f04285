// Trees of ways, one for each destination.
#include "network/FlowLanes.h"

#include "network/FlowMirror.h"
#include "network/FlowOrder.h"

#include <algorithm>
#include <numeric>

namespace wsc::network::flow {

static bool isTorus(const Routes &routes) {
  const std::optional<GridShape> &shape = routes.network().shape();
  return shape && routes.routing() != Routing::Table && (shape->wrapsRows || shape->wrapsCols);
}

Lanes::Lanes(const Routes &routes, unsigned virtualChannels, bool areApart)
    : routes_(routes), network_(routes.network()), wraps_(isTorus(routes)), byMessage_(areApart),
      mixes_(routes.routing() == Routing::O1Turn),
      chooses_(routes.routing() == Routing::Adaptive && virtualChannels > escapes()),
      virtualChannels_(virtualChannels),
      perChannel_((wraps_ ? 2 : 1) * (mixes_ ? 2 : 1) + chooses_),
      firstNode_(network_.channels().size() * perChannel_), turns_(firstNode_ + network_.nodes()),
      queueOfPart_(turns_.size()), targetOfPart_(turns_.size(), none),
      firstPartOfNodes_(firstNode_), sent_(network_.nodes()), visits_(network_.routers()),
      arriving_(turns_.size()) {
  std::iota(queueOfPart_.begin(), queueOfPart_.end(), 0);
}

/// Packets that still have to cross the dateline have channels of their own.
unsigned Lanes::laneOf(uint32_t channel, uint32_t end, Order order) const {
  unsigned lane = chooses_ ? 1 : mixes_ && order == Order::YX ? perChannel_ / 2 : 0;
  if (!wraps_)
    return lane;
  const GridShape &shape = *network_.shape();
  const uint32_t from = network_.channels()[channel].from;
  const unsigned row = shape.row(from), col = shape.col(from);
  const bool isAhead =
      (channel == network_.channel(from, Direction::East) && shape.col(end) < col) ||
      (channel == network_.channel(from, Direction::West) && shape.col(end) > col) ||
      (channel == network_.channel(from, Direction::South) && shape.row(end) < row) ||
      (channel == network_.channel(from, Direction::North) && shape.row(end) > row);
  return lane + isAhead;
}

uint32_t Lanes::next(uint32_t router, uint32_t target, Order order) const {
  const uint32_t end = network_.routerOf(target);
  const uint32_t channel = router == end ? none : routes_.next(router, end, order);
  if (channel != none)
    return queueOf(channel, laneOf(channel, end, order));
  return router == end ? queueOfNode(target) : none;
}

void Lanes::turn(uint32_t from, uint32_t to, double flits, unsigned choice) {
  if (flits == 0)
    return;
  for (Turn &turn : turns_[from])
    if (turn.to == to && turn.choice == choice) {
      turn.flits += flits;
      return;
    }
  turns_[from].push_back({from, to, flits, choice});
}

/// Follows the way from a router on, as far as it is new.
void Lanes::reach(uint32_t router, uint32_t end, Order order) {
  while (!visits_[router].reached) {
    Visit &visit = visits_[router];
    visit.reached = true;
    visited_.push_back(router);
    visit.channel = router == end ? none : routes_.next(router, end, order);
    if (visit.channel == none)
      return;
    router = network_.channels()[visit.channel].to;
    ++visits_[router].before;
  }
}

/// Orders `visited_` so that each router comes after those that lead there, and finds
/// how far each is from the end.
void Lanes::sort(uint32_t end) {
  std::vector<uint32_t> sorted = inOrder(network_, visited_, visits_);
  // Routers on a cycle of a table are left out.
  for (size_t i = sorted.size(); i-- > 0;) {
    Visit &visit = visits_[sorted[i]];
    if (visit.channel == none)
      visit.after = sorted[i] == end;
    else if (const unsigned after = visits_[network_.channels()[visit.channel].to].after)
      visit.after = after + 1;
    longest = std::max(longest, visit.after);
  }
  std::swap(visited_, sorted);
}

/// What has arrived at a router goes on.
void Lanes::pass(uint32_t router, uint32_t target, Order order) {
  const uint32_t channel = visits_[router].channel, to = next(router, target, order);
  auto go = [&](uint32_t from) {
    const double flits = std::exchange(arriving_[from], 0);
    turn(partFor(from), partFor(to), flits);
    if (channel != none)
      arriving_[to] += flits;
  };
  for (const uint32_t node : network_.nodesOf(router))
    go(queueOfNode(node));
  for (const uint32_t incoming : network_.incoming(router))
    for (unsigned lane = 0; lane < perChannel_; ++lane)
      go(queueOf(incoming, lane));
}

/// Messages to one node.
void Lanes::addTree(llvm::ArrayRef<Flow> flows, llvm::ArrayRef<uint32_t> those, double share,
                    Order order) {
  const uint32_t target = flows[those[0]].destination, end = network_.routerOf(target);
  visited_.clear();
  for (const uint32_t i : those)
    reach(network_.routerOf(flows[i].source), end, order);
  const std::vector<uint32_t> reached = visited_;
  sort(end);
  for (const uint32_t i : those) {
    const auto &[source, destination, flits] = flows[i];
    if (!visits_[network_.routerOf(source)].after) {
      reachesAll = false;
      continue;
    }
    arriving_[queueOfNode(source)] += share * flits;
    sent_[source] += share * flits;
  }
  for (const uint32_t router : visited_)
    pass(router, target, order);
  for (const uint32_t router : reached)
    visits_[router] = {};
}

void Lanes::add(llvm::ArrayRef<Flow> flows, bool areAlike, const Mirror *mirror) {
  mirror_ = chooses_ ? mirror : nullptr;
  if (const double flits = chooses_ ? 0 : Mirror::sizeOfAll(routes_, flows, areAlike))
    return addUniform(flits, mirror);
  const Grouping byTarget(flows.size(), network_.nodes(), [&](size_t i) {
    return flows[i].flits > 0 ? flows[i].destination : network_.nodes();
  });
  separates_ = areFew(flows);
  byKind_ = chooses_ && !separates_;
  byHops_ = byKind_ && (network_.shape()->rows == 1 || network_.shape()->cols == 1);
  separates_ |= chooses_;
  if (!chooses_ && !separates_ && isWholeGrid())
    return addGrid(flows, byTarget);
  for (uint32_t target = 0; target < network_.nodes(); ++target) {
    if (byTarget[target].empty() || (mirror_ && mirror_->node(target) != target))
      continue;
    key_ = target;
    if (chooses_) {
      addChoices(flows, byTarget[target]);
      continue;
    }
    addTree(flows, byTarget[target], mixes_ ? 0.5 : 1, Order::XY);
    if (mixes_)
      addTree(flows, byTarget[target], 0.5, Order::YX);
  }
  if (separates_)
    sortParts();
}

void Lanes::addApart(llvm::ArrayRef<Flow> flows) {
  separates_ = true;
  for (uint32_t i = 0; i < flows.size(); ++i) {
    if (flows[i].flits <= 0)
      continue;
    key_ = i;
    if (chooses_) {
      addChoices(flows, i);
      continue;
    }
    for (const Order order : {Order::XY, Order::YX})
      if (takes(order))
        addTree(flows, i, 1.0 / orders(), order);
  }
  sortParts();
}

} // namespace wsc::network::flow
