// Growing a tree of ways to each destination under dependencies without cycles.
#include "network/Detour.h"

#include "network/Dependencies.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cassert>

namespace wsc::network {

namespace {

/// A link that works in both directions, as seen from one of its ends.
struct Link {
  uint32_t channel, back, to;
};

/// The links between routers that are alive.
class Graph {
public:
  Graph(const Network &network, const llvm::BitVector &dead) : network(network) {
    for (uint32_t router = 0; router < network.routers(); ++router) {
      first_.push_back(links_.size());
      for (uint32_t channel : network.outgoing(router))
        if (const uint32_t other = network.channels()[channel].to; !dead[router] && !dead[other])
          for (uint32_t back : network.outgoing(other))
            if (network.channels()[back].to == router) {
              links_.push_back({channel, back, other});
              break;
            }
    }
    first_.push_back(links_.size());
  }

  llvm::ArrayRef<Link> links(uint32_t router) const {
    return llvm::ArrayRef(links_).slice(first_[router], first_[router + 1] - first_[router]);
  }

  /// All routers that are connected with one, nearest first.
  std::vector<uint32_t> reachableFrom(uint32_t router) const {
    llvm::BitVector seen(network.routers());
    seen.set(router);
    std::vector<uint32_t> found{router};
    for (size_t i = 0; i < found.size(); ++i)
      for (const Link &link : links(found[i]))
        if (!seen[link.to]) {
          seen.set(link.to);
          found.push_back(link.to);
        }
    return found;
  }

  /// Whether a link of a grid lies in a row.
  bool isInRow(uint32_t router, const Link &link) const {
    const auto &shape = network.shape();
    return shape && shape->row(router) == shape->row(link.to);
  }

  const Network &network;

private:
  std::vector<size_t> first_;
  std::vector<Link> links_;
};

/// Links of a spanning tree of every part, by channel: of a grid its rows and what joins them
/// farthest left, so that the turns of the tree get on with those of dimension order (together they
/// are the turn model "west first" of a whole mesh: Glass and Ni, ISCA 1992).
llvm::BitVector spanningTree(const Graph &graph) {
  struct Candidate {
    bool crosses;
    unsigned col;
    uint32_t from;
    Link link;
  };
  const auto &shape = graph.network.shape();
  std::vector<Candidate> candidates;
  for (uint32_t router = 0; router < graph.network.routers(); ++router)
    for (const Link &link : graph.links(router))
      if (router < link.to)
        candidates.push_back(
            {!graph.isInRow(router, link), shape ? shape->col(router) : 0, router, link});
  llvm::stable_sort(candidates, [](const Candidate &a, const Candidate &b) {
    return std::pair(a.crosses, a.col) < std::pair(b.crosses, b.col);
  });
  llvm::EquivalenceClasses<uint32_t> joined;
  llvm::BitVector tree(graph.network.channels().size());
  for (const auto &[crosses, col, from, link] : candidates)
    if (!joined.isEquivalent(from, link.to)) {
      joined.unionSets(from, link.to);
      tree.set(link.channel);
      tree.set(link.back);
    }
  return tree;
}

/// Where nothing is in the way of dimension order.
class ClearLines {
public:
  explicit ClearLines(const Graph &graph)
      : shape_(graph.network.shape()), row_(graph.network.routers()), col_(row_.size()) {
    if (!shape_)
      return;
    // A line of routers that are linked has the number of its first.
    for (uint32_t router = 0; router < row_.size(); ++router) {
      row_[router] = col_[router] = router;
      for (const Link &link : graph.links(router)) {
        if (link.to + 1 == router && graph.isInRow(router, link))
          row_[router] = row_[link.to];
        if (link.to + shape_->cols == router)
          col_[router] = col_[link.to];
      }
    }
  }

