// Closed intervals of reals with outward rounding: what "false everywhere in this box" rests on.
//
// Every operation encloses the real-number result for all arguments in its operands.  Bounds
// are rounded outward by the processor: lower bounds are computed as -((-a) op b) with the
// rounding mode set upward, so exact results (all integer arithmetic below 2^53) stay exact
// and a check such as tp * pp * dp == n is decided, not blurred.  Code that calls these
// functions must hold a RoundUp for as long as it does.
//
// Truth values are intervals too: [0,0] false, [1,1] true, [0,1] undecided.
#pragma once

#include <limits>

namespace wsc {

/// Sets the rounding mode upward for its lifetime; cheap, may be nested.
class RoundUp {
public:
  RoundUp();
  ~RoundUp();
  RoundUp(const RoundUp &) = delete;
  RoundUp &operator=(const RoundUp &) = delete;

private:
  int saved_;
};

struct Interval {
  double lo, hi;

  static constexpr Interval all() {
    return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  }
  static constexpr Interval point(double v) { return {v, v}; }
  static constexpr Interval truth(bool mayBeFalse, bool mayBeTrue) {
    return {mayBeFalse ? 0.0 : 1.0, mayBeTrue ? 1.0 : 0.0};
  }

  bool isPoint() const { return lo == hi; }
  bool contains(double v) const { return lo <= v && v <= hi; }
  bool certainlyTrue() const { return lo == 1 && hi == 1; }
  bool certainlyFalse() const { return lo == 0 && hi == 0; }
  bool operator==(const Interval &) const = default;
};

Interval hull(Interval a, Interval b);

Interval add(Interval a, Interval b);
Interval sub(Interval a, Interval b);
Interval mul(Interval a, Interval b);
/// Division by an interval that contains zero gives all reals (or a half line when zero is
/// an end point of the divisor).
Interval div(Interval a, Interval b);
Interval neg(Interval a);
Interval abs(Interval a);
Interval min(Interval a, Interval b);
Interval max(Interval a, Interval b);
Interval floor(Interval a);
Interval ceil(Interval a);
Interval round(Interval a);
Interval sqrt(Interval a);
Interval exp(Interval a);
Interval log(Interval a);
Interval log2(Interval a);
/// a^b; for a negative base only an integer point exponent is enclosed tightly.
Interval pow(Interval a, Interval b);
/// Floored modulo, with the sign of the divisor.
Interval mod(Interval a, Interval b);
/// P[Bin(n, p) >= k], for integer n and k.
Interval atLeast(Interval k, Interval n, Interval p);

Interval le(Interval a, Interval b);
Interval lt(Interval a, Interval b);
Interval eq(Interval a, Interval b);
Interval logicalAnd(Interval a, Interval b);
Interval logicalOr(Interval a, Interval b);
Interval logicalNot(Interval a);

/// P[Bin(n, p) >= k] in double precision, relative error below 1e-10 (summed from the
/// smaller tail).  NaN unless 0 <= p <= 1 and n, k are integers with n >= 0.
double atLeast(double k, double n, double p);

} // namespace wsc
