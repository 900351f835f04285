// What a model, a workload and a strategy ask of evaluators of whole models.
#pragma once

#include "backends/Backend.h"

namespace wsc::backends {

/// All but the networks of the chip.
std::vector<Need> modelNeeds(const Request &request);

} // namespace wsc::backends
