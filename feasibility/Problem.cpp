// What counts in a Space, and the checks of instances and answers.
#include "feasibility/Problem.h"

#include "feasibility/Judge.h"
#include "ir/TapeTable.h"
#include "llvm/Support/FormatVariadic.h"

namespace wsc::feasibility {

Problem::Problem(const ir::Space &space)
    : space_(space), tapes_(space.constraints.size()), users_(space.params.size()) {
  for (unsigned c = 0; c < space.constraints.size(); ++c) {
    const ir::Constraint &constraint = space.constraints[c];
    bool counts = constraint.isHard() && !constraint.isMeasured();
    (counts ? counted_ : leftOut_).push_back(c);
    if (constraint.isMeasured())
      continue;
    if (!counts)
      preferences_.push_back(c);
    tapes_[c].emplace(space, constraint.node);
    for (unsigned param : cone(c))
      users_[param].push_back(c);
  }
  for (const ir::Param &param : space.params) {
    auto &list = enclosures_.emplace_back();
    for (const Rational &value : param.domain)
      list.push_back(ir::enclose(value));
  }
}

/// What is wrong with a parameter's domain, or nothing.
static std::string checkDomain(const ir::Space &space, const ir::Param &param) {
  if (param.domain.empty())
    return llvm::formatv("the domain of `{0}` is empty", param.name);
  for (unsigned i = 1; i < param.domain.size(); ++i)
    if (param.domain[i - 1] >= param.domain[i])
      return llvm::formatv("the domain of `{0}` is not ascending", param.name);
  if (param.type.isNumber())
    return "";
  unsigned count = param.type.isBool() ? 2 : space.enums[param.type.enumIndex].values.size();
  for (const Rational &value : param.domain)
    if (!isInteger(value) || value < 0 || value >= count)
      return llvm::formatv("the domain of `{0}` has a value outside its type", param.name);
  return "";
}

std::vector<std::string> Problem::check() const {
  std::vector<std::string> errors;
  for (const ir::Param &param : space_.params)
    if (std::string error = checkDomain(space_, param); !error.empty())
      errors.push_back(error);
  for (const ir::Constraint &constraint : space_.constraints)
    if (!constraint.node->type().isBool())
      errors.push_back(llvm::formatv("constraint `{0}` is not a condition", constraint.name));
  return errors;
}

Box Problem::domains() const {
  Box box;
  for (unsigned param = 0; param < paramCount(); ++param)
    box.push_back(domain(param));
  return box;
}

double Problem::conePoints(unsigned constraint) const {
  double points = 1;
  for (unsigned param : cone(constraint))
    points *= domainSize(param);
  return points;
}

Verification Problem::verify(const Design &design) const {
  Judge judge(*this);
  Verification result;
  for (unsigned c : counted_) {
    Decision decision = judge.at(c, design.choice);
    if (!decision.holds)
      result.violated.push_back(c);
    if (decision.borderline)
      result.borderline.push_back(c);
  }
  result.feasible = result.violated.empty();
  return result;
}

} // namespace wsc::feasibility
