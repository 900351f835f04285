// Feasible designs, distinct and spread out, one after the other.
#pragma once

#include "feasibility/Boxes.h"

namespace wsc::feasibility {

/// Three sources, cheapest first: randomized probes of the root box; Metropolis moves that
/// redraw one to three parameters of known designs; and the box engine, with random bounds
/// as assumptions and known designs excluded, which also proves that there are no more.
class Sampler {
public:
  /// The Problem must be valid and outlive the sampler.  `limits.work` is for each design.
  Sampler(const Problem &problem, uint64_t seed, Limits limits = {});

  /// Another design, verified; empty when there are no more or none was found in time.
  std::optional<Design> next();

  /// After an empty `next`: whether there are no more designs.  Otherwise the limit of work
  /// was reached.
  bool isExhausted() const { return exhausted_; }

private:
  std::optional<Design> fromProbe();
  std::optional<Design> fromMove();
  std::optional<Design> fromEngine();
  bool isNew(const Design &design) const { return !known_.count(design); }
  bool isFeasible(const Design &design, llvm::ArrayRef<unsigned> changed);

  const Problem &problem_;
  uint64_t workLimit_;
  Judge judge_;
  Propagation propagation_;
  Random random_;
  std::unique_ptr<BoxEngine> engine_; ///< made on demand
  Box root_;
  bool exhausted_ = false;
  std::set<Design> known_;
  std::vector<Design> found_;                     ///< in the order found: states of the chain
  unsigned probeFailures_ = 0, moveFailures_ = 0; ///< in a row
};

} // namespace wsc::feasibility
