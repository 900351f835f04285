// Projected L-BFGS.
#include "search/Minimize.h"

#include <cmath>
#include <deque>

namespace wsc::search {

using Eigen::VectorXd;

namespace {

constexpr unsigned memory = 8;
constexpr double longestStep = 2, sufficientDecrease = 1e-4, flat = 1e-5;

/// A step and by how much it changed the gradient.
struct Pair {
  VectorXd step, change;
};

/// Minus the inverse Hessian, as far as the pairs tell, times the gradient (two-loop recursion).
VectorXd direction(const std::deque<Pair> &pairs, VectorXd gradient) {
  std::vector<double> weights;
  for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
    weights.push_back(pair->step.dot(gradient) / pair->step.dot(pair->change));
    gradient -= weights.back() * pair->change;
  }
  if (!pairs.empty())
    gradient *= pairs.back().step.dot(pairs.back().change) / pairs.back().change.squaredNorm();
  for (const Pair &pair : pairs) {
    const double weight = pair.change.dot(gradient) / pair.step.dot(pair.change);
    gradient += (weights.back() - weight) * pair.step;
    weights.pop_back();
  }
  return -gradient;
}

} // namespace

Minimum minimize(const Smooth &function, VectorXd start, const VectorXd &lower,
                 const VectorXd &upper, unsigned evaluations) {
  VectorXd gradient(start.size());
  Minimum best{start.cwiseMax(lower).cwiseMin(upper), 0};
  best.value = function(best.point, gradient);
  std::deque<Pair> pairs;
  for (unsigned used = 1; used < evaluations && std::isfinite(best.value);) {
    VectorXd free = gradient;
    for (Eigen::Index i = 0; i < free.size(); ++i)
      if ((best.point[i] <= lower[i] && free[i] > 0) || (best.point[i] >= upper[i] && free[i] < 0))
        free[i] = 0;
    if (free.lpNorm<Eigen::Infinity>() < flat)
      break;
    VectorXd along = direction(pairs, free);
    for (Eigen::Index i = 0; i < free.size(); ++i)
      if (free[i] == 0)
        along[i] = 0;
    if (!(along.dot(free) < 0)) {
      along = -free;
      pairs.clear();
    }
    double length = std::min(1.0, longestStep / along.lpNorm<Eigen::Infinity>());
    VectorXd next, nextGradient(start.size());
    double value = HUGE_VAL;
    bool improved = false;
    for (; used < evaluations && !improved; length *= 0.3) {
      next = (best.point + length * along).cwiseMax(lower).cwiseMin(upper);
      if (next == best.point)
        break;
      value = function(next, nextGradient);
      ++used;
      improved = value <= best.value + sufficientDecrease * gradient.dot(next - best.point);
    }
    if (!improved)
      break;
    Pair pair{next - best.point, nextGradient - gradient};
    if (pair.step.dot(pair.change) > 1e-10 * pair.change.squaredNorm())
      pairs.push_back(std::move(pair));
    if (pairs.size() > memory)
      pairs.pop_front();
    const bool stalled = best.value - value < 1e-7 * (1 + std::fabs(value));
    best = {std::move(next), value};
    gradient = std::move(nextGradient);
    if (stalled)
      break;
  }
  return best;
}

} // namespace wsc::search
