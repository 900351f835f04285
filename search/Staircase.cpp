// Insertion into the staircase.
#include "search/Staircase.h"

#include <algorithm>

namespace wsc::search {

void Staircase::reset(double lowX, double lowY, double highX, double highY) {
  corners_.assign({{lowX, highY}, {highX, lowY}});
  lowY_ = lowY;
  area_ = (highX - lowX) * (highY - lowY);
}

double Staircase::insert(double x, double y) {
  auto after =
      std::upper_bound(corners_.begin(), corners_.end(), x,
                       [](double value, const Corner &corner) { return value < corner.x; });
  if (after == corners_.end() || std::prev(after)->y <= y)
    return 0;
  auto first = std::prev(after); // the step that x is on
  double left = x, removed = 0;
  auto last = first;
  for (; last != std::prev(corners_.end()) && last->y > y; ++last) {
    removed += (std::next(last)->x - left) * (last->y - y);
    left = std::next(last)->x;
  }
  // Steps from `first` on and before `last` are cut down to y: one step, and what is left of x.
  if (first->x < x)
    ++first;
  if (first == last) {
    corners_.insert(first, {x, y});
  } else {
    *first = {x, y};
    corners_.erase(std::next(first), last);
  }
  area_ = y <= lowY_ && corners_.front().x == x ? 0 : area_ - removed;
  return removed;
}

} // namespace wsc::search
