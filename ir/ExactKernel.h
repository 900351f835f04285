// Operations on exact rationals for Tape.cpp.  Empty is "not a rational, or undefined".
#pragma once

#include "support/Rational.h"
#include <optional>

namespace wsc::ir::kernel {

using Exact = std::optional<Rational>;

Exact add(const Exact &a, const Exact &b);
Exact sub(const Exact &a, const Exact &b);
Exact mul(const Exact &a, const Exact &b);
Exact div(const Exact &a, const Exact &b);
/// Also for a fractional exponent where the root is rational: 8^(2/3).
Exact pow(const Exact &a, const Exact &b);
Exact mod(const Exact &a, const Exact &b);
Exact neg(const Exact &a);
Exact abs(const Exact &a);
Exact min(const Exact &a, const Exact &b);
Exact max(const Exact &a, const Exact &b);
Exact floor(const Exact &a);
Exact ceil(const Exact &a);
Exact round(const Exact &a);
Exact sqrt(const Exact &a);
/// Rational only at 0.
Exact exp(const Exact &a);
/// Rational only at 1.
Exact log(const Exact &a);
/// Rational only at powers of two.
Exact log2(const Exact &a);
/// Only where the result is 0 or 1.
Exact atLeast(const Exact &k, const Exact &n, const Exact &p);

Exact le(const Exact &a, const Exact &b);
Exact lt(const Exact &a, const Exact &b);
Exact eq(const Exact &a, const Exact &b);
Exact logicalAnd(const Exact &a, const Exact &b);
Exact logicalOr(const Exact &a, const Exact &b);
Exact logicalNot(const Exact &a);
Exact select(const Exact &condition, const Exact &a, const Exact &b);

} // namespace wsc::ir::kernel
