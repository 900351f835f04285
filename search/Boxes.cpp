// The box decomposition of what a front leaves.
#include "search/Hypervolume.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cmath>

namespace wsc::search {

namespace {

using Side = Boxes::Side;

class Sweep {
public:
  Sweep(const Points &points, llvm::ArrayRef<double> reference)
      : dimensions_(reference.size()), open_{{{}, 0}} {
    for (unsigned k = 0; k < dimensions_; ++k)
      result_.levels.push_back({-HUGE_VAL, reference[k]});
    for (unsigned i : paretoFront(points)) {
      bool isInside = true;
      for (unsigned k = 0; k < dimensions_; ++k)
        isInside = isInside && points(i, k) < reference[k];
      if (isInside)
        front_.push_back(i);
    }
    for (unsigned k = 0; k < dimensions_; ++k) {
      std::vector<double> &levels = result_.levels[k];
      for (unsigned i : front_)
        levels.push_back(points(i, k));
      llvm::sort(levels);
      levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    }
    for (unsigned k = 0; k + 1 < dimensions_; ++k)
      open_[0].sides.push_back({0, lastLevel(k)});
    for (unsigned i : front_) {
      Place &place = places_.emplace_back();
      for (unsigned k = 0; k < dimensions_; ++k)
        place.push_back(llvm::lower_bound(result_.levels[k], points(i, k)) -
                        result_.levels[k].begin());
    }
    llvm::sort(places_, [](const Place &a, const Place &b) {
      return a.back() != b.back() ? a.back() < b.back() : a < b;
    });
  }

  Boxes run() {
    for (const Place &place : places_)
      insert(place);
    for (const Open &box : open_)
      close(box, lastLevel(dimensions_ - 1));
    return std::move(result_);
  }

private:
  using Place = llvm::SmallVector<unsigned, 5>; ///< levels of a point
  /// A box of all objectives but the last, and from where on in that it is not dominated.
  struct Open {
    llvm::SmallVector<Side, 4> sides;
    unsigned start;
  };

  unsigned lastLevel(unsigned k) const { return result_.levels[k].size() - 1; }

  void close(const Open &box, unsigned end) {
    if (box.start == end)
      return;
    llvm::append_range(result_.sides, box.sides);
    result_.sides.push_back({box.start, end});
  }

  void insert(const Place &point) {
    std::vector<Open> pieces;
    size_t kept = 0;
    for (Open &box : open_) {
      bool isCut = true;
      for (unsigned k = 0; k + 1 < dimensions_; ++k)
        isCut = isCut && point[k] < box.sides[k].upper;
      if (isCut) {
        close(box, point.back());
        cut(box, point, pieces);
      } else {
        if (&open_[kept] != &box)
          open_[kept] = std::move(box);
        ++kept;
      }
    }
    open_.erase(open_.begin() + kept, open_.end());
    merge(pieces);
    llvm::append_range(open_, pieces);
  }

  /// What the point leaves of a box that it reaches into.
  void cut(Open box, const Place &point, std::vector<Open> &pieces) {
    box.start = point.back();
    for (unsigned k = 0; k + 1 < dimensions_; ++k) {
      Side &side = box.sides[k];
      if (side.lower >= point[k])
        continue;
      Open &piece = pieces.emplace_back(box);
      piece.sides[k].upper = point[k];
      side.lower = point[k];
    }
  }

  /// Joins neighbours that differ in one side only.
  static void merge(std::vector<Open> &pieces) {
    for (size_t i = 0; i < pieces.size(); ++i)
      for (size_t j = 0; j < pieces.size();)
        if (i != j && join(pieces[i], pieces[j])) {
          pieces.erase(pieces.begin() + j);
          i -= j < i;
          j = 0; // now larger, it may touch others
        } else {
          ++j;
        }
  }
  static bool join(Open &a, const Open &b) {
    Side *differs = nullptr;
    const Side *other = nullptr;
    for (auto [x, y] : llvm::zip_equal(a.sides, b.sides))
      if (!(x == y)) {
        if (differs)
          return false;
        differs = &x;
        other = &y;
      }
    if (!differs || (differs->upper != other->lower && other->upper != differs->lower))
      return false;
    *differs = {std::min(differs->lower, other->lower), std::max(differs->upper, other->upper)};
    return true;
  }

  unsigned dimensions_;
  std::vector<unsigned> front_;
  std::vector<Place> places_;
  std::vector<Open> open_;
  Boxes result_;
};

} // namespace

double Boxes::volumeOf(llvm::ArrayRef<double> point) const {
  double sum = 0;
  for (const Side *side = sides.data(), *end = side + sides.size(); side != end;
       side += dimensions()) {
    double product = 1;
    for (unsigned k = 0; k < dimensions() && product > 0; ++k)
      product *=
          std::max(0.0, levels[k][side[k].upper] - std::max(levels[k][side[k].lower], point[k]));
    sum += product;
  }
  return sum;
}

Boxes undominatedBoxes(const Points &points, llvm::ArrayRef<double> reference) {
  return Sweep(points, reference).run();
}

} // namespace wsc::search
