// Hypervolumes by dimension sweeps.
#include "search/Hypervolume.h"

#include "search/SpatialFront.h"
#include "search/Staircase.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::search {

namespace {

/// Points in rows of `m` numbers that lie below the reference point everywhere.
struct Set {
  unsigned m;
  std::vector<double> values;

  size_t size() const { return values.size() / m; }
  const double *operator[](size_t i) const { return &values[i * m]; }
};

double volume(Set &set, const double *reference);

/// The rows by their last objective, ascending.
std::vector<const double *> byLast(const Set &set) {
  std::vector<const double *> rows(set.size());
  for (size_t i = 0; i < rows.size(); ++i)
    rows[i] = set[i];
  auto isBefore = [last = set.m - 1](const double *a, const double *b) {
    return a[last] < b[last];
  };
  if (!llvm::is_sorted(rows, isBefore))
    llvm::stable_sort(rows, isBefore);
  return rows;
}

double volume1(const Set &set, const double *reference) {
  double least = reference[0];
  for (double value : set.values)
    least = std::min(least, value);
  return reference[0] - least;
}

double volume2(const Set &set, const double *reference) {
  double total = 0, x = reference[0];
  for (const double *p : byLast(set))
    if (p[0] < x) {
      total += (x - p[0]) * (reference[1] - p[1]);
      x = p[0];
    }
  return total;
}

double volume3(const Set &set, const double *reference) {
  double x = reference[0], y = reference[1];
  for (size_t i = 0; i < set.size(); ++i) {
    x = std::min(x, set[i][0]);
    y = std::min(y, set[i][1]);
  }
  Staircase stairs;
  stairs.reset(x, y, reference[0], reference[1]);
  double total = 0;
  for (const double *p : byLast(set))
    total += stairs.insert(p[0], p[1]) * (reference[2] - p[2]);
  return total;
}

double volume4(const Set &set, const double *reference) {
  SpatialFront front;
  front.reset(reference, set.size());
  double total = 0;
  for (const double *p : byLast(set))
    total += front.add(p) * (reference[3] - p[3]);
  return total;
}

/// Whether a point is nowhere beyond another in the first `m` objectives.
bool isBelow(const double *a, const double *b, unsigned m) {
  for (unsigned k = 0; k < m; ++k)
    if (a[k] > b[k])
      return false;
  return true;
}

/// Each point with what it alone dominates of those before it in the last objective.
class Exclusion {
public:
  Exclusion(unsigned objectives, const double *reference)
      : m_(objectives - 1), reference_(reference), limited_{m_, {}} {}

  /// What the point adds to those before, without the last objective.
  double add(const double *p) {
    if (llvm::any_of(before_, [&](const double *q) { return isBelow(q, p, m_); }))
      return 0;
    double inclusive = 1;
    for (unsigned k = 0; k < m_; ++k)
      inclusive *= reference_[k] - p[k];
    limit(p);
    const double common = volume(limited_, reference_);
    llvm::erase_if(before_, [&](const double *q) { return isBelow(p, q, m_); });
    auto isBefore = [last = m_ - 1](const double *a, const double *b) { return a[last] < b[last]; };
    before_.insert(llvm::upper_bound(before_, p, isBefore), p);
    return inclusive - common;
  }

private:
  /// The parts of the points before that are in the part of the point, by the last of the
  /// objectives.
  void limit(const double *p) {
    limited_.values.clear();
    const unsigned last = m_ - 1;
    auto countBelow = [&](const double *q) {
      unsigned count = 0;
      for (unsigned k = 0; k < last; ++k)
        count += q[k] <= p[k];
      return count;
    };
    // Of those that become equal in it, the larger parts first: they dominate most of the others.
    order_ = before_;
    auto beyond =
        llvm::partition_point(order_, [&](const double *q) { return q[last] <= p[last]; });
    std::partition(order_.begin(), beyond, [&](const double *q) { return countBelow(q) > 1; });
    for (const double *q : order_) {
      for (unsigned k = 0; k < m_; ++k)
        limited_.values.push_back(std::max(p[k], q[k]));
      if (countBelow(q) == last)
        break; // it dominates those after it
    }
  }

  const unsigned m_;
  const double *reference_;
  std::vector<const double *> before_; ///< by the last of the `m_` objectives
  std::vector<const double *> order_;  ///< in which they are limited
  Set limited_;
};

double volumeByExclusion(const Set &set, const double *reference) {
  Exclusion exclusion(set.m, reference);
  double total = 0;
  for (const double *p : byLast(set))
    total += exclusion.add(p) * (reference[set.m - 1] - p[set.m - 1]);
  return total;
}

double volume(Set &set, const double *reference) {
  switch (set.m) {
  case 1: return volume1(set, reference);
  case 2: return volume2(set, reference);
  case 3: return volume3(set, reference);
  case 4: return volume4(set, reference);
  default: return volumeByExclusion(set, reference);
  }
}

} // namespace

double hypervolume(const Points &points, llvm::ArrayRef<double> reference) {
  Set set{static_cast<unsigned>(reference.size()), {}};
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    bool isInside = true;
    for (unsigned k = 0; k < set.m; ++k)
      isInside = isInside && points(i, k) < reference[k];
    if (isInside)
      set.values.insert(set.values.end(), points.row(i).begin(), points.row(i).end());
  }
  return volume(set, reference.data());
}

} // namespace wsc::search
