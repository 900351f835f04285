// Products as powers of factors: a * b / (c * b^2) is { a: 1, b: -1, c: -1 }.
#pragma once

#include "ir/Space.h"
#include "llvm/ADT/MapVector.h"

namespace wsc::passes {

struct Monomial {
  /// Exponents, by factor, in the order of their first occurrence; none is 0.
  llvm::SmallMapVector<const ir::Node *, int, 8> powers;
  /// Factors that occurred above and below the line, in different parts of the product: what was
  /// cancelled, wholly or in part.  Rebuilding takes it that none of them is ever zero.
  llvm::SmallVector<const ir::Node *, 2> cancelled;

  int exponent(const ir::Node *factor) const { return powers.lookup(factor); }
  bool isOne() const { return powers.empty(); }
};

/// A node as a product, looking through `mul`, `div` and constant integer powers; at most
/// `maxFactors` deep, beyond which a product counts as one factor.
Monomial monomialOf(const ir::Node *node);

/// The factors that two products share, to the lesser power, with the sign that both have.
/// Constants do not count.
Monomial commonFactors(const Monomial &a, const Monomial &b);

/// a / b.
Monomial quotient(const Monomial &a, const Monomial &b);

/// The expression; null if its dimension is out of range.
const ir::Node *build(ir::Space &space, const Monomial &monomial);

} // namespace wsc::passes
