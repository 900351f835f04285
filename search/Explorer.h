// The loop of a search: asks an algorithm, has designs evaluated, and keeps the front.
#pragma once

#include "search/Algorithm.h"

namespace wsc::search {

struct ExploreOptions {
  unsigned budget = 200; ///< evaluations
  /// Designs that are asked about before any of them is answered.  What is found depends on it, not
  /// on how many of them are evaluated at a time.
  unsigned batch = 1;
};

struct ExploreResult {
  std::vector<Point> points;   ///< in the order of evaluation
  std::vector<unsigned> front; ///< indices into `points`, ascending
  /// Why fewer than `budget` designs were evaluated; empty otherwise.
  std::string stopped;
};

/// Answers for some designs, in their order; empty to stop the search.
using Evaluate =
    std::function<std::optional<std::vector<Outcome>>(llvm::ArrayRef<feasibility::Design>)>;

/// Calls `evaluate` for up to `budget` distinct feasible designs.  A larger budget continues a
/// smaller one.
ExploreResult explore(const Task &task, Algorithm &algorithm, const ExploreOptions &options,
                      const Evaluate &evaluate);

} // namespace wsc::search
