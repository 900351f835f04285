// The members of conflicts, measured.
#include "feasibility/Explain.h"

namespace wsc::feasibility {

std::vector<Conflict> explain(Inquiry &inquiry) {
  std::vector<Conflict> result;
  for (auto [i, demands] : llvm::enumerate(inquiry.conflicts())) {
    Conflict &conflict = result.emplace_back();
    conflict.isMinimal = inquiry.isMinimal(i);
    for (unsigned demand : demands) {
      const Demand &what = inquiry.demands()[demand];
      Member member{demand, {}, {}};
      if (!what.isDomain)
        member.best = inquiry.amongOthers(demand, demands);
      if (what.isMeasurable() && member.best.verdict == Verdict::Feasible)
        member.influences = influencesOf(inquiry.space(), what.quantity, inquiry.written().params,
                                         valuesOf(inquiry.space(), member.best.witness));
      conflict.members.push_back(std::move(member));
    }
  }
  return result;
}

} // namespace wsc::feasibility
