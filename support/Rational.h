// Exact rational numbers: what a literal such as `0.15 pJ/bit/mm` means before any rounding.
#pragma once

#include "llvm/ADT/StringRef.h"
// Before gmpxx.h, whose templates of the same names hide `ceil`, `floor` and `sqrt` from the
// compiler: it would call the library instead of using instructions.
#include <cmath>

#include <gmpxx.h>
#include <optional>
#include <string>

namespace wsc {

using Rational = mpq_class;

/// The exact value of a decimal literal: digits with optional `_`, fraction and exponent.
/// Empty when the exponent is beyond +-400, where no double could hold the value, or when there
/// are more than 1,000 digits.
std::optional<Rational> parseDecimal(llvm::StringRef text);

/// Parses what `toString` prints: `-3`, `7/10`.
std::optional<Rational> parseRational(llvm::StringRef text);

/// A fraction whose parts are doubles; most literals are.
struct SmallFraction {
  double top, bottom;
};
std::optional<SmallFraction> smallFraction(const Rational &value);

/// The nearest double (ties to even); infinity when out of range.
double toDouble(const Rational &value);

/// The same, and on which side of the value it lies.
struct NearestDouble {
  double value;
  int side; ///< positive above, negative below, zero if it is the value
};
NearestDouble nearestDouble(const Rational &value);

/// The exact value of a finite double.
Rational fromDouble(double value);

std::string toString(const Rational &value);

bool isInteger(const Rational &value);

/// base^exponent for an integer exponent; empty when the result would exceed 4096 bits or
/// is 0^negative.
std::optional<Rational> power(const Rational &base, long exponent);

} // namespace wsc
