// What one iteration of a workload takes, in numbers: a training step, a batch of requests, or one
// operator.
//
// Nothing here allocates, so that a search can ask for millions; Report.h makes breakdowns of it.
#pragma once

#include "evaluation/Pipeline.h"
#include <cmath>

namespace wsc::evaluation {

struct TrainingStep {
  PhaseCost phase;
  double pipeline = 0;  ///< s, all micro-batches through all stages
  double gradients = 0; ///< s, their reduction over the replicas that nothing hides
  double gather = 0;    ///< s, ZeRO: the updated weights
  double update = 0;    ///< s, of the optimizer
  llvm::StringRef gradientAlgorithm;
  Bound updateBound = Bound::Dram;
};

/// What `workload.batch_size` requests take, from prompt to last token.
struct InferenceBatch {
  PhaseCost prefill, decode; ///< of all prompts; of one further step of each request
  double steps = 0;          ///< decode steps of a request
  double prefillTime = 0;    ///< s, of all prompts, where they stop the decoding
  double step = 0;           ///< s, of one decode step of all requests
  double draft = 0;          ///< s of it in which the small model guesses
  double waiting = 0;        ///< s, of decode replicas for prefill replicas
  bool isMixed = false;      ///< steps read parts of prompts, too
};

struct SingleOperation {
  llvm::StringRef name, note; ///< static text: the operator; what bounds it, or the algorithm
  Bound bound = Bound::Compute;
  bool computes = false; ///< else it is a collective
};

/// The whole system during one iteration.
struct Iteration {
  double time = 0;    ///< s
  double limited = 0; ///< s of it by which a lower clock stretches the detail (`wafer.power_limit`)
  double tokens = 0;  ///< processed (training) or generated
  double ttft = std::nan(""), tpot = std::nan("");
  double rankPower = 0; ///< W, the most that one rank draws besides what is always on
  Usage usage;
  std::variant<TrainingStep, InferenceBatch, SingleOperation> detail;
};

/// Seconds that the update of the weights takes, and bytes that it moves on each rank.
double optimizerTime(const Design &design);
double optimizerBytes(const Design &design);

Iteration trainingStep(const Design &design, const Placement &placement);
Iteration inferenceBatch(const Design &design, const Placement &placement);

/// Of the keys and values of one prompt, in all layers.
double promptCacheBytes(const Design &design);

/// A phase of a batch of requests: the part of the design that runs it, and how often.
struct InferencePhase {
  Phase phase;
  Design design;
  double repetitions = 1; ///< steps in which the requests of a micro-batch gain tokens
};
llvm::SmallVector<InferencePhase, 2> inferencePhases(const Design &design);

} // namespace wsc::evaluation
