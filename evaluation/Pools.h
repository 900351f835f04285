// Prompts and tokens on different chips: what both make of the same requests (DistServe, OSDI 2024;
// Splitwise, ISCA 2024).
//
// Continuous batching, in a steady state: while `workload.batch_size` requests end, one chip reads
// as many prompts, their caches go to the other, and that one takes the decode steps.  The slowest
// of the three sets the pace.  A prompt's first token waits for reading it, for the way of its
// cache and for a decode step.
#pragma once

#include "evaluation/Run.h"
#include "evaluation/ServingBounds.h"
#include <cmath>

namespace wsc::evaluation {

/// The way of caches from one chip to the other.
struct Handover {
  double bandwidth = 0;        ///< bytes/s, of all replicas together
  double replicaBandwidth = 0; ///< of one to one, while all of them send
  double latency = 0;          ///< s
  double energy = 0;           ///< J for each byte

  /// Seconds until a cache of so many bytes is there.
  double transfer(double bytes) const { return latency + bytes / replicaBandwidth; }
};

/// `handover.bandwidth`, or what the network between wafers gives: the side with less of it
/// decides, the slower message, and half of the way at the energy of each.  A replica has its share
/// of its chip, and no more than the links of the wafers that it is on.
Handover handoverOf(const Pools &pools, double wafersPerReader = HUGE_VAL,
                    double wafersPerWriter = HUGE_VAL);

/// Wafers of both chips.
double wafersOf(const Pools &pools);
/// Peak flop/s of both.
double peakOf(const Pools &pools);
/// What both cost; 0 where it is not known of each.
double capitalOf(const Pools &pools);

/// What a cycle takes at least, by the bounds of each chip and of its strategy.
struct PoolBounds {
  LeastTimes times;
  double energy = 0; ///< J
};
PoolBounds leastOf(const Pools &pools);

Evaluation analyse(const Pools &pools, Fidelity fidelity);
/// The same with collectives that these two route.
Evaluation analyse(const Pools &pools, const RoutedNetwork &ofPrefill,
                   const RoutedNetwork &ofDecode);

/// The metrics of the same by closed formulas, without breakdown or allocation unless something is
/// wrong.
Measurement measure(const Pools &pools);
/// The same of chips that have been at work by themselves: what start() says of each.
Measurement measure(const Pools &pools, const Run &prefill, const Run &decode);

} // namespace wsc::evaluation
