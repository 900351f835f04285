// Collectives on a mesh or torus of ranks.
#include "evaluation/Collectives.h"

#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

bool hasHamiltonianCycle(const Fabric &fabric) {
  const Axis &rows = fabric.rows, &cols = fabric.cols;
  if (fabric.isSwitch)
    return true;
  if (rows.size == 1 || cols.size == 1) {
    const Axis &line = rows.size == 1 ? cols : rows;
    return line.wraps && line.size > 2;
  }
  return rows.wraps || cols.wraps || std::fmod(rows.size * cols.size, 2) == 0;
}

namespace {

/// Bandwidth and hops of a step of a ring through neighbours.
struct RingLink {
  double bandwidth, hops;
};
RingLink ringLink(bool cycle, double ranks, double bandwidth) {
  if (cycle)
    return {2 * bandwidth, 1};
  return {bandwidth, ranks > 2 ? 2.0 : 1.0};
}

/// Half an all-reduce along one line of the fabric.
double halfAxis(const Axis &axis, double bytes) {
  if (axis.size == 1)
    return 0;
  const RingLink link = ringLink(axis.wraps && axis.size > 2, axis.size, axis.bandwidth);
  return halfRing(axis.size, bytes, link.bandwidth, axis.latency * link.hops);
}

double ring(const Fabric &fabric, double bytes) {
  const Axis slow = slowestLink(fabric);
  const RingLink link = ringLink(hasHamiltonianCycle(fabric), fabric.ranks(), slow.bandwidth);
  return halfRing(fabric.ranks(), bytes, link.bandwidth, slow.latency * link.hops);
}

/// Reduce-scatter over both dimensions, each half of the data in its own order.
double halfTwoDimensional(const Fabric &fabric, double bytes) {
  const Axis &rows = fabric.rows, &cols = fabric.cols;
  const double half = bytes / 2;
  return std::max(halfAxis(cols, half), halfAxis(rows, half)) +
         std::max(halfAxis(rows, half / cols.size), halfAxis(cols, half / rows.size));
}

/// Latency from the centre of a line to its end.
double radius(const Axis &axis) { return std::floor(axis.size / 2) * axis.latency; }

double tree(const Fabric &fabric, double bytes) {
  return 2 * (radius(fabric.rows) + radius(fabric.cols) + bytes / slowestLink(fabric).bandwidth);
}

/// Every rank sends its whole vector to its row, then the sums to its column.
double exchange(const Fabric &fabric, double bytes) {
  auto along = [&](const Axis &axis) {
    const double steps = axis.wraps ? std::floor(axis.size / 2) : axis.size - 1;
    return axis.size > 1 ? steps * (axis.latency + bytes / axis.bandwidth) : 0;
  };
  return along(fabric.rows) + along(fabric.cols);
}

/// Time for the traffic across the middle of an axis, and latency along it.  Each of the two
/// halves sends a quarter of all traffic to the other, over `lines` parallel links.
double bisectionTime(const Axis &axis, double lines, double total) {
  if (axis.size == 1)
    return 0;
  const double links = lines * (axis.wraps && axis.size > 2 ? 2 : 1);
  // A line of odd length is cut into unequal parts a and b; a b / (a + b)^2 is the share.
  const double part = std::floor(axis.size / 2) / axis.size;
  return total * part * (1 - part) / (links * axis.bandwidth);
}

bool isPlane(const Fabric &fabric) { return fabric.rows.size > 1 && fabric.cols.size > 1; }

} // namespace

double ringHops(const Fabric &fabric) {
  return ringLink(hasHamiltonianCycle(fabric), fabric.ranks(), 1).hops;
}

NetworkCost allReduceOnMesh(const Fabric &fabric, double bytes) {
  Best best;
  best.add("ring", 2 * ring(fabric, bytes));
  best.add("tree", tree(fabric, bytes));
  best.add("exchange", exchange(fabric, bytes));
  if (isPlane(fabric))
    best.add("2-D rings", 2 * halfTwoDimensional(fabric, bytes));
  return best.cost;
}

NetworkCost halfOnMesh(const Fabric &fabric, double bytes) {
  Best best;
  best.add("ring", ring(fabric, bytes));
  if (isPlane(fabric))
    best.add("2-D rings", halfTwoDimensional(fabric, bytes));
  return best.cost;
}

NetworkCost allToAllOnMesh(const Fabric &fabric, double bytes) {
  const Axis &rows = fabric.rows, &cols = fabric.cols;
  const double total = fabric.ranks() * bytes;
  auto diameter = [](const Axis &axis) { return axis.wraps ? axis.size / 2 : axis.size - 1; };
  auto meanHops = [](const Axis &axis) { return axis.size / (axis.wraps ? 4 : 3) * axis.hops; };
  return {std::max(bisectionTime(rows, cols.size, total), bisectionTime(cols, rows.size, total)) +
              diameter(rows) * rows.latency + diameter(cols) * cols.latency,
          total * ((rows.size > 1 ? meanHops(rows) : 0) + (cols.size > 1 ? meanHops(cols) : 0)),
          "direct"};
}

} // namespace wsc::evaluation
