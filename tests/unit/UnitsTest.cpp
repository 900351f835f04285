// Dimensions and units: reading, describing, formatting.
#include "support/Units.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace wsc;

namespace {

/// A few of the declarations of stdlib/units.wsc.
UnitTable someUnits() {
  UnitTable units;
  for (const char *base : {"data", "length", "energy", "time"})
    units.addBase(base);
  Dim data = Dim::base(0), length = Dim::base(1), energy = Dim::base(2), time = Dim::base(3);
  units.addDimension("area", length.pow(2));
  units.addDimension("power", energy / time);
  units.addUnit("m", {length, 1}, {true, false});
  units.addUnit("s", {time, 1}, {true, false});
  units.addUnit("min", {time, 60}, {});
  units.addUnit("J", {energy, 1}, {true, false});
  units.addUnit("B", {data, 1}, {true, true});
  units.addUnit("bit", {data, Rational(1, 8)}, {true, true});
  units.addUnit("W", {energy / time, 1}, {true, false});
  units.addUnit("%", {Dim(), Rational(1, 100)}, {});
  return units;
}

Unit read(const UnitTable &units, llvm::StringRef text) {
  auto result = units.parseUnit(text);
  EXPECT_TRUE(std::holds_alternative<Unit>(result)) << text.str();
  return std::holds_alternative<Unit>(result) ? std::get<Unit>(result) : Unit{};
}

/// Exponents of -4 .. 4.
Dim anyDim(std::mt19937_64 &random) {
  Dim dim;
  for (unsigned i = 0; i < 4; ++i)
    dim = dim * Dim::base(i).pow(static_cast<int>(random() % 9) - 4);
  return dim;
}

} // namespace

TEST(Units, DimensionsFormAGroup) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 500; ++i) {
    Dim a = anyDim(random), b = anyDim(random), c = anyDim(random);
    EXPECT_EQ(a * b, b * a);
    EXPECT_EQ((a * b) * c, a * (b * c));
    EXPECT_EQ(a * b / b, a);
    EXPECT_TRUE((a / a).isNumber());
    EXPECT_EQ(a.pow(3), a * a * a);
    EXPECT_EQ(a.pow(2).sqrt(), a);
  }
  EXPECT_FALSE(Dim::base(1).pow(3).sqrt());
}

TEST(Units, PowersAndRoots) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 500; ++i) {
    Dim a = anyDim(random), b = anyDim(random);
    int m = static_cast<int>(random() % 7) - 3, n = static_cast<int>(random() % 7) - 3;
    EXPECT_EQ(a * Dim(), a);
    EXPECT_EQ(a.pow(1), a);
    EXPECT_EQ(a.pow(0), Dim());
    EXPECT_EQ(a * a.pow(-1), Dim());
    EXPECT_EQ(a / b, a * b.pow(-1));
    EXPECT_EQ(a.pow(m) * a.pow(n), a.pow(m + n));
    EXPECT_EQ(a.pow(m).pow(n), a.pow(m * n));
    EXPECT_EQ((a * b).pow(n), a.pow(n) * b.pow(n));
    EXPECT_EQ(a.times(b, n), a * b.pow(n));
    EXPECT_EQ((a.pow(2) * b.pow(2)).sqrt(), a * b);
    // A root squared is what it was, and there is one only where all exponents are even.
    if (std::optional<Dim> root = a.sqrt())
      EXPECT_EQ(root->pow(2), a);
    else
      EXPECT_TRUE(llvm::any_of(a.exponents(), [](int8_t e) { return e % 2 != 0; }));
  }
  // Exponents that do not fit are refused, on either side.
  EXPECT_EQ(Dim::base(0).pow(100).times(Dim::base(0), 27), Dim::base(0).pow(127));
  EXPECT_FALSE(Dim::base(0).pow(100).times(Dim::base(0), 28));
  EXPECT_FALSE(Dim::base(0).pow(-100).times(Dim::base(0), -28));
}

