// How many feasible designs are there?
//
// Exactly, where a cover (Cover.h) can be refined that far within the limit of work.  Otherwise the
// cover bounds the number, which is a proof, and designs drawn from the cover estimate it: the
// share of them that is feasible is a binomial proportion, so that its confidence interval holds
// however rare they are (Wilson's score: L. Brown, T. Cai and A. DasGupta, Statistical Science 16,
// 2001).
#pragma once

#include "feasibility/Cover.h"

namespace wsc::feasibility {

struct Estimate {
  double designs, low, high; ///< with a probability of 95 % the truth is not outside low .. high
  uint64_t hits, draws;      ///< feasible ones among the designs drawn
};

struct Count {
  /// Proved; equal where the count is exact.  Distinct designs that were drawn count.
  Natural lower, upper;
  /// Where it is not.
  std::optional<Estimate> estimate;
  /// Why it is not exact, or what is wrong with the problem.
  std::string reason;
  uint64_t work = 0; ///< see Limits

  bool isExact() const { return reason.empty(); }
};

/// Counts the designs that meet every constraint that counts.
Count countDesigns(const Problem &problem, const Options &options = {}, const Limits &limits = {});

} // namespace wsc::feasibility
