// Intervals: whatever the operands, the real result lies inside.
#include "support/Interval.h"
#include "support/Rational.h"
#include "support/Rounding.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <random>

using namespace wsc;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

std::mt19937_64 random64(7);

/// Small integers, decimals and magnitudes from 1e-30 to 1e30, of both signs.
double anyNumber() {
  double sign = random64() % 2 ? 1 : -1;
  switch (random64() % 4) {
  case 0: return sign * static_cast<double>(random64() % 20);
  case 1: return sign * static_cast<double>(random64() % 2000) / 100;
  case 2: return sign * static_cast<double>(random64() >> 11) / 9007199254740992.0;
  default: return sign * std::pow(10, static_cast<double>(random64() % 600) / 10 - 30);
  }
}

Interval anyInterval() {
  double a = anyNumber(), b = random64() % 4 ? anyNumber() : a;
  return {std::min(a, b), std::max(a, b)};
}

double pointIn(Interval a) {
  switch (random64() % 4) {
  case 0: return a.lo;
  case 1: return a.hi;
  default: {
    double t = static_cast<double>(random64() >> 11) / 9007199254740992.0;
    return std::clamp(a.lo + t * (a.hi - a.lo), a.lo, a.hi);
  }
  }
}

/// Exact comparison: a bound may be infinite, the value may be no double.
bool contains(Interval a, const Rational &value) {
  return (a.lo == -inf || (std::isfinite(a.lo) && fromDouble(a.lo) <= value)) &&
         (a.hi == inf || (std::isfinite(a.hi) && fromDouble(a.hi) >= value));
}

template <typename F> auto roundingUp(F f) {
  RoundUp up;
  return f();
}

Rational floorOf(const Rational &a) {
  mpz_class q;
  mpz_fdiv_q(q.get_mpz_t(), a.get_num_mpz_t(), a.get_den_mpz_t());
  return q;
}

using Exact = std::optional<Rational>;
using Binary = Interval (*)(Interval, Interval);

void checkBinary(Binary f, std::function<Exact(const Rational &, const Rational &)> exact) {
  for (int i = 0; i < 20000; ++i) {
    Interval a = anyInterval(), b = anyInterval();
    Interval r = roundingUp([&] { return f(a, b); });
    ASSERT_LE(r.lo, r.hi);
    double x = pointIn(a), y = pointIn(b);
    Exact value = exact(fromDouble(x), fromDouble(y));
    ASSERT_TRUE(!value || contains(r, *value))
        << "[" << a.lo << ", " << a.hi << "] and [" << b.lo << ", " << b.hi << "] give [" << r.lo
        << ", " << r.hi << "] but " << x << " and " << y << " give " << toDouble(*value);
  }
}

void checkUnary(Interval (*f)(Interval), std::function<Exact(const Rational &)> exact) {
  for (int i = 0; i < 20000; ++i) {
    Interval a = anyInterval();
    Interval r = roundingUp([&] { return f(a); });
    ASSERT_LE(r.lo, r.hi);
    double x = pointIn(a);
    Exact value = exact(fromDouble(x));
    ASSERT_TRUE(!value || contains(r, *value))
        << "[" << a.lo << ", " << a.hi << "] gives [" << r.lo << ", " << r.hi << "] but " << x
        << " gives " << toDouble(*value);
  }
}

/// For values computed in long double, whose error of about 2^-63 is granted as slack.
bool contains(Interval a, long double value) {
  long double slack = std::isinf(value) ? 0 : std::fabs(value) * 0x1p-60L;
  return a.lo <= value + slack && value - slack <= a.hi;
}

void checkReal(Interval (*f)(Interval), long double (*real)(long double), double domainLo) {
  for (int i = 0; i < 20000; ++i) {
    Interval a = anyInterval();
    Interval r = roundingUp([&] { return f(a); });
    ASSERT_LE(r.lo, r.hi);
    double x = pointIn(a);
    if (x < domainLo)
      continue;
    ASSERT_TRUE(contains(r, real(x)))
        << "[" << a.lo << ", " << a.hi << "] gives [" << r.lo << ", " << r.hi << "], not at " << x;
  }
}

/// The exact P[Bin(n, p) >= k].
Rational binomialTail(int k, int n, const Rational &p) {
  Rational sum = 0;
  for (int i = std::max(k, 0); i <= n; ++i) {
    mpz_class choose;
    mpz_bin_uiui(choose.get_mpz_t(), n, i);
    Rational term = choose;
    for (int j = 0; j < n; ++j)
      term *= j < i ? p : Rational(1 - p);
    sum += term;
  }
  return sum;
}

} // namespace

