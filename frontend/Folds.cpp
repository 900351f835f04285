// Folds: `sum(x in xs : f(x))` and its kin, unrolled.  `xs` is a domain (a range, a set, an enum),
// an array of a component or a group of components; of the latter two every copy counts.
#include "frontend/Elaborator.h"

namespace wsc {

namespace {
constexpr unsigned maxTerms = 256;
const llvm::StringRef folds[] = {"sum", "product", "min", "max", "all", "any"};

ast::ExprPtr nameExpr(const ast::Name &name) {
  auto expr = std::make_unique<ast::Expr>();
  expr->kind = ast::ExprKind::Name;
  expr->name = name;
  expr->range = name.range;
  return expr;
}
} // namespace

// ---- what the name ranges over ---------------------------------------------------------------

ast::ExprPtr Elaborator::asExpression(const ast::Path &path, const Scope &scope) {
  llvm::StringRef first = path.parts[0].text;
  if (!scope.locals.count(first) && !holder(first, scope))
    return nullptr;
  ast::ExprPtr expr = nameExpr(path.parts[0]);
  for (const ast::Name &part : llvm::drop_begin(path.parts)) {
    ast::ExprPtr field = nameExpr(part);
    field->kind = ast::ExprKind::Field;
    field->range.begin = expr->range.begin;
    field->children.push_back(std::move(expr));
    expr = std::move(field);
  }
  return expr;
}

Elaborator::Items Elaborator::items(const ast::Expr &fold, const Scope &scope) {
  const ast::Domain &domain = *fold.domain;
  if (domain.kind == ast::Domain::Range && domain.exprs.size() == 2)
    return rangeItems(domain, scope);
  if (domain.kind != ast::Domain::Type)
    return domainItems(domain, scope);
  ast::ExprPtr expr = asExpression(domain.type, scope);
  if (!expr)
    return domainItems(domain, scope);
  Value value = expression(*expr, scope);
  if (!value)
    return std::nullopt;
  if (value.kind == Value::Component)
    return componentItems(domain, *value.instance);
  error(DiagKind::WrongKind, domain.range,
        "`" + domain.type.text().str() + "` is not a group or an array of components")
      .suggest("a fold goes over a domain such as `1 .. 8` or `{ a, b }`, an enum, a group or an "
               "array");
  return std::nullopt;
}

/// The bounds may be open, and the range may be empty.
Elaborator::Items Elaborator::rangeItems(const ast::Domain &range, const Scope &scope) {
  ir::Type pure = ir::Type::number(), boolean = ir::Type::boolean();
  auto lo = bound(*range.exprs[0], scope, pure), hi = bound(*range.exprs[1], scope, pure);
  if (!lo || !hi)
    return std::nullopt;
  mpz_class first, last;
  mpz_cdiv_q(first.get_mpz_t(), lo->lo.get_num_mpz_t(), lo->lo.get_den_mpz_t());
  mpz_fdiv_q(last.get_mpz_t(), hi->hi.get_num_mpz_t(), hi->hi.get_den_mpz_t());
  if (last < first)
    last = first; // no term holds, and its dimension is still known
  if (last - first >= maxTerms) {
    error(DiagKind::DomainTooLarge, range.range,
          "this range has up to " + mpz_class(last - first + 1).get_str() +
              " values, a fold goes over at most " + std::to_string(maxTerms))
        .suggest("use a closed formula; for redundancy, `at_least(k, n, p)`");
    return std::nullopt;
  }
  std::vector<Item> result;
  for (mpz_class i = first; i <= last; ++i) {
    Node index = space_->constant(Rational(i));
    Node inside = binary(ir::Op::And, boolean, binary(ir::Op::Le, boolean, lo->node, index),
                         binary(ir::Op::Le, boolean, index, hi->node));
    bool always = Rational(i) >= lo->hi && Rational(i) <= hi->lo;
    result.push_back({Value::of(index), always ? nullptr : inside, nullptr});
  }
  return result;
}

Elaborator::Items Elaborator::domainItems(const ast::Domain &domain, const Scope &scope) {
  const ast::Domain *first = &domain;
  while (first->left)
    first = first->left.get();
  std::optional<ir::Type> type;
  if (first->kind == ast::Domain::Type) {
    type = this->type(first->type, *scope.module);
  } else {
    Value value = expression(*first->exprs[0], scope);
    if (Node node = value ? asNode(value, *first->exprs[0]) : nullptr)
      type = node->type();
  }
  if (!type)
    return std::nullopt;
  auto values = this->domain(domain, scope, *type, false, space_->constant(0, *type));
  if (!values)
    return std::nullopt;
  if (!values->limits.empty()) {
    error(DiagKind::BadDomain, domain.range, "a fold goes over values, not over all within limits")
        .suggest("write a range, `lo .. hi`");
    return std::nullopt;
  }
  if (values->list.size() > maxTerms) {
    error(DiagKind::DomainTooLarge, domain.range,
          "this domain has " + std::to_string(values->list.size()) +
              " values, a fold goes over at most " + std::to_string(maxTerms));
    return std::nullopt;
  }
  std::vector<Item> result;
  for (const Rational &value : values->list) {
    Node self = space_->constant(value, *type);
    Node guard =
        values->membership ? this->domain(domain, scope, *type, false, self)->membership : nullptr;
    result.push_back({Value::of(self), guard, nullptr});
  }
  return result;
}

Elaborator::Items Elaborator::componentItems(const ast::Domain &domain, Instance &instance) {
  std::vector<Instance *> members;
  if (!instance.isGroup)
    members.push_back(&instance);
  else
    for (auto &entry : instance.fields)
      if (entry.second.nested)
        members.push_back(entry.second.nested);
  if (members.empty() && !alone_) {
    error(DiagKind::EmptyDomain, domain.range,
          "the group `" + domain.type.text().str() + "` has no members")
        .suggest("add one where the group is refined: `" + domain.type.parts.back().text.str() +
                 " { name : " + instance.decl->name.text.str() + " { ... } }`");
    return std::nullopt;
  }
  std::vector<Item> result;
  for (Instance *member : members) {
    Node count = copies(*member);
    if (!count)
      return std::nullopt;
    Node none = space_->constant(0);
    bool once = constantValue(count) == Rational(1);
    bool some = once || rangeOf(count).lo > 0;
    Node guard = some ? nullptr : binary(ir::Op::Lt, ir::Type::boolean(), none, count);
    result.push_back({Value::of(member), guard, once ? nullptr : count});
  }
  return result;
}

// ---- the fold itself -------------------------------------------------------------------------

Elaborator::Node Elaborator::fold(const ast::Expr &expr, const Scope &scope) {
  llvm::StringRef kind = expr.children[0]->name.text;
  if (!llvm::is_contained(folds, kind)) {
    error(DiagKind::UnknownName, expr.children[0]->range, "there is no fold `" + kind.str() + "`")
        .suggestName(expr.children[0]->range, folds)
        .suggest("folds are `sum`, `product`, `min`, `max`, `all` and `any`");
    return nullptr;
  }
  Items all = items(expr, scope);
  if (!all)
    return nullptr;
  const ast::Expr &body = *expr.children[1];
  bool isCondition = kind == "all" || kind == "any", isExtremum = kind == "min" || kind == "max";
  Node result = nullptr;
  Node started = nullptr; // of an extremum: whether a term took part so far; null: certainly
  for (const Item &item : *all) {
    Scope inner = scope;
    inner.locals[expr.name.text] = item.value;
    if (item.guard)
      guards_.push_back(item.guard);
    Node term = isCondition ? condition(body, inner) : number(body, inner);
    if (item.guard)
      guards_.pop_back();
    if (!term)
      return nullptr;
    if (result && kind != "product" && result->type() != term->type()) {
      error(DiagKind::UnitMismatch, body.range,
            "this is " + describe(result->type()) + " for one value and " + describe(term->type()) +
                " for another");
      return nullptr;
    }
    if (isExtremum)
      result = extremum(kind == "min" ? ir::Op::Min : ir::Op::Max, result, term, item, started);
    else if (kind == "product")
      result = product(result, term, item, body);
    else
      result = accumulate(kind == "sum"   ? ir::Op::Add
                          : kind == "all" ? ir::Op::And
                                          : ir::Op::Or,
                          result, term, item);
    if (!result)
      return nullptr;
  }
  if (started)
    requireWhereUsed(scope, kind.str() + ".has_term", started,
                     "there is no " + kind.str() + " of nothing", expr.range);
  return result;
}

Elaborator::Node Elaborator::accumulate(ir::Op op, Node sofar, Node term, const Item &item) {
  ir::Type type = term->type();
  if (op == ir::Op::Add && item.copies)
    term = binary(ir::Op::Mul, type, item.copies, term);
  if (item.guard)
    term = space_->make(ir::Op::Select, type,
                        {item.guard, term, space_->constant(op == ir::Op::And, type)});
  return sofar ? binary(op, type, sofar, term) : term;
}

Elaborator::Node Elaborator::product(Node sofar, Node term, const Item &item,
                                     const ast::Expr &body) {
  ir::Type type = term->type();
  if ((item.copies || item.guard) && !type.dim.isNumber()) {
    error(DiagKind::UnitMismatch, body.range,
          "a product over an open number of factors is of pure numbers, this is " + describe(type));
    return nullptr;
  }
  if (item.copies)
    term = binary(ir::Op::Pow, type, term, item.copies);
  if (item.guard)
    term = space_->make(ir::Op::Select, type, {item.guard, term, space_->constant(1, type)});
  if (!sofar)
    return term;
  auto dim = productDimension(sofar->type().dim, type.dim, 1, body.range);
  return dim ? binary(ir::Op::Mul, ir::Type::number(*dim), sofar, term) : nullptr;
}

Elaborator::Node Elaborator::extremum(ir::Op op, Node sofar, Node term, const Item &item,
                                      Node &started) {
  if (!sofar) {
    started = item.guard;
    return term;
  }
  ir::Type type = term->type();
  Node best = binary(op, type, sofar, term);
  if (started)
    best = space_->make(ir::Op::Select, type, {started, best, term});
  if (started)
    started = item.guard ? binary(ir::Op::Or, ir::Type::boolean(), started, item.guard) : nullptr;
  return item.guard ? space_->make(ir::Op::Select, type, {item.guard, best, sofar}) : best;
}

} // namespace wsc
