// What changed from one run to another, and what caused it.
#pragma once

#include "report/Front.h"

namespace wsc::report {

/// A line of the specs that is not the same in both.
struct Change {
  std::string kind; ///< `constant`, `requirement`, `field`, `quantity`, `objective`
  std::string name;
  std::string before, after; ///< empty: not there
};

/// A design of the front of either run.
struct Movement {
  enum Kind { Entered, Left, Moved } kind;
  unsigned before = 0, after = 0; ///< numbers in the runs; 0: not evaluated there
  std::vector<double> from, to;   ///< objectives there; empty likewise
  std::string design;             ///< JSON: its fields
  std::string cause;
};

struct Difference {
  std::vector<Change> changes;
  std::vector<Movement> movements;
  unsigned kept = 0;                        ///< designs on both fronts with the same objectives
  double volumeBefore = 0, volumeAfter = 0; ///< in the same box
};

/// Runs with the same objectives.  Designs are the same where all open fields have the same values.
Difference differenceOf(const runs::RunStore &before, const runs::RunStore &after);

} // namespace wsc::report
