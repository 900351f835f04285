// Domains: an `in` becomes a finite, sorted list of exact values (or limits: Limits.cpp).  A domain
// that depends on open fields becomes the widest list it can be, and a condition that ties the
// value to them.
#include "frontend/Elaborator.h"

#include "ir/Tape.h"
#include <cmath>
#include <set>

namespace wsc {

namespace {
constexpr unsigned maxValues = 65536;
} // namespace

Interval Elaborator::rangeOf(Node node) const {
  RoundUp rounding;
  std::vector<Interval> box = ir::designBox(*space_), workspace;
  Interval range;
  ir::Tape(*space_, node).evaluate(box, workspace, range);
  return range;
}

std::optional<Elaborator::Bound> Elaborator::bound(const ast::Expr &expr, const Scope &scope,
                                                   const ir::Type &type) {
  Value value = expression(expr, scope, &type);
  Node node = value ? asNode(value, expr) : nullptr;
  if (!node)
    return std::nullopt;
  if (node->type() != type) {
    bool numbers = node->type().isNumber() && type.isNumber();
    error(numbers ? DiagKind::UnitMismatch : DiagKind::TypeMismatch, expr.range,
          "the field is " + describe(type) + ", this value is " + describe(node->type()));
    return std::nullopt;
  }
  if (node->bindingTime() == ir::BindingTime::Constant) {
    auto constant = requireConstant(node, expr.range, "a bound");
    if (!constant)
      return std::nullopt;
    return Bound{node, *constant, *constant};
  }
  if (alone_)
    return std::nullopt; // it follows from fields that have no values yet
  if (Node metric = metricIn(node)) {
    error(DiagKind::MeasuredQuantity, expr.range,
          "a domain cannot depend on `" + space_->metrics[metric->index()].name +
              "`, which only an evaluator knows");
    return std::nullopt;
  }
  Interval range = rangeOf(node);
  if (!std::isfinite(range.lo) || !std::isfinite(range.hi)) {
    error(DiagKind::BadDomain, expr.range, "this bound can become infinite");
    return std::nullopt;
  }
  return Bound{node, fromDouble(range.lo), fromDouble(range.hi)};
}

std::optional<Elaborator::Values> Elaborator::domain(const ast::Domain &domain, const Scope &scope,
                                                     const ir::Type &type, bool integer,
                                                     Node self) {
  if (domain.left)
    return combinedDomain(domain, scope, type, integer, self);
  if (domain.kind == ast::Domain::Limits && type.isNumber())
    return limitsDomain(domain, scope, type, self);
  bool isList = domain.kind == ast::Domain::Set || domain.kind == ast::Domain::Type;
  bool isPure = type == ir::Type::number();
  if (!isList && (!type.isNumber() || (domain.kind == ast::Domain::Divisors && !isPure))) {
    error(DiagKind::BadDomain, domain.range,
          "the field is " + describe(type) + ", which has no such domain")
        .suggest("list its values: `{ a, b }`");
    return std::nullopt;
  }
  std::optional<Values> result;
  switch (domain.kind) {
  case ast::Domain::Range: result = rangeDomain(domain, scope, type, self); break;
  case ast::Domain::Set: result = setDomain(domain, scope, type); break;
  case ast::Domain::Pow2:
  case ast::Domain::Multiples: result = spacedDomain(domain, scope, type, self); break;
  case ast::Domain::Divisors: result = divisorsDomain(domain, scope, self); break;
  case ast::Domain::Type: result = typeDomain(domain, scope, type); break;
  case ast::Domain::Union:
  case ast::Domain::Except:
  case ast::Domain::Limits: llvm_unreachable("handled above");
  }
  if (!result || !spend(Budget::Value * result->list.size(), domain.range))
    return std::nullopt;
  llvm::sort(result->list);
  result->list.erase(std::unique(result->list.begin(), result->list.end()), result->list.end());
  if (result->list.empty()) {
    error(DiagKind::EmptyDomain, domain.range, "this domain has no values");
    return std::nullopt;
  }
  if (integer)
    for (const Rational &value : result->list)
      if (!wsc::isInteger(value)) {
        error(DiagKind::BadDomain, domain.range,
              "the field is an `int`, and " + formatNumber(toDouble(value)) + " is in its domain");
        return std::nullopt;
      }
  return result;
}

void Elaborator::backwards(Range domain, const ast::Expr &lo, const ast::Expr &hi) {
  std::string swapped = text(hi.range).str() + " .. " + text(lo.range).str();
  error(DiagKind::EmptyDomain, domain, "this range has no values")
      .suggest("the lower bound comes first")
      .fix({domain.file, lo.range.begin, hi.range.end}, std::move(swapped));
}

std::optional<Elaborator::Values> Elaborator::combinedDomain(const ast::Domain &domain,
                                                             const Scope &scope,
                                                             const ir::Type &type, bool integer,
                                                             Node self) {
  auto left = this->domain(*domain.left, scope, type, integer, self);
  auto right = this->domain(*domain.right, scope, type, integer, self);
  if (!left || !right)
    return std::nullopt;
  bool isUnion = domain.kind == ast::Domain::Union;
  bool isOpen = left->membership || right->membership;
  Values result;
  if (isUnion)
    std::set_union(left->list.begin(), left->list.end(), right->list.begin(), right->list.end(),
                   std::back_inserter(result.list));
  else if (right->membership) // what it takes away depends on open fields
    result.list = left->list;
  else
    std::set_difference(left->list.begin(), left->list.end(), right->list.begin(),
                        right->list.end(), std::back_inserter(result.list));
  if (result.list.size() > maxValues || result.list.empty()) {
    bool empty = result.list.empty();
    error(empty ? DiagKind::EmptyDomain : DiagKind::DomainTooLarge, domain.range,
          empty ? "this domain has no values"
                : "this domain has more than " + std::to_string(maxValues) + " values");
    return std::nullopt;
  }
  if (!isOpen)
    return result;
  Node inLeft = memberOf(*left, type, self), inRight = memberOf(*right, type, self);
  if (!isUnion)
    inRight = space_->make(ir::Op::Not, ir::Type::boolean(), {inRight});
  result.membership =
      binary(isUnion ? ir::Op::Or : ir::Op::And, ir::Type::boolean(), inLeft, inRight);
  return result;
}

Elaborator::Node Elaborator::memberOf(const Values &values, const ir::Type &type, Node self) {
  if (values.membership)
    return values.membership;
  if (!values.limits.empty())
    return withinLimits(values, self);
  Node any = space_->truth(false);
  for (const Rational &value : values.list) {
    Node same = binary(ir::Op::Eq, ir::Type::boolean(), self, space_->constant(value, type));
    any = binary(ir::Op::Or, ir::Type::boolean(), any, same);
  }
  return any;
}

std::optional<Elaborator::Values> Elaborator::rangeDomain(const ast::Domain &domain,
                                                          const Scope &scope, const ir::Type &type,
                                                          Node self) {
  auto lo = bound(*domain.exprs[0], scope, type), hi = bound(*domain.exprs[1], scope, type);
  if (!lo || !hi)
    return std::nullopt;
  Rational step = 1;
  if (domain.exprs.size() > 2) {
    auto given = bound(*domain.exprs[2], scope, type);
    if (!given)
      return std::nullopt;
    if (given->node->bindingTime() != ir::BindingTime::Constant) {
      error(DiagKind::NotConstant, domain.exprs[2]->range, "a step must be a constant");
      return std::nullopt;
    }
    if (given->lo <= 0) {
      error(DiagKind::BadDomain, domain.exprs[2]->range, "a step is greater than zero");
      return std::nullopt;
    }
    step = given->lo;
  } else if (!type.dim.isNumber()) {
    error(DiagKind::BadDomain, domain.range, "a range of quantities with a unit needs a step")
        .suggest("write `lo .. hi step k`, `{ a, b, c }` or `pow2(lo .. hi)`");
    return std::nullopt;
  }
  if (lo->lo > hi->hi) {
    backwards(domain.range, *domain.exprs[0], *domain.exprs[1]);
    return std::nullopt;
  }
  if ((hi->hi - lo->lo) / step >= maxValues) {
    error(DiagKind::DomainTooLarge, domain.range,
          "this domain has more than " + std::to_string(maxValues) + " values")
        .suggest("use a `step`, `pow2(...)` or `multiples(k, ...)`");
    return std::nullopt;
  }
  if (lo->lo != lo->hi && !wsc::isInteger(lo->lo)) {
    error(DiagKind::NotConstant, domain.exprs[0]->range,
          "a lower bound that depends on open fields must be an integer");
    return std::nullopt;
  }
  Values result;
  for (Rational value = lo->lo; value <= hi->hi; value += step)
    result.list.push_back(value);
  if (lo->lo != lo->hi || hi->lo != hi->hi)
    result.membership = binary(ir::Op::And, ir::Type::boolean(),
                               binary(ir::Op::Le, ir::Type::boolean(), lo->node, self),
                               binary(ir::Op::Le, ir::Type::boolean(), self, hi->node));
  return result;
}

std::optional<Elaborator::Values> Elaborator::setDomain(const ast::Domain &domain,
                                                        const Scope &scope, const ir::Type &type) {
  if (domain.exprs.size() > maxValues) {
    error(DiagKind::DomainTooLarge, domain.range,
          "this domain has more than " + std::to_string(maxValues) + " values");
    return std::nullopt;
  }
  Values result;
  std::set<Rational> seen;
  for (const ast::ExprPtr &element : domain.exprs) {
    auto value = bound(*element, scope, type);
    if (!value)
      return std::nullopt;
    if (value->node->bindingTime() != ir::BindingTime::Constant) {
      error(DiagKind::NotConstant, element->range, "the values of a set must be constants");
      return std::nullopt;
    }
    if (!seen.insert(value->lo).second)
      error(DiagKind::DuplicateName, element->range,
            "`" + text(*element) + "` is in this set twice");
    result.list.push_back(value->lo);
  }
  return result;
}

std::optional<Elaborator::Values> Elaborator::spacedDomain(const ast::Domain &domain,
                                                           const Scope &scope, const ir::Type &type,
                                                           Node self) {
  bool powers = domain.kind == ast::Domain::Pow2;
  auto lo = bound(*domain.exprs[powers ? 0 : 1], scope, type);
  auto hi = bound(*domain.exprs[powers ? 1 : 2], scope, type);
  auto factor = powers ? std::nullopt : bound(*domain.exprs[0], scope, type);
  if (!lo || !hi || (!powers && !factor))
    return std::nullopt;
  if (lo->lo != lo->hi || (factor && factor->lo != factor->hi)) {
    error(DiagKind::NotConstant, domain.range,
          "only the upper bound of this domain may depend on open fields");
    return std::nullopt;
  }
  if (powers ? lo->lo <= 0 : factor->lo <= 0) {
    error(DiagKind::BadDomain, domain.exprs[0]->range, "this must be greater than zero");
    return std::nullopt;
  }
  if (lo->lo > hi->hi) {
    backwards(domain.range, *domain.exprs[powers ? 0 : 1], *domain.exprs[powers ? 1 : 2]);
    return std::nullopt;
  }
  Values result;
  Rational value = lo->lo;
  if (!powers) {
    Rational quotient = lo->lo / factor->lo;
    mpz_class first;
    mpz_cdiv_q(first.get_mpz_t(), quotient.get_num_mpz_t(), quotient.get_den_mpz_t());
    value = first * factor->lo;
  }
  for (; value <= hi->hi; value = powers ? Rational(value * 2) : Rational(value + factor->lo)) {
    if (result.list.size() == maxValues) {
      error(DiagKind::DomainTooLarge, domain.range,
            "this domain has more than " + std::to_string(maxValues) + " values");
      return std::nullopt;
    }
    result.list.push_back(value);
  }
  if (hi->lo != hi->hi)
    result.membership = binary(ir::Op::Le, ir::Type::boolean(), self, hi->node);
  else if (!result.list.empty())
    warnOfPrefix(*domain.exprs[powers ? 1 : 2], hi->hi, result.list.back(), value, type.dim);
  return result;
}

/// Where the first value beyond a bound differs from it as 1024 does from 1000, or its square and
/// so on, nobody meant the bound to fall short.
void Elaborator::warnOfPrefix(const ast::Expr &bound, const Rational &hi, const Rational &last,
                              const Rational &next, Dim dim) {
  constexpr unsigned maxPrefix = 6; // Ei
  Rational meant = hi;
  for (unsigned i = 0; i < maxPrefix && meant < next; ++i)
    meant *= Rational(128, 125);
  if (last == hi || meant != next || dim.isNumber()) // numbers have no prefixes
    return;
  auto shown = [&](const Rational &value) {
    return "`" + space_->units.format(toDouble(value), dim) + "`";
  };
  error(DiagKind::BoundNotReached, bound.range,
        "the values end at " + shown(last) + ", as `" + text(bound) + "` is less than " +
            shown(next))
      .suggest("write " + shown(next) + ", or " + shown(last) + " if that is meant");
}

std::optional<Elaborator::Values> Elaborator::divisorsDomain(const ast::Domain &domain,
                                                             const Scope &scope, Node self) {
  ir::Type pure = ir::Type::number();
  auto number = bound(*domain.exprs[0], scope, pure);
  if (!number)
    return std::nullopt;
  if (number->hi < 1 || number->hi > maxValues * 1024u ||
      (number->lo == number->hi && !wsc::isInteger(number->lo))) {
    error(DiagKind::BadDomain, domain.range,
          "divisors are those of an integer from 1 to 67 million");
    return std::nullopt;
  }
  Values result;
  unsigned long top = mpz_class(number->hi.get_num() / number->hi.get_den()).get_ui();
  bool constant = number->lo == number->hi;
  if (!constant && top > maxValues) {
    error(DiagKind::DomainTooLarge, domain.range,
          "this domain has more than " + std::to_string(maxValues) + " values");
    return std::nullopt;
  }
  for (unsigned long i = 1; i <= (constant ? top / i : top); ++i)
    if (!constant)
      result.list.push_back(i);
    else if (top % i == 0) {
      result.list.push_back(i);
      result.list.push_back(top / i);
    }
  if (!constant)
    result.membership =
        binary(ir::Op::Eq, ir::Type::boolean(),
               binary(ir::Op::Mod, number->node->type(), number->node, self), space_->constant(0));
  return result;
}

std::optional<Elaborator::Values> Elaborator::typeDomain(const ast::Domain &domain,
                                                         const Scope &scope, const ir::Type &type) {
  auto named = this->type(domain.type, *scope.module);
  if (!named)
    return std::nullopt;
  if (*named != type || type.isNumber()) {
    error(DiagKind::BadDomain, domain.range,
          type.isNumber() ? "`" + domain.type.text().str() + "` is not a finite domain"
                          : "the field is " + describe(type) + ", this is " + describe(*named));
    return std::nullopt;
  }
  size_t count = type.isBool() ? 2 : space_->enums[type.enumIndex].values.size();
  Values result;
  for (size_t i = 0; i < count; ++i)
    result.list.push_back(Rational(i));
  return result;
}

} // namespace wsc