TEST(Interval, TheProcessorRoundsUpward) { EXPECT_TRUE(roundsUpward()); }

TEST(Interval, ArithmeticEncloses) {
  checkBinary(add, [](auto &x, auto &y) -> Exact { return x + y; });
  checkBinary(sub, [](auto &x, auto &y) -> Exact { return x - y; });
  checkBinary(mul, [](auto &x, auto &y) -> Exact { return x * y; });
  checkBinary(div, [](auto &x, auto &y) { return y == 0 ? Exact() : Exact(x / y); });
  checkBinary(min, [](auto &x, auto &y) -> Exact { return x < y ? x : y; });
  checkBinary(max, [](auto &x, auto &y) -> Exact { return x < y ? y : x; });
  checkBinary(mod,
              [](auto &x, auto &y) { return y == 0 ? Exact() : Exact(x - y * floorOf(x / y)); });
}

TEST(Interval, UnaryOperationsEnclose) {
  checkUnary(neg, [](auto &x) -> Exact { return -x; });
  checkUnary(abs, [](auto &x) -> Exact { return Rational(::abs(x)); });
  checkUnary(floor, [](auto &x) -> Exact { return floorOf(x); });
  checkUnary(ceil, [](auto &x) -> Exact { return -floorOf(-x); });
  checkUnary(round, [](auto &x) -> Exact {
    Rational magnitude = floorOf(Rational(::abs(x)) + Rational(1, 2));
    return x < 0 ? Rational(-magnitude) : magnitude;
  });
}

TEST(Interval, ConditionsEnclose) {
  checkBinary(le, [](auto &x, auto &y) -> Exact { return Rational(x <= y); });
  checkBinary(lt, [](auto &x, auto &y) -> Exact { return Rational(x < y); });
  checkBinary(eq, [](auto &x, auto &y) -> Exact { return Rational(x == y); });
  Interval no = Interval::truth(true, false), yes = Interval::truth(false, true),
           open = Interval::truth(true, true);
  EXPECT_TRUE(logicalAnd(no, open).certainlyFalse());
  EXPECT_TRUE(logicalOr(yes, open).certainlyTrue());
  EXPECT_EQ(logicalAnd(yes, open), open);
  EXPECT_EQ(logicalNot(no), yes);
  EXPECT_EQ(logicalNot(open), open);
}

TEST(Interval, RootsEnclose) {
  for (int i = 0; i < 20000; ++i) {
    double x = std::fabs(anyNumber());
    Interval r = roundingUp([&] { return sqrt(Interval::point(x)); });
    // Exact: lo^2 <= x <= hi^2.
    Rational lo = fromDouble(r.lo), hi = fromDouble(r.hi), exact = fromDouble(x);
    ASSERT_TRUE(r.lo >= 0 && lo * lo <= exact && exact <= hi * hi) << x;
    ASSERT_LE(r.hi, std::nextafter(r.lo, inf)) << x;
  }
  checkReal(sqrt, [](long double x) { return std::sqrt(x); }, 0);
}

TEST(Interval, ElementaryFunctionsEnclose) {
  checkReal(log, [](long double x) { return std::log(x); }, 1e-300);
  checkReal(log2, [](long double x) { return std::log2(x); }, 1e-300);
  checkReal(exp, [](long double x) { return std::exp(x); }, -10000);
}

TEST(Interval, IntegerPowersEnclose) {
  for (int exponent = -5; exponent <= 16; ++exponent)
    for (int i = 0; i < 2000; ++i) {
      Interval a = anyInterval();
      Interval r = roundingUp([&] { return pow(a, Interval::point(exponent)); });
      double x = pointIn(a);
      Exact value = power(fromDouble(x), exponent);
      ASSERT_TRUE(!value || contains(r, *value))
          << "[" << a.lo << ", " << a.hi << "]^" << exponent << " at " << x;
    }
}

TEST(Interval, RealPowersEnclose) {
  for (int i = 0; i < 40000; ++i) {
    Interval a = abs(anyInterval()), b = anyInterval();
    Interval r = roundingUp([&] { return pow(a, b); });
    double x = pointIn(a), y = pointIn(b);
    if (x == 0 && y < 0)
      continue;
    long double value = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    ASSERT_TRUE(contains(r, value))
        << "[" << a.lo << ", " << a.hi << "]^[" << b.lo << ", " << b.hi << "] gives [" << r.lo
        << ", " << r.hi << "], not at " << x << ", " << y;
  }
}

