// What requests take at least: times that no strategy with the same ranks beats, before its layers
// are evaluated.
#pragma once

#include "evaluation/Bounds.h"
#include "evaluation/Placement.h"

namespace wsc::evaluation {

/// Seconds that an iteration takes at least.
struct LeastTimes {
  double iteration = 0;
  double ttft = 0, tpot = 0; ///< of requests; 0 in training

  LeastTimes operator*(double by) const { return {iteration * by, ttft * by, tpot * by}; }
};

/// What a micro-batch of prompts, or of requests that decode, takes through all layers as they are
/// placed, in seconds; 0 where it is not known.
struct PassTimes {
  double prompts = 0, step = 0;
  double wholeChunk = 0; ///< a step with as much of a prompt as there may be
};

/// Requests in a micro-batch of one decode step, in as many as keep all stages busy.
double decodingTogether(const Design &design);

/// Times of the requests of a design, `group` being the ranks that share a layer, if there are
/// several, and `least` what leastWork() says.  `microBatch`: its size counts, else it may be any.
/// `placed` is known for that size.
///
/// A pass of a micro-batch through all layers, stage by stage, takes at least its flop at the peak
/// of the ranks that share a layer, or reading what they hold of all weights and of the cache
/// (Pope et al., arXiv:2211.05102, section 3), and then the sums over `tp`, which nothing hides.
LeastTimes leastServing(const Design &design, const LeastWork &least, const Group *group,
                        bool microBatch, const PassTimes &placed);

} // namespace wsc::evaluation
