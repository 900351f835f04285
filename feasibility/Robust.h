// Designs that meet the requirements for every value of the constants that are known only to a
// range (`within lo .. hi`), not for the nominal values alone.
//
// Counterexample-guided, as programs are synthesized (A. Solar-Lezama et al., ASPLOS 2006): a
// design for nominal values is tested over all ranges; values that break a requirement make a
// further requirement of the Space, the same with these values put in; until a design withstands
// all, or none is left.
#pragma once

#include "feasibility/Problem.h"

namespace wsc::feasibility {

/// Values of constants by index into Space::constants; the others are nominal.
using ConstantValues = std::vector<std::pair<unsigned, Rational>>;
/// `leak = 60 W, shrink = 0.7`.
std::string toText(const ir::Space &space, llvm::ArrayRef<std::pair<unsigned, Rational>> values);

/// Whether a condition that holds at a design for nominal values does for all.
struct WorstCase {
  enum Kind {
    Holds,
    Fails,     ///< for `values`
    Undecided, ///< by as many divisions of the ranges as were allowed
  };
  Kind kind = Holds;
  ConstantValues values;
};
/// `fields`: their values at the design.
WorstCase worstCase(const ir::Space &space, const ir::Node *condition,
                    llvm::ArrayRef<double> fields, uint64_t maxDivisions);

/// A requirement that fails at a design for some values of constants.
struct Scenario {
  unsigned constraint; ///< as written
  ConstantValues values;
  Design broken;     ///< holds for nominal values and for all scenarios before
  unsigned instance; ///< the constraint of the Space with these values put in
};

/// Designs for which it could not be decided whether a requirement holds for all values: those that
/// agree with this one in the fields that it depends on.  The search went on without them.
struct Doubtful {
  unsigned constraint; ///< as written
  Design design;
  std::vector<unsigned> fields;
};

struct RobustAnswer {
  /// Feasible: for all values.  Infeasible: no design meets all scenarios (constraints of the core
  /// are numbered as in the Space that was decided).  Unknown also where only doubtful designs are
  /// left.
  Answer answer;
  std::optional<Design> nominal; ///< a design for nominal values
  std::vector<Scenario> scenarios;
  std::vector<Doubtful> doubtful;
};

/// `decide` answers for the Space as it is; a constraint for each scenario is added to it.
RobustAnswer checkRobust(ir::Space &space, llvm::function_ref<Answer()> decide,
                         const Limits &limits = {});

} // namespace wsc::feasibility
