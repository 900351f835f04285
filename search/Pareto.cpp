// The front by a sweep: what dominates a row comes before it in lexicographic order.
#include "search/Pareto.h"

#include <algorithm>
#include <numeric>

namespace wsc::search {

Points pointsOf(const std::vector<std::vector<double>> &rows, unsigned columns) {
  Points points(rows.size(), columns);
  for (Eigen::Index i = 0; i < points.rows(); ++i)
    for (unsigned k = 0; k < columns; ++k)
      points(i, k) = rows[i][k];
  return points;
}

std::vector<unsigned> paretoFront(const Points &points) {
  const Eigen::Index m = points.cols();
  std::vector<unsigned> order(points.rows()), front;
  std::iota(order.begin(), order.end(), 0);
  auto row = [&](unsigned i) { return points.data() + i * m; };
  std::sort(order.begin(), order.end(), [&](unsigned a, unsigned b) {
    const auto [x, y] = std::mismatch(row(a), row(a) + m, row(b));
    return x == row(a) + m ? a < b : *x < *y;
  });
  for (unsigned i : order) {
    // The latest are the nearest, and most likely to beat it.
    const bool isBeaten = std::any_of(front.rbegin(), front.rend(), [&](unsigned other) {
      return std::equal(row(i), row(i) + m, row(other), [](double a, double b) { return b <= a; });
    });
    if (!isBeaten)
      front.push_back(i);
  }
  std::sort(front.begin(), front.end());
  return front;
}

} // namespace wsc::search
