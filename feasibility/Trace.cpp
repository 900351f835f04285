// Why a box was refuted or a bound derived: the steps of propagation are followed backward, from
// what they made to what they took, until only bounds of parameters are left.
//
// A step is asked for no more than is needed of it: an operand is taken as it was long before, if
// the operation then still says enough.  So what rests on little says so, after many rounds as well
// as after one.  (Lazily, as in T. Feydy and P. Stuckey, CP 2009.)
#include "feasibility/Propagate.h"

#include "feasibility/Ends.h"
#include "feasibility/Lemma.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/bit.h"
#include <memory>
#include <numeric>
#include <queue>

namespace wsc::feasibility {

using ir::Op;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// Whether an interval keeps a bound on one side.
bool isWithin(Interval value, bool isUpper, double bound) {
  return reaches(endOf(value, isUpper), isUpper, bound);
}

/// Doubles as integers in the same order, so that halving works for all magnitudes.
int64_t rankOf(double value) {
  int64_t bits = llvm::bit_cast<int64_t>(value);
  return bits >= 0 ? bits : INT64_MIN - bits;
}
double ofRank(int64_t rank) { return llvm::bit_cast<double>(rank >= 0 ? rank : INT64_MIN - rank); }
double between(double a, double b) { return ofRank(std::midpoint(rankOf(a), rankOf(b))); }

} // namespace

class Propagation::Tracer {
public:
  Tracer(Propagation &propagation, const Box &known)
      : p_(propagation), known_(known), now_(propagation.steps_.size()),
        needed_(3 * propagation.nodes_.size(), never),
        bounds_(std::make_unique_for_overwrite<double[]>(needed_.size())),
        last_(propagation.nodes_.size(), unknown), box_(propagation.problem_.domains()) {}

  Lemma refutation() {
    const Step &failed = p_.refutation_;
    if (p_.required_[failed.slot] != never)
      need(failed.slot, Requirement, 0);
    if (failed.cause.kind == Cause::Rounded)
      missValues(failed);
    else
      clash(failed);
    return finish(known_);
  }

  Lemma bound(unsigned param, bool isUpper, unsigned index) {
    // The opposite of the bound is what the lemma excludes.
    Box all = known_;
    for (Box *box : {&all, &box_})
      isUpper ? (*box)[param].lo = index + 1 : (*box)[param].hi = index - 1;
    needIndex(param, isUpper, index);
    return finish(all);
  }

private:
  enum Side : unsigned { Lower, Upper, Requirement };

  // ---- what is needed -------------------------------------------------------------------------

  /// The last step before the present one that set the range of a node.
  int lastBefore(unsigned slot) {
    int &at = last_[slot];
    if (at == unknown)
      at = p_.last_[slot];
    while (at >= now_)
      at = p_.steps_[at].previous;
    return at;
  }
  Interval valueBefore(unsigned slot) {
    int at = lastBefore(slot);
    return at == never ? p_.base_[slot] : p_.steps_[at].after;
  }

  void need(unsigned slot, Side side, double bound) {
    int step;
    if (side == Requirement) {
      step = p_.steps_[p_.required_[slot]].previous;
      slot = p_.steps_[step].slot;
    } else {
      if (isWithin(p_.base_[slot], side, bound))
        return;
      step = lastBefore(slot);
      if (step == never || !isWithin(p_.steps_[step].after, side, bound)) {
        isLost_ = true;
        return;
      }
      while (isWithin(p_.steps_[step].before, side, bound))
        step = p_.steps_[step].previous;
    }
    unsigned code = 3 * slot + side;
    double &known = bounds_[code];
    if (needed_[code] == step)
      known = side == Upper ? std::min(known, bound) : std::max(known, bound);
    if (needed_[code] >= step)
      return;
    needed_[code] = step;
    known = bound;
    queue_.push({step, code});
  }

