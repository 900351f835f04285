// Named constants: a number keeps its name, its source and the range it is known to, so that
// answers can say what they rest on.
//
// What is a named constant: every `const`; a field with a value that says where it comes from;
// every number of a technology.  What refers to named constants and says nothing of its own is a
// formula over them.
#include "frontend/Elaborator.h"

#include "ir/Ranges.h"
#include <cmath>

namespace wsc {

std::optional<std::pair<Rational, Rational>>
Elaborator::knownRange(llvm::StringRef name, const ir::Type &type, Range typeAt,
                       const ast::Provenance &provenance, const Scope &scope) {
  auto bound = [&](const ast::Expr &expr) -> std::optional<Rational> {
    Value value = expression(expr, scope, &type);
    Node node = value ? asNode(value, expr) : nullptr;
    std::string what = "a bound of `" + name.str() + "`";
    if (!node || !conforms(node, type, expr.range, what, typeAt))
      return std::nullopt;
    return requireConstant(node, expr.range, what);
  };
  if (!provenance.lo)
    return std::nullopt;
  auto lo = bound(*provenance.lo), hi = bound(*provenance.hi);
  return lo && hi ? std::optional(std::pair{*lo, *hi}) : std::nullopt;
}

std::optional<std::pair<Rational, Rational>> Elaborator::inheritedRange(Node node) {
  ir::Ranges ranges(*space_, node, std::vector<double>(space_->params.size()));
  if (ranges.empty())
    return std::nullopt;
  Interval over = ranges.over();
  if (!std::isfinite(over.lo) || !std::isfinite(over.hi))
    return std::nullopt;
  return std::pair{fromDouble(over.lo), fromDouble(over.hi)};
}

Elaborator::Node Elaborator::named(std::string name, Node node, Range at, Range typeAt,
                                   const ast::Provenance &provenance, const Scope &scope) {
  llvm::StringRef own = llvm::StringRef(name).rsplit('.').second;
  if (!node->type().isNumber())
    return node;
  auto range = knownRange(own.empty() ? name : own, node->type(), typeAt, provenance, scope);
  auto value = constantValue(node);
  if (value && range && (*value < range->first || *value > range->second)) {
    auto &d = error(
        DiagKind::OutsideRange, {at.file, provenance.lo->range.begin, provenance.hi->range.end},
        ir::formatValue(*space_, node->type(), toDouble(*value)) + " is not within this range");
    if (range->first > range->second)
      d.suggest("the lower bound comes first");
    return node;
  }
  bool isFormula = llvm::any_of(ir::Space::reachable(node),
                                [](Node part) { return part->op() == ir::Op::Named; });
  if (!value || (isFormula && !isStated(provenance)))
    return node;
  if (isFormula && !range)
    range = inheritedRange(node);
  space_->constants.push_back({unique(std::move(name), constantNames_),
                               node->type(),
                               *value,
                               range,
                               {provenance.source, provenance.assumed, location(at)}});
  return space_->named(space_->constants.size() - 1);
}

Elaborator::Node Elaborator::namedField(Instance &instance, const Field &field,
                                        const Written &written, Node node) {
  const Instance *whole = &instance;
  while (whole->parent && whole->parent->decl)
    whole = whole->parent;
  bool isFact = whole->decl->role == ast::Role::Technology;
  bool isNamed = isFact || (nameFields_ && field.kind == Field::Param);
  if (!written.provenance || !(isNamed || isStated(*written.provenance)))
    return node;
  return named(instance.pathOf(field.name.text), node, written.expr->range,
               field.type ? field.type->range : written.expr->range, *written.provenance,
               Scope{&instance, written.module, {}});
}

} // namespace wsc
