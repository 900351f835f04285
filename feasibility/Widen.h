// What a domain might have been: its values, continued beyond both ends.
#pragma once

#include "ir/Space.h"

namespace wsc::feasibility {

/// The values of a numeric field and those that continue their progression, ascending: by steps
/// where they are even, else by the ratio at each end.  Positive domains stay positive, those
/// without negative values do not get any, those of integers stay integers.  The same values where
/// nothing continues them.
std::vector<Rational> widened(const ir::Param &field);

} // namespace wsc::feasibility
