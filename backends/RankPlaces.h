// Which rank of a strategy sits on which reticle of the first wafer.
#pragma once

#include "evaluation/Plan.h"

namespace wsc::backends {

struct RankPlace {
  unsigned tensor, stage, replica;
};

/// Of each reticle, row by row, the rank that it is a part of; empty where it has none.  Ranks fill
/// tensor-parallel groups, those the stages of a pipeline, and those replicas, in rectangles as
/// evaluation/Placement.h tiles them, each row by row.
std::vector<std::optional<RankPlace>> rankPlaces(const evaluation::Design &design,
                                                 const evaluation::Placement &placement);

} // namespace wsc::backends
