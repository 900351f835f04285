// What a run remembers of each design: what was asked, and what the evaluator answered.
#pragma once

#include <string>
#include <vector>

namespace wsc::runs {

/// What an evaluator says of its inputs, whichever design they belong to.
struct Answer {
  std::string inputs;   ///< digest of what the evaluator read, see Inputs.h
  std::string fidelity; ///< its `name()`
  std::string status;   ///< likewise
  std::vector<std::string> reasons;
  std::vector<double> metrics; ///< as Space::metrics, NaN where not applicable
  std::string breakdown;       ///< JSON: where time, energy and memory go
  std::string origin; ///< the run that it was taken over from; empty: evaluated in this one
};

/// One design at one fidelity.
struct Record {
  unsigned id = 0;                 ///< 1, 2, ... in the order of the questions
  std::vector<unsigned> choice;    ///< for each parameter, the index into its domain
  std::vector<double> objectives;  ///< as Space::objectives
  std::vector<std::string> missed; ///< measured requirements that do not hold
  bool feasible = false;           ///< evaluated, and every measured requirement met
  /// In evaluations of the fidelity that the run is about; 0 where the design was taken over from
  /// another run.
  double cost = 1;
  const Answer *answer = nullptr; ///< in the same store
};

} // namespace wsc::runs
