// One pass over the third coordinate for each point.
#include "search/SpatialFront.h"

#include <cmath>
#include <tuple>

namespace wsc::search {

namespace {

/// Of the rectangle right of `x` and behind `y`, what a front leaves from `behind` to `right`.
template <typename Node>
double areaBetween(double x, double y, const Node *behind, const Node *right) {
  double area = 0, height = behind->y - y;
  for (const Node *step = behind->next; step != right; step = step->next) {
    if (step->x > x) { // the first ones may all be as far behind
      area += (step->x - x) * height;
      x = step->x;
    }
    height = step->y - y;
  }
  return area + (right->x - x) * height;
}

/// Whether the first pair of coordinates is not after the second.
bool isNearer(double a1, double a2, double b1, double b2) {
  return a1 < b1 || (a1 == b1 && a2 <= b2);
}

} // namespace

double SpatialFront::start(const double *reference, size_t count,
                           llvm::ArrayRef<const double *> first) {
  nodes_.clear();
  nodes_.reserve(count + 2); // they are pointed to
  nodes_.push_back({reference[0], -HUGE_VAL, -HUGE_VAL, nullptr, nullptr, nullptr});
  nodes_.push_back({-HUGE_VAL, reference[1], -HUGE_VAL, nullptr, nullptr, nullptr});
  ascending_.clear();
  dominator_ = nullptr;
  top_ = reference[2];
  nodes_[1].next = &nodes_[0];
  double volume = 0;
  for (const double *p : first) {
    Node *behind = &nodes_[1];
    while (behind->next->x <= p[0])
      behind = behind->next;
    if (behind->y <= p[1])
      continue;
    Node *right = behind->next;
    while (right->y > p[1])
      right = right->next;
    volume += areaBetween(p[0], p[1], behind, right) * (top_ - p[2]);
    ascending_.push_back(&nodes_.emplace_back(Node{p[0], p[1], p[2], right, behind, nullptr}));
    link(*ascending_.back());
  }
  return volume;
}

double SpatialFront::add(const double *point) {
  Node added{point[0], point[1], point[2], &nodes_[0], &nodes_[1], nullptr};
  // What dominates one point often dominates the next one, too.
  if (dominator_ && dominator_->x <= added.x && dominator_->y <= added.y &&
      dominator_->z <= added.z)
    return 0;
  size_t place;
  if (!enter(added, place))
    return 0;
  return rise(nodes_.emplace_back(added), place);
}

/// Rebuilds the front of x and y at the height of the point, and finds its neighbours there and its
/// place in `ascending_`; false if it is dominated.
bool SpatialFront::enter(Node &point, size_t &place) {
  Node *right = point.right, *behind = point.behind;
  behind->next = right;
  for (place = 0; place < ascending_.size(); ++place) {
    Node *q = ascending_[place];
    if (q->z > point.z || (q->z == point.z && std::tie(q->y, q->x) > std::tie(point.y, point.x)))
      break;
    link(*q);
    if (q->y <= point.y) {
      if (q->x <= point.x) {
        dominator_ = q;
        return false;
      }
      if (isNearer(q->x, q->y, right->x, right->y))
        right = q;
    } else if (q->x <= point.x && isNearer(q->y, q->x, behind->y, behind->x)) {
      behind = q;
    }
  }
  point.right = right;
  point.behind = behind;
  return true;
}

/// From the place of the point upward: the part of the plane that it alone dominates shrinks where
/// others reach into it, until one covers it all.  Those that it dominates are dropped; it becomes
/// the neighbour of those to which it is nearest.
double SpatialFront::rise(Node &point, size_t place) {
  Node *right = point.right, *behind = point.behind;
  double area = areaBetween(point.x, point.y, behind, right), volume = 0, z = point.z;
  size_t kept = place, i = place;
  bool isCovered = false;
  for (; i < ascending_.size() && !isCovered; ++i) {
    Node *q = ascending_[i];
    volume += area * (q->z - z);
    z = q->z;
    if (q->x >= point.x && q->y >= point.y) {
      area -= areaBetween(q->x, q->y, q->behind, q->right);
      link(*q);
      continue;
    }
    ascending_[kept++] = q;
    isCovered = q->x <= point.x && q->y <= point.y;
    if (!isCovered && q->x > point.x) {
      if (q->x < right->x)
        area -= areaBetween(q->x, point.y, q->behind, right);
      if (q->x <= right->x)
        right = q;
    } else if (!isCovered) {
      if (q->y < behind->y)
        area -= areaBetween(point.x, q->y, behind, q->right);
      if (q->y <= behind->y)
        behind = q;
    }
    link(*q);
    if (point.x <= q->x && point.y > q->y && isNearer(point.y, point.x, q->behind->y, q->behind->x))
      q->behind = &point;
    if (point.y <= q->y && point.x > q->x && isNearer(point.x, point.y, q->right->x, q->right->y))
      q->right = &point;
  }
  ascending_.erase(ascending_.begin() + kept, ascending_.begin() + i);
  ascending_.insert(ascending_.begin() + place, &point);
  return isCovered ? volume : volume + area * (top_ - z);
}

} // namespace wsc::search
