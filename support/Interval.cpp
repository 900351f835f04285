// The rarer operations of interval arithmetic.  Compiled with -frounding-math: the compiler must
// not fold -((-a) * b) back into a * b.
#include "support/Interval.h"
#include "support/Rounding.h"

#include <algorithm>
#include <cfenv>
#include <cmath>

namespace wsc {

using rounding::checked;
using rounding::inf;
using rounding::opaque;

namespace {

// The C library's elementary functions are accurate to about 1 ulp; 4 leaves room for all
// of them under every rounding mode.
constexpr int libmUlps = 4;

double down(double v, int ulps = libmUlps) {
  while (ulps--)
    v = std::nextafter(v, -inf);
  return v;
}
double up(double v, int ulps = libmUlps) {
  while (ulps--)
    v = std::nextafter(v, inf);
  return v;
}

template <typename F> Interval increasing(Interval a, F f, double floorValue = -inf) {
  return checked(std::max(floorValue, down(f(a.lo))), up(f(a.hi)));
}

} // namespace

RoundUp::RoundUp() : saved_(fegetround()) { fesetround(FE_UPWARD); }
RoundUp::~RoundUp() { fesetround(saved_); }

bool roundsUpward() {
  using rounding::opaque;
  auto isLarger = [](auto compute) { // upward than to nearest
    double nearest = opaque(compute());
    RoundUp roundUp;
    return opaque(compute()) > nearest;
  };
  const double tiny = std::numeric_limits<double>::epsilon() / 8;
  return isLarger([&] { return opaque(1) + opaque(tiny); }) &&
         isLarger([&] { return opaque(1 + 8 * tiny) * opaque(1 + 8 * tiny); }) &&
         isLarger([&] { return opaque(1) / opaque(3); }) &&
         isLarger([&] { return std::sqrt(opaque(3)); });
}

Interval abs(Interval a) {
  if (a.lo >= 0)
    return a;
  if (a.hi <= 0)
    return neg(a);
  return {0, std::max(-a.lo, a.hi)};
}
Interval floor(Interval a) { return {std::floor(a.lo), std::floor(a.hi)}; }
Interval ceil(Interval a) { return {std::ceil(a.lo), std::ceil(a.hi)}; }
Interval round(Interval a) { return {std::round(a.lo), std::round(a.hi)}; }

Interval sqrt(Interval a) {
  if (a.lo < 0)
    return a.hi < 0 ? Interval::all() : Interval{-inf, inf};
  double hi = std::sqrt(opaque(a.hi)); // rounded up
  double lo = std::sqrt(opaque(a.lo));
  if (std::isfinite(lo) && opaque(lo) * lo > a.lo) // inexact: lo is the upper neighbour
    lo = std::max(0.0, down(lo, 1));
  return {lo, hi};
}

Interval exp(Interval a) {
  Interval r = increasing(a, [](double v) { return std::exp(v); }, 0);
  return a == Interval::point(0) ? Interval::point(1) : r;
}
Interval log(Interval a) {
  if (a.lo < 0 || a.hi <= 0)
    return Interval::all();
  return a == Interval::point(1) ? Interval::point(0)
                                 : increasing(a, [](double v) { return std::log(v); });
}
Interval log2(Interval a) {
  if (a.lo < 0 || a.hi <= 0)
    return Interval::all();
  Interval r = increasing(a, [](double v) { return std::log2(v); });
  // Powers of two are common in specs and exact.
  auto exact = [](double v, double &bound) {
    int e;
    if (std::isfinite(v) && v > 0 && std::frexp(v, &e) == 0.5)
      bound = e - 1;
  };
  exact(a.lo, r.lo);
  exact(a.hi, r.hi);
  return r;
}

static Interval powInteger(Interval a, int n) {
  if (n < 0)
    return div(Interval::point(1), powInteger(a, -n));
  if (n % 2 == 0)
    a = abs(a);
  Interval result = Interval::point(1);
  // Repeated multiplication of the end points; a is of one sign or the power is odd.
  Interval lo = Interval::point(1), hi = Interval::point(1);
  for (int i = 0; i < n; ++i) {
    lo = mul(lo, Interval::point(a.lo));
    hi = mul(hi, Interval::point(a.hi));
  }
  result = hull(lo, hi);
  return checked(result.lo, result.hi);
}

Interval pow(Interval a, Interval b) {
  if (b.isPoint() && b.lo == std::floor(b.lo) && std::fabs(b.lo) <= 16)
    return powInteger(a, static_cast<int>(b.lo));
  if (a.lo < 0)
    return Interval::all();
  // On a >= 0 the extremes of a^b lie at the corners.  fabs: (-0)^-1 would be -inf.
  double lo = inf, hi = 0;
  for (double x : {std::fabs(a.lo), std::fabs(a.hi)})
    for (double y : {b.lo, b.hi}) {
      double v = std::pow(x, y);
      if (std::isnan(v))
        return Interval{0, inf};
      lo = std::min(lo, v);
      hi = std::max(hi, v);
    }
  return {std::max(0.0, down(lo)), up(hi)};
}

Interval mod(Interval a, Interval b) {
  if (b.lo <= 0)
    return Interval::all();
  // x mod m = x - m * floor(x / m); tight when the quotient's floor is one integer.
  Interval quotient = floor(div(a, b));
  if (quotient.isPoint() && std::isfinite(quotient.lo)) {
    Interval r = sub(a, mul(b, quotient));
    return {std::max(0.0, r.lo), std::min(r.hi, b.hi)};
  }
  return {0, b.hi};
}

double atLeast(double k, double n, double p) {
  if (!(p >= 0 && p <= 1) || n < 0 || n != std::floor(n) || k != std::floor(k))
    return std::nan("");
  if (k <= 0)
    return 1;
  if (k > n)
    return 0;
  if (p == 0 || p == 1)
    return p;
  // Sum the tail with the fewer significant terms, from its largest term outward; beyond
  // 1e-18 of the sum nothing changes.
  bool upper = k > n * p;
  double i = upper ? k : k - 1;
  double logTerm = std::lgamma(n + 1) - std::lgamma(i + 1) - std::lgamma(n - i + 1) +
                   i * std::log(p) + (n - i) * std::log1p(-p);
  double term = 1, sum = 0;
  while (term > 1e-18 * sum && i >= 0 && i <= n) {
    sum += term;
    term *= upper ? (n - i) / (i + 1) * (p / (1 - p)) : i / (n - i + 1) * ((1 - p) / p);
    i += upper ? 1 : -1;
  }
  double tail = std::min(1.0, sum * std::exp(logTerm));
  return upper ? tail : 1 - tail;
}

Interval atLeast(Interval k, Interval n, Interval p) {
  if (!(p.hi >= 0) || !(p.lo <= 1) || !std::isfinite(k.lo) || !std::isfinite(n.hi))
    return {0, 1};
  // Increasing in n and p, decreasing in k.  1e-9 covers the error of the sum (lgamma
  // dominates it for n up to a million).
  constexpr double margin = 1e-9;
  double lo = atLeast(std::ceil(k.hi), std::max(0.0, std::floor(n.lo)), std::max(0.0, p.lo));
  double hi = atLeast(std::floor(k.lo), std::max(0.0, std::ceil(n.hi)), std::min(1.0, p.hi));
  Interval r = {std::isnan(lo) ? 0 : std::max(0.0, lo - margin),
                std::isnan(hi) ? 1 : std::min(1.0, hi + margin)};
  if (k.hi <= 0)
    r = Interval::point(1);
  else if (k.lo > n.hi)
    r = Interval::point(0);
  return r;
}

Interval logicalAnd(Interval a, Interval b) { return min(a, b); }
Interval logicalOr(Interval a, Interval b) { return max(a, b); }
Interval logicalNot(Interval a) { return {1 - a.hi, 1 - a.lo}; }

} // namespace wsc
