// Exact operations.  Numbers that outgrow any meaningful quantity are given up rather than
// allowed to eat the memory: n squarings have 2^n digits.
#include "ir/ExactKernel.h"

namespace wsc::ir::kernel {

namespace {

constexpr size_t maxBits = 1 << 16;

Exact limited(Rational value) {
  size_t bits = mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2);
  return bits <= maxBits ? Exact(std::move(value)) : std::nullopt;
}

Rational floorOf(const Rational &a) {
  mpz_class result;
  mpz_fdiv_q(result.get_mpz_t(), a.get_num_mpz_t(), a.get_den_mpz_t());
  return result;
}

/// The n-th root of a non-negative number, if it is rational.
Exact root(const Rational &a, unsigned long n) {
  mpz_class numerator, denominator;
  if (!mpz_root(numerator.get_mpz_t(), a.get_num_mpz_t(), n) ||
      !mpz_root(denominator.get_mpz_t(), a.get_den_mpz_t(), n))
    return std::nullopt;
  return Rational(numerator, denominator);
}

bool is(const Exact &a, int value) { return a && *a == value; }
Exact truth(bool value) { return Rational(value ? 1 : 0); }

} // namespace

Exact add(const Exact &a, const Exact &b) { return a && b ? limited(*a + *b) : std::nullopt; }
Exact sub(const Exact &a, const Exact &b) { return a && b ? limited(*a - *b) : std::nullopt; }
Exact mul(const Exact &a, const Exact &b) { return a && b ? limited(*a * *b) : std::nullopt; }
Exact div(const Exact &a, const Exact &b) {
  return a && b && *b != 0 ? limited(*a / *b) : std::nullopt;
}

Exact pow(const Exact &a, const Exact &b) {
  if (!a || !b || !b->get_num().fits_slong_p() || !b->get_den().fits_ulong_p())
    return std::nullopt;
  if (isInteger(*b))
    return power(*a, b->get_num().get_si());
  Exact base = *a >= 0 ? root(*a, b->get_den().get_ui()) : std::nullopt;
  return base ? power(*base, b->get_num().get_si()) : std::nullopt;
}

Exact mod(const Exact &a, const Exact &b) { return sub(a, mul(b, floor(div(a, b)))); }
Exact neg(const Exact &a) { return a ? Exact(-*a) : a; }
Exact abs(const Exact &a) { return a ? Exact(::abs(*a)) : a; }
Exact min(const Exact &a, const Exact &b) { return a && b ? (*b < *a ? b : a) : std::nullopt; }
Exact max(const Exact &a, const Exact &b) { return a && b ? (*a < *b ? b : a) : std::nullopt; }
Exact floor(const Exact &a) { return a ? Exact(floorOf(*a)) : a; }
Exact ceil(const Exact &a) { return a ? Exact(-floorOf(-*a)) : a; }
Exact round(const Exact &a) {
  if (!a)
    return a;
  Rational magnitude = floorOf(::abs(*a) + Rational(1, 2));
  return *a < 0 ? Exact(-magnitude) : Exact(magnitude);
}

Exact sqrt(const Exact &a) { return a && *a >= 0 ? root(*a, 2) : std::nullopt; }
Exact exp(const Exact &a) { return is(a, 0) ? truth(true) : std::nullopt; }
Exact log(const Exact &a) { return is(a, 1) ? truth(false) : std::nullopt; }
Exact log2(const Exact &a) {
  if (!a || *a <= 0)
    return std::nullopt;
  const mpz_class &numerator = a->get_num(), &denominator = a->get_den();
  if (mpz_popcount(numerator.get_mpz_t()) != 1 || mpz_popcount(denominator.get_mpz_t()) != 1)
    return std::nullopt;
  long up = mpz_sizeinbase(numerator.get_mpz_t(), 2),
       down = mpz_sizeinbase(denominator.get_mpz_t(), 2);
  return Rational(up - down);
}

Exact atLeast(const Exact &k, const Exact &n, const Exact &p) {
  if (!k || !n || !p || !isInteger(*k) || !isInteger(*n) || *n < 0 || *p < 0 || *p > 1)
    return std::nullopt;
  if (*k <= 0 || *k > *n)
    return truth(*k <= 0);
  return is(p, 0) || is(p, 1) ? p : std::nullopt;
}

Exact le(const Exact &a, const Exact &b) { return a && b ? truth(*a <= *b) : std::nullopt; }
Exact lt(const Exact &a, const Exact &b) { return a && b ? truth(*a < *b) : std::nullopt; }
Exact eq(const Exact &a, const Exact &b) { return a && b ? truth(*a == *b) : std::nullopt; }
Exact logicalAnd(const Exact &a, const Exact &b) {
  return is(a, 0) || is(b, 0) ? truth(false) : a && b ? truth(true) : std::nullopt;
}
Exact logicalOr(const Exact &a, const Exact &b) {
  return is(a, 1) || is(b, 1) ? truth(true) : a && b ? truth(false) : std::nullopt;
}
Exact logicalNot(const Exact &a) { return a ? truth(*a == 0) : a; }
Exact select(const Exact &condition, const Exact &a, const Exact &b) {
  return !condition ? std::nullopt : *condition != 0 ? a : b;
}

} // namespace wsc::ir::kernel
