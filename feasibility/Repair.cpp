// Breakout local search on single parameters.
#include "feasibility/Repair.h"

namespace wsc::feasibility {

Repair::Repair(Judge &judge, const Problem &problem, llvm::ArrayRef<unsigned> constraints,
               Random &random)
    : judge_(judge), problem_(problem), random_(random), constraints_(constraints.vec()),
      enabled_(problem.space().constraints.size()), violated_(enabled_.size()),
      weights_(enabled_.size(), 1) {
  for (unsigned constraint : constraints)
    enabled_[constraint] = true;
}

/// How much less weight would be violated with another value of a parameter.
int64_t Repair::gain(unsigned param, unsigned value) {
  unsigned kept = std::exchange(design_.choice[param], value);
  int64_t result = 0;
  for (unsigned constraint : problem_.users(param))
    if (enabled_[constraint])
      result += weights_[constraint] * (int(violated_[constraint]) - int(!holds(constraint)));
  design_.choice[param] = kept;
  return result;
}

/// The best of some random values of each parameter of a violated constraint.
Repair::Move Repair::bestMove(unsigned constraint) {
  constexpr unsigned valuesPerParam = 4;
  Move best{0, 0, INT64_MIN};
  for (unsigned param : problem_.cone(constraint))
    for (unsigned i = 0; i < valuesPerParam && !problem_.isThreshold(param); ++i) {
      unsigned value = random_.below(problem_.domainSize(param));
      if (value == design_.choice[param])
        continue;
      if (int64_t gained = gain(param, value); gained > best.gain)
        best = {param, value, gained};
    }
  return best;
}

void Repair::apply(const Move &move) {
  design_.choice[move.param] = move.value;
  for (unsigned constraint : problem_.users(move.param))
    violated_[constraint] = enabled_[constraint] && !holds(constraint);
}

std::optional<Design> Repair::run(Design design, uint64_t budget) {
  design_ = std::move(design);
  for (unsigned constraint : constraints_)
    violated_[constraint] = !holds(constraint);
  for (uint64_t end = judge_.work() + budget; judge_.work() < end;) {
    std::vector<unsigned> violated;
    for (unsigned constraint : constraints_)
      if (violated_[constraint])
        violated.push_back(constraint);
    if (violated.empty())
      return design_;
    unsigned target = violated[random_.below(violated.size())];
    if (problem_.cone(target).empty())
      return std::nullopt;
    Move move = bestMove(target);
    if (move.gain > 0) {
      apply(move);
      continue;
    }
    for (unsigned constraint : violated)
      ++weights_[constraint];
    if (move.gain == 0)
      apply(move); // a plateau
  }
  return std::nullopt;
}

} // namespace wsc::feasibility
