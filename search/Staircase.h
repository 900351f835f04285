// Which part of a rectangle no point dominates: the building block of hypervolumes.
#pragma once

#include <vector>

namespace wsc::search {

/// Both coordinates of points are minimized.  Corners are kept in a sorted vector and not in a
/// tree: up to some ten thousand points, moving 16 bytes for each corner is faster than following
/// pointers.
class Staircase {
public:
  /// Starts again with the rectangle from a lower to an upper corner, nothing of it dominated.
  void reset(double lowX, double lowY, double highX, double highY);

  /// Area that is not dominated.
  double area() const { return area_; }

  /// Inserts a point that is not below the lower corner; returns by how much the area shrinks.
  double insert(double x, double y);

private:
  /// From this x on to that of the next corner, points below y are not dominated.
  struct Corner {
    double x, y;
  };
  std::vector<Corner> corners_; ///< x ascending, y descending; the last one is the end
  double area_ = 0, lowY_ = 0;
};

} // namespace wsc::search
