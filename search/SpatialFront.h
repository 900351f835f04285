// Points of three objectives of which none dominates another, and by how much one more makes the
// volume grow that they dominate: the step of hypervolumes of four objectives.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <cstddef>
#include <vector>

namespace wsc::search {

/// HV4D+ (A. Guerreiro and C. Fonseca, IEEE TEC 22(3), 2018): each point remembers its neighbours
/// on the front of the first two coordinates at its height, so that a sweep over the third rebuilds
/// that front without a search.  All coordinates are minimized.
class SpatialFront {
public:
  /// Starts again, for at most `count` points, which are below the reference in each of three
  /// coordinates, with the first of them: by z, then y, then x.  O(n) for each on the front of x
  /// and y, and O(1) for most.  Returns the volume below the reference.
  double start(const double *reference, size_t count, llvm::ArrayRef<const double *> first);

  /// Adds a point and drops those that it dominates; O(n).  Returns by how much the volume below
  /// the reference grows: 0 where the point is dominated.
  double add(const double *point);

private:
  struct Node {
    double x, y, z;
    /// Of the points that are not above this one, and not both left of and before it: the nearest
    /// one to the right that is not behind (least x, then least y), and the nearest one behind that
    /// is not to the right (least y, then least x).
    Node *right, *behind;
    /// To the right on the front of x and y, as far as the sweep has come.
    Node *next;
  };
  bool enter(Node &point, size_t &place);
  double rise(Node &point, size_t place);
  void link(Node &point) { point.behind->next = &point, point.next = point.right; }

  std::vector<Node> nodes_;       ///< two ends of all fronts, then points as they were added
  std::vector<Node *> ascending_; ///< those that are not dominated, by z, then y, then x
  Node *dominator_ = nullptr;     ///< of the last point that was dominated
  double top_ = 0;                ///< the reference of z
};

} // namespace wsc::search
