// The passes over the DAG: upward by interval evaluation, downward by the rules of Invert.cpp.
#include "feasibility/Propagate.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

using ir::Op;

Propagation::Propagation(const Problem &problem, llvm::ArrayRef<unsigned> constraints)
    : problem_(problem) {
  std::vector<const ir::Node *> roots;
  for (unsigned constraint : constraints)
    roots.push_back(problem.space().constraints[constraint].node);
  nodes_ = ir::Space::reachable(roots);
  for (unsigned i = 0; i < nodes_.size(); ++i) {
    const ir::Node *node = nodes_[i];
    slots_[node] = i;
    first_.push_back(operands_.size());
    for (const ir::Node *operand : node->operands())
      operands_.push_back(slots_.lookup(operand));
    initial_.push_back(node->isConstant() ? ir::enclose(node->value()) : Interval::all());
    if (node->op() == Op::Param)
      params_.push_back(i);
    if (node->op() == Op::Lookup || node->op() == Op::HasRow)
      tables_.try_emplace(node->index(), problem.space().tables[node->index()]);
  }
  for (const ir::Node *root : roots)
    roots_.push_back(slots_.lookup(root));
}

Interval Propagation::bounds(const ir::Node *node) const {
  auto it = slots_.find(node);
  return it == slots_.end() || values_.empty() ? Interval::all() : values_[it->second];
}

/// Intersects; an empty intersection refutes the box.
void Propagation::meet(unsigned i, Interval bounds) {
  Interval &value = values_[i];
  value = {std::max(value.lo, bounds.lo), std::min(value.hi, bounds.hi)};
  empty_ |= value.lo > value.hi;
}

bool Propagation::load(Box &box) {
  values_ = initial_;
  required_.assign(nodes_.size(), false);
  empty_ = false;
  for (unsigned i = 0; i < nodes_.size(); ++i)
    if (nodes_[i]->op() == Op::Param)
      values_[i] = problem_.enclosure(nodes_[i]->index(), box[nodes_[i]->index()]);
    else
      values_[i] = evaluate(i);
  for (unsigned root : roots_) {
    require(root);
    meet(root, Interval::truth(false, true));
  }
  return !empty_;
}

bool Propagation::forward() {
  for (unsigned i = 0; i < nodes_.size() && !empty_; ++i) {
    if (nodes_[i]->operands().empty())
      continue;
    if (required_[i])
      meet(i, evaluate(i));
    else
      values_[i] = evaluate(i);
  }
  return !empty_;
}

bool Propagation::backward() {
  for (unsigned i = nodes_.size(); i-- > 0 && !empty_;)
    if (required_[i])
      invert(i);
  return !empty_;
}

/// Rounds the ranges of parameters to their domains.
bool Propagation::store(Box &box, bool &changed) {
  for (unsigned i : params_) {
    unsigned param = nodes_[i]->index();
    Range range = box[param];
    while (range.lo < range.hi && problem_.enclosure(param, {range.lo, range.lo}).hi < values_[i].lo)
      ++range.lo;
    while (range.lo < range.hi && problem_.enclosure(param, {range.hi, range.hi}).lo > values_[i].hi)
      --range.hi;
    changed |= range != box[param];
    box[param] = range;
    meet(i, problem_.enclosure(param, range));
  }
  return !empty_;
}

bool Propagation::narrow(Box &box) {
  constexpr unsigned minRounds = 3, maxRounds = 20;
  RoundUp roundUp;
  if (!load(box))
    return false;
  bool changed = true;
  for (unsigned round = 0; round < maxRounds && (changed || round < minRounds); ++round) {
    changed = false;
    if (!backward() || !store(box, changed) || !forward())
      return false;
  }
  return true;
}

std::vector<unsigned> minimalRefutation(const Problem &problem, std::vector<unsigned> constraints,
                                        const Box &box, uint64_t &work) {
  for (unsigned candidate : std::vector<unsigned>(constraints)) {
    std::vector<unsigned> rest = constraints;
    llvm::erase(rest, candidate);
    Propagation propagation(problem, rest);
    work += propagation.cost();
    if (Box scratch = box; !propagation.narrow(scratch))
      constraints = std::move(rest);
  }
  return constraints;
}

} // namespace wsc::feasibility
