// The state of a search over boxes: the range of each parameter, and how it came to be so, bound
// by bound.
#pragma once

#include "feasibility/Propagate.h"

namespace wsc::feasibility {

/// A bound of one parameter: `index >= value` or `index <= value`.
struct Atom {
  unsigned variable; ///< 2 * parameter, + 1 for an upper bound
  unsigned value;

  static Atom atLeast(unsigned param, unsigned value) { return {2 * param, value}; }
  static Atom atMost(unsigned param, unsigned value) { return {2 * param + 1, value}; }
  unsigned param() const { return variable / 2; }
  bool isUpper() const { return variable % 2; }
  /// The opposite; the value must not be at the end of the domain.
  Atom negated() const {
    return isUpper() ? atLeast(param(), value + 1) : atMost(param(), value - 1);
  }
  bool holds(unsigned bound) const { return isUpper() ? bound <= value : bound >= value; }
  bool operator==(const Atom &) const = default;
};

/// Why a bound was set: an index of a nogood, or one of these.
enum Reason : int { Decision = -1, Theory = -2, Assumption = -3 };

class Trail {
public:
  struct Entry {
    Atom atom;
    unsigned before; ///< the bound that it replaced
    int previous;    ///< the entry that had set that, or -1
    unsigned level;
    int reason;
    unsigned batch; ///< Theory: the length of the trail that it was derived from
  };
  static constexpr int never = -1;

  explicit Trail(const Problem &problem) : domains_(problem.domains()) { clear(); }

  void clear();
  const Box &box() const { return box_; }
  unsigned level() const { return levels_.size(); }
  unsigned size() const { return entries_.size(); }
  Entry &operator[](unsigned i) { return entries_[i]; }

  unsigned bound(unsigned variable) const { return boundIn(box_, variable); }
  bool isTrue(const Atom &atom) const { return atom.holds(bound(atom.variable)); }
  bool isFalse(const Atom &atom) const {
    unsigned other = bound(atom.variable ^ 1);
    return atom.isUpper() ? other > atom.value : other < atom.value;
  }

  void push(const Atom &atom, int reason, unsigned batch = 0);
  void beginLevel() { levels_.push_back(entries_.size()); }
  /// Removes all levels above one.
  void backTo(unsigned level);

  /// The entry that made a true atom true; `never` if it always was.
  int position(const Atom &atom) const;
  /// The box when the trail had so many entries.
  Box boxAt(unsigned length) const;
  unsigned levelAt(int position) const { return position < 0 ? 0 : entries_[position].level; }

private:
  static unsigned boundIn(const Box &box, unsigned variable) {
    return variable % 2 ? box[variable / 2].hi : box[variable / 2].lo;
  }
  static void setBound(Box &box, unsigned variable, unsigned value) {
    (variable % 2 ? box[variable / 2].hi : box[variable / 2].lo) = value;
  }

  Box domains_, box_;
  std::vector<Entry> entries_;
  std::vector<int> last_;        ///< by variable: its latest entry
  std::vector<unsigned> levels_; ///< where each level above 0 begins
};

} // namespace wsc::feasibility