  /// Needs what makes an index of a parameter's domain the least or greatest.
  void needIndex(unsigned param, bool isUpper, unsigned index) {
    unsigned beyond = isUpper ? index + 1 : index - 1;
    Interval value = p_.problem_.enclosure(param, {beyond, beyond});
    need(p_.paramSlots_[param], Side(isUpper),
         isUpper ? std::nextafter(value.lo, -inf) : std::nextafter(value.hi, inf));
  }

  /// Follows what is needed, last steps first.  `all` is the box that the lemma may be about where
  /// rounding hides the reason.
  Lemma finish(const Box &all) {
    while (!queue_.empty()) {
      auto [step, code] = queue_.top();
      queue_.pop();
      if (std::exchange(needed_[code], never) != step)
        continue;
      now_ = step;
      follow(p_.steps_[step], Side(code % 3), bounds_[code]);
    }
    constexpr unsigned replaysPerWork = 16;
    p_.judge_.addWork(replays_ / replaysPerWork + 1);
    if (isLost_)
      return {p_.selected_, lemmaBounds(p_.problem_, all)};
    llvm::sort(constraints_);
    constraints_.erase(std::unique(constraints_.begin(), constraints_.end()), constraints_.end());
    return {constraints_, lemmaBounds(p_.problem_, box_)};
  }

  // ---- how it came to be ----------------------------------------------------------------------

  void follow(const Step &step, Side side, double bound) {
    if (step.cause.kind == Cause::Stated)
      return constraints_.push_back(step.cause.index);
    if (side == Requirement)
      return weaken(step, [](const Replay &replay) { return replay.isRequired; });
    if (const ir::Node *node = p_.nodes_[step.slot]; node->op() == Op::Param) {
      unsigned index = indexFor(node->index(), side, bound);
      if (isKnown(node->index(), side, index))
        return take(node->index(), side, index);
      if (step.cause.kind == Cause::Rounded)
        return needIndex(node->index(), side == Upper, index);
    }
    weakenBound(step, side, bound);
  }

  /// The weakest index with which a parameter keeps a bound.
  unsigned indexFor(unsigned param, Side side, double bound) const {
    Range domain = p_.problem_.domain(param);
    if (side == Lower) {
      unsigned index = p_.problem_.within(param, domain, {bound, inf})->lo;
      return p_.problem_.enclosure(param, {index, index}).lo < bound ? index + 1 : index;
    }
    unsigned index = p_.problem_.within(param, domain, {-inf, bound})->hi;
    return p_.problem_.enclosure(param, {index, index}).hi > bound ? index - 1 : index;
  }

  bool isKnown(unsigned param, Side side, unsigned index) const {
    return side == Lower ? index <= known_[param].lo : index >= known_[param].hi;
  }

  /// Makes a bound part of the lemma.
  void take(unsigned param, Side side, unsigned index) {
    Range &range = box_[param];
    if (side == Lower)
      range.lo = std::max(range.lo, index);
    else
      range.hi = std::min(range.hi, index);
  }

  /// What the operation of a step says of its node, with the values as they are.
  Replay replay(const Step &step) {
    ++replays_;
    Replay result{step.slot};
    if (step.cause.kind == Cause::Evaluated) {
      result.bounds = p_.evaluate(step.slot);
      return result;
    }
    p_.replay_ = &result;
    p_.invert(step.cause.index);
    p_.replay_ = nullptr;
    return result;
  }

  /// One end of the range of a node that an operation takes, and the step that set it.
  struct End {
    unsigned slot;
    Side side;
    int step;
  };

  /// The nodes that the operation of a step takes.
  llvm::SmallVector<unsigned, 4> taken(const Step &step) const {
    llvm::SmallVector<unsigned, 4> slots;
    auto add = [&](unsigned slot) {
      if (!p_.nodes_[slot]->isConstant() && !llvm::is_contained(slots, slot))
        slots.push_back(slot);
    };
    llvm::for_each(p_.operands(step.cause.index), add);
    if (step.cause.kind == Cause::Inverted)
      add(step.cause.index);
    return slots;
  }