TEST(Units, BaseUnitsReadBack) {
  UnitTable units = someUnits();
  std::mt19937_64 random(4);
  for (int i = 0; i < 500; ++i) {
    Dim dim = anyDim(random);
    std::string text = units.baseUnit(dim);
    llvm::StringRef rest(text);
    if (rest.empty() || rest.consume_front("1/")) // no text for a pure number or its inverse
      continue;
    EXPECT_EQ(read(units, text).dim, dim) << text;
    EXPECT_EQ(read(units, text).scale, 1) << text;
  }
}

TEST(Units, ProductsAndPowersOfUnits) {
  // What a unit means is the product of what its parts mean, whatever their order.
  UnitTable units = someUnits();
  const std::string parts[] = {"mm", "ms", "min", "pJ", "KiB", "Gbit", "kW", "%"};
  std::mt19937_64 random(5);
  for (int i = 0; i < 500; ++i) {
    const std::string &a = parts[random() % 8], &b = parts[random() % 8], &c = parts[random() % 8];
    Unit product = read(units, a + "*" + b + "/" + c);
    EXPECT_EQ(product.dim, read(units, a).dim * read(units, b).dim / read(units, c).dim);
    EXPECT_EQ(product.scale,
              Rational(read(units, a).scale * read(units, b).scale / read(units, c).scale));
    Unit reordered = read(units, b + "/" + c + "*" + a);
    EXPECT_EQ(reordered.dim, product.dim);
    EXPECT_EQ(reordered.scale, product.scale);
    Unit cube = read(units, a + "^3"), inverse = read(units, a + "^-3");
    EXPECT_EQ(cube.dim, read(units, a + "*" + a + "*" + a).dim);
    EXPECT_EQ(cube.scale, read(units, a + "*" + a + "*" + a).scale);
    EXPECT_EQ(inverse.dim * cube.dim, Dim());
    EXPECT_EQ(Rational(inverse.scale * cube.scale), 1);
  }
}

TEST(Units, SixteenBases) {
  UnitTable units;
  for (unsigned i = 0; i < Dim::maxBases; ++i)
    EXPECT_TRUE(units.addBase("d" + std::to_string(i)));
  EXPECT_FALSE(units.addBase("one_more"));
}

TEST(Units, ReadsPrefixesExactly) {
  UnitTable units = someUnits();
  EXPECT_EQ(read(units, "mm").scale, Rational(1, 1000));
  EXPECT_EQ(read(units, "um^2").scale, Rational("1/1000000000000"));
  EXPECT_EQ(read(units, "um^2").dim, Dim::base(1).pow(2));
  EXPECT_EQ(read(units, "KiB").scale, 1024);
  EXPECT_EQ(read(units, "kB").scale, 1000);
  EXPECT_EQ(read(units, "%").scale, Rational(1, 100));
  // A name comes before a prefix: minutes, not milli-inches.
  EXPECT_EQ(read(units, "min").scale, 60);
  Unit link = read(units, "pJ/bit/mm");
  EXPECT_EQ(link.scale, Rational(8) / Rational("1000000000"));
  EXPECT_EQ(link.dim, Dim::base(2) / Dim::base(0) / Dim::base(1));
  EXPECT_EQ(read(units, "m*s^-2").dim, Dim::base(1) / Dim::base(3).pow(2));
}

TEST(Units, NamesThePartThatIsNoUnit) {
  UnitTable units = someUnits();
  auto wrong = [&](llvm::StringRef text) {
    auto result = units.parseUnit(text);
    return std::holds_alternative<std::string>(result) ? std::get<std::string>(result) : "fine";
  };
  EXPECT_EQ(wrong("pJ/bite"), "bite");
  EXPECT_EQ(wrong("kmin"), "kmin");
  EXPECT_EQ(wrong("KiW"), "KiW");
  EXPECT_EQ(wrong("m^10"), "m^10");
  EXPECT_EQ(wrong("m^-99999"), "m^-99999");
  EXPECT_EQ(wrong(""), "");
  EXPECT_EQ(wrong("m//s"), "");
  // Fifteen times m^9 does not fit a dimension.
  std::string many = "m^9";
  for (int i = 0; i < 14; ++i)
    many += "*m^9";
  EXPECT_EQ(wrong(many), "m^9");
}

