// Evaluates constraints, over boxes and at points, with scratch space that is kept between
// calls; counts the work, which is what limits are about.
#pragma once

#include "feasibility/Problem.h"

namespace wsc::feasibility {

class Judge {
public:
  explicit Judge(const Problem &problem);

  /// Encloses the truth value of a constraint over a box.  A point where the constraint is
  /// undefined does not hold, so "certainly false" is meant for all points, but "certainly
  /// true" only for those where it is defined.
  Interval over(unsigned constraint, const Box &box);
  bool isFalse(unsigned constraint, const Box &box) {
    return over(constraint, box).certainlyFalse();
  }

  /// Decides a constraint at a point: by intervals, else exactly, else in double precision.
  /// Undefined does not hold.
  Decision at(unsigned constraint, llvm::ArrayRef<unsigned> choice);

  /// Evaluations so far.
  uint64_t work() const { return work_; }
  /// Counts work that was done elsewhere.
  void addWork(uint64_t amount) { work_ += amount; }

private:
  double inDoubles(unsigned constraint, llvm::ArrayRef<unsigned> choice);
  std::optional<Rational> exactly(unsigned constraint, llvm::ArrayRef<unsigned> choice);

  const Problem &problem_;
  std::vector<Interval> intervals_, workspace_;
  std::vector<double> doubles_, metrics_;
  std::vector<Rational> rationals_;
  uint64_t work_ = 0;
};

} // namespace wsc::feasibility
