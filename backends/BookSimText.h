// What BookSim2 and its fork in RapidChiplet have in common.
#pragma once

#include "backends/Backend.h"
#include "evaluation/LevelNetwork.h"
#include "network/Traffic.h"

namespace wsc::backends {

/// Cycles of a link, and by how many a hop takes longer than in the design.
struct BookSimLink {
  unsigned cycles = 1, longer = 0;
};

/// Gives routers the stages that BookSim2 cannot do without: its allocators and its crossbar take a
/// cycle each at least, which the wire gives as far as it can.
BookSimLink fitRouter(const evaluation::Chip &chip, evaluation::LevelNetwork &network);

/// The fields of its configuration that are about routers.
std::string routerText(const network::Router &router);

/// As BookSim2 calls it (traffic.cpp).
llvm::StringRef bookSimName(network::Pattern pattern);

/// `packet latency` and `accepted load` of what it printed.
Reading readStatistics(llvm::StringRef output);

} // namespace wsc::backends
