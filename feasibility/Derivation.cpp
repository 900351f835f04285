// Upward evaluation, cuts, and which values must be defined.
#include "feasibility/Derivation.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

using ir::Op;

static std::vector<const ir::Node *> rootsOf(const Problem &problem,
                                             llvm::ArrayRef<unsigned> constraints) {
  std::vector<const ir::Node *> roots;
  for (unsigned constraint : constraints)
    roots.push_back(problem.space().constraints[constraint].node);
  return roots;
}

static bool isApart(Interval a, Interval b) { return a.hi < b.lo || a.lo > b.hi; }

Derivation::Derivation(const Problem &problem, llvm::ArrayRef<unsigned> constraints)
    : problem_(problem), nodes_(ir::Space::reachable(rootsOf(problem, constraints))),
      tape_(problem.space(), rootsOf(problem, constraints)), operands_(nodes_.size()),
      users_(nodes_.size()), known_(nodes_.size()) {
  for (unsigned i = 0; i < nodes_.size(); ++i) {
    slots_[nodes_[i]] = i;
    for (const ir::Node *operand : nodes_[i]->operands()) {
      operands_[i].push_back(slots_.lookup(operand));
      users_[operands_[i].back()].push_back(i);
    }
  }
  for (unsigned i = nodes_.size(); i-- > 0;)
    if (!operands_[i].empty())
      inner_.push_back(i);
  for (const ir::Node *root : rootsOf(problem, constraints))
    roots_.push_back(slots_.lookup(root));
}

/// Whether an operand has a value wherever the node has a value that it may have.
bool Derivation::mustBeDefined(unsigned node, unsigned operand) const {
  Op op = nodes_[node]->op();
  if (op == Op::And || op == Op::Or) { // unless the other operand decides alone
    double decisive = op == Op::Or;
    return !known_[operands_[node][1 - operand]].contains(decisive) ||
           !known_[node].contains(decisive);
  }
  if (op == Op::Select && operand > 0) // the branch that is taken
    return known_[operands_[node][0]] == Interval::point(operand == 1);
  return true;
}

/// What follows for operands, users first; of most nodes once and for all.
void Derivation::demand() {
  llvm::erase_if(open_, [&](unsigned i) {
    if (!defined_[i])
      return false;
    bool isDone = true;
    for (unsigned k = 0; k < operands_[i].size(); ++k)
      if (!defined_[operands_[i][k]])
        isDone &= defined_[operands_[i][k]] = mustBeDefined(i, k);
    return isDone;
  });
}

void Derivation::meet(unsigned node, Interval bounds) {
  Interval &known = known_[node], before = known;
  known = {std::max(known.lo, bounds.lo), std::min(known.hi, bounds.hi)};
  changed_[node] = changed_[node] || known != before;
  refuted_ |= known.lo > known.hi;
}

/// Takes the values of a parameter from the box.
void Derivation::load(unsigned node) {
  unsigned param = nodes_[node]->index();
  known_[node] = problem_.enclosure(param, box_[param]);
  changed_[node] = true;
}

/// Evaluates what depends on nodes that have changed.
void Derivation::ascend(unsigned from) {
  for (unsigned i = from; i < nodes_.size() && !refuted_; ++i) {
    if (llvm::none_of(operands_[i], [&](unsigned operand) { return changed_[operand]; }))
      continue;
    Interval value = tape_.evaluateNode(i, known_);
    if (defined_[i]) {
      meet(i, value);
    } else {
      changed_[i] = value != known_[i];
      known_[i] = value;
    }
  }
  demand();
  changed_.assign(nodes_.size(), false);
}

void Derivation::start(const Box &box) {
  RoundUp roundUp;
  box_ = box;
  refuted_ = false;
  defined_.assign(nodes_.size(), false);
  open_ = inner_;
  changed_.assign(nodes_.size(), true);
  for (unsigned i = 0; i < nodes_.size(); ++i)
    if (nodes_[i]->op() == Op::Param)
      load(i);
    else
      known_[i] = tape_.evaluateNode(i, known_);
  for (unsigned root : roots_) {
    defined_[root] = true;
    meet(root, Interval::point(1));
  }
  ascend(nodes_.size());
}

bool Derivation::excludes(unsigned node, Interval piece) {
  if (!defined_[node])
    return false;
  RoundUp roundUp;
  Interval whole = std::exchange(known_[node], piece);
  bool result = llvm::any_of(users_[node], [&](unsigned user) {
    return defined_[user] && isApart(tape_.evaluateNode(user, known_), known_[user]);
  });
  known_[node] = whole;
  return result;
}

/// A truth value has nothing between its ends.
bool Derivation::decide(unsigned node, bool value) {
  if (known_[node].isPoint() || !excludes(node, Interval::point(!value)))
    return false;
  meet(node, Interval::point(value));
  RoundUp roundUp;
  ascend(node + 1);
  return true;
}

bool Derivation::cut(const Cut &cut) {
  auto slot = slots_.find(cut.node);
  if (slot == slots_.end())
    return false;
  unsigned node = slot->second;
  Interval known = known_[node];
  if (cut.node->type().isBool() && cut.node->op() != Op::Param)
    return decide(node, !cut.above);
  if (cut.above ? cut.bound > known.hi : cut.bound < known.lo)
    return true; // nothing is left to cut
  if (!excludes(node, cut.above ? Interval{cut.bound, known.hi} : Interval{known.lo, cut.bound}))
    return false;
  meet(node, cut.above ? Interval{known.lo, cut.bound} : Interval{cut.bound, known.hi});
  if (cut.node->op() == Op::Param) {
    unsigned param = cut.node->index();
    Range &range = box_[param];
    auto isCut = [&](unsigned i) {
      Interval value = problem_.enclosure(param, {i, i});
      return cut.above ? value.lo >= cut.bound : value.hi <= cut.bound;
    };
    while (range.lo < range.hi && isCut(cut.above ? range.hi : range.lo))
      cut.above ? --range.hi : ++range.lo;
    refuted_ |= isCut(range.lo) && range.isPoint();
    load(node);
  }
  RoundUp roundUp;
  ascend(node + 1);
  return true;
}

} // namespace wsc::feasibility
