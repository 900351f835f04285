// Walking the ways of traffic on a map.
#include "evaluation/DefectNetwork.h"

#include <algorithm>

namespace wsc::evaluation {

using network::Direction;
using network::GridShape;
using network::Network;
using network::Remap;
using network::WaferShape;

void Slowdown::worsen(const Slowdown &other) {
  load = std::max(load, other.load);
  hops = std::max(hops, other.hops);
}

std::vector<unsigned> rowsWithHoles(const WaferShape &wafer, const Remap &remap,
                                    const RankPlace &rank) {
  const GridShape &shape = remap.shape();
  const unsigned left = rank.col * wafer.cols, top = rank.row * wafer.rows;
  std::vector<unsigned> rows;
  for (unsigned row = 0; row < rank.rows * wafer.rows; ++row) {
    const uint32_t first = shape.at(top + row, left);
    if (remap.holes().find_first_in(first, first + rank.cols * wafer.cols) >= 0)
      rows.push_back(row);
  }
  return rows;
}

namespace {

/// What passes a row that is given up, next to one of its holes: from each core above to the one
/// below and back, by tables on the cores around.
struct Crossing {
  double load = 1;
  double hops = 2; ///< the longest
};

Crossing crossingAt(const Remap &remap, uint32_t hole) {
  constexpr unsigned reach = 8; ///< columns to both sides that may be used
  const GridShape &all = remap.shape();
  const unsigned row = all.row(hole), col = all.col(hole);
  if (row == 0 || row + 1 == all.rows)
    return {};
  GridShape window;
  const unsigned left = col > reach ? col - reach : 0;
  window.rows = 3;
  window.cols = std::min(all.cols, col + reach + 1) - left;
  auto coreAt = [&](uint32_t node) {
    return all.at(row - 1 + window.row(node), left + window.col(node));
  };
  const Network whole = Network::grid(window);
  llvm::BitVector routers(whole.routers()), channels(whole.channels().size());
  for (uint32_t node = 0; node < whole.routers(); ++node) {
    routers[node] = remap.holes()[coreAt(node)];
    for (unsigned d = 0; d < network::directions; ++d)
      if (const uint32_t channel = whole.channel(node, Direction(d)); channel != network::none)
        channels[channel] = !remap.isAlive(coreAt(node), Direction(d));
  }
  const Network rest = whole.without(routers, channels);
  const network::Detour detour(rest, routers);
  std::vector<double> load(rest.channels().size());
  Crossing crossing;
  for (unsigned c = 0; c < window.cols; ++c)
    for (const auto &[from, to] : {std::pair(window.at(0, c), window.at(2, c)),
                                   std::pair(window.at(2, c), window.at(0, c))}) {
      double hops = 0;
      detour.routes().walk(from, to, network::Order::XY, [&](uint32_t channel) {
        crossing.load = std::max(crossing.load, ++load[channel]);
        ++hops;
      });
      crossing.hops = std::max(crossing.hops, hops);
    }
  return crossing;
}

/// Pitches and hops that the lines of a rank are longer.
class Lines {
public:
  Lines(const WaferShape &wafer, const Remap &remap, const RankPlace &rank)
      : shape_(remap.shape()), remap_(remap), top_(rank.row * wafer.rows),
        left_(rank.col * wafer.cols), rowExtra_(rank.rows * wafer.rows),
        colExtra_(rank.cols * wafer.cols) {}

  /// The links of a row with dead cores, and those to the rows above and below.
  void addRow(unsigned row) {
    for (unsigned col = 0; col < colExtra_.size(); ++col) {
      const uint32_t core = shape_.at(top_ + row, left_ + col);
      if (col + 1 < colExtra_.size())
        rowExtra_[row] += remap_.detour(core, Direction::East);
      if (row > 0 && lastRow_ != row - 1) // else added with that row
        colExtra_[col] += remap_.detour(core, Direction::North);
      if (row + 1 < rowExtra_.size())
        colExtra_[col] += remap_.detour(core, Direction::South);
    }
    lastRow_ = row;
  }
  /// Every column passes a row that is given up, at the worst place in so many hops.
  void addGivenUp(double hops) { throughRows_ += hops - 1; }

