// The front, by comparing all pairs: fronts here have at most thousands of points.
#include "search/Pareto.h"

namespace wsc::search {

std::vector<unsigned> paretoFront(const Points &points) {
  std::vector<unsigned> front;
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    bool beaten = false;
    for (Eigen::Index j = 0; j < points.rows() && !beaten; ++j) {
      auto other = points.row(j), self = points.row(i);
      bool equal = (other == self).all();
      beaten = equal ? j < i : (other <= self).all();
    }
    if (!beaten)
      front.push_back(i);
  }
  return front;
}

} // namespace wsc::search