  /// Along the row of `from`, then along the column of `to`.
  bool isClear(uint32_t from, uint32_t to) const {
    if (!shape_)
      return false;
    const uint32_t corner = shape_->at(shape_->row(from), shape_->col(to));
    return row_[from] == row_[corner] && col_[corner] == col_[to];
  }

private:
  const std::optional<GridShape> &shape_;
  std::vector<uint32_t> row_, col_;
};

class Tables {
public:
  explicit Tables(const Graph &graph)
      : graph_(graph), tree_(spanningTree(graph)), dependencies_(graph.network),
        next_(graph.network.routers()), asked_(graph.network.routers()), clear_(graph),
        ways_(graph.network.channels().size()) {
    // What is added first is there for good: the tree, then dimension order.
    addAll([&](uint32_t, const Link &in, const Link &out) {
      return tree_[in.back] && tree_[out.channel];
    });
    addAll([&](uint32_t router, const Link &in, const Link &out) {
      return graph_.isInRow(router, in) || !graph_.isInRow(router, out);
    });
  }

  /// The ports of all routers towards all others; `sizes` has that of the part of each router.
  std::vector<uint16_t> build(llvm::ArrayRef<size_t> sizes) {
    const size_t routers = next_.size();
    std::vector<uint16_t> ports(routers * routers, UINT16_MAX);
    for (uint32_t destination = 0; destination < routers; ++destination) {
      if (!grow(destination, sizes[destination], false)) {
        ++byTree;
        grow(destination, sizes[destination], true);
      }
      for (uint32_t router = 0; router < routers; ++router)
        if (next_[router] != none)
          ports[destination * routers + router] =
              llvm::find(graph_.network.outgoing(router), next_[router]) -
              graph_.network.outgoing(router).begin();
    }
    return ports;
  }

  unsigned byTree = 0; ///< destinations

private:
  /// Adds the turns at all routers, from one link to another, that are wanted and close no cycle.
  template <typename IsWanted> void addAll(IsWanted isWanted) {
    for (uint32_t router = 0; router < next_.size(); ++router)
      for (const Link &in : graph_.links(router))
        for (const Link &out : graph_.links(router))
          if (in.channel != out.channel && isWanted(router, in, out))
            dependencies_.add(in.back, out.channel);
  }

  /// Ways to a destination from all routers, nearest first: one joins over a neighbour that has
  /// joined, if packets may turn there.  False if not all of the `count` routers of the part can.
  bool grow(uint32_t destination, size_t count, bool treeOnly) {
    std::fill(next_.begin(), next_.end(), none);
    std::vector<uint32_t> order{destination}, ring = order;
    while (!ring.empty()) {
      ring = joinTo(ring, destination, treeOnly);
      order.insert(order.end(), ring.begin(), ring.end());
    }
    if (order.size() < count)
      return false;
    addWays(order);
    return true;
  }

  /// Neighbours of routers that joined, which join now: all see the same state.
  std::vector<uint32_t> joinTo(llvm::ArrayRef<uint32_t> ring, uint32_t destination, bool treeOnly) {
    std::vector<uint32_t> joined, channels;
    for (uint32_t router : ring)
      for (const Link &link : graph_.links(router)) {
        if (link.to == destination || next_[link.to] != none || asked_[link.to])
          continue;
        asked_.set(link.to);
        joined.push_back(link.to);
        channels.push_back(choose(link.to, destination, treeOnly));
      }
    for (uint32_t router : joined)
      asked_.reset(router);
    size_t count = 0;
    for (auto [router, channel] : llvm::zip_equal(joined, channels))
      if (channel != none) {
        next_[router] = channel;
        joined[count++] = router;
      }
    joined.resize(count);
    return joined;
  }

  /// The channel over which a router joins: that of dimension order if nothing is in its way, else
  /// the one that fewest ways pass so far.
  uint32_t choose(uint32_t router, uint32_t destination, bool treeOnly) {
    const bool inOrder = clear_.isClear(router, destination);
    auto rank = [&](const Link &link) {
      return inOrder ? !graph_.isInRow(router, link) : ways_[link.channel];
    };
    llvm::SmallVector<const Link *, 4> candidates;
    for (const Link &link : graph_.links(router)) {
      const bool hasJoined = link.to == destination || next_[link.to] != none;
      if (hasJoined && (!treeOnly || tree_[link.channel]) && next_[link.to] != link.back)
        candidates.push_back(&link);
    }
    while (!candidates.empty()) {
      const auto best = std::min_element(candidates.begin(), candidates.end(),
                                         [&](auto a, auto b) { return rank(*a) < rank(*b); });
      const Link &link = **best;
      if (link.to == destination || dependencies_.add(link.channel, next_[link.to]))
        return link.channel;
      candidates.erase(best);
    }
    return none;
  }

