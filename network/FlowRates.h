// Fair rates of flows that share resources.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace wsc::network::flow {

/// Flows and the resources that each uses: flow f has `uses[first[f]]` to `uses[first[f + 1]]`.
struct Sharing {
  std::vector<double> capacity; ///< flits a cycle, of each resource
  std::vector<double> flits;    ///< of each flow
  std::vector<uint32_t> first{0}, uses;

  llvm::ArrayRef<uint32_t> usesOf(size_t flow) const {
    return llvm::ArrayRef(uses).slice(first[flow], first[flow + 1] - first[flow]);
  }
};

/// Cycles that each flow takes if rates are max-min fair, in proportion to the sizes, so that flows
/// which share a bottleneck end together: no flow could be faster unless one that is not faster,
/// for its size, became slower.  By progressive filling (Bertsekas and Gallager, Data Networks,
/// 1992, section 6.5.2).
std::vector<double> fairTimes(const Sharing &sharing);

} // namespace wsc::network::flow
