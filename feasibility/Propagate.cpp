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
    initial_.push_back(node->isConstant() ? ir::enclose(node->value()) : Interval::all());
    if (node->op() == Op::Param)
      paramSlots_[node->index()] = i;
    if (node->op() == Op::Lookup || node->op() == Op::HasRow)
      tables_.try_emplace(node->index(), problem.space().tables[node->index()]);
  }
  firstOperand_.push_back(operands_.size());
  for (const std::vector<unsigned> &list : users) {
    firstUser_.push_back(users_.size());
    llvm::append_range(users_, list);
  }
  firstUser_.push_back(users_.size());
  toEvaluate_ = toInvert_ = toStore_ = Agenda(nodes_.size());
}

// ---- what is known of a node --------------------------------------------------------------

Interval Propagation::bounds(const ir::Node *node) const {
  auto it = slots_.find(node);
  return it != slots_.end() && live_.size() && live_[it->second] ? state_.values[it->second]
                                                                 : Interval::all();
}

Grounds Propagation::grounds(unsigned param) const {
  return paramSlots_[param] < 0 ? Grounds{} : state_.grounds[paramSlots_[param]];
}

/// What the value of a node and those of its operands rest on.
Grounds Propagation::groundsOf(unsigned i) const {
  Grounds result = state_.grounds[i];
  for (unsigned operand : operands(i))
    result |= state_.grounds[operand];
  return result;
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

/// Whether a bound moved so far that going on pays: by a hundredth of the width.
static bool isProgress(Interval before, Interval after) {
  double width = before.hi - before.lo;
  return !(width - (after.hi - after.lo) < 0.01 * width) || after.isPoint();
}

/// The range of a node has become smaller; an empty one refutes the box.
void Propagation::set(unsigned i, Interval before, Interval after) {
  if (record_)
    record_->push_back({nodes_[i], before, after});
  if (after.lo > after.hi) {
    empty_ = true;
    refutation_ = cause();
    refutation_ |= state_.grounds[i];
    return;
  }
  state_.values[i] = after;
  state_.grounds[i] |= cause();
  if (isProgress(before, after))
    changed(i);
}

void Propagation::setRequired(unsigned i) {
  state_.required[i] = true;
  state_.grounds[i] |= cause();
  toInvert_.add(i);
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
      words_[w] &= ~Grounds::bit(bit);
      below = Grounds::bit(bit) - 1;
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
  liveNodes_.clear();
  for (unsigned constraint : constraints)
    live_[slots_.lookup(problem_.space().constraints[constraint].node)] = true;
  for (unsigned i = nodes_.size(); i-- > 0;) {
    if (!live_[i])
      continue;
    liveNodes_.push_back(i);
    for (unsigned operand : operands(i))
      live_[operand] = true;
  }
  std::reverse(liveNodes_.begin(), liveNodes_.end());
}

/// Starts from a box: everything is evaluated, and the constraints are required to hold.
bool Propagation::load(const Box &box) {
  state_.values = initial_;
  state_.grounds.assign(nodes_.size(), {});
  state_.required.assign(nodes_.size(), false);
  toEvaluate_.clear(), toInvert_.clear(), toStore_.clear();
  empty_ = false;
  for (unsigned i : liveNodes_) {
    ++steps_;
    if (nodes_[i]->op() != Op::Param) {
      state_.values[i] = evaluate(i);
      state_.grounds[i] = groundsOf(i);
      continue;
    }
    unsigned param = nodes_[i]->index();
    state_.values[i] = problem_.enclosure(param, box[param]);
    if (box[param] != problem_.domain(param))
      state_.grounds[i].params = Grounds::bit(param);
  }
  for (unsigned constraint : selected_) {
    unsigned root = slots_.lookup(problem_.space().constraints[constraint].node);
    causeNode_ = none, cause_ = {0, Grounds::bit(constraint)};
    require(root);
    meet(root, Interval::truth(false, true));
    if (empty_)
      return false;
  }
  return true;
}

bool Propagation::forward() {
  return toEvaluate_.upward([&](unsigned i) {
    ++steps_;
    causeNode_ = i;
    Interval value = evaluate(i);
    if (state_.required[i]) {
      meet(i, value);
    } else if (value != state_.values[i]) { // where it is undefined everywhere, so be it
      state_.values[i] = value;
      state_.grounds[i] = groundsOf(i);
      changed(i);
    }
    return !empty_;
  });
}

bool Propagation::backward() {
  return toInvert_.downward([&](unsigned i) {
    if (!state_.required[i])
      return true;
    ++steps_;
    causeNode_ = i;
    invert(i);
    return !empty_;
  });
}

/// Rounds the ranges of parameters to their domains.
bool Propagation::store(Box &box) {
  return toStore_.upward([&](unsigned i) {
    unsigned param = nodes_[i]->index();
    std::optional<Range> range = problem_.within(param, box[param], state_.values[i]);
    if (!range) {
      refutation_ = state_.grounds[i];
      empty_ = true;
      return false;
    }
    box[param] = *range;
    causeNode_ = i;
    meet(i, problem_.enclosure(param, *range));
    return !empty_;
  });
}

bool Propagation::settle(Box &box, unsigned rounds) {
  bool consistent = true;
  for (unsigned round = 0; consistent && round < rounds; ++round) {
    uint64_t before = steps_;
    consistent = backward() && store(box) && forward();
    if (steps_ == before)
      break;
  }
  constexpr unsigned stepsPerWork = 16;
  judge_.addWork(steps_ / stepsPerWork + 1);
  steps_ = 0;
  return consistent;
}

bool Propagation::narrow(llvm::ArrayRef<unsigned> constraints, Box &box, unsigned rounds) {
  select(constraints);
  RoundUp roundUp;
  return load(box) && settle(box, rounds);
}

bool Propagation::resume(llvm::ArrayRef<unsigned> params, Box &box) {
  RoundUp roundUp;
  toEvaluate_.clear(), toInvert_.clear(), toStore_.clear();
  empty_ = false;
  for (unsigned param : params) {
    int slot = paramSlots_[param];
    if (slot < 0 || !live_[slot])
      continue;
    causeNode_ = none, cause_ = {Grounds::bit(param), 0};
    meet(slot, problem_.enclosure(param, box[param]));
    if (empty_)
      return false;
    changed(slot);
  }
  return settle(box, manyRounds);
}

} // namespace wsc::feasibility
