// Designs in closed formulas: operators, collectives and the schedule of a pipeline
// (docs/evaluation.md).
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/Iteration.h"

namespace wsc::evaluation {

/// What the model makes of one design.  `network`, where there is one, times the collectives on
/// meshes and tori.
Evaluation analyse(const Design &design, const NetworkModel *network = nullptr);

/// One iteration of a design that can run; empty for others, and for traffic.
std::optional<Iteration> iterationOf(const Design &design, const NetworkModel *network = nullptr);

/// The metrics of the same, without breakdown or allocation unless something is wrong.
Measurement measure(const Design &design);

} // namespace wsc::evaluation
