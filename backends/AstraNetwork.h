// The network of ASTRA-sim's analytical back end: dimensions, of which each is a ring or a switch.
#pragma once

#include "evaluation/Plan.h"

namespace wsc::backends {

/// Ranks are numbered along the first dimension first, as Plan::rankOf does.
struct AstraDimension {
  bool isSwitch = false;
  unsigned ranks = 1;
  double bandwidth = 0; ///< bytes/s that a rank sends at
  double latency = 0;   ///< s of a step of a collective
  llvm::StringRef allReduce = "ring";
  std::vector<evaluation::GroupKind> groups = {}; ///< whose collectives go over it
};

/// The dimensions of more than one rank: those of a tensor-parallel group, the stages of a
/// pipeline, the replicas.  Empty where context and expert parallelism overlap in part, so that no
/// dimensions exist in which both are whole.
std::optional<std::vector<AstraDimension>> astraDimensions(const evaluation::Design &design,
                                                           const evaluation::Plan &plan);

} // namespace wsc::backends
