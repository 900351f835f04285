// The members of conflicts, measured.
#include "feasibility/Explain.h"

namespace wsc::feasibility {

std::string headline(size_t requirements) {
  return requirements == 1
             ? "this requirement cannot be met"
             : "these " + std::to_string(requirements) + " requirements exclude each other";
}

Member explain(Inquiry &inquiry, unsigned conflict, unsigned demand) {
  const Demand &what = inquiry.demands()[demand];
  Member member{demand, {}, {}};
  if (!what.isDomain)
    member.best = inquiry.amongOthers(demand, inquiry.conflicts()[conflict]);
  if (what.isMeasurable() && member.best.verdict == Verdict::Feasible)
    member.influences = influencesOf(inquiry.space(), what.quantity, inquiry.written().params,
                                     valuesOf(inquiry.space(), member.best.witness));
  return member;
}

std::vector<Conflict> explain(Inquiry &inquiry) {
  std::vector<Conflict> result;
  for (auto [i, demands] : llvm::enumerate(inquiry.conflicts())) {
    Conflict &conflict = result.emplace_back();
    conflict.isMinimal = inquiry.isMinimal(i);
    for (unsigned demand : demands)
      conflict.members.push_back(explain(inquiry, i, demand));
  }
  return result;
}

} // namespace wsc::feasibility
