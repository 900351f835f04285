// An iteration as the breakdown that people read.
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/Iteration.h"

namespace wsc::evaluation {

/// `time` by cause and `compute time by bound`; the parts sum to the whole.
std::vector<Item> timeItems(const Iteration &iteration);

} // namespace wsc::evaluation
