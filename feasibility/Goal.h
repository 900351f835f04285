// A quantity to be made as large as possible, as one more parameter and constraint of a Space:
// `threshold <= quantity`, where the threshold may be any number of single precision.  Lemmas then
// speak of thresholds as of any field ("no design of this box reaches 36.2 or more"), and serve
// every later question about the quantity.
#pragma once

#include "ir/Space.h"

namespace wsc::feasibility {

struct Goal {
  unsigned threshold;  ///< index into Space::params
  unsigned constraint; ///< index into Space::constraints
};

/// Adds a goal to a Space (a copy that was made for the question); smallest is largest of the
/// negative.  Problems of this Space must be told of the thresholds.
Goal addGoal(ir::Space &space, const ir::Node *quantity, bool maximize);

/// The finite numbers of single precision in ascending order: the domain of a threshold.
namespace thresholds {
constexpr unsigned count = 0xfeffffff;
double value(unsigned index);
/// The last threshold that is not above a value.
unsigned below(double value);
} // namespace thresholds

} // namespace wsc::feasibility