  /// What gives the ends of the range that a step has made, where that is as simple.
  std::optional<EndRule> ruleOf(const Step &step) const {
    unsigned node = step.cause.index;
    if (p_.operands(node).size() != 2 || p_.operand(node, 0) == p_.operand(node, 1))
      return std::nullopt;
    Op op = p_.nodes_[node]->op();
    unsigned a = p_.operand(node, 0), b = p_.operand(node, 1);
    std::optional<EndRule> rule = step.cause.kind == Cause::Evaluated ? EndRule::evaluated(op, a, b)
                                  : step.slot == a ? EndRule::solvedForLeft(op, node, b)
                                                   : EndRule::solvedForRight(op, node, a);
    auto mayBeNegative = [&](unsigned slot) { return p_.base_[slot].lo < 0; };
    if (rule && !rule->isOfSums() && (mayBeNegative(rule->left) || mayBeNegative(rule->right)))
      return std::nullopt;
    return rule;
  }

  /// The same as `weaken`, for a step that keeps a bound on one side.
  void weakenBound(const Step &step, Side side, double bound) {
    std::optional<EndRule> rule = ruleOf(step);
    if (!rule)
      return weaken(step,
                    [&](const Replay &replay) { return isWithin(replay.bounds, side, bound); });
    ++replays_;
    if (step.cause.kind == Cause::Inverted)
      need(step.cause.index, Requirement, 0);
    struct {
      unsigned slot;
      bool isUpper;
      int step;
      double end;
    } ends[2];
    for (unsigned k : {0, 1}) {
      unsigned slot = k ? rule->right : rule->left;
      bool isUpper = k ? rule->rightEnd(side == Upper) : side == Upper;
      ends[k] = {slot, isUpper, lastBefore(slot), endOf(valueBefore(slot), isUpper)};
    }
    unsigned latest = ends[0].step > ends[1].step ? 0 : 1;
    for (unsigned k : {latest, 1 - latest}) {
      auto &[slot, isUpper, at, end] = ends[k];
      auto stillEnough = [&](double older) {
        double kept = std::exchange(end, older);
        bool isStill =
            reaches(rule->apply(side == Upper, ends[0].end, ends[1].end), side == Upper, bound);
        if (!isStill)
          end = kept;
        return isStill;
      };
      double base = endOf(p_.base_[slot], isUpper);
      if (end == base || stillEnough(base))
        continue;
      for (; at != never; at = p_.steps_[at].previous) {
        double older = endOf(p_.steps_[at].before, isUpper);
        if (older != end && !stillEnough(older))
          break;
      }
      need(slot, Side(isUpper), end);
    }
  }

  /// Lets the operation of a step take as little as possible, and needs that.
  void weaken(const Step &step, llvm::function_ref<bool(const Replay &)> isEnough) {
    if (step.cause.kind == Cause::Inverted)
      need(step.cause.index, Requirement, 0);
    llvm::SmallVector<unsigned, 4> slots = taken(step);
    llvm::SmallVector<Interval, 4> kept;
    llvm::SmallVector<End, 8> ends;
    for (unsigned slot : slots) {
      kept.push_back(std::exchange(p_.values_[slot], valueBefore(slot)));
      for (Side side : {Lower, Upper})
        if (endOf(p_.values_[slot], side) != endOf(p_.base_[slot], side))
          ends.push_back({slot, side, lastBefore(slot)});
    }
    llvm::sort(ends, [](const End &a, const End &b) { // the latest first
      return std::tie(b.step, a.slot, a.side) < std::tie(a.step, b.slot, b.side);
    });
    auto stillEnough = [&](const End &end, double bound) {
      Interval before = p_.values_[end.slot];
      setEnd(p_.values_[end.slot], end.side, bound);
      bool isStill = isEnough(replay(step));
      if (!isStill)
        p_.values_[end.slot] = before;
      return isStill;
    };
    llvm::erase_if(ends, [&](const End &end) {
      if (stillEnough(end, endOf(p_.base_[end.slot], end.side)))
        return true;
      weakenEnd(end, stillEnough);
      return false;
    });
    llvm::SmallVector<Interval, 4> weakest;
    for (auto [slot, value] : llvm::zip(slots, kept))
      weakest.push_back(std::exchange(p_.values_[slot], value));
    for (const End &end : ends)
      need(end.slot, end.side,
           endOf(weakest[llvm::find(slots, end.slot) - slots.begin()], end.side));
  }

