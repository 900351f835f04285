// Questions and answers, in order.
#include "search/History.h"

namespace wsc::search {

void History::ask(Candidate candidate, unsigned level) {
  ++counts_[level].asked;
  unsigned &next = next_[candidate.design];
  next = std::max(next, level + 1);
  observations_.push_back({std::move(candidate), level});
}

void History::tell(const Outcome &outcome) {
  Observation &observation = observations_[told_++];
  ++counts_[observation.level].told;
  observation.told = true;
  observation.feasible = outcome.feasible;
  observation.objectives = task_.minimized(outcome.objectives);
  observation.margins = outcome.margins;
}

unsigned History::next(const feasibility::Design &design) const {
  auto found = next_.find(design);
  return found == next_.end() ? 0 : found->second;
}

} // namespace wsc::search
