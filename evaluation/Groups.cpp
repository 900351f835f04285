// Neighbours and strides within rectangles of ranks; two levels of one collective.
#include "evaluation/Groups.h"

#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

/// The rectangle that `count` neighbours of a fabric take.
Grid rectangle(const Fabric &fabric, double count) {
  if (fabric.isSwitch)
    return {1, count};
  const Grid found = tile(count, {fabric.rows.size, fabric.cols.size}).tile;
  return found.cells() > 0 ? found : Grid{fabric.rows.size, fabric.cols.size};
}

Axis shortened(Axis axis, double size) {
  axis.wraps = axis.wraps && size == axis.size && size > 2;
  axis.size = size;
  return axis;
}

Axis spaced(Axis axis, double stride) {
  axis.size = std::max(1.0, std::floor(axis.size / stride));
  axis.wraps = axis.wraps && axis.size > 2;
  axis.bandwidth /= stride;
  axis.latency *= stride;
  axis.hops *= stride;
  return axis;
}

Fabric shortened(Fabric fabric, double count) {
  const Grid part = rectangle(fabric, count);
  fabric.rows = shortened(fabric.rows, part.rows);
  fabric.cols = shortened(fabric.cols, part.cols);
  return fabric;
}

/// Behind a switch every rank keeps its own port, however far away the others are.
Fabric spaced(Fabric fabric, double count) {
  if (fabric.isSwitch)
    return shortened(fabric, std::max(1.0, std::floor(fabric.cols.size / count)));
  const Grid part = rectangle(fabric, count);
  fabric.rows = spaced(fabric.rows, part.rows);
  fabric.cols = spaced(fabric.cols, part.cols);
  return fabric;
}

} // namespace

Group neighbours(const Group &group, double count) {
  const double local = std::min(count, group.local.ranks());
  return {shortened(group.local, local), shortened(group.system, std::ceil(count / local)),
          group.sharers};
}

Group strided(const Group &group, double count) {
  const double local = std::min(count, group.local.ranks());
  return {spaced(group.local, local), spaced(group.system, std::ceil(count / local)),
          group.sharers};
}

GroupCost collective(Collective kind, const Group &group, double bytes) {
  if (kind == Collective::AllReduce)
    return allReduce(group, bytes);
  const double wafers = group.system.ranks(), local = group.local.ranks();
  // All-to-all: the share of what a rank sends that goes to other wafers does so directly.  Halves
  // of an all-reduce: each rank exchanges its part of the wafer's vector.
  const bool direct = kind == Collective::AllToAll;
  const double within = direct ? bytes / wafers : bytes;
  const NetworkCost inside = costOf(kind, group.local, within);
  const double port = (direct ? bytes : bytes / local) * group.sharers;
  const NetworkCost between = costOf(kind, group.system, port);
  GroupCost cost;
  cost.time = std::max(inside.time, between.time);
  cost.usage.waferByteHops = wafers * inside.byteHops;
  cost.usage.systemBytes = between.byteHops / group.sharers * local;
  cost.algorithm = inside.algorithm.empty() ? between.algorithm : inside.algorithm;
  return cost;
}

} // namespace wsc::evaluation
