// Hypervolumes by dimension sweeps.
#include "search/Hypervolume.h"

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

/// The rows by their last objective.
std::vector<const double *> byLast(const Set &set, bool ascending) {
  std::vector<const double *> rows(set.size());
  for (size_t i = 0; i < rows.size(); ++i)
    rows[i] = set[i];
  const unsigned last = set.m - 1;
  llvm::sort(rows, [&](const double *a, const double *b) {
    if (a[last] != b[last])
      return ascending ? a[last] < b[last] : a[last] > b[last];
    return std::lexicographical_compare(a, a + last, b, b + last);
  });
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
  for (const double *p : byLast(set, /*ascending=*/true))
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
  for (const double *p : byLast(set, /*ascending=*/true))
    total += stairs.insert(p[0], p[1]) * (reference[2] - p[2]);
  return total;
}

/// Points of three objectives, of which none dominates another, and what a further one would add.
class Volume3 {
public:
  explicit Volume3(const double *reference) : reference_(reference) {}

  /// Adds a point; returns by how much the volume grows.
  double add(const double *values) {
    const Triple p{values[0], values[1], values[2]};
    const double grown = contribution(p);
    if (grown == 0)
      return 0;
    insert(byX_, p, &Triple::x);
    insert(byZ_, p, &Triple::z);
    return grown;
  }

private:
  struct Triple {
    double x, y, z;
  };

  /// In place of the points that are beaten now, which all come after it.
  static void insert(std::vector<Triple> &sorted, const Triple &p, double Triple::*key) {
    auto at = llvm::lower_bound(sorted, p,
                                [&](const Triple &a, const Triple &b) { return a.*key < b.*key; });
    auto end = std::remove_if(
        at, sorted.end(), [&](const Triple &q) { return p.x <= q.x && p.y <= q.y && p.z <= q.z; });
    const size_t place = at - sorted.begin();
    sorted.erase(end, sorted.end());
    sorted.insert(sorted.begin() + place, p);
  }

  double contribution(const Triple &p) {
    // What is left at the height of p.  Those to its left limit y, the others are steps.
    double top = reference_[1], end = reference_[0];
    auto q = byX_.begin();
    for (; q != byX_.end() && q->x <= p.x; ++q)
      if (q->z <= p.z)
        top = std::min(top, q->y);
    if (top <= p.y)
      return 0;
    steps_.clear();
    for (double least = top; q != byX_.end(); ++q)
      if (q->z <= p.z && q->y < least) {
        least = q->y;
        if (least <= p.y) {
          end = q->x;
          break;
        }
        steps_.push_back(*q);
      }
    stairs_.reset(p.x, p.y, end, top);
    for (const Triple &step : steps_)
      stairs_.insert(step.x, step.y);
    double total = 0, z = p.z;
    auto above = llvm::upper_bound(byZ_, z, [](double a, const Triple &b) { return a < b.z; });
    for (; above != byZ_.end() && stairs_.area() > 0; ++above) {
      const double x = std::max(above->x, p.x), y = std::max(above->y, p.y);
      if (x >= end || y >= top)
        continue;
      total += stairs_.area() * (above->z - z);
      z = above->z;
      stairs_.insert(x, y);
    }
    return total + stairs_.area() * (reference_[2] - z);
  }

  const double *reference_;
  std::vector<Triple> byX_, byZ_, steps_;
  Staircase stairs_;
};

double volume4(const Set &set, const double *reference) {
  Volume3 front(reference);
  double total = 0;
  for (const double *p : byLast(set, /*ascending=*/true))
    total += front.add(p) * (reference[3] - p[3]);
  return total;
}

/// Adds a row to a set of which none dominates another; keeps it so.
void addUndominated(Set &set, const double *row) {
  auto isBelow = [m = set.m](const double *a, const double *b) {
    for (unsigned k = 0; k < m; ++k)
      if (a[k] > b[k])
        return false;
    return true;
  };
  size_t kept = 0;
  for (size_t i = 0; i < set.size(); ++i) {
    if (isBelow(set[i], row))
      return; // so it has beaten none of those before
    if (isBelow(row, set[i]))
      continue;
    if (kept != i)
      std::copy_n(set[i], set.m, &set.values[kept * set.m]);
    ++kept;
  }
  set.values.resize(kept * set.m);
  set.values.insert(set.values.end(), row, row + set.m);
}

/// Each point with what it alone dominates of those before it in the last objective.
double volumeByExclusion(const Set &set, const double *reference) {
  const std::vector<const double *> rows = byLast(set, /*ascending=*/false);
  const unsigned last = set.m - 1;
  double total = 0;
  std::vector<double> limited(last);
  for (size_t i = 0; i < rows.size(); ++i) {
    const double *p = rows[i];
    Set rest{last, {}};
    for (size_t j = i + 1; j < rows.size(); ++j) {
      for (unsigned k = 0; k < last; ++k)
        limited[k] = std::max(p[k], rows[j][k]);
      addUndominated(rest, limited.data());
    }
    double inclusive = 1;
    for (unsigned k = 0; k < last; ++k)
      inclusive *= reference[k] - p[k];
    total += (inclusive - volume(rest, reference)) * (reference[last] - p[last]);
  }
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
