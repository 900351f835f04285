// Dimensions and units as run-time data: both are declared in .wsc files (stdlib/units.wsc),
// none is known to the C++ code.
#pragma once

#include "support/Rational.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace wsc {

/// A dimension: the exponents of the base dimensions, in the order of their declaration.
/// All zero is a pure number.
class Dim {
public:
  static constexpr unsigned maxBases = 16;

  static Dim base(unsigned index);

  bool isNumber() const { return *this == Dim(); }
  int exponent(unsigned base) const { return exponents_[base]; }

  Dim operator*(const Dim &other) const;
  Dim operator/(const Dim &other) const;
  Dim pow(int n) const;
  /// The square root, unless an exponent is odd.
  std::optional<Dim> sqrt() const;
  /// this * other^n, unless an exponent leaves -127 .. 127.
  std::optional<Dim> times(const Dim &other, int n = 1) const;

  bool operator==(const Dim &) const = default;
  llvm::ArrayRef<int8_t> exponents() const { return exponents_; }

private:
  std::array<int8_t, maxBases> exponents_{};
};

/// A unit: x of it are `x * scale + offset` base units, exactly.
struct Unit {
  Dim dim;
  Rational scale;
  Rational offset = 0; ///< zero except on scales with a zero of their own, such as degC
};

/// The declared dimensions and units, and the reading and printing of quantities.
class UnitTable {
public:
  /// Which prefixes a unit takes: `k M G` and `m u n p`; `Ki Mi Gi`; only the large ones of the
  /// first, for what is counted.
  struct Prefixes {
    bool si = false, binary = false, large = false;
  };

  struct Entry {
    std::string name;
    Unit unit;
    Prefixes prefixes;
  };
  struct NamedDim {
    std::string name;
    Dim dim;
  };

  /// Declares a base dimension; false when there are `Dim::maxBases` already.
  bool addBase(llvm::StringRef name);
  void addDimension(llvm::StringRef name, Dim dim);
  void addUnit(llvm::StringRef name, Unit unit, Prefixes prefixes);

  std::optional<Dim> findDimension(llvm::StringRef name) const;
  bool hasUnit(llvm::StringRef name) const { return unitIndex_.contains(name); }

  /// Reads `pJ/bit/mm`, `um^2`, `%`; on failure returns the part that is not a unit, or that has
  /// an offset and so cannot be part of a larger unit.
  std::variant<Unit, std::string> parseUnit(llvm::StringRef text) const;

  /// `power` or, without a name, `energy/data`; "a pure number" for none.
  std::string describe(const Dim &dim) const;
  /// The base unit of a dimension as text: `m^2`, `W`, `B/s`; empty for a pure number.
  std::string baseUnit(const Dim &dim) const;
  /// A value in base units with a readable prefix: `14.2 kW`, `0.038 mm^2`, `512`.
  std::string format(double value, const Dim &dim) const;

  llvm::ArrayRef<std::string> bases() const { return bases_; }
  /// Whether this is a unit with a zero of its own.
  bool isAffine(llvm::StringRef name) const;
  /// Every way to write a unit: the names with each prefix they take.
  std::vector<std::string> spellings() const;
  std::vector<llvm::StringRef> dimensionNames() const;

  /// All units and dimensions (bases among them) in the order of their declaration.
  llvm::ArrayRef<Entry> units() const { return units_; }
  llvm::ArrayRef<NamedDim> dimensions() const { return dimensions_; }

private:
  std::optional<Unit> lookupUnit(llvm::StringRef name) const;
  /// The declared unit of scale 1 for a dimension, null if there is none.
  const Entry *coherentUnit(const Dim &dim) const;
  struct Named {
    std::string name;
    Dim dim;
  };
  /// `power/area`: the dimension as a product of named ones, as short as they make it, and of
  /// bases.
  std::string product(Dim dim, llvm::ArrayRef<Named> named,
                      llvm::ArrayRef<std::string> bases) const;

  std::vector<std::string> bases_;
  std::vector<NamedDim> dimensions_;
  std::vector<Entry> units_;
  llvm::StringMap<unsigned> unitIndex_, dimensionIndex_;
};

/// A double with up to six significant digits, without exponent between 1e-4 and 1e7.
std::string formatNumber(double value);

} // namespace wsc
