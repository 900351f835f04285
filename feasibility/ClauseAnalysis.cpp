// What the search learns from a conflict: the nogood of its first unique implication point, and
// at level 0 the constraints that exclude each other.
#include "feasibility/ClauseSearch.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

/// A lemma that one constraint alone is enough for is about as large a box as that allows.
Lemma ClauseSearch::widened(Lemma lemma) {
  Box box = boxOf(problem_, lemma);
  for (unsigned constraint : lemma.constraints)
    if (judge_.isFalse(constraint, box))
      return widen(judge_, problem_, constraint, box, random_);
  return lemma;
}

/// The nogood that set a bound at least as far as an atom says; a bound of the theory is explained
/// now.
int ClauseSearch::explain(unsigned position, const Atom &atom) {
  const Trail::Entry &entry = trail_[position];
  if (entry.reason != Theory)
    return entry.reason;
  Box known = trail_.boxAt(entry.batch);
  return addNogood(widened(theory_.whyBounded(atom.param(), atom.isUpper(), atom.value, known)),
                   false);
}

/// Replaces the atom that an entry made true by what that rests on.
void ClauseSearch::resolve(Nogood &nogood, unsigned position) {
  unsigned variable = trail_[position].atom.variable;
  Atom resolved =
      *llvm::find_if(nogood.atoms, [&](const Atom &atom) { return atom.variable == variable; });
  const Nogood &reason = nogoods_[explain(position, resolved)];
  llvm::erase_if(nogood.atoms, [&](const Atom &atom) { return atom.variable == variable; });
  for (const Atom &atom : reason.atoms) {
    activity_[atom.param()] += increment_;
    if (atom.variable == (variable ^ 1)) // the bound that was excluded
      continue;
    auto same = llvm::find_if(nogood.atoms,
                              [&](const Atom &other) { return other.variable == atom.variable; });
    if (same == nogood.atoms.end())
      nogood.atoms.push_back(atom);
    else if (same->holds(atom.value)) // the stronger of both
      *same = atom;
  }
  std::vector<unsigned> both;
  std::set_union(nogood.constraints.begin(), nogood.constraints.end(), reason.constraints.begin(),
                 reason.constraints.end(), std::back_inserter(both));
  nogood.constraints = std::move(both);
}

/// Parameters of recent conflicts are decided first (VSIDS: M. Moskewicz et al., DAC 2001).
void ClauseSearch::bump(const Nogood &nogood) {
  for (const Atom &atom : nogood.atoms)
    activity_[atom.param()] += increment_;
  constexpr double decay = 0.9, large = 1e100;
  if ((increment_ /= decay) < large)
    return;
  for (double &activity : activity_)
    activity /= large;
  increment_ /= large;
}

Lemma ClauseSearch::lemmaOf(const Nogood &nogood) const {
  Box box = problem_.domains();
  for (const Atom &atom : nogood.atoms)
    (atom.isUpper() ? box[atom.param()].hi : box[atom.param()].lo) = atom.value;
  return {nogood.constraints, lemmaBounds(problem_, box)};
}

/// Learns from a conflict, and goes back to where that tells something new; false at level 0.
bool ClauseSearch::learn(int conflict) {
  Nogood nogood = nogoods_[conflict];
  int top, second;
  while (true) {
    top = second = Trail::never;
    for (const Atom &atom : nogood.atoms) {
      int position = trail_.position(atom);
      if (position > top)
        second = std::exchange(top, position);
      else
        second = std::max(second, position);
    }
    if (trail_.levelAt(top) == 0) {
      conclude(std::move(nogood));
      return false;
    }
    if (trail_.levelAt(second) < trail_.levelAt(top))
      break;
    resolve(nogood, top);
  }
  bump(nogood);
  unsigned variable = trail_[top].atom.variable, level = trail_.levelAt(second);
  Atom asserting =
      *llvm::find_if(nogood.atoms, [&](const Atom &atom) { return atom.variable == variable; });
  int learnt = addNogood(lemmaOf(nogood), true);
  backTo(level);
  trail_.push(asserting.negated(), learnt);
  return true;
}

/// A conflict at level 0: traces it back to constraints and assumptions alone.
void ClauseSearch::conclude(Nogood nogood) {
  while (true) {
    int top = Trail::never;
    for (const Atom &atom : nogood.atoms) {
      int position = trail_.position(atom);
      if (position != Trail::never && trail_[position].reason != Assumption)
        top = std::max(top, position);
    }
    if (top == Trail::never)
      break;
    resolve(nogood, top);
  }
  core_ = std::move(nogood.constraints);
}

} // namespace wsc::feasibility
