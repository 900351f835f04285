// What the operators of all layers take as they are placed, whatever the pipeline.
#pragma once

#include "evaluation/Work.h"

namespace wsc::evaluation {

/// What all layers take for one micro-batch on one rank that has them all, in seconds.
struct LayersTime {
  double forward = 0, backward = 0;
  double attention = 0;      ///< what selective recomputation repeats
  double repeated = 0;       ///< what full recomputation repeats
  double repeatedSums = 0.5; ///< and of the sums at least this share
  double sums = 0;           ///< over `tp`, forward and backward

  double of(Recompute recompute) const;
  LayersTime operator*(double times) const;
};

/// Of training, in a pass with selective recomputation, which shows all parts.
LayersTime layersTime(Task task);

/// Seconds of all layers of a phase of requests, and of what is before and after them.  What ranks
/// other than those that share a layer send each other depends on where they are.
double passTime(Task task);

/// Joules of the operators of all layers for one micro-batch on one rank that has them all.
double layersEnergy(const Task &task);

} // namespace wsc::evaluation
