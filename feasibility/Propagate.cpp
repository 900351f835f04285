// The passes over the DAG: upward by interval evaluation, downward by the rules of Invert.cpp.
#include "feasibility/Propagate.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::feasibility {

using ir::Op;

Propagation::Propagation(const Problem &problem, Judge &judge) : problem_(problem), judge_(judge) {
  std::vector<const ir::Node *> roots;
  for (auto list : {problem.constraints(), problem.preferences()})
    for (unsigned constraint : list)
      roots.push_back(problem.space().constraints[constraint].node);
  for (Goal goal : problem.goals())
    roots.push_back(problem.space().constraints[goal.constraint].node);
  nodes_ = ir::Space::reachable(roots);
  for (unsigned i = 0; i < nodes_.size(); ++i) {
    const ir::Node *node = nodes_[i];
    slots_[node] = i;
    first_.push_back(operands_.size());
    for (const ir::Node *operand : node->operands())
      operands_.push_back(slots_.lookup(operand));
    initial_.push_back(node->isConstant() ? ir::enclose(node->value()) : Interval::all());
    if (node->op() == Op::Lookup || node->op() == Op::HasRow)
      tables_.try_emplace(node->index(), problem.space().tables[node->index()]);
  }
}

Interval Propagation::bounds(const ir::Node *node) const {
  auto it = slots_.find(node);
  return it != slots_.end() && llvm::is_contained(live_, it->second) ? values_[it->second]
                                                                     : Interval::all();
}

/// Marks the nodes that the constraints reach.
void Propagation::select(llvm::ArrayRef<unsigned> constraints) {
  if (!values_.empty() && constraints == llvm::ArrayRef(selected_))
    return;
  selected_ = constraints.vec();
  std::vector<bool> reached(nodes_.size());
  for (unsigned constraint : constraints)
    reached[slots_.lookup(problem_.space().constraints[constraint].node)] = true;
  live_.clear();
  for (unsigned i = nodes_.size(); i-- > 0;) {
    if (!reached[i])
      continue;
    live_.push_back(i);
    for (unsigned k = 0; k < nodes_[i]->operands().size(); ++k)
      reached[operand(i, k)] = true;
  }
  std::reverse(live_.begin(), live_.end());
}

/// Intersects; an empty intersection refutes the box.
void Propagation::meet(unsigned i, Interval bounds) {
  Interval &value = values_[i];
  value = {std::max(value.lo, bounds.lo), std::min(value.hi, bounds.hi)};
  empty_ |= value.lo > value.hi;
}

bool Propagation::load(const Box &box) {
  values_ = initial_;
  required_.assign(nodes_.size(), false);
  empty_ = false;
  for (unsigned i : live_)
    values_[i] = nodes_[i]->op() == Op::Param
                     ? problem_.enclosure(nodes_[i]->index(), box[nodes_[i]->index()])
                     : evaluate(i);
  for (unsigned constraint : selected_) {
    unsigned root = slots_.lookup(problem_.space().constraints[constraint].node);
    require(root);
    meet(root, Interval::truth(false, true));
  }
  return !empty_;
}

bool Propagation::forward() {
  for (unsigned i : live_) {
    if (nodes_[i]->operands().empty())
      continue;
    if (required_[i])
      meet(i, evaluate(i));
    else
      values_[i] = evaluate(i);
    if (empty_)
      return false;
  }
  return true;
}

bool Propagation::backward() {
  for (unsigned i : llvm::reverse(live_)) {
    if (required_[i])
      invert(i);
    if (empty_)
      return false;
  }
  return true;
}

/// Rounds the ranges of parameters to their domains.
bool Propagation::store(Box &box, bool &changed) {
  for (unsigned i : live_) {
    if (nodes_[i]->op() != Op::Param)
      continue;
    unsigned param = nodes_[i]->index();
    std::optional<Range> range = problem_.within(param, box[param], values_[i]);
    if (!range)
      return false;
    changed |= *range != box[param];
    box[param] = *range;
    meet(i, problem_.enclosure(param, *range));
  }
  return !empty_;
}

bool Propagation::narrow(llvm::ArrayRef<unsigned> constraints, Box &box) {
  constexpr unsigned minRounds = 3, maxRounds = 20, nodesPerWork = 16;
  select(constraints);
  RoundUp roundUp;
  bool consistent = load(box), changed = true;
  unsigned round = 0;
  for (; consistent && round < maxRounds && (changed || round < minRounds); ++round) {
    changed = false;
    consistent = backward() && store(box, changed) && forward();
  }
  judge_.addWork((round + 1) * live_.size() / nodesPerWork + 1);
  return consistent;
}

std::vector<unsigned> Propagation::minimalRefutation(llvm::ArrayRef<unsigned> constraints,
                                                     const Box &box) {
  std::vector<unsigned> kept = constraints.vec();
  // Chunks first: most constraints can be spared.
  for (size_t chunk = (kept.size() + 1) / 2; chunk > 0; chunk = chunk == 1 ? 0 : (chunk + 1) / 2)
    for (size_t begin = 0; begin < kept.size();) {
      std::vector<unsigned> rest = kept;
      rest.erase(rest.begin() + begin, rest.begin() + std::min(begin + chunk, rest.size()));
      if (refutes(rest, box))
        kept = std::move(rest);
      else
        begin += chunk;
    }
  return kept;
}

} // namespace wsc::feasibility
