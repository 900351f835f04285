// Reductions along a line of cores.
#include "evaluation/Mesh.h"

#include <cmath>

namespace wsc::evaluation {

double Line::crossing(double hops) const {
  return hops * hopLatency + std::min(edges, std::ceil(hops / perReticle)) * edgeLatency;
}

LineReduction allReduceOnLine(const Line &line, double bytes) {
  if (line.cores <= 1)
    return {};
  const double vector = bytes / line.bandwidth;
  const double radius = std::floor(line.cores / 2);
  // There and back; the multicast is one more core in sequence.
  const LineReduction chain{3 * vector,
                            2 * line.crossing(radius) + line.routeLatency * (radius + 1)};
  const double group = std::ceil(std::sqrt(line.cores));
  const double groups = std::ceil(line.cores / group);
  const double inGroup = std::floor(group / 2), ofGroups = std::floor(groups / 2);
  const LineReduction trees{5 * vector, line.crossing(inGroup) + 2 * line.crossing(radius) +
                                            line.routeLatency * (inGroup + ofGroups + 1)};
  auto time = [](const LineReduction &r) { return r.transfer + r.latency; };
  return time(chain) < time(trees) ? chain : trees;
}

double scalarReduction(const Block &block, double element) {
  const LineReduction reduction = allReduceOnLine(block.col, element);
  return reduction.transfer + reduction.latency;
}

} // namespace wsc::evaluation
