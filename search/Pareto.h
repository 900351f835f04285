// Dominance between points with several objectives, all to be minimized.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace wsc::search {

/// One point a row, one objective a column.
using Points = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Rows of `columns` objectives each.
Points pointsOf(const std::vector<std::vector<double>> &rows, unsigned columns);

/// Rows that no other row dominates (is nowhere worse and somewhere better), ascending; of equal
/// rows the first.
std::vector<unsigned> paretoFront(const Points &points);

} // namespace wsc::search
