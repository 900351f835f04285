// Rational numbers over GMP; the only subtle part is rounding to the nearest double, since
// GMP truncates.
#include "support/Rational.h"

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

double toDouble(const Rational &value) {
  // One correctly rounded division, unless the caller rounds another way.
  if (std::fegetround() == FE_TONEAREST)
    if (auto small = smallFraction(value))
      return small->top / small->bottom;
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
