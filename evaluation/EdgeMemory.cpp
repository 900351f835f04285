// Ports, the lines that they serve, and what these carry.
#include "evaluation/EdgeMemory.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>

namespace wsc::evaluation {

namespace {

/// Ends of each row and of each column with a port.
struct Ends {
  unsigned ofRow = 0, ofCol = 0;
};

Ends endsOf(MemoryPorts ports) {
  switch (ports) {
  case MemoryPorts::None: return {0, 0};
  case MemoryPorts::Left: return {1, 0};
  case MemoryPorts::LeftRight: return {2, 0};
  case MemoryPorts::TopBottom: return {0, 2};
  case MemoryPorts::AllEdges: return {2, 2};
  }
  llvm_unreachable("covered switch");
}

/// Of what a reticle reads, the part that comes along its row; the rest comes along its column.
/// With both, a port of a row serves half a row of parts, and one of a column half a column of
/// rests.
double shareOfRows(const Chip &chip) {
  const Ends ends = endsOf(chip.memoryPorts);
  if (ends.ofRow == 0 || ends.ofCol == 0)
    return ends.ofRow > 0;
  return chip.reticleRows / (chip.reticleRows + chip.reticleCols);
}

/// Links from a port to one of `count` reticles in line, on average.
double meanHops(double count, unsigned ends) {
  return 1 + (ends == 1 ? (count - 1) / 2 : std::floor((count - 1) * (count - 1) / 4) / count);
}

} // namespace

double memoryPorts(const Chip &chip) {
  const Ends ends = endsOf(chip.memoryPorts);
  return ends.ofRow * chip.reticleRows + ends.ofCol * chip.reticleCols;
}

double portRate(const Chip &chip) {
  const double ports = memoryPorts(chip);
  return ports == 0 ? std::numeric_limits<double>::infinity()
                    : ports * chip.waferRate() / chip.reticlesPerWafer();
}

double dramRate(const Chip &chip) {
  return std::min(chip.dramBandwidth * chip.dramEfficiency, portRate(chip));
}

double memoryHops(const Chip &chip) {
  if (chip.memoryPorts == MemoryPorts::None)
    return 0;
  const Ends ends = endsOf(chip.memoryPorts);
  const double byRow = shareOfRows(chip);
  return byRow * meanHops(chip.reticleCols, ends.ofRow) +
         (1 - byRow) * meanHops(chip.reticleRows, ends.ofCol);
}

EdgeGrid withPorts(const Chip &chip, network::GridShape reticles) {
  const Ends ends = endsOf(chip.memoryPorts);
  EdgeGrid grid{reticles, ends.ofRow > 0, ends.ofCol > 0};
  grid.shape.rows += ends.ofCol;
  grid.shape.cols += ends.ofRow;
  return grid;
}

namespace {

/// Reticles in line, with a port at the first end or at both.
struct Line {
  unsigned reticles, ends;
  uint32_t first, last; ///< the ports

  /// What the one at a place reads: from the nearer end, or half from each.
  void read(unsigned place, uint32_t reticle, double flits,
            std::vector<network::Flow> &flows) const {
    const unsigned back = reticles - 1 - place;
    const double fromFirst = ends == 1 || place < back ? 1 : place == back ? 0.5 : 0;
    if (fromFirst > 0)
      flows.push_back({first, reticle, flits * fromFirst});
    if (fromFirst < 1)
      flows.push_back({last, reticle, flits * (1 - fromFirst)});
  }
};

} // namespace

std::vector<network::Flow> edgeFlows(const Chip &chip, const EdgeGrid &grid, double flits) {
  const Ends ends = endsOf(chip.memoryPorts);
  const network::GridShape &shape = grid.shape;
  const unsigned rows = shape.rows - ends.ofCol, cols = shape.cols - ends.ofRow;
  const double byRow = flits * shareOfRows(chip);
  std::vector<network::Flow> flows;
  for (unsigned r = 0; r < rows; ++r)
    for (unsigned c = 0; c < cols; ++c) {
      const unsigned row = r + grid.top, col = c + grid.left;
      const uint32_t reticle = shape.at(row, col);
      if (ends.ofRow > 0)
        Line{cols, ends.ofRow, shape.at(row, 0), shape.at(row, shape.cols - 1)}.read(c, reticle,
                                                                                     byRow, flows);
      if (ends.ofCol > 0)
        Line{rows, ends.ofCol, shape.at(0, col), shape.at(shape.rows - 1, col)}.read(
            r, reticle, flits - byRow, flows);
    }
  return flows;
}

std::vector<network::Flow> farthestFlows(const Chip &chip, const EdgeGrid &grid, double flits) {
  std::map<uint32_t, network::Flow> farthest; // by port
  auto hops = [&](const network::Flow &flow) {
    return std::abs(int(grid.shape.row(flow.source)) - int(grid.shape.row(flow.destination))) +
           std::abs(int(grid.shape.col(flow.source)) - int(grid.shape.col(flow.destination)));
  };
  for (const network::Flow &flow : edgeFlows(chip, grid, flits)) {
    const auto [at, isNew] = farthest.try_emplace(flow.source, flow);
    if (!isNew && hops(flow) > hops(at->second))
      at->second = flow;
  }
  std::vector<network::Flow> flows;
  for (const auto &[port, flow] : farthest)
    flows.push_back({port, flow.destination, flits});
  return flows;
}

} // namespace wsc::evaluation
