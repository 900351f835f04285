// What makes a design meaningless or too large, with the reasons.
#pragma once

#include "evaluation/Evaluator.h"

namespace wsc::evaluation {

/// Fields that contradict each other, one sentence for each contradiction.
void findContradictions(const Design &design, std::vector<std::string> &reasons);

/// A strategy that needs more reticles than there are.
void findTooFewReticles(const Design &design, std::vector<std::string> &reasons);

/// What the design asks for and the analytic evaluator does not know, one sentence each.
void findUnmodelled(const Design &design, std::vector<std::string> &reasons);

/// The same for the hardware.
void findUnmodelledHardware(const Design &design, std::vector<std::string> &reasons);

/// The memory of one rank by use.
Item memoryItem(const Design &design);

/// Says what does not fit, and by how much.
void checkMemory(const Design &design, std::vector<std::string> &reasons);

} // namespace wsc::evaluation
