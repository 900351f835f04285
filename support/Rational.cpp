// Rational numbers over GMP; the only subtle part is rounding to the nearest double, since
// GMP truncates.
#include "support/Rational.h"

#include <bit>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace wsc {

std::optional<Rational> parseDecimal(llvm::StringRef text) {
  constexpr size_t maxLength = 1000;
  if (text.size() > maxLength)
    return std::nullopt;
  std::string digits;
  long scale = 0;
  bool inFraction = false;
  size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '_')
      continue;
    if (text[i] == '.' && !inFraction) {
      inFraction = true;
      continue;
    }
    if (!isdigit(static_cast<unsigned char>(text[i])))
      return std::nullopt;
    digits += text[i];
    scale -= inFraction;
  }
  long exponent = 0;
  llvm::StringRef exponentText = text.substr(i).drop_front(i < text.size());
  exponentText.consume_front("+");
  if (i < text.size() && exponentText.getAsInteger(10, exponent))
    return std::nullopt;
  if (digits.empty() || exponent < -400 || exponent > 400)
    return std::nullopt;
  Rational value(mpz_class(digits, 10));
  mpz_class power10;
  mpz_ui_pow_ui(power10.get_mpz_t(), 10, std::labs(exponent + scale));
  if (exponent + scale >= 0)
    value *= power10;
  else
    value /= power10;
  return value;
}

std::optional<Rational> parseRational(llvm::StringRef text) {
  Rational value;
  if (value.set_str(text.str(), 10) != 0 || value.get_den() == 0)
    return std::nullopt;
  value.canonicalize();
  return value;
}

std::optional<SmallFraction> smallFraction(const Rational &value) {
  constexpr size_t mantissa = std::numeric_limits<double>::digits;
  const mpz_class &top = value.get_num(), &bottom = value.get_den();
  if (mpz_sizeinbase(top.get_mpz_t(), 2) > mantissa ||
      mpz_sizeinbase(bottom.get_mpz_t(), 2) > mantissa)
    return std::nullopt;
  return SmallFraction{top.get_d(), bottom.get_d()};
}

/// At the ends of the range of doubles, where mantissas are short.
static double nearestAtTheEnds(const Rational &value) {
  double truncated = value.get_d();
  if (!std::isfinite(truncated) || Rational(truncated) == value)
    return truncated;
  double away = std::nextafter(truncated, value > 0 ? INFINITY : -INFINITY);
  if (!std::isfinite(away))
    return truncated;
  Rational below = abs(value - Rational(truncated)), above = abs(Rational(away) - value);
  if (below != above)
    return below < above ? truncated : away;
  // A tie: take the one whose last mantissa bit is zero.
  uint64_t bits;
  memcpy(&bits, &truncated, sizeof bits);
  return bits % 2 == 0 ? truncated : away;
}

NearestDouble nearestDouble(const Rational &value) {
  // One correctly rounded division, unless the caller rounds another way.  Its rest is a double, so
  // that the fused operation does not round.
  if (std::fegetround() == FE_TONEAREST)
    if (auto small = smallFraction(value)) {
      const double nearest = small->top / small->bottom;
      const double rest = std::fma(nearest, small->bottom, -small->top);
      return {nearest, (rest > 0) - (rest < 0)};
    }
  if (value == 0)
    return {0, 0};
  // A quotient of 63 or 64 bits, of which 53 are kept.
  mpz_class top = abs(value.get_num()), bottom = value.get_den(), quotient, rest;
  const long shift =
      63 - long(mpz_sizeinbase(top.get_mpz_t(), 2)) + long(mpz_sizeinbase(bottom.get_mpz_t(), 2));
  shift >= 0 ? top <<= shift : bottom <<= -shift;
  mpz_tdiv_qr(quotient.get_mpz_t(), rest.get_mpz_t(), top.get_mpz_t(), bottom.get_mpz_t());
  const uint64_t bits = quotient.get_ui();
  const int spare = std::numeric_limits<uint64_t>::digits - std::countl_zero(bits) -
                    std::numeric_limits<double>::digits;
  const long exponent = spare - shift;
  if (exponent < -1074 || exponent > 970) {
    const double nearest = nearestAtTheEnds(value);
    return {nearest, std::isfinite(nearest) ? cmp(fromDouble(nearest), value) : 0};
  }
  const uint64_t cut = bits & ((uint64_t(1) << spare) - 1), half = uint64_t(1) << (spare - 1);
  const uint64_t mantissa = bits >> spare;
  const bool isUp = cut > half || (cut == half && (rest != 0 || mantissa % 2 == 1));
  const int side = isUp ? 1 : cut != 0 || rest != 0 ? -1 : 0;
  const double nearest = std::ldexp(double(mantissa + isUp), exponent);
  return value < 0 ? NearestDouble{-nearest, -side} : NearestDouble{nearest, side};
}

double toDouble(const Rational &value) { return nearestDouble(value).value; }

Rational fromDouble(double value) { return Rational(value); }

std::string toString(const Rational &value) { return value.get_str(); }

bool isInteger(const Rational &value) { return value.get_den() == 1; }

std::optional<Rational> power(const Rational &base, long exponent) {
  if (base == 0 && exponent < 0)
    return std::nullopt;
  unsigned long n = std::labs(exponent);
  size_t bits = mpz_sizeinbase(base.get_num_mpz_t(), 2) + mpz_sizeinbase(base.get_den_mpz_t(), 2);
  if (n > 4096 || bits * n > 4096)
    return std::nullopt;
  mpz_class numerator, denominator;
  mpz_pow_ui(numerator.get_mpz_t(), base.get_num_mpz_t(), n);
  mpz_pow_ui(denominator.get_mpz_t(), base.get_den_mpz_t(), n);
  Rational result(numerator, denominator);
  result.canonicalize();
  return exponent < 0 ? Rational(1 / result) : result;
}

} // namespace wsc
