// The members of conflicts, measured.
#include "feasibility/Explain.h"

namespace wsc::feasibility {

std::vector<Conflict> explain(Inquiry &inquiry) {
  std::vector<Conflict> result;
  for (auto [i, demands] : llvm::enumerate(inquiry.conflicts())) {
    Conflict &conflict = result.emplace_back();
    conflict.isMinimal = inquiry.isMinimal(i);
    for (unsigned demand : demands) {
      Member member{demand, inquiry.amongOthers(demand, demands), {}};
      const ir::Node *quantity = inquiry.demands()[demand].quantity;
      if (quantity && member.best.verdict == Verdict::Feasible)
        member.influences = influencesOf(inquiry.space(), quantity, member.best.witness);
      conflict.members.push_back(std::move(member));
    }
  }
  return result;
}

} // namespace wsc::feasibility
