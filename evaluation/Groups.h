// Parts of groups, and collectives of groups that are spread over several wafers.
#pragma once

#include "evaluation/Placement.h"

namespace wsc::evaluation {

/// The first `count` members of a group, neighbours of each other.
Group neighbours(const Group &group, double count);

/// One member of each `count` neighbours: a group across them.  The members in between belong to
/// other such groups, which use the same links at the same time.
Group strided(const Group &group, double count);

/// A collective of a group; `bytes` as for costOf.  What goes between wafers overlaps with what
/// stays on them, but for an all-reduce.
GroupCost collective(Collective kind, const Group &group, double bytes);

} // namespace wsc::evaluation