TEST(Units, DescribesDimensions) {
  UnitTable units = someUnits();
  EXPECT_EQ(units.describe(Dim()), "a pure number");
  EXPECT_EQ(units.describe(Dim::base(2) / Dim::base(3)), "power");
  EXPECT_EQ(units.describe(Dim::base(0) / Dim::base(3)), "data/time");
  EXPECT_EQ(units.baseUnit(Dim::base(1).pow(2)), "m^2");
  EXPECT_EQ(units.baseUnit(Dim()), "");
  EXPECT_EQ(units.baseUnit(Dim::base(3).pow(-1)), "1/s");
}

TEST(Units, FormatsWithAReadablePrefix) {
  UnitTable units = someUnits();
  Dim power = Dim::base(2) / Dim::base(3);
  EXPECT_EQ(units.format(14200, power), "14.2 kW");
  EXPECT_EQ(units.format(0.25, power), "250 mW");
  EXPECT_EQ(units.format(0, power), "0 W");
  EXPECT_EQ(units.format(-14200, power), "-14.2 kW");
  EXPECT_EQ(units.format(3.8e-8, Dim::base(1).pow(2)), "0.038 mm^2");
  EXPECT_EQ(units.format(4.6225e-2, Dim::base(1).pow(2)), "46225 mm^2");
  EXPECT_EQ(units.format(48000, Dim::base(0)), "48 kB");
  EXPECT_EQ(units.format(0.5, Dim::base(0)), "0.5 B");
  EXPECT_EQ(units.format(512, Dim()), "512");
  // Rounding does not change the prefix: never 1000 nW, never 1000 kW.
  for (double ulps : {-2, -1, 0, 1})
    for (auto [value, text] : {std::pair(1e-6, "1 uW"), {1e-3, "1 mW"}, {1e6, "1 MW"}})
      EXPECT_EQ(units.format(value * (1 + ulps * 0x1p-52), power), text);
  EXPECT_EQ(units.format(999.998, power), "999.998 W");
  units.addBase("currency");
  units.addUnit("USD", {Dim::base(4), 1}, {false, false, true});
  // What has large prefixes only is counted in many of what it is for.
  Dim price = Dim::base(4) / Dim::base(0);
  EXPECT_EQ(units.format(1.42e-6, price), "1.42 USD/MB");
  EXPECT_EQ(units.format(2.5e-10, price), "250 USD/TB");
  EXPECT_EQ(units.format(0.25, price), "0.25 USD/B");
  EXPECT_EQ(units.format(-4e-5, price), "-40 USD/MB");
}

TEST(Units, WhatIsFormattedReadsBack) {
  UnitTable units = someUnits();
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> exponent(-12, 15);
  const Dim dims[] = {Dim::base(0), Dim::base(1), Dim::base(1).pow(2), Dim::base(2) / Dim::base(3),
                      Dim::base(0) / Dim::base(3)};
  for (int i = 0; i < 2000; ++i) {
    double value = std::pow(10, exponent(random));
    const Dim &dim = dims[i % 5];
    std::string text = units.format(value, dim);
    auto [number, unit] = llvm::StringRef(text).split(' ');
    std::string numberText = number.str(), unitText = unit.str();
    double back = std::strtod(numberText.c_str(), nullptr) * toDouble(read(units, unitText).scale);
    EXPECT_NEAR(back / value, 1, 1e-5) << numberText << " " << unitText;
    EXPECT_EQ(read(units, unitText).dim, dim);
  }
}

TEST(Units, FormatsNumbers) {
  EXPECT_EQ(formatNumber(0), "0");
  EXPECT_EQ(formatNumber(1.0 / 3), "0.333333");
  EXPECT_EQ(formatNumber(123456789), "123456789");
  EXPECT_EQ(formatNumber(1234567.8), "1234568");
  EXPECT_EQ(formatNumber(std::nan("")), "undefined");
}
