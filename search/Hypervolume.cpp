// Hypervolumes by dimension sweeps.
#include "search/Hypervolume.h"

#include "search/SpatialFront.h"
#include "search/Staircase.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <optional>
#include <tuple>

namespace wsc::search {

namespace {

/// Volumes of sets of points below a reference.  A set of many objectives is taken apart into sets
/// of one less, and these again, so that there is one of each number at a time, in buffers that are
/// made once.
class Volumes {
public:
  /// Starts with the set of those points that are below the reference everywhere.
  Volumes(const Points &points, llvm::ArrayRef<double> reference);

  /// Of the set of so many objectives.
  double of(unsigned m);

private:
  struct Set {
    size_t count = 0;
    std::vector<double> values; ///< rows of so many objectives, and room for more
    std::vector<double> reference;
    std::vector<const double *> order; ///< the rows by their last objective
    /// All objectives but the last of the rows that a sweep has passed, without those that others
    /// dominate; by the last of these.
    std::vector<double> passed;
  };
  llvm::MutableArrayRef<const double *> byLast(unsigned m);
  double of1();
  double of2();
  double of3();
  double of4();
  double byExclusion(unsigned m);
  double exclusive(unsigned m, const double *p);
  /// Of the rows that were passed: the first one that is beyond a point in the last objective, and
  /// the first one that is beyond its box.
  struct Reach {
    const double *place, *end;
  };
  std::optional<Reach> boundBox(unsigned m, const double *p);
  void limit(unsigned m, const double *p, Reach reach);
  void pass(unsigned m, const double *p, size_t place);

