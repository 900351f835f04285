// Monotonicity: in which direction an expression moves as one parameter grows and the others
// stay.  What is monotone has its extremes at the ends of the parameter's range, so that its
// bounds over a box are those over a face of it, which is a corner if it is monotone in every
// parameter: as cheap as naive interval evaluation, and exact up to rounding however often the
// parameter occurs.  (R. E. Moore, Methods and Applications of Interval Analysis, 1979, ch. 6.)
#pragma once

#include "ir/Tape.h"

namespace wsc::ir {

enum class Trend : uint8_t { Unknown, Constant, Increasing, Decreasing };
llvm::StringRef name(Trend trend);

class Monotone {
public:
  /// Proves trends of the roots over a box of parameter values; they hold in every box inside it.
  /// Costs about one interval evaluation for each parameter.
  Monotone(const Space &space, llvm::ArrayRef<const Node *> roots, llvm::ArrayRef<Interval> box);

  /// Of a number; of a condition: whether it can turn true (increasing), or false, as the
  /// parameter grows.  Constant for parameters that the root does not depend on.  It says nothing
  /// about points where the root is undefined.
  Trend of(unsigned root, unsigned param) const { return trends_[root][param]; }

  /// The face of `box` with the greatest (or least) values of a root.  The upper bound of an
  /// interval evaluation over `face(root, box, true)` is one over all of the box.
  std::vector<Interval> face(unsigned root, llvm::ArrayRef<Interval> box, bool greatest) const;

private:
  std::vector<std::vector<Trend>> trends_; ///< by root and parameter
};

/// Encloses the values of a root over a box by its two faces.  The caller holds a RoundUp.
Interval encloseByFaces(const Monotone &monotone, const Tape &tape, unsigned root,
                        llvm::ArrayRef<Interval> box, std::vector<Interval> &workspace);

} // namespace wsc::ir
