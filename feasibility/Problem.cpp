// What counts in a Space, and the checks of instances and answers.
#include "feasibility/Problem.h"

#include "feasibility/Judge.h"
#include "ir/TapeTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace wsc::feasibility {

std::vector<double> valuesOf(const ir::Space &space, const Design &design) {
  std::vector<double> values;
  for (auto [param, choice] : llvm::zip(space.params, design.choice))
    values.push_back(param.values[choice]);
  return values;
}

Problem::Problem(const ir::Space &space, llvm::ArrayRef<Goal> goals)
    : space_(space), goals_(goals), fieldCount_(space.params.size() - goals.size()), tables_(space),
      tapes_(space.constraints.size()), users_(space.params.size()) {
  unsigned firstGoal = space.constraints.size() - goals.size();
  for (unsigned c = 0; c < space.constraints.size(); ++c) {
    const ir::Constraint &constraint = space.constraints[c];
    if (c < firstGoal)
      classify(c);
    if (constraint.isMeasured())
      continue;
    tapes_[c].emplace(space, constraint.node, tables_);
    for (unsigned param : cone(c))
      users_[param].push_back(c);
  }
  for (const ir::Param &param : space.params) {
    auto &list = enclosures_.emplace_back();
    for (const Rational &value : param.domain)
      list.push_back(ir::enclose(value));
  }
}

/// Whether a constraint counts.
void Problem::classify(unsigned index) {
  const ir::Constraint &constraint = space_.constraints[index];
  if (constraint.isHard() && !constraint.isMeasured()) {
    counted_.push_back(index);
    return;
  }
  leftOut_.push_back(index);
  if (!constraint.isMeasured())
    preferences_.push_back(index);
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

std::optional<Range> Problem::within(unsigned param, Range range, Interval bounds) const {
  auto firstNot = [](unsigned lo, unsigned hi, auto before) { // in lo .. hi, or hi + 1
    uint64_t begin = lo, end = uint64_t(hi) + 1;
    while (begin < end) {
      uint64_t middle = (begin + end) / 2;
      before(unsigned(middle)) ? begin = middle + 1 : end = middle;
    }
    return begin;
  };
  uint64_t lo = firstNot(range.lo, range.hi,
                         [&](unsigned i) { return enclosure(param, {i, i}).hi < bounds.lo; });
  uint64_t hi = firstNot(range.lo, range.hi,
                         [&](unsigned i) { return enclosure(param, {i, i}).lo <= bounds.hi; });
  if (lo >= hi)
    return std::nullopt;
  return Range{unsigned(lo), unsigned(hi - 1)};
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
