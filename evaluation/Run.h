// From a design to one iteration of it, or to why it cannot run.
#pragma once

#include "evaluation/Energy.h"
#include "evaluation/Evaluator.h"
#include "evaluation/Iteration.h"

namespace wsc::evaluation {

/// A design that can run, and how it does.
struct Run {
  Status status = Status::Ok;
  std::vector<std::string> reasons;
  Iteration iteration;
  Energy energy;
  double wafersPerReplica = 1;

  /// Whether there is an iteration, right or wrong.
  bool ran() const { return status == Status::Ok || status == Status::InternalError; }
};

/// Checks, places and times a design at its full clock; its energy is left out.  `network`, where
/// there is one, times the collectives on meshes and tori.
Run start(const Design &design, const NetworkModel *network);

/// Lowers the clock by what `energy`, of so many seconds, is above `wafer.power_limit`.  Returns
/// how many times as long the iteration takes, at least 1.
double slowDown(const Design &design, const Energy &energy, double time, Iteration &iteration);

/// Rejects a run that beats its lower bounds.
void checkBounds(const Design &design, Run &run);

/// Currency per token: the write-off of `capital` during the iteration and its electricity, by the
/// prices of `chip`.  NaN where the capital is not known.
double tokenCost(const Chip &chip, double capital, double time, double joules, double tokens);

} // namespace wsc::evaluation
