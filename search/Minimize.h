// Minimization of a smooth function in a box, with gradients.
#pragma once

#include <Eigen/Core>
#include <functional>

namespace wsc::search {

/// The value at a point, and its gradient there.
using Smooth = std::function<double(const Eigen::VectorXd &, Eigen::VectorXd &gradient)>;

struct Minimum {
  Eigen::VectorXd point;
  double value;
};

/// L-BFGS with projection onto the box (J. Nocedal, Math. Comp. 35, 1980; D. Bertsekas, SIAM J.
/// Control 20, 1982): components that lie on a bound and would leave it are held.  A step changes
/// no component by more than 2.  Infinite values are walls.  A local minimum, after at most so many
/// evaluations.
Minimum minimize(const Smooth &function, Eigen::VectorXd start, const Eigen::VectorXd &lower,
                 const Eigen::VectorXd &upper, unsigned evaluations);

} // namespace wsc::search
