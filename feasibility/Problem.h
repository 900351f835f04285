// The feasibility problem of a Space: is there a design that meets every constraint that
// counts?  Engines are free functions over a Problem (Boxes.h, Arithmetic.h, Enumerate.h);
// none of their answers leaves this folder unverified.
#pragma once

#include "feasibility/Answer.h"
#include "feasibility/Box.h"
#include "feasibility/Goal.h"
#include "ir/Tape.h"

namespace wsc::feasibility {

/// Whether a constraint holds at a design.  `borderline`: the margin is smaller than the
/// rounding error and no exact value exists (exp, sqrt, ...), so that double precision decided.
struct Decision {
  bool holds;
  bool borderline = false;
};

struct Verification {
  bool feasible = false;
  std::vector<unsigned> violated, borderline; ///< constraint indices, ascending
};

/// The values of the fields of a design.
std::vector<double> valuesOf(const ir::Space &space, const Design &design);

/// A Space seen as a question.  Constraints keep their index in Space::constraints.
class Problem {
public:
  /// The Space must outlive the Problem and not change.  `goals` were added to it.
  explicit Problem(const ir::Space &space, llvm::ArrayRef<Goal> goals = {});

  const ir::Space &space() const { return space_; }

  /// What is wrong with the instance, one sentence each: constraints that are not conditions,
  /// domains that are empty, unordered or do not fit their type.  Engines answer Unknown with
  /// the first of these.
  std::vector<std::string> check() const;

  /// Constraints that count: hard, and depending on parameters only.
  llvm::ArrayRef<unsigned> constraints() const { return counted_; }
  /// Constraints that do not: soft ones, and those that wait for an evaluator's metrics.
  llvm::ArrayRef<unsigned> leftOut() const { return leftOut_; }
  /// Soft ones that depend on parameters only; they have tapes and cones as well.
  llvm::ArrayRef<unsigned> preferences() const { return preferences_; }

  /// Goals are asked for one at a time, so that their constraints do not count by themselves.
  llvm::ArrayRef<Goal> goals() const { return goals_; }
  bool isThreshold(unsigned param) const { return param >= fieldCount_; }

  /// Parameters that are not thresholds; these come last.
  unsigned fieldCount() const { return fieldCount_; }
  unsigned paramCount() const { return space_.params.size(); }
  unsigned domainSize(unsigned param) const {
    return isThreshold(param) ? thresholds::count : space_.params[param].domain.size();
  }
  Range domain(unsigned param) const { return {0, domainSize(param) - 1}; }
  Box domains() const;

  /// For further Tapes over the Space.
  ir::TapeTables &tables() const { return tables_; }

  /// For a constraint that counts, a preference or a goal: its tape, the parameters it depends on,
  /// and the number of their combinations (infinite when beyond a double).
  const ir::Tape &tape(unsigned constraint) const { return *tapes_[constraint]; }
  llvm::ArrayRef<unsigned> cone(unsigned constraint) const { return tape(constraint).params(); }
  double conePoints(unsigned constraint) const;
  /// Constraints that count, preferences and goals that depend on a parameter.
  llvm::ArrayRef<unsigned> users(unsigned param) const { return users_[param]; }

  /// The values of a range of a parameter's domain, as nearest doubles: the form in which a
  /// Tape takes them (it makes up for the rounding).
  Interval values(unsigned param, Range range) const {
    return {value(param, range.lo), value(param, range.hi)};
  }
  double value(unsigned param, unsigned i) const {
    return isThreshold(param) ? thresholds::value(i) : space_.params[param].values[i];
  }
  Rational exactValue(unsigned param, unsigned i) const {
    return isThreshold(param) ? fromDouble(thresholds::value(i)) : space_.params[param].domain[i];
  }

  /// Encloses the exact values of a range of a parameter's domain.
  Interval enclosure(unsigned param, Range range) const {
    if (isThreshold(param))
      return values(param, range);
    return {enclosures_[param][range.lo].lo, enclosures_[param][range.hi].hi};
  }

  /// The part of a range whose values may be in an interval; empty when there is none.
  std::optional<Range> within(unsigned param, Range range, Interval bounds) const;

  /// Evaluates every constraint that counts at a design.
  Verification verify(const Design &design) const;

private:
  void classify(unsigned index);

  const ir::Space &space_;
  std::vector<Goal> goals_;
  unsigned fieldCount_;
  std::vector<unsigned> counted_, leftOut_, preferences_;
  mutable ir::TapeTables tables_;
  std::vector<std::optional<ir::Tape>> tapes_; ///< by constraint; none for measured ones
  std::vector<std::vector<unsigned>> users_;
  std::vector<std::vector<Interval>> enclosures_; ///< by parameter and value
};

} // namespace wsc::feasibility
