// Who to evaluate next.
//
// This first explorer evaluates 40 diverse feasible designs and then improves the Pareto front
// locally: it changes one or two fields of a front design, keeps what is feasible and new, and
// takes a fresh sample now and then and when a neighbourhood is exhausted.  Infeasible designs
// are never proposed.
//
// The explorer is deterministic: the same Space, seed and answers give the same questions.
// A resumed run therefore replays the search against the stored answers.
#pragma once

#include "feasibility/Sample.h"
#include <functional>

namespace wsc::search {

/// What the caller answers for a design.
struct Outcome {
  bool feasible = false;          ///< evaluated, and every measured requirement met
  std::vector<double> objectives; ///< as Space::objectives
};

struct Point {
  feasibility::Design design;
  Outcome outcome;
};

struct ExploreOptions {
  unsigned budget = 200; ///< evaluations
  uint64_t seed = 1;
};

struct ExploreResult {
  std::vector<Point> points;   ///< in the order of evaluation
  std::vector<unsigned> front; ///< indices into `points`
  /// Why fewer than `budget` designs were evaluated; empty otherwise.
  std::string stopped;
};

/// Calls `evaluate` for up to `budget` distinct feasible designs.  `evaluate` returns empty to
/// stop the search.
using Evaluate = std::function<std::optional<Outcome>(const feasibility::Design &)>;
ExploreResult explore(const feasibility::Problem &problem, const ExploreOptions &options,
                      const Evaluate &evaluate);

} // namespace wsc::search