  std::vector<Set> sets_; ///< by number of objectives
  Staircase stairs_;
  SpatialFront front_;
};

Volumes::Volumes(const Points &points, llvm::ArrayRef<double> reference)
    : sets_(reference.size() + 1) {
  const unsigned m = reference.size();
  Set &set = sets_[m];
  set.reference = reference.vec();
  set.values.resize(points.size());
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    bool isInside = true;
    for (unsigned k = 0; k < m; ++k) {
      set.values[m * set.count + k] = points(i, k);
      isInside = isInside && points(i, k) < reference[k];
    }
    set.count += isInside;
  }
}

double Volumes::of(unsigned m) {
  switch (m) {
  case 1: return of1();
  case 2: return of2();
  case 3: return of3();
  case 4: return of4();
  default: return byExclusion(m);
  }
}

/// The rows by their last objective, ascending.
llvm::MutableArrayRef<const double *> Volumes::byLast(unsigned m) {
  Set &set = sets_[m];
  set.order.resize(set.count);
  for (size_t i = 0; i < set.count; ++i)
    set.order[i] = &set.values[m * i];
  auto isBefore = [last = m - 1](const double *a, const double *b) { return a[last] < b[last]; };
  if (!llvm::is_sorted(set.order, isBefore))
    llvm::stable_sort(set.order, isBefore);
  return set.order;
}

double Volumes::of1() {
  const double reference = sets_[1].reference[0];
  double least = reference;
  for (const double *p : byLast(1))
    least = std::min(least, *p);
  return reference - least;
}

double Volumes::of2() {
  const double *reference = sets_[2].reference.data();
  double total = 0, x = reference[0];
  for (const double *p : byLast(2))
    if (p[0] < x) {
      total += (x - p[0]) * (reference[1] - p[1]);
      x = p[0];
    }
  return total;
}

double Volumes::of3() {
  const double *reference = sets_[3].reference.data();
  const auto rows = byLast(3);
  double x = reference[0], y = reference[1];
  for (const double *p : rows) {
    x = std::min(x, p[0]);
    y = std::min(y, p[1]);
  }
  stairs_.reset(x, y, reference[0], reference[1]);
  double total = 0;
  for (const double *p : rows)
    total += stairs_.insert(p[0], p[1]) * (reference[2] - p[2]);
  return total;
}

double Volumes::of4() {
  const double *reference = sets_[4].reference.data();
  llvm::MutableArrayRef<const double *> rows = byLast(4);
  // Many are equal in the last objective where they are limited.
  auto first = rows.take_while([&](const double *p) { return p[3] <= rows[0][3]; });
  if (first.size() > 1)
    llvm::sort(first, [](const double *a, const double *b) {
      return std::tie(a[2], a[1], a[0]) < std::tie(b[2], b[1], b[0]);
    });
  double total = front_.start(reference, rows.size(), first);
  if (!first.empty())
    total *= reference[3] - first[0][3];
  for (const double *p : rows.drop_front(first.size()))
    total += front_.add(p) * (reference[3] - p[3]);
  return total;
}

double Volumes::byExclusion(unsigned m) {
  sets_[m].passed.clear();
  double total = 0;
  for (const double *p : byLast(m))
    total += exclusive(m, p) * (sets_[m].reference[m - 1] - p[m - 1]);
  return total;
}

/// Whether a point is nowhere beyond another in the first `m` objectives: without branches, which
/// nothing would foretell.
bool isBelow(const double *a, const double *b, unsigned m) {
  bool result = true;
  for (unsigned k = 0; k < m; ++k)
    result &= a[k] <= b[k];
  return result;
}

/// What a point adds to those that were passed, without the last objective: a box less what these
/// cover in it.
double Volumes::exclusive(unsigned m, const double *p) {
  const unsigned n = m - 1;
  const std::optional<Reach> reach = boundBox(m, p);
  if (!reach)
    return 0;
  double box = 1;
  for (unsigned k = 0; k < n; ++k)
    box *= sets_[n].reference[k] - p[k];
  limit(m, p, *reach);
  pass(m, p, reach->place - sets_[m].passed.data());
  return box - of(n);
}

/// The box from a point to where one of those that were passed covers all that is beyond: one that
/// is beyond the point in a single objective.  It shrinks the reference of the smaller set.  None
/// where the point is dominated.
std::optional<Volumes::Reach> Volumes::boundBox(unsigned m, const double *p) {
  const unsigned n = m - 1, last = n - 1;
  const std::vector<double> &passed = sets_[m].passed;
  std::vector<double> &end = sets_[n].reference;
  end.assign(sets_[m].reference.begin(), sets_[m].reference.begin() + n);
  const double *q = passed.data(), *const stop = q + passed.size();
  for (; q != stop && q[last] <= p[last]; q += n) {
    unsigned beyond = 0;
    for (unsigned k = 0; k < last; ++k)
      beyond |= unsigned(q[k] > p[k]) << k;
    if (beyond == 0)
      return std::nullopt;
    if (llvm::has_single_bit(beyond)) {
      const unsigned k = llvm::countr_zero(beyond);
      end[k] = std::min(end[k], q[k]);
    }
  }
  const double *const place = q;
  while (q != stop && !isBelow(q, p, last))
    q += n;
  if (q != stop)
    end[last] = q[last];
  return Reach{place, q};
}

/// The smaller set: what those that reach into the box cover in it, by its last objective.
void Volumes::limit(unsigned m, const double *p, Reach reach) {
  const unsigned n = m - 1, last = n - 1;
  Set &limited = sets_[n];
  const std::vector<double> &passed = sets_[m].passed;
  limited.values.resize(std::max(limited.values.size(), passed.size()));
  double *row = limited.values.data();
  auto isInside = [&](const double *q) {
    bool result = true; // without branches
    for (unsigned k = 0; k < last; ++k)
      result &= q[k] < limited.reference[k];
    return result;
  };
  auto add = [&](const double *q) {
    for (unsigned k = 0; k < n; ++k)
      *row++ = std::max(p[k], q[k]);
  };
  for (const double *q = passed.data(); q != reach.end; q += n)
    if (isInside(q))
      add(q);
  limited.count = (row - limited.values.data()) / n;
}

/// Keeps a point, at its place by the last of its objectives, and drops those that it dominates.
void Volumes::pass(unsigned m, const double *p, size_t place) {
  const unsigned n = m - 1;
  std::vector<double> &passed = sets_[m].passed;
  double *kept = passed.data() + place, *const stop = passed.data() + passed.size();
  for (const double *q = kept; q != stop; q += n)
    if (!isBelow(p, q, n - 1)) {
      if (kept != q)
        std::copy(q, q + n, kept);
      kept += n;
    }
  passed.resize(kept - passed.data());
  passed.insert(passed.begin() + place, p, p + n);
}

} // namespace

double hypervolume(const Points &points, llvm::ArrayRef<double> reference) {
  return Volumes(points, reference).of(reference.size());
}

} // namespace wsc::search
