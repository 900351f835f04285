// Pushing and undoing bounds.
#include "feasibility/Trail.h"

namespace wsc::feasibility {

void Trail::clear() {
  box_ = domains_;
  entries_.clear();
  levels_.clear();
  last_.assign(2 * box_.size(), never);
}

void Trail::push(const Atom &atom, int reason, unsigned batch) {
  unsigned variable = atom.variable;
  entries_.push_back({atom, bound(variable), last_[variable], level(), reason, batch});
  last_[variable] = entries_.size() - 1;
  setBound(box_, variable, atom.value);
}

void Trail::backTo(unsigned level) {
  if (level >= this->level())
    return;
  for (unsigned begin = levels_[level]; entries_.size() > begin; entries_.pop_back()) {
    const Entry &entry = entries_.back();
    setBound(box_, entry.atom.variable, entry.before);
    last_[entry.atom.variable] = entry.previous;
  }
  levels_.resize(level);
}

int Trail::position(const Atom &atom) const {
  int at = last_[atom.variable];
  while (at != never && atom.holds(entries_[at].before))
    at = entries_[at].previous;
  return at;
}

Box Trail::boxAt(unsigned length) const {
  Box box = box_;
  for (unsigned i = entries_.size(); i-- > length;)
    setBound(box, entries_[i].atom.variable, entries_[i].before);
  return box;
}

} // namespace wsc::feasibility
