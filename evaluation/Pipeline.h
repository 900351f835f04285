// A phase of a workload: layers dealt to the stages of a pipeline, and what all stages take.
#pragma once

#include "evaluation/Work.h"

namespace wsc::evaluation {

/// A phase, with times in seconds for one pass of all micro-batches of a replica.
struct PhaseCost {
  double microBatches = 0;
  Work work;            ///< of the slowest stage, one micro-batch
  double transfer = 0;  ///< to the next stage and back, one micro-batch, where nothing hides it
  double streaming = 0; ///< waiting for weights from outside the wafer, one micro-batch
  double stage = 0;     ///< the slowest stage, one micro-batch: the sum of these
  double allStages = 0; ///< one micro-batch through all stages
  double weightGradients = 0; ///< of that, the gradients of weights
  Usage usage;                ///< of the whole system, all replicas and micro-batches
};

PhaseCost phaseCost(const Design &design, const Placement &placement, Phase phase);

} // namespace wsc::evaluation
