// Symmetric proposals: a few parameters are redrawn, from anywhere or, in half of all moves, from
// those of one constraint, so that equalities such as tp * pp * dp == n do not stop the chain.
#include "feasibility/Chain.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

Chain::Chain(const Problem &problem, Screen &screen, Random &random, const Box &root)
    : screen_(screen), random_(random), root_(root) {
  auto isOpen = [&](unsigned param) { return !root[param].isPoint(); };
  for (unsigned param = 0; param < problem.paramCount(); ++param)
    if (isOpen(param))
      open_.push_back(param);
  for (unsigned constraint : problem.constraints()) {
    std::vector<unsigned> group;
    llvm::copy_if(problem.cone(constraint), std::back_inserter(group), isOpen);
    if (group.size() > 1)
      groups_.push_back(std::move(group));
  }
}

/// Anywhere in the range, or nearby; stays where that would lead outside.
void Chain::redraw(unsigned param, unsigned &choice) {
  Range range = root_[param];
  if (random_.below(2)) {
    choice = range.lo + random_.below(range.size());
    return;
  }
  unsigned step = 1 + random_.below(1 + range.size() / 16);
  if (random_.below(2))
    choice += choice + step <= range.hi ? step : 0;
  else
    choice -= choice >= range.lo + step ? step : 0;
}

void Chain::propose(std::vector<unsigned> &choice, llvm::ArrayRef<unsigned> from,
                    unsigned changes) {
  for (; changes > 0; --changes) {
    unsigned param = from[random_.below(from.size())];
    redraw(param, choice[param]);
    changed_.push_back(param);
  }
}

void Chain::walk(Design &design, unsigned proposals) {
  if (open_.empty())
    return;
  for (; proposals > 0; --proposals) {
    proposal_ = design.choice;
    changed_.clear();
    if (groups_.empty() || random_.below(2))
      propose(proposal_, open_, 1 + random_.below(4));
    else
      propose(proposal_, groups_[random_.below(groups_.size())], 2 + random_.below(3));
    llvm::erase_if(changed_, [&](unsigned p) { return proposal_[p] == design.choice[p]; });
    if (!changed_.empty() && screen_.holds(proposal_, changed_))
      design.choice.swap(proposal_);
  }
}

} // namespace wsc::feasibility