  double hops() const {
    auto over = [](double extra, size_t cores) { return cores > 1 ? extra / (cores - 1) : 0; };
    const double row = *std::max_element(rowExtra_.begin(), rowExtra_.end());
    const double col = *std::max_element(colExtra_.begin(), colExtra_.end());
    return 1 + std::max(over(row, colExtra_.size()), over(col + throughRows_, rowExtra_.size()));
  }

private:
  const GridShape &shape_;
  const Remap &remap_;
  unsigned top_, left_;
  unsigned lastRow_ = network::none;
  std::vector<double> rowExtra_, colExtra_;
  double throughRows_ = 0;
};

} // namespace

Slowdown betweenCores(const WaferShape &wafer, const Remap &remap, const RankPlace &rank,
                      llvm::ArrayRef<unsigned> givenUp) {
  Slowdown slowdown;
  Lines lines(wafer, remap, rank);
  for (unsigned row : remap.rowsWithDeadCores(rank.row, rank.rows, rank.col, rank.cols))
    lines.addRow(row);
  const GridShape &shape = remap.shape();
  for (unsigned row : givenUp) {
    // Nothing passes the first or the last row.
    if (row == 0 || row + 1 == rank.rows * wafer.rows)
      continue;
    const uint32_t first = shape.at(rank.row * wafer.rows + row, rank.col * wafer.cols);
    Crossing worst;
    for (int hole = remap.holes().find_first_in(first, first + rank.cols * wafer.cols); hole >= 0;
         hole = remap.holes().find_first_in(hole + 1, first + rank.cols * wafer.cols)) {
      const Crossing crossing = crossingAt(remap, hole);
      worst.load = std::max(worst.load, crossing.load);
      worst.hops = std::max(worst.hops, crossing.hops);
    }
    slowdown.load = std::max(slowdown.load, worst.load);
    lines.addGivenUp(worst.hops);
  }
  slowdown.hops = lines.hops();
  return slowdown;
}

namespace {

/// The share of the links of cores across the border of a reticle that work.
double aliveShare(const WaferShape &wafer, const Remap &remap, unsigned reticle,
                  Direction direction) {
  const GridShape &shape = remap.shape();
  const unsigned top = reticle / wafer.reticleCols * wafer.rows;
  const unsigned left = reticle % wafer.reticleCols * wafer.cols;
  const bool east = direction == Direction::East;
  const unsigned count = east ? wafer.rows : wafer.cols;
  unsigned alive = 0;
  for (unsigned i = 0; i < count; ++i)
    alive += remap.isAlive(east ? shape.at(top + i, left + wafer.cols - 1)
                                : shape.at(top + wafer.rows - 1, left + i),
                           direction);
  return double(alive) / count;
}

/// The reticles of a wafer with links as wide as what works of them.
Network reticleNetwork(const WaferShape &wafer, const Remap &remap, const llvm::BitVector &dead,
                       const GridShape &shape) {
  Network whole = Network::grid(shape);
  llvm::BitVector lost(whole.channels().size());
  for (uint32_t reticle = 0; reticle < shape.nodes(); ++reticle)
    for (const auto &[forth, back] : {std::pair(Direction::East, Direction::West),
                                      std::pair(Direction::South, Direction::North)}) {
      const uint32_t other = shape.neighbor(reticle, forth);
      // Links that wrap are no links of neighbouring cores.
      if (other == network::none || other < reticle || dead[reticle] || dead[other])
        continue;
      const double share = aliveShare(wafer, remap, reticle, forth);
      for (const uint32_t channel : {whole.channel(reticle, forth), whole.channel(other, back)}) {
        lost[channel] = share == 0;
        if (share > 0)
          whole.setWire(channel, {shape.wire.latency, static_cast<float>(share)});
      }
    }
  return whole.without(dead, lost);
}

/// The next reticle in a direction that is used; `none` beyond the last.
uint32_t nextUsed(const GridShape &shape, uint32_t reticle, Direction direction,
                  const llvm::BitVector &used) {
  uint32_t at = shape.neighbor(reticle, direction);
  while (at != network::none && at != reticle && !used[at])
    at = shape.neighbor(at, direction);
  return at == reticle ? network::none : at;
}

/// Every reticle that is used sends to the next in each direction: without defects a link has a
/// load of 1.
Slowdown ofNeighbours(const network::Routes &routes, const llvm::BitVector &used) {
  const Network &network = routes.network();
  std::vector<double> load(network.channels().size());
  Slowdown slowdown;
  for (unsigned from : used.set_bits())
    for (unsigned d = 0; d < network::directions; ++d) {
      const uint32_t to = nextUsed(*network.shape(), from, Direction(d), used);
      if (to == network::none)
        continue;
      double hops = 0;
      routes.walk(from, to, network::Order::XY, [&](uint32_t channel) {
        load[channel] += 1 / network.channels()[channel].wire.rate;
        ++hops;
        slowdown.load = std::max(slowdown.load, load[channel]);
      });
      slowdown.hops = std::max(slowdown.hops, hops);
    }
  return slowdown;
}

} // namespace

ReticleMap::ReticleMap(const WaferShape &wafer, const Remap &remap, const llvm::BitVector &dead,
                       const GridShape &grid)
    : dead(dead), network(reticleNetwork(wafer, remap, dead, grid)), detour(network, dead),
      placeOf(network.routers(), network::none) {}

void ReticleMap::move(std::vector<network::Flow> &flows) const {
  for (network::Flow &flow : flows) {
    flow.source = placeOf[flow.source];
    flow.destination = placeOf[flow.destination];
  }
  llvm::erase_if(flows, [](const network::Flow &flow) {
    return flow.source == network::none || flow.destination == network::none;
  });
}

std::optional<Slowdown> betweenReticles(const ReticleMap &map) {
  const auto &[deadReticles, network, detour, placeOf] = map;
  llvm::BitVector used(network.routers());
  for (const uint32_t place : placeOf)
    if (place != network::none)
      used.set(place);
  if (llvm::any_of(detour.cutOff(), [&](uint32_t reticle) { return used[reticle]; }))
    return std::nullopt;
  Slowdown slowdown = ofNeighbours(detour.routes(), used);
  const Network whole = Network::grid(*network.shape());
  const network::RouteQuality now = network::qualityOf(detour.routes(), deadReticles),
                              before = network::qualityOf({whole, network::Routing::XY},
                                                          llvm::BitVector(whole.routers()));
  if (before.maxLoad > 0)
    slowdown.worsen({now.maxLoad / before.maxLoad, now.meanHops / before.meanHops});
  return slowdown;
}

} // namespace wsc::evaluation
