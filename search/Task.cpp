// Exact objectives, estimates and margins.
#include "search/Task.h"

#include "ir/Components.h"
#include "search/MeasuredRequirements.h"
#include <cmath>

namespace wsc::search {

using feasibility::Design;

std::vector<const ir::Node *> objectiveNodes(const ir::Space &space) {
  std::vector<const ir::Node *> nodes;
  for (const ir::Objective &objective : space.objectives)
    nodes.push_back(objective.node);
  return nodes;
}

Margins::Margins(const ir::Space &space) {
  for (const ir::Constraint *requirement : measuredRequirements(space))
    for (const ir::Node *condition : ir::conjunctsOf(requirement->node))
      add(condition);
  tape_.emplace(space, roots_);
}

void Margins::add(const ir::Node *condition) {
  const unsigned place = roots_.size();
  if (condition->op() == ir::Op::Le || condition->op() == ir::Op::Lt) {
    roots_.push_back(condition->operand(0));
    roots_.push_back(condition->operand(1));
    parts_.push_back({place, place + 1});
  } else {
    roots_.push_back(condition);
    parts_.push_back({place, std::nullopt});
  }
}

std::vector<double> Margins::of(llvm::ArrayRef<double> params,
                                llvm::ArrayRef<double> metrics) const {
  std::vector<double> values(roots_.size()), margins;
  tape_->evaluate(params, metrics, values);
  for (const Part &part : parts_) {
    const double left = values[part.left];
    if (!part.right) {
      margins.push_back(std::isnan(left) ? left : left == 1 ? -1 : 1);
      continue;
    }
    const double right = values[*part.right];
    margins.push_back(left > 0 && right > 0 ? std::log(left / right) : left - right);
  }
  return margins;
}

static std::vector<const ir::Node *> exactNodes(const ir::Space &space) {
  std::vector<const ir::Node *> nodes;
  for (const ir::Objective &objective : space.objectives)
    if (objective.node->bindingTime() != ir::BindingTime::Measured)
      nodes.push_back(objective.node);
  return nodes;
}

Task::Task(const feasibility::Problem &problem, Estimate estimate)
    : problem_(problem), estimate_(std::move(estimate)), tape_(space(), exactNodes(space())) {
  for (const ir::Objective &objective : space().objectives)
    exact_.push_back(objective.node->bindingTime() != ir::BindingTime::Measured);
}

std::vector<double> Task::minimized(std::vector<double> objectives) const {
  for (unsigned k = 0; k < objectives.size(); ++k)
    if (space().objectives[k].maximize)
      objectives[k] = -objectives[k];
  return objectives;
}

void Task::setExact(const Design &design, std::vector<double> &objectives) const {
  std::vector<double> exact(tape_.rootCount());
  const std::vector<double> metrics(space().metrics.size(), std::nan(""));
  tape_.evaluate(feasibility::valuesOf(space(), design), metrics, exact);
  for (unsigned k = 0, next = 0; k < objectiveCount(); ++k)
    if (exact_[k])
      objectives[k] = exact[next++];
  objectives = minimized(std::move(objectives));
}

Known Task::exactlyKnown(const Design &design) const {
  Known result{std::vector<double>(objectiveCount(), std::nan(""))};
  setExact(design, result.objectives);
  return result;
}

Known Task::known(const Design &design) const {
  if (!estimate_)
    return exactlyKnown(design);
  Known result = estimate_(design);
  setExact(design, result.objectives);
  return result;
}

} // namespace wsc::search
