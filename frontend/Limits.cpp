// Limits: domains such as `> 0 Hz` or `> 0 and <= 1`, which say what a value may be and do not list
// the values.  A value is held against them; a field that is left open needs a list as well.
#include "frontend/Elaborator.h"

#include <cmath>

namespace wsc {

using ast::ExprKind;

namespace {
bool isLower(ExprKind comparison) {
  return comparison == ExprKind::Gt || comparison == ExprKind::Ge;
}

bool holds(const Rational &value, ExprKind comparison, const Rational &bound) {
  switch (comparison) {
  case ExprKind::Gt: return value > bound;
  case ExprKind::Ge: return value >= bound;
  case ExprKind::Lt: return value < bound;
  default: return value <= bound;
  }
}
} // namespace

bool Elaborator::Values::contains(const Rational &value) const {
  if (limits.empty())
    return std::binary_search(list.begin(), list.end(), value);
  return llvm::all_of(limits, [&](const Limit &limit) {
    const Bound &bound = limit.bound;
    return bound.lo != bound.hi || holds(value, limit.comparison, bound.lo);
  });
}

std::optional<Elaborator::Values> Elaborator::limitsDomain(const ast::Domain &domain,
                                                           const Scope &scope, const ir::Type &type,
                                                           Node self) {
  Values result;
  bool isOpen = false;
  for (auto [comparison, expr] : llvm::zip(domain.comparisons, domain.exprs)) {
    auto limit = bound(*expr, scope, type);
    if (!limit)
      return std::nullopt;
    isOpen |= limit->node->bindingTime() != ir::BindingTime::Constant;
    result.limits.push_back({comparison, *limit});
  }
  if (result.limits.size() == 2) {
    const Limit &first = result.limits[0], &second = result.limits[1];
    if (isLower(first.comparison) == isLower(second.comparison)) {
      error(DiagKind::BadDomain, domain.range,
            "two limits are a lower one and an upper one, as in `> 0 and <= 1`");
      return std::nullopt;
    }
    const Bound &lower = isLower(first.comparison) ? first.bound : second.bound;
    const Bound &upper = isLower(first.comparison) ? second.bound : first.bound;
    // Of `> 1 and <= 1`, the end is not a value.
    if (lower.lo > upper.hi || (!isOpen && lower.lo == upper.lo && !result.contains(lower.lo))) {
      error(DiagKind::EmptyDomain, domain.range, "no value is within both limits");
      return std::nullopt;
    }
  }
  if (isOpen)
    result.membership = withinLimits(result, self);
  return result;
}

Elaborator::Node Elaborator::withinLimits(const Values &values, Node self) {
  Node all = nullptr;
  for (const Limit &limit : values.limits) {
    const bool lower = isLower(limit.comparison);
    const bool strict = limit.comparison == ExprKind::Gt || limit.comparison == ExprKind::Lt;
    Node node = binary(strict ? ir::Op::Lt : ir::Op::Le, ir::Type::boolean(),
                       lower ? limit.bound.node : self, lower ? self : limit.bound.node);
    all = all ? binary(ir::Op::And, ir::Type::boolean(), all, node) : node;
  }
  return all;
}

void Elaborator::requireLimits(const Instance &instance, const std::string &path,
                               const Values &values, Node node, Range at) {
  // Intervals of a yield end at 1 and a bit, by outward rounding.
  constexpr double rounding = 1e-9;
  const Interval range = rangeOf(node);
  const bool isProved = llvm::all_of(values.limits, [&](const Limit &limit) {
    const double bound = toDouble(limit.bound.lo), slack = rounding * std::fabs(bound);
    switch (limit.comparison) {
    case ExprKind::Gt: return range.lo > bound;
    case ExprKind::Ge: return range.lo >= bound - slack;
    case ExprKind::Lt: return range.hi < bound;
    default: return range.hi <= bound + slack;
    }
  });
  Node within = withinLimits(values, node);
  // A field and the interface that it is part of may say the same.
  if (!isProved && requiredWhereUsed_.insert(within).second)
    require(&instance, path, within, "", at);
}

Diagnostic &Elaborator::outside(const ast::Domain &domain, const Rational &value,
                                const ir::Type &type, llvm::StringRef name, Range at) {
  const bool isShort = domain.kind == ast::Domain::Limits;
  auto &d = error(DiagKind::WidensDomain, at,
                  ir::formatValue(*space_, type, toDouble(value)) + " is not in the domain of `" +
                      name.str() + "`" + (isShort ? ", `" + text(domain.range).str() + "`" : ""));
  return d.note(domain.range, "its domain");
}

} // namespace wsc
