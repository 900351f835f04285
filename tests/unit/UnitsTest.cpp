// Dimensions and units: reading, describing, formatting.
#include "support/Units.h"

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

} // namespace

TEST(Units, DimensionsFormAGroup) {
  std::mt19937_64 random(1);
  auto any = [&] {
    Dim dim;
    for (unsigned i = 0; i < 4; ++i)
      dim = dim * Dim::base(i).pow(static_cast<int>(random() % 9) - 4);
    return dim;
  };
  for (int i = 0; i < 500; ++i) {
    Dim a = any(), b = any(), c = any();
    EXPECT_EQ(a * b, b * a);
    EXPECT_EQ((a * b) * c, a * (b * c));
    EXPECT_EQ(a * b / b, a);
    EXPECT_TRUE((a / a).isNumber());
    EXPECT_EQ(a.pow(3), a * a * a);
    EXPECT_EQ(a.pow(2).sqrt(), a);
  }
  EXPECT_FALSE(Dim::base(1).pow(3).sqrt());
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
