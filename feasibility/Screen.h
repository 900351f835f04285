// Whether designs meet constraints, by double precision wherever that leaves no doubt: several
// times faster than Judge, for those who look at many designs and mostly at infeasible ones.
#pragma once

#include "feasibility/Judge.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace wsc::feasibility {

class Screen {
public:
  /// Counts its work in `judge`; both arguments must outlive it.
  Screen(const Problem &problem, Judge &judge);

  /// Whether a design meets the constraints that count; Judge decides where a comparison is close
  /// or a rounding could go either way.  Not a proof: doubles may have lost more than is assumed.
  bool holds(llvm::ArrayRef<unsigned> choice);
  /// The same for constraints that depend on one of these parameters.
  bool holds(llvm::ArrayRef<unsigned> choice, llvm::ArrayRef<unsigned> changed);

private:
  /// One constraint: its value, and pairs of values that must not be close to each other (the
  /// second may be any whole number).
  struct Test {
    struct Pair {
      unsigned left, right; ///< in `values`
      bool toWhole;
    };
    unsigned constraint;
    ir::Tape tape;
    std::vector<Pair> pairs;
    std::vector<bool> depends; ///< by parameter
    bool isDoubtful;           ///< always left to Judge
    double asked = 1, failed = 0;

    /// How many nodes are evaluated until it fails once.
    double costOfFailure() const { return asked * tape.size() / (failed + 0.01); }
  };
  Test compile(unsigned constraint) const;
  bool holds(const Test &test, llvm::ArrayRef<unsigned> choice);
  bool holdsAll(llvm::ArrayRef<unsigned> choice, llvm::function_ref<bool(const Test &)> isAsked);

  const Problem &problem_;
  Judge &judge_;
  std::vector<Test> tests_; ///< those that are worth most come first
  uint64_t calls_ = 0;
  std::vector<double> params_, metrics_, values_;
  uint64_t nodes_ = 0; ///< evaluated and not yet counted as work
};

} // namespace wsc::feasibility
