// What would help: for each demand the least change of it alone with which the whole Space is
// feasible.
#pragma once

#include "feasibility/Inquiry.h"

namespace wsc::feasibility {

struct Relaxation {
  unsigned demand;
  /// Feasible: there is a design once the demand has the limit `to`, or, where nothing is measured,
  /// is left out.  Infeasible: not even then.
  Verdict verdict = Verdict::Unknown;
  std::optional<Rational> to; ///< verified by exact evaluation
  bool isLeast = false;       ///< no limit nearer to the present one would do, but for rounding
  double change = 0;          ///< of the limit, in parts of it; infinite where it is 0
  Best best;                  ///< what everything else leaves possible
};

/// The unit, in base units, that the new limit of a demand will be shown in, given the best that
/// there is; nothing: as UnitTable::format chooses.
using UnitOf = llvm::function_ref<std::optional<Rational>(unsigned demand, const Best &best)>;

/// The least change of one demand.
Relaxation relax(Inquiry &inquiry, unsigned demand, UnitOf unitOf = {});

/// One for each demand of some conflict: the feasible ones first, least change first.
std::vector<Relaxation> relax(Inquiry &inquiry, UnitOf unitOf = {});

/// The limit to ask of a demand for what it has at a design: of few digits, more where these would
/// not be enough; nothing where nothing is measured.
std::optional<Rational> newLimit(const Inquiry &inquiry, unsigned demand, const Best &best,
                                 UnitOf unitOf = {});

/// How far that limit is from the present one, in parts of this; infinite where it is 0, or there
/// is no new one.
double relativeChange(const Demand &demand, const std::optional<Rational> &to);

/// The nearest number that is no less (no greater) and has few digits in the unit in which it is
/// shown, so that it can be typed; integers are kept.
Rational roundOutward(const UnitTable &units, const Dim &dim, double value, bool up,
                      unsigned digits = 4);
/// The same in a given unit.
Rational roundOutward(const Rational &unit, double value, bool up, unsigned digits = 4);

} // namespace wsc::feasibility
