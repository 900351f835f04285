// How a product lies on a mesh of cores for Stream: which cores hold its operands before they move,
// what moves in one iteration, and the whole sizes of it all.
#pragma once

#include "backends/CoreNest.h"

namespace wsc::backends {

/// A dimension of a tensor or a product, cut over the cores.
struct Cut {
  Dim dim;
  unsigned parts;
};

/// The cores of a mesh, line by line, and the cuts that give each its part: of the first cut each
/// part is a run of cores of the list.
struct Spread {
  bool byColumns = false; ///< the list goes down one column after the other
  llvm::SmallVector<Cut, 2> cuts;
};

/// One product on a block of rows x cols cores.
struct StreamLayout {
  unsigned rows = 1, cols = 1;
  uint64_t m = 0, n = 0, k = 0; ///< of all cores together
  /// Of the operands that move between cores; one without lies where it is needed.
  std::optional<Spread> left, right;
  Spread product;
  Dim streamed = Dim::K;
  uint64_t iterations = 1;
  uint64_t tile = 1;   ///< of what streams, on one of the cores that it is cut over
  bool padded = false; ///< larger than the product of the plan

  unsigned cores() const { return rows * cols; }
};

/// The layout whose iterations are the steps of the mapping, or shorter ones of which two fit into
/// the SRAM; or a sentence that says why Stream cannot have it.
std::variant<StreamLayout, std::string> streamLayoutOf(const CoreJob &job,
                                                       const CoreHardware &core);

} // namespace wsc::backends
