// How fast an expression can change: the interval form of a derivative, for operations with
// steps and kinks as well.
#pragma once

#include "ir/Space.h"
#include "support/Interval.h"

namespace wsc::ir {

/// An expression over a box, as one parameter p grows and the others stay.
struct Moving {
  Interval value; ///< encloses all values
  /// Encloses (f(q) - f(p)) / (q - p) for all p < q of the box; half lines where only the
  /// direction is known, as at the steps of `floor`.
  Interval slope = Interval::point(0);
  /// The same on logarithmic scales, (log f(q) - log f(p)) / (log q - log p), where f and p are
  /// positive: the exponent of p if f is a monomial, between those of its terms if f is a sum.  It
  /// sees that the parameter cancels, or half of it, in x * y * (1 / x + 1 / y).
  Interval exponent = Interval::point(0);

  bool isStill() const { return slope == Interval::point(0); }
  bool isUp() const { return slope.lo >= 0; }
  bool isDown() const { return slope.hi <= 0; }
  bool isPositive() const { return value.lo > 0; }
};

/// The result of an operation on moving operands; `value` encloses its values.  Truth values
/// count as 0 and 1, enum values by their index.  The caller holds a RoundUp.
///
/// Where operands leave the domain of an operation (sqrt of a negative number, a missing table
/// row), its direction is that of a monotone extension which `Tape` encloses there: a value at
/// the end of a box bounds those inside whether or not it is defined itself.
Moving move(const Space &space, const Node *node, Interval value, llvm::ArrayRef<Moving> operands);

/// Whether a node is (1 - exp(-y)) / y, the share of a Poisson process: decreasing in y, which its
/// parts do not show.  Yield models are made of it.
bool isPoissonShare(const Node *node);

} // namespace wsc::ir