TEST(Interval, IntegerArithmeticIsExact) {
  RoundUp up;
  for (int x = -40; x <= 40; ++x)
    for (int y = -40; y <= 40; ++y) {
      Interval a = Interval::point(x), b = Interval::point(y);
      EXPECT_EQ(add(a, b), Interval::point(x + y));
      EXPECT_EQ(sub(a, b), Interval::point(x - y));
      EXPECT_EQ(mul(a, b), Interval::point(x * y));
      if (y != 0 && x % y == 0) {
        EXPECT_EQ(div(a, b), Interval::point(x / y));
      }
      if (y > 0) {
        EXPECT_EQ(mod(a, b), Interval::point(((x % y) + y) % y));
      }
      EXPECT_TRUE(eq(a, b).isPoint());
    }
  for (int x = 0; x < 1000; ++x)
    EXPECT_EQ(sqrt(Interval::point(x * x)), Interval::point(x));
  for (int e = -30; e < 30; ++e)
    EXPECT_EQ(log2(Interval::point(std::ldexp(1, e))), Interval::point(e));
  EXPECT_EQ(pow(Interval::point(-3), Interval::point(5)), Interval::point(-243));
  EXPECT_EQ(pow({-0.0, 1}, {-1.5, 1}), (Interval{0, inf})); // a negative zero is zero
}

TEST(Interval, RoundUpRestoresTheMode) {
  // volatile: this file is compiled without -frounding-math.
  volatile double one = 1, three = 3;
  double nearest = one / three;
  {
    RoundUp outer;
    RoundUp inner;
    double above = one / three;
    EXPECT_GT(above, nearest);
  }
  double again = one / three;
  EXPECT_EQ(again, nearest);
}

TEST(Interval, NothingIsKnownBeyondInfinity) {
  RoundUp up;
  Interval huge = Interval::point(1e308), most = Interval::all();
  EXPECT_EQ(mul(huge, huge).hi, inf);
  EXPECT_LT(mul(huge, huge).lo, inf);
  EXPECT_EQ(sub(most, most), most);
  EXPECT_EQ(mul(most, Interval::point(0)), Interval::point(0));
  EXPECT_EQ(div(Interval::point(1), {-1, 1}), most);
}

TEST(AtLeast, AgreesWithDirectSummation) {
  for (int n : {0, 1, 2, 5, 17, 40})
    for (double p : {0.0, 0.001, 0.03, 0.5, 0.9, 0.999, 1.0})
      for (int k = -1; k <= n + 1; ++k) {
        Rational exact = binomialTail(k, n, fromDouble(p));
        double value = toDouble(exact), computed = atLeast(k, n, p);
        EXPECT_NEAR(computed, value, 1e-10 * value) << k << " of " << n << " at " << p;
        Interval r = roundingUp(
            [&] { return atLeast(Interval::point(k), Interval::point(n), Interval::point(p)); });
        EXPECT_TRUE(contains(r, exact)) << k << " of " << n << " at " << p;
      }
}

TEST(AtLeast, EnclosesBoxes) {
  for (int i = 0; i < 300; ++i) {
    int n0 = random64() % 30, n1 = n0 + random64() % 5, k0 = random64() % 30,
        k1 = k0 + random64() % 5;
    double p0 = static_cast<double>(random64() % 1000) / 1000, p1 = std::min(1.0, p0 + 0.1);
    Interval r = roundingUp([&] {
      return atLeast(Interval{double(k0), double(k1)}, Interval{double(n0), double(n1)},
                     Interval{p0, p1});
    });
    int n = n0 + random64() % (n1 - n0 + 1), k = k0 + random64() % (k1 - k0 + 1);
    EXPECT_TRUE(contains(r, binomialTail(k, n, fromDouble(pointIn({p0, p1})))));
  }
}

TEST(AtLeast, LargeCounts) {
  // P[Bin(2m, 1/2) >= m] = 1/2 + C(2m, m) / 2^(2m+1).
  for (int m : {100, 5000, 500000}) {
    double middle =
        std::exp(std::lgamma(2.0 * m + 1) - 2 * std::lgamma(m + 1.0) - 2.0 * m * std::log(2.0));
    EXPECT_NEAR(atLeast(m, 2 * m, 0.5), 0.5 + middle / 2, 1e-9) << m;
  }
  // Far tails stay meaningful: P[all n work] = p^n.
  EXPECT_NEAR(atLeast(10000, 10000, 0.9999) / std::pow(0.9999, 10000), 1, 1e-9);
  EXPECT_TRUE(std::isnan(atLeast(1, 2, 1.5)));
  EXPECT_TRUE(std::isnan(atLeast(1, 2.5, 0.5)));
  EXPECT_TRUE(std::isnan(atLeast(1, -1, 0.5)));
}
