// What an expression can be while the constants that are known only to a range (`within lo .. hi`)
// take any values in theirs.
#pragma once

#include "ir/Tape.h"

namespace wsc::ir {

/// Named constants that an expression depends on, ascending indices of Space::constants.
std::vector<unsigned> constantsOf(const Node *node);

class Ranges {
public:
  /// At a design: a value for each parameter of the Space.  Metrics are unknown.
  Ranges(const Space &space, const Node *node, llvm::ArrayRef<double> params);

  /// The constants known to a range that the expression depends on.
  llvm::ArrayRef<unsigned> constants() const { return constants_; }
  bool empty() const { return constants_.empty(); }

  /// Encloses all values over all ranges at once.  An outer bound: nothing is outside, but the
  /// ends need not be reached, since an interval does not know that the same constant stands in
  /// two places.  Dividing the ranges makes up for most of that.
  Interval over();

  /// A constant at the lower or upper end of its range.
  struct End {
    unsigned constant;
    bool upper;
  };
  /// The value with some constants at an end of their range, the others nominal.
  double at(llvm::ArrayRef<End> ends);

private:
  struct Part {
    std::vector<Interval> box; ///< of constants_
    Interval value;
  };
  /// Index behind the parameters, as an open Tape reads it.
  unsigned slot(unsigned constant) const { return space_.params.size() + constant; }
  void enclose(Part &part);
  void sample();
  void divide(std::vector<Part> &parts, size_t which);

  const Space &space_;
  Tape tape_;
  std::vector<unsigned> constants_;
  std::vector<double> point_;             ///< parameters, then nominal values
  std::vector<Interval> box_, workspace_; ///< parameters, then ranges
  std::vector<double> metrics_;
  std::vector<double> slope_; ///< of constants_: upper end less lower end
  Interval reached_{};        ///< values that have been seen
};

} // namespace wsc::ir
