// The hypervolume indicator, exactly: how much of the space below a reference point is dominated
// (E. Zitzler and L. Thiele, IEEE TEC 3(4), 1999).  And the rest of that space as disjoint boxes,
// over which expectations of its growth are sums of products.
#pragma once

#include "search/Pareto.h"
#include "llvm/ADT/ArrayRef.h"

namespace wsc::search {

/// The volume that points (any, all objectives minimized) dominate below the reference point, in
/// the product of the units of the objectives.
///
/// Two objectives: a sweep.  Three: a sweep over the third that maintains the front of the other
/// two (N. Beume et al., IEEE TEC 13(5), 2009).  Four: the same one dimension up, by the volumes
/// that points contribute (HV4D+: SpatialFront.h).  More: sums of exclusive volumes, each of a box
/// less what a set covers in it that is limited to the box (WFG: L. While, L. Bradstreet and L.
/// Barone, IEEE TEC 16(1), 2012).
double hypervolume(const Points &points, llvm::ArrayRef<double> reference);

/// Disjoint boxes.
struct Boxes {
  /// By objective, the coordinates that sides of boxes have: -infinity, ascending, the reference.
  std::vector<std::vector<double>> levels;
  /// One interval, as positions in the levels of its objective.
  struct Side {
    unsigned lower, upper;
    bool operator==(const Side &) const = default;
  };
  /// One side for each objective, box by box.
  std::vector<Side> sides;

  /// How much of them a point dominates.
  double volumeOf(llvm::ArrayRef<double> point) const;

  unsigned dimensions() const { return levels.size(); }
  size_t size() const { return sides.size() / levels.size(); }
};

/// What no point dominates below the reference point, for any number of objectives from one on.  A
/// sweep over the last objective: a box of the others ends, and is cut, where a point reaches into
/// it.  At most 2n + 1 boxes of three objectives.
Boxes undominatedBoxes(const Points &points, llvm::ArrayRef<double> reference);

} // namespace wsc::search
