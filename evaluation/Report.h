// An iteration as the breakdown that people read.
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/Iteration.h"

namespace wsc::evaluation {

/// `time` by cause and `compute time by bound`; the parts sum to the whole.
std::vector<Item> timeItems(const Iteration &iteration);

/// What has nothing to do the whole time: reticles that no rank takes, cores of a rank outside the
/// meshes of its layers.
std::vector<std::string> idleParts(const Design &design, const Placement &placement);

/// Whether the links of memory ports keep reticles from memory that they could read faster; empty
/// if they do not.
std::string portLimit(const Chip &chip);

} // namespace wsc::evaluation
