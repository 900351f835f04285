// Making order literals, each implied by its lower neighbour.
#include "feasibility/OrderLiterals.h"

namespace wsc::feasibility {

BoolSolver::Literal OrderLiterals::atMost(unsigned param, unsigned i) {
  auto &literals = literals_[param];
  auto [it, isNew] = literals.try_emplace(i);
  if (!isNew)
    return it->second;
  ++count_;
  it->second = solver_.newVariable();
  if (it != literals.begin())
    solver_.addClause({-std::prev(it)->second, it->second});
  if (auto next = std::next(it); next != literals.end())
    solver_.addClause({-it->second, next->second});
  return it->second;
}

void OrderLiterals::appendOutside(const Lemma::Bound &bound, unsigned domainSize,
                                  std::vector<Literal> &clause) {
  if (bound.range.lo > 0)
    clause.push_back(atMost(bound.param, bound.range.lo - 1));
  if (bound.range.hi + 1 < domainSize)
    clause.push_back(-atMost(bound.param, bound.range.hi));
}

Range OrderLiterals::model(unsigned param, unsigned domainSize) const {
  Range range{0, domainSize - 1};
  for (auto [i, literal] : literals_[param]) {
    if (solver_.value(literal)) {
      range.hi = i;
      break;
    }
    range.lo = i + 1;
  }
  return range;
}

} // namespace wsc::feasibility
