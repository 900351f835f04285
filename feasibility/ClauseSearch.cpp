// The search: propagate, decide, restart.
#include "feasibility/ClauseSearch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include <cmath>

namespace wsc::feasibility {

/// Lists of watches of one variable.
static constexpr unsigned manyLists = 64;

ClauseSearch::ClauseSearch(const Problem &problem, Judge &judge, uint64_t seed)
    : problem_(problem), judge_(judge), random_(seed), theory_(problem, judge), trail_(problem),
      activity_(problem.paramCount()) {
  unsigned lists = 0;
  for (unsigned param = 0; param < problem.paramCount(); ++param) {
    phase_.push_back(random_.below(problem.domainSize(param)));
    for (unsigned side = 0; side < 2; ++side) {
      firstList_.push_back(lists);
      lists += std::min(manyLists, problem.domainSize(param));
    }
  }
  watches_.resize(lists);
}

// ---- nogoods ------------------------------------------------------------------------------

/// The index of a nogood, which may have been known.
int ClauseSearch::addNogood(Lemma lemma, bool isDerived) {
  auto [it, isNew] = known_.try_emplace(lemma, nogoods_.size());
  if (!isNew)
    return it->second;
  Nogood nogood{{}, lemma.constraints};
  for (const auto &[param, range] : lemma.bounds) {
    if (range.lo > 0)
      nogood.atoms.push_back(Atom::atLeast(param, range.lo));
    if (range.hi + 1 < problem_.domainSize(param))
      nogood.atoms.push_back(Atom::atMost(param, range.hi));
  }
  nogoods_.push_back(std::move(nogood));
  if (!isDerived)
    lemmas_.push_back(std::move(lemma));
  return it->second;
}

void ClauseSearch::exclude(const Design &design) {
  Lemma lemma;
  for (unsigned param = 0; param < problem_.fieldCount(); ++param)
    lemma.bounds.push_back({param, {design.choice[param], design.choice[param]}});
  addNogood(std::move(lemma), true);
}

/// Nogoods apply where all their constraints are asked for.
void ClauseSearch::activate(llvm::ArrayRef<unsigned> constraints) {
  if (llvm::ArrayRef(constraints_) == constraints && active_.size())
    return;
  constraints_ = constraints.vec();
  active_.clear();
  active_.resize(problem_.space().constraints.size());
  for (unsigned constraint : constraints)
    active_.set(constraint);
  for (auto &list : watches_)
    list.clear();
  units_.clear();
  applicable_ = 0;
}

unsigned ClauseSearch::listOf(const Atom &atom) const {
  uint64_t values = problem_.domainSize(atom.param());
  return firstList_[atom.variable] +
         (values <= manyLists ? atom.value : atom.value * uint64_t(manyLists) / values);
}

/// Watches the atoms that become true last.
void ClauseSearch::watch(unsigned index) {
  auto &atoms = nogoods_[index].atoms;
  if (atoms.size() <= 1)
    units_.push_back(index);
  auto rank = [&](const Atom &atom) {
    return trail_.isTrue(atom) ? trail_.position(atom) : INT_MAX;
  };
  for (unsigned i = 0; i < std::min<size_t>(2, atoms.size()); ++i) {
    unsigned best = i;
    for (unsigned k = i + 1; k < atoms.size(); ++k)
      if (rank(atoms[k]) > rank(atoms[best]))
        best = k;
    std::swap(atoms[i], atoms[best]);
    watches_[listOf(atoms[i])].push_back({atoms[i].value, index});
  }
}

/// What follows from a nogood now: a conflict (its index), a bound, or nothing.  An atom that has
/// become true may give its watch to one that has not; `moved` says so.
int ClauseSearch::visit(unsigned index, const Atom &atom, bool &moved) {
  auto &atoms = nogoods_[index].atoms;
  moved = false;
  if (atoms.size() > 1) {
    if (atoms[0] == atom)
      std::swap(atoms[0], atoms[1]);
    if (trail_.isFalse(atoms[0]))
      return none;
    for (unsigned k = 2; k < atoms.size() && trail_.isTrue(atoms[1]); ++k)
      if (!trail_.isTrue(atoms[k])) {
        std::swap(atoms[1], atoms[k]);
        watches_[listOf(atoms[1])].push_back({atoms[1].value, index});
        moved = true;
      }
    if (!trail_.isTrue(atoms[1]))
      return none;
  }
  if (atoms.empty() || trail_.isTrue(atoms[0]))
    return index;
  if (!trail_.isFalse(atoms[0]))
    trail_.push(atoms[0].negated(), index);
  return none;
}

/// Looking at so many nogoods takes about as long as one evaluation.
static constexpr unsigned watchesPerWork = 16;

/// Takes in nogoods that were added since; the index of one whose atoms are all true, or `none`.
int ClauseSearch::watchNew() {
  while (applicable_ < nogoods_.size()) {
    unsigned index = applicable_++;
    const Nogood &nogood = nogoods_[index];
    if (!llvm::all_of(nogood.constraints, [&](unsigned c) { return active_[c]; }))
      continue;
    watch(index);
    bool moved;
    Atom last = nogood.atoms.size() > 1 ? nogood.atoms[1] : Atom{};
    if (int conflict = visit(index, last, moved); conflict != none)
      return conflict;
  }
  return none;
}

/// Unit propagation; the index of a nogood whose atoms are all true, or `none`.
int ClauseSearch::propagateNogoods() {
  if (int conflict = watchNew(); conflict != none)
    return conflict;
  for (; nogoodHead_ < trail_.size(); ++nogoodHead_) {
    // From the bound that was to the one that is.
    Trail::Entry entry = trail_[nogoodHead_];
    auto [first, last] =
        std::minmax({listOf(entry.atom), listOf({entry.atom.variable, entry.before})});
    for (unsigned list = first; list <= last; ++list)
      if (int conflict = propagateWatches(watches_[list], entry); conflict != none)
        return conflict;
  }
  return none;
}

/// The same for some of the watches of a bound that moved.
int ClauseSearch::propagateWatches(std::vector<Watch> &list, const Trail::Entry &entry) {
  watched_ += list.size();
  judge_.addWork(watched_ / watchesPerWork);
  watched_ %= watchesPerWork;
  size_t kept = 0;
  int conflict = none;
  for (size_t i = 0; i < list.size(); ++i) {
    Watch watch = list[i];
    Atom atom{entry.atom.variable, watch.value};
    bool becameTrue = atom.holds(entry.atom.value) && !atom.holds(entry.before), moved = false;
    if (becameTrue && conflict == none)
      conflict = visit(watch.nogood, atom, moved);
    if (!moved)
      list[kept++] = watch;
  }
  list.resize(kept);
  return conflict;
}

// ---- the theory ---------------------------------------------------------------------------

/// Takes over what propagation has narrowed.
void ClauseSearch::adopt(const Box &box, unsigned batch) {
  for (unsigned param = 0; param < box.size(); ++param) {
    Range before = trail_.box()[param];
    if (box[param].lo > before.lo)
      trail_.push(Atom::atLeast(param, box[param].lo), Theory, batch);
    // No bound rests on the upper end of a threshold.
    if (box[param].hi < before.hi && !problem_.isThreshold(param))
      trail_.push(Atom::atMost(param, box[param].hi), Theory, batch);
  }
  theoryHead_ = trail_.size();
}

int ClauseSearch::propagateTheory() {
  llvm::SmallVector<unsigned, 8> changed;
  for (; theoryHead_ < trail_.size(); ++theoryHead_)
    changed.push_back(trail_[theoryHead_].atom.param());
  if (changed.empty())
    return none;
  llvm::sort(changed);
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  Box box = trail_.box();
  if (!theory_.resume(changed, box))
    return addNogood(widened(theory_.whyRefuted(trail_.box())), false);
  adopt(box, trail_.size());
  return none;
}

/// To a fixed point of nogoods and theory.
int ClauseSearch::propagate() {
  while (true) {
    if (int conflict = propagateNogoods(); conflict != none)
      return conflict;
    unsigned before = trail_.size();
    if (int conflict = propagateTheory(); conflict != none)
      return conflict;
    if (trail_.size() == before && applicable_ == nogoods_.size())
      return none;
  }
}

/// A complete design: learns why a constraint does not hold, if one does not.
int ClauseSearch::refuteDesign() {
  std::vector<unsigned> choice = design().choice, violated;
  for (unsigned constraint : constraints_)
    if (!judge_.at(constraint, choice).holds)
      violated.push_back(constraint);
  if (violated.empty())
    return none;
  unsigned chosen = violated[random_.below(violated.size())];
  return addNogood(generalize(judge_, problem_, chosen, choice, random_), false);
}

// ---- the search ---------------------------------------------------------------------------

/// Level 0: what follows from the domains, then from what is assumed.
bool ClauseSearch::start(llvm::ArrayRef<Lemma::Bound> assumed) {
  trail_.clear();
  nogoodHead_ = 0;
  core_.clear();
  Box box = problem_.domains();
  if (!theory_.narrow(constraints_, box)) {
    conclude(nogoods_[addNogood(widened(theory_.whyRefuted(problem_.domains())), false)]);
    return false;
  }
  adopt(box, 0);
  for (const auto &[param, range] : assumed)
    for (Atom atom : {Atom::atLeast(param, range.lo), Atom::atMost(param, range.hi)}) {
      if (trail_.isFalse(atom)) {
        conclude({{atom.negated()}, {}});
        return false;
      }
      if (!trail_.isTrue(atom))
        trail_.push(atom, Assumption);
    }
  bool moved;
  for (unsigned unit : units_)
    if (int conflict = visit(unit, {}, moved); conflict != none) {
      conclude(nogoods_[conflict]);
      return false;
    }
  return true;
}

Design ClauseSearch::design() const {
  Design design;
  for (Range range : trail_.box())
    design.choice.push_back(range.lo);
  return design;
}

void ClauseSearch::backTo(unsigned level) {
  if (level >= trail_.level())
    return;
  for (unsigned param = 0; param < phase_.size(); ++param)
    if (trail_.box()[param].isPoint())
      phase_[param] = trail_.box()[param].lo;
  trail_.backTo(level);
  theory_.undo(steps_[level]);
  nogoodHead_ = theoryHead_ = trail_.size();
}

/// Halves the range of the parameter that is most active for the bits that it has left, towards
/// where it was last.  (After dom/wdeg: F. Boussemart et al., ECAI 2004.)
void ClauseSearch::decide() {
  int chosen = none;
  double most = 0;
  for (unsigned param = 0; param < problem_.fieldCount(); ++param) {
    if (trail_.box()[param].isPoint())
      continue;
    double score = activity_[param] / std::log2(1.0 + trail_.box()[param].size());
    if (chosen == none || score > most)
      chosen = param, most = score;
  }
  steps_.resize(trail_.level());
  steps_.push_back(theory_.steps().size());
  trail_.beginLevel();
  Range range = trail_.box()[chosen];
  unsigned middle = range.lo + (range.hi - range.lo) / 2;
  if (phase_[chosen] <= middle)
    trail_.push(Atom::atMost(chosen, middle), Decision);
  else
    trail_.push(Atom::atLeast(chosen, middle + 1), Decision);
}

/// Begins again with what has been learnt: now and then elsewhere, and every other time at the
/// design that was suggested (solution-based phase saving: E. Demirovic, G. Chu and P. Stuckey, CP
/// 2018).
void ClauseSearch::restart() {
  backTo(0);
  switch (random_.below(4)) {
  case 0:
    for (unsigned param = 0; param < phase_.size(); ++param)
      phase_[param] = random_.below(problem_.domainSize(param));
    break;
  case 1:
  case 2:
    if (!suggestion_.empty())
      phase_ = suggestion_;
    break;
  }
}

/// The sequence 1 1 2 1 1 2 4 ... (M. Luby, A. Sinclair and D. Zuckerman, 1993).
static unsigned luby(unsigned i) {
  unsigned size = 1, k = 1;
  while (size < i + 1) {
    size = 2 * size + 1;
    k *= 2;
  }
  while (size - 1 != i) {
    size = (size - 1) / 2;
    k /= 2;
    i %= size;
  }
  return k;
}

Verdict ClauseSearch::run(llvm::ArrayRef<unsigned> constraints,
                          llvm::ArrayRef<Lemma::Bound> assumed, uint64_t limit) {
  constexpr unsigned restartUnit = 20;
  auto forget = llvm::make_scope_exit([&] { suggestion_.clear(); });
  activate(constraints);
  if (!start(assumed))
    return Verdict::Infeasible;
  unsigned restarts = 0, conflicts = 0;
  while (judge_.work() < limit && !stopIsWanted) {
    int conflict = propagate();
    // Who meets a threshold meets those below, so that these are not decided.
    bool isComplete = llvm::all_of(llvm::ArrayRef(trail_.box()).take_front(problem_.fieldCount()),
                                   [](Range range) { return range.isPoint(); });
    if (conflict == none && isComplete) {
      conflict = refuteDesign();
      if (conflict == none)
        return Verdict::Feasible;
    }
    if (conflict == none) {
      decide();
      continue;
    }
    if (!learn(conflict))
      return Verdict::Infeasible;
    if (++conflicts >= restartUnit * luby(restarts)) {
      ++restarts, conflicts = 0;
      restart();
    }
  }
  return Verdict::Unknown;
}

} // namespace wsc::feasibility
