// What an expression can be while the constants that are known only to a range (`within lo .. hi`)
// take any values in theirs.
#pragma once

#include "ir/Tape.h"

namespace wsc::ir {

/// Named constants that an expression depends on, ascending indices of Space::constants.
std::vector<unsigned> constantsOf(const Node *node);

class Ranges {
public:
  Ranges(const Space &space, const Node *node);

  /// The constants known to a range that the expression depends on.
  llvm::ArrayRef<unsigned> constants() const { return constants_; }
  bool empty() const { return constants_.empty(); }

  /// Encloses the values of the expression at a design (a value for each parameter of the Space)
  /// over all ranges at once.  An outer bound: no value is outside, and the ends need not be
  /// reached.  Metrics are unbounded.
  Interval over(llvm::ArrayRef<double> params);

  /// The value where some constants are not at their nominal value.
  struct Choice {
    unsigned constant;
    double value;
  };
  double at(llvm::ArrayRef<double> params, llvm::ArrayRef<Choice> choices);

private:
  const Space &space_;
  Tape tape_;
  std::vector<unsigned> constants_;
  std::vector<Interval> box_, workspace_;
  std::vector<double> point_;
};

} // namespace wsc::ir
