// Outputs, requirements and inputs of a Space, and a probe of it at one changed number each.
#include "tools/wsc/SensitivityStudy.h"

#include "evaluation/Elasticity.h"
#include "tools/wsc/Verdict.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::tool {

namespace {

/// The sides of the comparisons of a conjunction.
std::vector<std::pair<size_t, size_t>> sidesOf(const ir::Node *node,
                                               llvm::function_ref<size_t(const ir::Node *)> add) {
  std::vector<std::pair<size_t, size_t>> sides;
  std::vector<const ir::Node *> stack{node};
  while (!stack.empty()) {
    const ir::Node *part = stack.back();
    stack.pop_back();
    if (part->op() == ir::Op::And)
      llvm::append_range(stack, part->operands());
    else if (part->op() == ir::Op::Le || part->op() == ir::Op::Lt)
      sides.push_back({add(part->operand(0)), add(part->operand(1))});
  }
  return sides;
}

double slackOf(const Requirement &requirement, llvm::ArrayRef<double> values) {
  double least = NAN;
  for (auto [left, right] : requirement.sides) {
    double scale = std::max(std::fabs(values[left]), std::fabs(values[right]));
    double slack = scale == 0 ? 0 : (values[right] - values[left]) / scale;
    if (std::isnan(least) || slack < least)
      least = slack;
  }
  return least;
}

} // namespace

Sensitivity::Sensitivity(const ir::Space &space, const evaluation::Binding *binding,
                         llvm::ArrayRef<double> parameters)
    : space_(space), point_(evaluation::Probe::nominal(space, parameters)),
      probe_(space, binding, collectNodes()), nominal_(probe_(point_)) {
  llvm::erase_if(outputs, [&](const Output &o) { return !std::isfinite(nominal_[o.index]); });
  // A chip may have a `power` of its own beside the metric.
  for (Output &output : outputs)
    if (output.index >= space.metrics.size() && llvm::any_of(outputs, [&](const Output &o) {
          return &o != &output && o.name == output.name;
        }))
      output.name = "chip." + output.name;
  for (Requirement &requirement : requirements)
    requirement.slack = slackOf(requirement, nominal_);
  for (unsigned i = 0; i < space.params.size(); ++i)
    vary(i);
  for (unsigned i = 0; i < space.constants.size(); ++i)
    varyConstant(i);
}

std::vector<const ir::Node *> Sensitivity::collectNodes() {
  std::vector<const ir::Node *> nodes;
  auto add = [&](const ir::Node *node) {
    nodes.push_back(node);
    return space_.metrics.size() + nodes.size() - 1;
  };
  for (size_t i = 0; i < space_.metrics.size(); ++i)
    outputs.push_back({space_.metrics[i].name, space_.metrics[i].type, i});
  auto addOutput = [&](const std::string &name, const ir::Node *node) {
    bool known = llvm::any_of(llvm::ArrayRef(outputs).drop_front(space_.metrics.size()),
                              [&](const Output &o) { return o.name == name; });
    if (!known && node->op() != ir::Op::Metric && node->type().isNumber())
      outputs.push_back({name, node->type(), add(node)});
  };
  for (const ir::Quantity *quantity : headlines(space_))
    addOutput(quantity->name, quantity->node);
  for (const ir::Objective &objective : space_.objectives)
    if (!llvm::is_contained(nodes, objective.node)) // a quantity by its name from outside
      addOutput(objective.name, objective.node);
  for (const ir::Constraint &constraint : space_.constraints)
    if (constraint.isHard())
      requirements.push_back(
          {constraint.name, add(constraint.node), sidesOf(constraint.node, add)});
  return nodes;
}

std::vector<double> Sensitivity::at(size_t slot, double value) const {
  std::vector<double> point = point_;
  point[slot] = value;
  return probe_(point);
}

bool Sensitivity::differs(llvm::ArrayRef<double> values) const {
  for (size_t i = 0; i < nominal_.size(); ++i)
    if (!(values[i] == nominal_[i] || (std::isnan(values[i]) && std::isnan(nominal_[i]))))
      return true;
  return false;
}

void Sensitivity::addStep(Input &input, double value) {
  const std::vector<double> values = at(input.slot, value);
  input.matters |= differs(values);
  Step step{value, {}, {}};
  for (const Output &output : outputs)
    step.changes.push_back(values[output.index] / nominal_[output.index] - 1);
  for (const Requirement &requirement : requirements)
    if (nominal_[requirement.truth] == 1 && values[requirement.truth] != 1)
      step.breaks.push_back(requirement.name);
  input.steps.push_back(std::move(step));
}

/// An open field: its neighbours in the domain.
void Sensitivity::vary(unsigned index) {
  const ir::Param &param = space_.params[index];
  Input input{param.name, param.type, index, point_[index]};
  auto here = llvm::find(param.values, input.value);
  if (here == param.values.end())
    return;
  if (here != param.values.begin())
    addStep(input, here[-1]);
  if (here + 1 != param.values.end())
    addStep(input, here[1]);
  if (!input.steps.empty())
    inputs.push_back(std::move(input));
}

void Sensitivity::varyConstant(unsigned index) {
  const ir::NamedConstant &constant = space_.constants[index];
  const size_t slot = space_.params.size() + index;
  Input input{constant.name, constant.type, slot, point_[slot]};
  if (input.value == 0)
    return;
  auto elasticities = evaluation::elasticities(input.value, nominal_, [&](double value) {
    std::vector<double> values = at(slot, value);
    input.matters |= differs(values);
    return values;
  });
  if (elasticities) {
    for (const Output &output : outputs)
      input.elasticities.push_back((*elasticities)[output.index]);
  } else if (constant.type == ir::Type::number() && input.value == std::floor(input.value)) {
    addStep(input, input.value - 1);
    addStep(input, input.value + 1);
  }
  inputs.push_back(std::move(input));
}

} // namespace wsc::tool
