// The provable range of every field and of quantities over all designs that meet every requirement.
#pragma once

#include "feasibility/Optimize.h"

namespace wsc::feasibility {

/// One end of a range.
struct RangeEnd {
  double proved; ///< no design is beyond
  /// What some design has; nothing where none was found or looked for.
  std::optional<double> reached = {};
  bool isExact = false; ///< whether `reached` is as far as it goes
};

struct QuantityBounds {
  RangeEnd least, greatest;
};

struct FieldBounds {
  RangeEnd least, greatest; ///< indices into the domain
  /// Enums and conditions: the values, as indices, that are not ruled out, ascending.
  std::vector<unsigned> possible;
  /// Whether each of these is the value of some design.
  bool possibleIsExact = false;
};

struct Bounds {
  /// Infeasible: there is no design, and nothing else is said.  Feasible: one was found.
  Verdict verdict = Verdict::Unknown;
  std::vector<FieldBounds> fields;        ///< by parameter
  std::vector<QuantityBounds> quantities; ///< in the order of the question
  uint64_t work = 0;
};

/// By propagation alone, or with `optimize` by search until each end is reached: fields first, as
/// far as `limits.work` goes.  Quantities are static numbers of the Space; designs for which one is
/// undefined do not count for it.
Bounds boundsOf(const ir::Space &space, llvm::ArrayRef<const ir::Node *> quantities, bool optimize,
                const Options &options = {}, const Limits &limits = {});

} // namespace wsc::feasibility
