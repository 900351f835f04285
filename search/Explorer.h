// The loop of a search: asks an algorithm, has designs evaluated, and keeps the front.
#pragma once

#include "search/Algorithm.h"

namespace wsc::search {

struct ExploreOptions {
  /// The most that evaluations may cost together, in evaluations of the target.
  double budget = 200;
  /// Designs that are asked about before any of them is answered.  What is found depends on it, not
  /// on how many of them are evaluated at a time.
  unsigned batch = 1;
};

struct ExploreResult {
  std::vector<Point> points;   ///< in the order of evaluation, at all fidelities
  std::vector<unsigned> front; ///< of the target: indices into `points`, ascending
  double cost = 0;             ///< of all points
  /// Why less than `budget` was spent; empty where no other question would fit.
  std::string stopped;
};

/// Answers to some questions, in their order; empty to stop the search.
using Evaluate = std::function<std::optional<std::vector<Outcome>>(llvm::ArrayRef<Question>)>;

/// Calls `evaluate` with distinct questions about feasible designs, up to the first one that the
/// budget has nothing left for.  A larger budget continues a smaller one.
ExploreResult explore(const Task &task, Algorithm &algorithm, const ExploreOptions &options,
                      const Evaluate &evaluate);

} // namespace wsc::search