  /// Routers in the order in which they joined: what comes in at each goes on.
  void addWays(llvm::ArrayRef<uint32_t> order) {
    std::vector<uint32_t> through(next_.size(), 1);
    for (uint32_t router : llvm::reverse(order.drop_front())) {
      ways_[next_[router]] += through[router];
      through[graph_.network.channels()[next_[router]].to] += through[router];
    }
  }

  const Graph &graph_;
  llvm::BitVector tree_;
  Dependencies dependencies_;
  std::vector<uint32_t> next_; ///< the channel of each router towards a destination
  llvm::BitVector asked_;      ///< whether they can join, in this ring
  ClearLines clear_;
  std::vector<uint64_t> ways_; ///< that pass each channel, of the destinations done
};

} // namespace

std::vector<uint32_t> connectedParts(const Network &network, const llvm::BitVector &dead) {
  const Graph graph(network, dead);
  std::vector<uint32_t> part(network.routers(), none);
  std::vector<std::vector<uint32_t>> parts;
  for (uint32_t router = 0; router < part.size(); ++router)
    if (!dead[router] && part[router] == none) {
      parts.push_back(graph.reachableFrom(router));
      for (uint32_t member : parts.back())
        part[member] = 0;
    }
  llvm::stable_sort(parts, [](const auto &a, const auto &b) { return a.size() > b.size(); });
  for (auto [number, members] : llvm::enumerate(parts))
    for (uint32_t member : members)
      part[member] = number;
  return part;
}

/// Of the part that each router is in; 1 of dead routers.
static std::vector<size_t> sizesOf(llvm::ArrayRef<uint32_t> part) {
  std::vector<size_t> count(part.size()), sizes;
  for (uint32_t each : part)
    if (each != none)
      ++count[each];
  for (uint32_t each : part)
    sizes.push_back(each == none ? 1 : count[each]);
  return sizes;
}

static std::vector<uint16_t> tablesOf(const Network &network, const llvm::BitVector &dead,
                                      unsigned &byTree) {
  assert(network.routers() <= mostTableRouters && dead.size() == network.routers());
  const Graph graph(network, dead);
  Tables tables(graph);
  std::vector<uint16_t> ports = tables.build(sizesOf(connectedParts(network, dead)));
  byTree = tables.byTree;
  return ports;
}

Detour::Detour(const Network &network, const llvm::BitVector &dead)
    : routes_(network, tablesOf(network, dead, byTree_)) {
  for (auto [router, part] : llvm::enumerate(connectedParts(network, dead)))
    if (part != none && part > 0)
      cutOff_.push_back(router);
}

RouteQuality qualityOf(const Routes &routes, const llvm::BitVector &dead) {
  const Network &network = routes.network();
  const std::vector<uint32_t> part = connectedParts(network, dead);
  const std::vector<size_t> sizes = sizesOf(part);
  std::vector<double> load(network.channels().size());
  double hops = 0, pairs = 0;
  for (uint32_t from = 0; from < part.size(); ++from)
    for (uint32_t to = 0; to < part.size(); ++to) {
      if (from == to || part[from] == none || part[from] != part[to])
        continue;
      ++pairs;
      routes.walk(from, to, Order::XY, [&](uint32_t channel) {
        ++hops;
        load[channel] += 1 / (double(network.channels()[channel].wire.rate) * (sizes[from] - 1));
      });
    }
  return pairs > 0 ? RouteQuality{hops / pairs, *llvm::max_element(load)} : RouteQuality();
}

} // namespace wsc::network
