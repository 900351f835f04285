// The feasibility problem of a Space: is there a design that meets every constraint that
// counts?  Engines are free functions over a Problem (Boxes.h, Arithmetic.h, Enumerate.h);
// none of their answers leaves this folder unverified.
#pragma once

#include "feasibility/Answer.h"
#include "feasibility/Box.h"
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

/// A Space seen as a question.  Constraints keep their index in Space::constraints.
class Problem {
public:
  /// The Space must outlive the Problem and not change.
  explicit Problem(const ir::Space &space);

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

  unsigned paramCount() const { return space_.params.size(); }
  unsigned domainSize(unsigned param) const { return space_.params[param].domain.size(); }
  Range domain(unsigned param) const { return {0, domainSize(param) - 1}; }
  Box domains() const;

  /// For a constraint that counts, or a preference: its tape, the parameters it depends on, and the
  /// number of their combinations (infinite when beyond a double).
  const ir::Tape &tape(unsigned constraint) const { return *tapes_[constraint]; }
  llvm::ArrayRef<unsigned> cone(unsigned constraint) const { return tape(constraint).params(); }
  double conePoints(unsigned constraint) const;
  /// Constraints that count, and preferences, that depend on a parameter.
  llvm::ArrayRef<unsigned> users(unsigned param) const { return users_[param]; }

  /// The values of a range of a parameter's domain, as nearest doubles: the form in which a
  /// Tape takes them (it makes up for the rounding).
  Interval values(unsigned param, Range range) const {
    const std::vector<double> &values = space_.params[param].values;
    return {values[range.lo], values[range.hi]};
  }

  /// Encloses the exact values of a range of a parameter's domain.
  Interval enclosure(unsigned param, Range range) const {
    return {enclosures_[param][range.lo].lo, enclosures_[param][range.hi].hi};
  }

  /// Evaluates every constraint that counts at a design.
  Verification verify(const Design &design) const;

private:
  const ir::Space &space_;
  std::vector<unsigned> counted_, leftOut_, preferences_;
  std::vector<std::optional<ir::Tape>> tapes_; ///< by constraint; none for measured ones
  std::vector<std::vector<unsigned>> users_;
  std::vector<std::vector<Interval>> enclosures_; ///< by parameter and value
};

} // namespace wsc::feasibility