  /// Back through the steps.
  template <typename F> void weakenEnd(const End &end, F stillEnough) {
    for (int at = end.step; at != never; at = p_.steps_[at].previous) {
      double older = endOf(p_.steps_[at].before, end.side);
      if (older != endOf(p_.values_[end.slot], end.side) && !stillEnough(end, older))
        return;
    }
  }

  // ---- refutations ----------------------------------------------------------------------------

  /// No value of a domain is left between two bounds.
  void missValues(const Step &failed) {
    unsigned param = p_.nodes_[failed.slot]->index();
    Range domain = p_.problem_.domain(param);
    std::optional<Range> above = p_.problem_.within(param, domain, {failed.before.lo, inf});
    unsigned first = above ? above->lo : domain.hi + 1; // that is not below
    if (first > 0)
      needIndex(param, false, first);
    if (first <= domain.hi)
      needIndex(param, true, first - 1);
  }

  /// What an operation says of a node is apart from what was known; either may say less.
  void clash(const Step &failed) {
    Interval known = failed.before, said = failed.after;
    if (said.lo > said.hi) // an operation that has no value
      return weaken(failed, [](const Replay &r) { return r.bounds.lo > r.bounds.hi; });
    Side side = said.lo > known.hi ? Lower : Upper, other = side == Lower ? Upper : Lower;
    double limit = endOf(said, side), weak = weakestApart(failed.slot, other, limit),
           middle = between(weak, limit);
    if (side == Lower ? middle < limit : middle > limit)
      weak = middle;
    need(failed.slot, other, weak);
    double bound = std::nextafter(weak, side == Lower ? inf : -inf);
    if (failed.cause.kind == Cause::Stated)
      constraints_.push_back(failed.cause.index);
    else if (unsigned param = p_.nodes_[failed.slot]->index(); failed.cause.kind == Cause::Given)
      take(param, side, indexFor(param, side, bound));
    else
      weakenBound(failed, side, bound);
  }

  /// The oldest end of the range of a node that is apart from a limit.
  double weakestApart(unsigned slot, Side side, double limit) const {
    auto isApart = [&](Interval value) {
      return side == Upper ? value.hi < limit : value.lo > limit;
    };
    if (isApart(p_.base_[slot]))
      return endOf(p_.base_[slot], side);
    int at = p_.last_[slot];
    while (isApart(p_.steps_[at].before))
      at = p_.steps_[at].previous;
    return endOf(p_.steps_[at].after, side);
  }

  Propagation &p_;
  const Box &known_;
  int now_; ///< the step that is looked at: what it rests on was before
  // By slot and side: what is needed, and the first step that made it so.
  std::vector<int> needed_;
  std::unique_ptr<double[]> bounds_;
  std::vector<int> last_; ///< by slot: the last step before the present one, or later, or unknown
  static constexpr int unknown = -2;
  std::priority_queue<std::pair<int, unsigned>> queue_;
  std::vector<unsigned> constraints_;
  Box box_;
  bool isLost_ = false; ///< whether rounding hides a reason
  uint64_t replays_ = 0;
};

Lemma Propagation::whyRefuted(const Box &known) {
  RoundUp roundUp;
  return Tracer(*this, known).refutation();
}

Lemma Propagation::whyBounded(unsigned param, bool isUpper, unsigned index, const Box &known) {
  RoundUp roundUp;
  return Tracer(*this, known).bound(param, isUpper, index);
}

} // namespace wsc::feasibility
