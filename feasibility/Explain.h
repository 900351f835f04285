// Why a Space is infeasible, in numbers: what each demand of a conflict asks for, against the best
// that the others leave possible.
#pragma once

#include "feasibility/Influence.h"
#include "feasibility/Inquiry.h"

namespace wsc::feasibility {

/// `these 2 requirements exclude each other`.
std::string headline(size_t requirements);

struct Member {
  unsigned demand;
  Best best;                         ///< where the other members hold; not of domains
  std::vector<Influence> influences; ///< on what the demand measures, at that design
};

struct Conflict {
  std::vector<Member> members;
  bool isMinimal; ///< whether each member has been shown to be needed
};

/// What one demand of a conflict asks for, against the best where the others hold.
Member explain(Inquiry &inquiry, unsigned conflict, unsigned demand);

/// All members of all conflicts in question, in their order.
std::vector<Conflict> explain(Inquiry &inquiry);

} // namespace wsc::feasibility
