// Closing up rows around dead cores, and what becomes of links.
#include "network/Remap.h"

#include "llvm/ADT/iterator_range.h"
#include <algorithm>
#include <cstdlib>

namespace wsc::network {

Remap::Remap(const WaferShape &wafer, const DefectMap &defects) : wafer_(wafer), defects_(defects) {
  shape_.rows = wafer.physicalRows();
  shape_.cols = wafer.reticleCols * wafer.cols;
  shape_.tileRows = wafer.rows;
  shape_.tileCols = wafer.cols;
  holes_.resize(shape_.nodes());
  for (size_t i = 0; i < defects.cores.size(); ++i) {
    // Ascending: as many dead cores of the same row of the reticle as there are spares come first.
    const uint32_t core = defects.cores[i];
    const unsigned row = core / wafer.physicalCols(), col = core % wafer.physicalCols();
    const unsigned reticle = col / wafer.colsMade();
    const size_t before =
        &defects_.cores[i] - deadOf(row, reticle).begin(); // both point into defects_
    if (before >= wafer.spares)
      holes_.set(shape_.at(row, reticle * wafer.cols + col % wafer.colsMade() - wafer.spares));
  }
  for (unsigned reticle : defects.reticles.set_bits())
    for (unsigned row = 0; row < wafer.rows; ++row) {
      const uint32_t first = shape_.at(reticle / wafer.reticleCols * wafer.rows + row,
                                       reticle % wafer.reticleCols * wafer.cols);
      holes_.set(first, first + wafer.cols);
    }
}

/// Dead cores of a row of a reticle, ascending.
llvm::ArrayRef<uint32_t> Remap::deadOf(unsigned row, unsigned reticleCol) const {
  const uint32_t first = row * wafer_.physicalCols() + reticleCol * wafer_.colsMade();
  const auto begin = std::lower_bound(defects_.cores.begin(), defects_.cores.end(), first);
  const auto end = std::lower_bound(begin, defects_.cores.end(), first + wafer_.colsMade());
  return llvm::ArrayRef(defects_.cores).slice(begin - defects_.cores.begin(), end - begin);
}

unsigned Remap::physicalCol(uint32_t core) const {
  const unsigned row = shape_.row(core), reticle = shape_.col(core) / wafer_.cols;
  const unsigned left = reticle * wafer_.colsMade();
  unsigned col = left + shape_.col(core) % wafer_.cols;
  for (uint32_t dead : deadOf(row, reticle).take_front(wafer_.spares))
    if (dead % wafer_.physicalCols() <= col)
      ++col;
  return col;
}

std::vector<unsigned> Remap::rowsWithDeadCores(unsigned reticleRow, unsigned reticleRows,
                                               unsigned reticleCol, unsigned reticleCols) const {
  const unsigned cols = wafer_.physicalCols(), top = reticleRow * wafer_.rows;
  const unsigned left = reticleCol * wafer_.colsMade();
  const unsigned right = left + reticleCols * wafer_.colsMade();
  const auto begin = std::lower_bound(defects_.cores.begin(), defects_.cores.end(), top * cols);
  const auto end =
      std::lower_bound(begin, defects_.cores.end(), (top + reticleRows * wafer_.rows) * cols);
  std::vector<unsigned> rows;
  for (uint32_t core : llvm::make_range(begin, end))
    if (core % cols >= left && core % cols < right &&
        (rows.empty() || rows.back() != core / cols - top))
      rows.push_back(core / cols - top);
  return rows;
}

unsigned Remap::detour(uint32_t core, Direction direction) const {
  const uint32_t other = shape_.neighbor(core, direction);
  const int from = physicalCol(core), to = physicalCol(other);
  const unsigned length = std::abs(to - from);
  if (direction == Direction::North || direction == Direction::South)
    return length;
  // Between reticles a link passes the spares even where none is in use.
  const bool crosses = shape_.col(core) / wafer_.cols != shape_.col(other) / wafer_.cols;
  const unsigned usual = crosses ? 1 + wafer_.spares : 1;
  return length > usual ? length - usual : 0;
}

/// Whether a sorted list has a number in first..last-1.
static bool hasAny(const std::vector<uint32_t> &sorted, uint32_t first, uint32_t last) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), first);
  return at != sorted.end() && *at < last;
}

/// From a core to the next in its row or in its column, which is the greater of both.
bool Remap::isPathAlive(uint32_t core, uint32_t other) const {
  const unsigned cols = wafer_.physicalCols();
  const unsigned row = shape_.row(core), nextRow = shape_.row(other);
  const unsigned from = physicalCol(core), to = physicalCol(other);
  if (row != nextRow &&
      std::binary_search(defects_.south.begin(), defects_.south.end(), row * cols + from))
    return false;
  return !hasAny(defects_.east, nextRow * cols + std::min(from, to),
                 nextRow * cols + std::max(from, to));
}

bool Remap::isAlive(uint32_t core, Direction direction) const {
  const uint32_t other = shape_.neighbor(core, direction);
  return other != none && !holes_[core] && !holes_[other] &&
         isPathAlive(std::min(core, other), std::max(core, other));
}

Network Remap::network(const Wire &wire, const Wire &border) const {
  GridShape shape = shape_;
  shape.wire = wire;
  shape.border = border;
  Network network = Network::grid(shape);
  llvm::BitVector dead(network.channels().size());
  for (uint32_t core = 0; core < shape.nodes(); ++core)
    for (unsigned d = 0; d < directions; ++d) {
      const auto direction = static_cast<Direction>(d);
      const uint32_t channel = network.channel(core, direction);
      if (channel == none)
        continue;
      if (!isAlive(core, direction)) {
        dead.set(channel);
        continue;
      }
      Wire longer = network.channels()[channel].wire;
      longer.latency += detour(core, direction);
      network.setWire(channel, longer);
    }
  return network.without(holes_, dead);
}

} // namespace wsc::network
