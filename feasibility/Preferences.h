// Preferences: among the designs that meet every requirement, one that meets as much as possible
// of what is only preferred, by total weight.
#pragma once

#include "feasibility/Problem.h"

namespace wsc::feasibility {

/// Decides a Problem as checkBoxes does; a feasible answer's witness has the least total weight of
/// preferences missed, or `preferencesProven` is false when the work did not suffice to show that.
/// `limits.work` is for the verdict, and as much again for the preferences.
///
/// Implicit hitting sets (Davies and Bacchus, CP 2011): sets of preferences that exclude each
/// other are collected; the lightest choice that breaks all of them is given up and the rest asked
/// for, until it can be met.  Before, preferences are taken in by groups of similar weight, the
/// heaviest first (stratification: Ansotegui, Bonet, Gabas and Levy, CP 2012), and what excludes
/// each other is set aside until the rest can be met (disjoint cores).
Answer checkPreferred(const Problem &problem, const Options &options = {},
                      const Limits &limits = {});

} // namespace wsc::feasibility
