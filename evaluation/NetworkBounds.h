// What the ranks of a strategy have to send each other in one iteration, whatever the algorithm and
// whatever hides it, and how long links are busy with it at least.
#pragma once

#include "evaluation/Bind.h"
#include <algorithm>

namespace wsc::evaluation {

/// By the groups that ranks send in.
struct NetworkBounds {
  double tensor = 0, data = 0, pipeline = 0, context = 0, experts = 0;
};

/// Bytes that a rank sends at least, on average over the ranks.  Of n bytes a rank of P sends
/// 2 (P-1)/P n in an all-reduce and (P-1)/P n in a reduce-scatter, an all-gather or an all-to-all
/// (Patarasuk and Yuan, 2009).
NetworkBounds leastSent(const Design &design);

/// Seconds of an iteration that it takes for each of these, and for all of them together.
struct NetworkTimes : NetworkBounds {
  double all = 0;

  double most() const { return std::max(tensor, all); }
};
NetworkTimes leastNetworkTimes(const Design &design);

/// Joules of the links for what stages hand on and tensor groups add up, one hop each.
double leastNetworkEnergy(const Design &design);

} // namespace wsc::evaluation
