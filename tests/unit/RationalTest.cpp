// Exact rationals: reading, printing, rounding to double.
#include "support/Rational.h"

#include <cfenv>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace wsc;

TEST(Rational, ReadsDecimals) {
  EXPECT_EQ(parseDecimal("0.15"), Rational(3, 20));
  EXPECT_EQ(parseDecimal("1_000"), Rational(1000));
  EXPECT_EQ(parseDecimal("2.5e3"), Rational(2500));
  EXPECT_EQ(parseDecimal("2.5e+3"), Rational(2500));
  EXPECT_EQ(parseDecimal("25E-1"), Rational(5, 2));
  EXPECT_EQ(parseDecimal("1.5e-13"), Rational(3) / Rational("20000000000000"));
}

TEST(Rational, RejectsWhatIsNoDecimal) {
  for (const char *text : {"", ".", "e5", "1e", "1e401", "1e-401", "1e99999999999999999999",
                           "1e-9223372036854775808", "1.2.3", "1x", "-1", "1e5x", "1e++5"})
    EXPECT_FALSE(parseDecimal(text)) << text;
}

TEST(Rational, ReadsWhatItPrints) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    Rational value(static_cast<long>(random()) >> (i % 60), (random() >> (i % 50 + 1)) + 1);
    value.canonicalize();
    EXPECT_EQ(parseRational(toString(value)), value);
  }
  EXPECT_FALSE(parseRational("1/0"));
  EXPECT_FALSE(parseRational("x"));
  EXPECT_FALSE(parseRational(""));
}

TEST(Rational, RoundsToTheNearestDouble) {
  EXPECT_EQ(toDouble(Rational(1, 10)), 0.1);
  EXPECT_EQ(toDouble(Rational(-2, 3)), -2.0 / 3);
  // Halfway between two doubles: the even one.
  EXPECT_EQ(toDouble(Rational("9007199254740993")), 9007199254740992.0);
  EXPECT_EQ(toDouble(Rational("9007199254740995")), 9007199254740996.0);
  // The smallest subnormal, and what is nearer to it than to zero.
  double tiny = std::nextafter(0.0, 1.0);
  EXPECT_EQ(toDouble(fromDouble(tiny)), tiny);
  EXPECT_EQ(toDouble(fromDouble(tiny) * Rational(3, 4)), tiny);
  EXPECT_EQ(toDouble(fromDouble(tiny) / 4), 0.0);
  // strtod rounds correctly; 17 digits of a random double plus a few more.
  std::mt19937_64 random(2);
  for (int i = 0; i < 2000; ++i) {
    int exponent = static_cast<int>(random() % 600) - 300;
    std::string text = std::to_string(random() % 10) + "." + std::to_string(random()) +
                       std::to_string(random()) + "e" + std::to_string(exponent);
    EXPECT_EQ(toDouble(*parseDecimal(text)), std::strtod(text.c_str(), nullptr)) << text;
  }
}

TEST(Rational, KnowsTheSideOfTheNearestDouble) {
  std::mt19937_64 random(3);
  for (int mode : {FE_TONEAREST, FE_UPWARD}) // the answer does not depend on it
    for (int i = 0; i < 2000; ++i) {
      // Short and long ones, doubles among them.
      Rational value(mpz_class(random() >> (random() % 64)), mpz_class(random() | 1));
      value.canonicalize();
      if (i % 3 == 0)
        value *= *power(Rational(random() % 7 + 2, 3), random() % 40);
      if (i % 4 == 0)
        value = fromDouble(value.get_d());
      if (i % 2)
        value = -value;
      std::fesetround(mode);
      auto [nearest, side] = nearestDouble(value);
      std::fesetround(FE_TONEAREST);
      EXPECT_EQ(side, sgn(fromDouble(nearest) - value)) << value;
      for (double to : {-double(INFINITY), double(INFINITY)})
        EXPECT_LE(abs(fromDouble(nearest) - value),
                  abs(fromDouble(std::nextafter(nearest, to)) - value))
            << value;
    }
}

TEST(Rational, HugeValuesDoNotFit) {
  EXPECT_GE(toDouble(*power(Rational(10), 400)), std::numeric_limits<double>::max());
  EXPECT_LE(toDouble(-*power(Rational(10), 400)), std::numeric_limits<double>::lowest());
}

TEST(Rational, Powers) {
  EXPECT_EQ(power(Rational(2, 3), 3), Rational(8, 27));
  EXPECT_EQ(power(Rational(-2, 3), -3), Rational(-27, 8));
  EXPECT_EQ(power(Rational(0), 0), Rational(1));
  EXPECT_FALSE(power(Rational(0), -1));
  EXPECT_FALSE(power(Rational(2), 5000));
  EXPECT_FALSE(power(Rational(3, 2), 2000000000));
}

TEST(Rational, Integers) {
  EXPECT_TRUE(isInteger(Rational(-4)));
  EXPECT_FALSE(isInteger(Rational(1, 2)));
}
