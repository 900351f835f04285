// How far a design is from breaking each requirement.
#pragma once

#include "report/Front.h"
#include <optional>

namespace wsc::report {

struct Slack {
  const ir::Constraint *constraint;
  /// The sides of the comparison that is nearest to breaking, `left <= right`; no value where the
  /// requirement is no conjunction of comparisons.
  std::optional<double> left, right;
  ir::Type type; ///< of both sides

  /// What is left, as a share of the larger side: 0 at the limit, negative beyond it.
  std::optional<double> share() const;
};

/// The slack of every requirement (not preferences), in the order of the Space.
std::vector<Slack> slacksOf(const ir::Space &space, const runs::Record &record);

} // namespace wsc::report
