// Propagation to a fixed point: upward by interval evaluation, downward by the rules of Invert.cpp,
// both only where something has changed.
#include "feasibility/Propagate.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

namespace wsc::feasibility {

using ir::Op;

Propagation::Propagation(const Problem &problem, Judge &judge)
    : problem_(problem), judge_(judge), paramSlots_(problem.paramCount(), -1), toEvaluate_(0),
      toInvert_(0), toStore_(0) {
  std::vector<const ir::Node *> roots;
  for (auto list : {problem.constraints(), problem.preferences()})
    for (unsigned constraint : list)
      roots.push_back(problem.space().constraints[constraint].node);
  for (Goal goal : problem.goals())
    roots.push_back(problem.space().constraints[goal.constraint].node);
  nodes_ = ir::Space::reachable(roots);
  std::vector<std::vector<unsigned>> users(nodes_.size());
  for (unsigned i = 0; i < nodes_.size(); ++i) {
    const ir::Node *node = nodes_[i];
    slots_[node] = i;
    firstOperand_.push_back(operands_.size());
    for (const ir::Node *operand : node->operands()) {
      operands_.push_back(slots_.lookup(operand));
      users[operands_.back()].push_back(i);
    }
    values_.push_back(node->isConstant() ? ir::enclose(node->value()) : Interval::all());
    if (node->op() == Op::Param)
      paramSlots_[node->index()] = i;
    if (node->op() == Op::Lookup || node->op() == Op::HasRow)
      tables_.try_emplace(node->index(), problem.tables().get(node->index()));
  }
  firstOperand_.push_back(operands_.size());
  for (const std::vector<unsigned> &list : users) {
    firstUser_.push_back(users_.size());
    llvm::append_range(users_, list);
  }
  firstUser_.push_back(users_.size());
  toEvaluate_ = toInvert_ = toStore_ = Agenda(nodes_.size());
  RoundUp roundUp;
  for (unsigned i = 0; i < nodes_.size(); ++i)
    if (nodes_[i]->op() == Op::Param)
      values_[i] = problem.enclosure(nodes_[i]->index(), problem.domain(nodes_[i]->index()));
    else
      values_[i] = evaluate(i);
  base_ = values_;
}

// ---- what is known of a node --------------------------------------------------------------

Interval Propagation::bounds(const ir::Node *node) const {
  auto it = slots_.find(node);
  return it != slots_.end() && live_.size() && live_[it->second] ? values_[it->second]
                                                                 : Interval::all();
}

/// Schedules what depends on the value of a node.
void Propagation::changed(unsigned i) {
  toInvert_.add(i);
  if (nodes_[i]->op() == Op::Param)
    toStore_.add(i);
  for (unsigned k = firstUser_[i]; k < firstUser_[i + 1]; ++k)
    if (live_[users_[k]]) {
      toEvaluate_.add(users_[k]);
      toInvert_.add(users_[k]);
    }
}

/// Whether a bound moved so far that going on pays: by a tenth of the width.  What takes many small
/// steps takes as many to explain.
static bool isProgress(Interval before, Interval after) {
  double width = before.hi - before.lo;
  return !(width - (after.hi - after.lo) < 0.1 * width) || after.isPoint();
}

/// The range of a node has become smaller; an empty one refutes the box.
void Propagation::narrowTo(unsigned i, Interval bounds, Interval after) {
  if (after.lo > after.hi) {
    empty_ = true;
    refutation_ = {i, cause_, false, values_[i], bounds, never};
    return;
  }
  Interval before = values_[i];
  set(i, after);
  if (isProgress(before, after))
    changed(i);
}

void Propagation::set(unsigned i, Interval after) {
  steps_.push_back({i, cause_, false, values_[i], after, last_[i]});
  last_[i] = steps_.size() - 1;
  values_[i] = after;
}

/// Where a node is required because it is an operand of another, the step of the first in this
/// chain says why, and is noted as the previous one.
void Propagation::setRequired(unsigned i) {
  int origin = steps_.size();
  if (cause_.kind == Cause::Inverted) {
    Op op = nodes_[cause_.index]->op();
    if (op != Op::And && op != Op::Or && op != Op::Select)
      origin = steps_[required_[cause_.index]].previous;
  }
  required_[i] = steps_.size();
  steps_.push_back({i, cause_, true, values_[i], values_[i], origin});
  toInvert_.add(i);
}

void Propagation::undo(size_t steps) {
  for (; steps_.size() > steps; steps_.pop_back()) {
    const Step &step = steps_.back();
    if (step.isRequirement) {
      required_[step.slot] = never;
    } else {
      values_[step.slot] = step.before;
      last_[step.slot] = step.previous;
    }
  }
}

// ---- the fixed point ----------------------------------------------------------------------

template <typename F> bool Propagation::Agenda::upward(F visit) {
  for (size_t w = 0; w < words_.size(); ++w)
    while (words_[w]) {
      unsigned bit = llvm::countr_zero(words_[w]);
      words_[w] &= words_[w] - 1;
      if (!visit(unsigned(64 * w + bit)))
        return false;
    }
  return true;
}

/// What is added above the present node is for the next time.
template <typename F> bool Propagation::Agenda::downward(F visit) {
  for (size_t w = words_.size(); w-- > 0;)
    for (uint64_t below = ~uint64_t(0); uint64_t word = words_[w] & below;) {
      unsigned bit = 63 - llvm::countl_zero(word);
      words_[w] &= ~Agenda::bit(bit);
      below = Agenda::bit(bit) - 1;
      if (!visit(unsigned(64 * w + bit)))
        return false;
    }
  return true;
}

/// Marks the nodes that the constraints reach.
void Propagation::select(llvm::ArrayRef<unsigned> constraints) {
  if (live_.size() && constraints == llvm::ArrayRef(selected_))
    return;
  selected_ = constraints.vec();
  live_.assign(nodes_.size(), false);
  for (unsigned constraint : constraints)
    live_[slots_.lookup(problem_.space().constraints[constraint].node)] = true;
  for (unsigned i = nodes_.size(); i-- > 0;) {
    for (unsigned operand : operands(i))
      live_[operand] |= live_[i];
  }
}

/// Starts from a box, in which the constraints are required to hold.
bool Propagation::load(const Box &box) {
  values_ = base_;
  required_.assign(nodes_.size(), never);
  last_.assign(nodes_.size(), never);
  steps_.clear();
  toEvaluate_.clear(), toInvert_.clear(), toStore_.clear();
  empty_ = false;
  cause_ = {Cause::Given};
  for (unsigned param = 0; param < box.size(); ++param)
    if (int slot = paramSlots_[param]; slot >= 0 && live_[slot])
      meet(slot, problem_.enclosure(param, box[param]));
  if (!forward())
    return false;
  for (unsigned constraint : selected_) {
    state(constraint);
    if (empty_)
      return false;
  }
  return true;
}

void Propagation::state(unsigned constraint) {
  unsigned root = slots_.lookup(problem_.space().constraints[constraint].node);
  cause_ = {Cause::Stated, constraint};
  require(root);
  meet(root, Interval::truth(false, true));
}

bool Propagation::forward() {
  return toEvaluate_.upward([&](unsigned i) {
    ++visits_;
    cause_ = {Cause::Evaluated, i};
    Interval value = evaluate(i);
    if (required_[i] != never) {
      meet(i, value);
    } else if (value != values_[i]) { // where it is undefined everywhere, so be it
      set(i, value);
      changed(i);
    }
    return !empty_;
  });
}

bool Propagation::backward() {
  return toInvert_.downward([&](unsigned i) {
    if (required_[i] == never)
      return true;
    ++visits_;
    cause_ = {Cause::Inverted, i};
    invert(i);
    return !empty_;
  });
}

/// Rounds the ranges of parameters to their domains.
bool Propagation::store(Box &box) {
  return toStore_.upward([&](unsigned i) {
    unsigned param = nodes_[i]->index();
    cause_ = {Cause::Rounded, i};
    std::optional<Range> range = problem_.within(param, box[param], values_[i]);
    if (!range) {
      refutation_ = {i, cause_, false, values_[i], values_[i], never};
      empty_ = true;
      return false;
    }
    box[param] = *range;
    meet(i, problem_.enclosure(param, *range));
    return !empty_;
  });
}

bool Propagation::settle(Box &box, unsigned rounds) {
  bool consistent = true;
  for (unsigned round = 0; consistent && round < rounds; ++round) {
    uint64_t before = visits_;
    consistent = backward() && store(box) && forward();
    if (visits_ == before)
      break;
  }
  return consistent;
}

/// Counts what was done.
void Propagation::account() {
  constexpr unsigned visitsPerWork = 16;
  judge_.addWork(visits_ / visitsPerWork + 1);
  visits_ = 0;
}

bool Propagation::narrow(llvm::ArrayRef<unsigned> constraints, Box &box, unsigned rounds) {
  select(constraints);
  RoundUp roundUp;
  bool consistent = load(box) && settle(box, rounds);
  account();
  return consistent;
}

bool Propagation::resume(llvm::ArrayRef<unsigned> params, Box &box) {
  RoundUp roundUp;
  toEvaluate_.clear(), toInvert_.clear(), toStore_.clear();
  empty_ = false;
  cause_ = {Cause::Given};
  for (unsigned param : params) {
    int slot = paramSlots_[param];
    if (slot < 0 || !live_[slot])
      continue;
    meet(slot, problem_.enclosure(param, box[param]));
    if (empty_)
      return false;
    changed(slot);
  }
  bool consistent = settle(box, manyRounds);
  account();
  return consistent;
}

} // namespace wsc::feasibility
