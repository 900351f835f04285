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

#include <algorithm>
#include <cmath>
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

/// Helpers of the operations that are inline because the solver spends its time in them.
namespace rounding {

constexpr double inf = std::numeric_limits<double>::infinity();

/// Keeps a value out of the optimizer's hands, which would otherwise move arithmetic across
/// changes of the rounding mode, or fold -((-a) * b) back into a * b.
inline double opaque(double v) {
  asm volatile("" : "+x"(v));
  return v;
}

/// 0 * inf is 0 here: an unbounded factor times an exact zero.  Without a branch.
inline double orZero(double product) { return product == product ? product : 0.0; }
inline double mulUp(double a, double b) { return orZero(opaque(a) * b); }
inline double mulDown(double a, double b) { return -orZero(opaque(-a) * b); }
inline double divUp(double a, double b) { return a == 0 ? 0.0 : opaque(a) / b; }
inline double divDown(double a, double b) { return a == 0 ? 0.0 : -(opaque(-a) / b); }

/// inf - inf and the like mean "nothing is known".
inline Interval checked(double lo, double hi) {
  return {std::isnan(lo) ? -inf : lo, std::isnan(hi) ? inf : hi};
}

} // namespace rounding

inline Interval hull(Interval a, Interval b) {
  return {std::min(a.lo, b.lo), std::max(a.hi, b.hi)};
}
inline Interval min(Interval a, Interval b) { return {std::min(a.lo, b.lo), std::min(a.hi, b.hi)}; }
inline Interval max(Interval a, Interval b) { return {std::max(a.lo, b.lo), std::max(a.hi, b.hi)}; }

inline Interval add(Interval a, Interval b) {
  using namespace rounding;
  return checked(-(opaque(-a.lo) - b.lo), opaque(a.hi) + b.hi);
}
inline Interval sub(Interval a, Interval b) {
  using namespace rounding;
  return checked(-(opaque(b.hi) - a.lo), opaque(a.hi) - b.lo);
}
inline Interval neg(Interval a) { return {-a.hi, -a.lo}; }

inline Interval mul(Interval a, Interval b) {
  using namespace rounding;
  if (a.lo >= 0 && b.lo >= 0)
    return {mulDown(a.lo, b.lo), mulUp(a.hi, b.hi)};
  return {std::min(
              {mulDown(a.lo, b.lo), mulDown(a.lo, b.hi), mulDown(a.hi, b.lo), mulDown(a.hi, b.hi)}),
          std::max({mulUp(a.lo, b.lo), mulUp(a.lo, b.hi), mulUp(a.hi, b.lo), mulUp(a.hi, b.hi)})};
}

/// Division by an interval that contains zero gives all reals (or a half line when zero is
/// an end point of the divisor).
inline Interval div(Interval a, Interval b) {
  using namespace rounding;
  if (b.hi < 0)
    a = neg(a), b = neg(b);
  if (b.lo > 0) {
    if (a.lo >= 0)
      return checked(divDown(a.lo, b.hi), divUp(a.hi, b.lo));
    return checked(std::min(divDown(a.lo, b.lo), divDown(a.lo, b.hi)),
                   std::max(divUp(a.hi, b.lo), divUp(a.hi, b.hi)));
  }
  if (b.lo == 0 && b.hi > 0 && a.lo >= 0)
    return checked(divDown(a.lo, b.hi), inf);
  return Interval::all();
}

inline Interval le(Interval a, Interval b) {
  return Interval::truth(!(a.hi <= b.lo), !(a.lo > b.hi));
}
inline Interval lt(Interval a, Interval b) {
  return Interval::truth(!(a.hi < b.lo), !(a.lo >= b.hi));
}
inline Interval eq(Interval a, Interval b) {
  bool same = a.isPoint() && b.isPoint() && a.lo == b.lo;
  bool apart = a.hi < b.lo || b.hi < a.lo;
  return Interval::truth(!same, !apart);
}

Interval abs(Interval a);
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

Interval logicalAnd(Interval a, Interval b);
Interval logicalOr(Interval a, Interval b);
Interval logicalNot(Interval a);

/// P[Bin(n, p) >= k] in double precision, relative error below 1e-10 (summed from the
/// smaller tail).  NaN unless 0 <= p <= 1 and n, k are integers with n >= 0.
double atLeast(double k, double n, double p);

} // namespace wsc
