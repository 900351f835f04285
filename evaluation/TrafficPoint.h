// A workload that is packets at random: latency against load of one network of the chip, and the
// load at which it saturates, at any fidelity.
#pragma once

#include "evaluation/Evaluator.h"

namespace wsc::evaluation {

/// `packet_latency` and `accepted_load`, or `knee_load`; for workloads with isTraffic().
Evaluation trafficPoint(const Design &design, Fidelity fidelity);

} // namespace wsc::evaluation
