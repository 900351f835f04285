// Operations whose result is bounded on each side by one end of either operand, as a sum's is: an
// explanation asks for one end only, many times.
#pragma once

#include "ir/Space.h"
#include "support/Interval.h"

namespace wsc::feasibility {

inline double endOf(Interval value, bool isUpper) { return isUpper ? value.hi : value.lo; }
inline void setEnd(Interval &value, bool isUpper, double bound) {
  (isUpper ? value.hi : value.lo) = bound;
}
/// Whether an end says at least as much as a bound.
inline bool reaches(double end, bool isUpper, double bound) {
  return isUpper ? end <= bound : end >= bound;
}

/// Gives the same bounds as support/Interval.h, to the bit; products and quotients are of numbers
/// that are not negative.
struct EndRule {
  enum Kind : uint8_t { Sum, Difference, Product, Quotient } kind;
  unsigned left, right; ///< nodes

  /// What a node says of itself by its operands `a` and `b`, and what it says of one of these.
  static std::optional<EndRule> evaluated(ir::Op op, unsigned a, unsigned b);
  static std::optional<EndRule> solvedForLeft(ir::Op op, unsigned node, unsigned b);
  static std::optional<EndRule> solvedForRight(ir::Op op, unsigned node, unsigned a);

  bool isOfSums() const { return kind == Sum || kind == Difference; }
  /// The end of the right operand that an end of the result depends on; of the left it is the same.
  bool rightEnd(bool isUpper) const { return kind == Sum || kind == Product ? isUpper : !isUpper; }
  /// For holders of a RoundUp; infinite where nothing is known.
  double apply(bool isUpper, double a, double b) const {
    double end = isUpper ? upper(a, b) : lower(a, b);
    if (end == end)
      return end;
    return isUpper ? rounding::inf : -rounding::inf;
  }

private:
  double upper(double a, double b) const {
    using namespace rounding;
    switch (kind) {
    case Sum: return opaque(a) + b;
    case Difference: return opaque(a) - b;
    case Product: return mulUp(a, b);
    case Quotient: return b > 0 ? divUp(a, b) : inf;
    }
    llvm_unreachable("covered switch");
  }
  double lower(double a, double b) const {
    using namespace rounding;
    switch (kind) {
    case Sum: return -(opaque(-a) - b);
    case Difference: return -(opaque(b) - a);
    case Product: return mulDown(a, b);
    case Quotient: return b > 0 ? divDown(a, b) : -inf;
    }
    llvm_unreachable("covered switch");
  }
};

} // namespace wsc::feasibility
