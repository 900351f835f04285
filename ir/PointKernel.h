// Operations on doubles for Tape.cpp.  NaN is "undefined".
#pragma once

#include "support/Interval.h"
#include <cmath>

namespace wsc::ir::kernel {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

inline double add(double a, double b) { return a + b; }
inline double sub(double a, double b) { return a - b; }
inline double mul(double a, double b) { return a * b; }
inline double div(double a, double b) { return b == 0 ? undefined : a / b; }
inline double pow(double a, double b) {
  // std::pow ignores a NaN beside 1^x and x^0.
  if (std::isnan(a) || std::isnan(b) || (a == 0 && b < 0))
    return undefined;
  return std::pow(a, b);
}
inline double mod(double a, double b) {
  double r = std::fmod(a, b); // exact, NaN for b = 0
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
inline double neg(double a) { return -a; }
inline double abs(double a) { return std::fabs(a); }
// Unlike std::min and std::fmin, both return NaN if either operand is.
inline double min(double a, double b) { return a < b || std::isnan(a) ? a : b; }
inline double max(double a, double b) { return a > b || std::isnan(a) ? a : b; }
inline double floor(double a) { return std::floor(a); }
inline double ceil(double a) { return std::ceil(a); }
inline double round(double a) { return std::round(a); }
inline double sqrt(double a) { return std::sqrt(a); }
inline double exp(double a) { return std::exp(a); }
inline double log(double a) { return a > 0 ? std::log(a) : undefined; }
inline double log2(double a) { return a > 0 ? std::log2(a) : undefined; }
inline double atLeast(double k, double n, double p) { return wsc::atLeast(k, n, p); }

/// Of two numbers beyond what a double holds nothing is known, not even that they are equal.
inline double compared(double a, double b, bool result) {
  return std::isunordered(a, b) || (a == b && std::isinf(a)) ? undefined : result;
}
inline double le(double a, double b) { return compared(a, b, a <= b); }
inline double lt(double a, double b) { return compared(a, b, a < b); }
inline double eq(double a, double b) { return compared(a, b, a == b); }

// A false operand decides an `and`, a true one an `or`, also beside an undefined one.
inline double logicalAnd(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }
inline double logicalOr(double a, double b) { return a == 1 || b == 1 ? 1 : a + b; }
inline double logicalNot(double a) { return 1 - a; }
inline double select(double condition, double a, double b) {
  return std::isnan(condition) ? undefined : condition != 0 ? a : b;
}

} // namespace wsc::ir::kernel
