// One phase of a workload (training step, prefill, decode step) on a pipeline of stages.
#pragma once

#include "evaluation/Evaluator.h"
#include "evaluation/Placement.h"

namespace wsc::evaluation {

/// The operators of one layer (or of one end of the model) together.
struct OperatorSum {
  /// Time of one kind of operator, forward and backward, and what bounds its slowest part.
  struct Entry {
    double time = 0, slowest = 0;
    Bound bound = Bound::Compute;
  };
  std::array<Entry, operatorKinds> byKind;
  std::array<double, bounds> byBound{};
  double time = 0;
  Usage usage; ///< of one rank

  void add(const Operator &op, const OperatorCost &cost);
  /// Adds another sum, so many times.
  void add(const OperatorSum &other, double times);
};

/// A phase, with times in seconds for one pass of all micro-batches of a replica.
struct PhaseCost {
  double microBatches = 0;
  OperatorSum compute;  ///< of the slowest stage, one micro-batch
  double tensor = 0;    ///< tensor-parallel collectives of that stage, one micro-batch
  double transfer = 0;  ///< to the next stage and back, one micro-batch
  double stage = 0;     ///< the slowest stage, one micro-batch: the sum of these three
  double allStages = 0; ///< one micro-batch through all stages
  Usage usage;          ///< of the whole system, all replicas and micro-batches
  llvm::StringRef tensorAlgorithm;
};

PhaseCost phaseCost(const Design &design, const Placement &placement, Phase phase);

} // namespace wsc::evaluation
