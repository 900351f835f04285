// Operators: every expression gets a type with a dimension, or an error that shows both sides.
#include "frontend/Elaborator.h"

#include "ir/Tape.h"
#include <cmath>

namespace wsc {

using ast::ExprKind;

namespace {
/// More than one expression can have; takes up to 5 MB of the stack.
constexpr unsigned maxDepth = 3000;
} // namespace

// ---- checks ----------------------------------------------------------------------------------

std::string Elaborator::text(const ast::Expr &expr) const {
  llvm::StringRef source = text(expr.range);
  if (source.size() <= 60 && !source.contains('\n'))
    return source.str();
  return source.take_front(57).take_until([](char c) { return c == '\n'; }).rtrim().str() + "...";
}

std::string Elaborator::describe(const ir::Type &type) const {
  switch (type.kind) {
  case ir::Type::Bool: return "a condition";
  case ir::Type::Enum: return "a `" + space_->enums[type.enumIndex].name + "`";
  case ir::Type::Number: break;
  }
  std::string name = space_->units.describe(type.dim);
  // "data" is the one dimension of which English has no single piece.
  if (type.dim.isNumber() || name == "data" || name.find_first_of("/^*") != std::string::npos)
    return name;
  return (llvm::StringRef("aeiou").contains(name[0]) ? "an " : "a ") + name;
}

Elaborator::Node Elaborator::asNode(Value value, const ast::Expr &expr) {
  if (value.kind == Value::Node)
    return value.node;
  if (value.kind == Value::Row) {
    const auto &table = space_->tables[value.table];
    if (table.columns.size() == table.keys + 1)
      return cell(value, table.keys);
    error(DiagKind::WrongKind, expr.range,
          "`" + text(expr) + "` is a row of the table `" + table.name + "`")
        .suggest("name a column: `" + text(expr) + "." + table.columns[table.keys].name + "`");
  } else if (value.kind == Value::Component)
    error(DiagKind::WrongKind, expr.range, "`" + text(expr) + "` is a component, not a value")
        .suggest("name one of its fields");
  return nullptr;
}

std::optional<Rational> Elaborator::exactValue(Node node) {
  if (node->isConstant())
    return node->value();
  ir::Tape tape(*space_, node);
  budget_.steps += tape.size(); // over budget: noticed by the next expression
  return tape.evaluateExactly(0, {});
}

std::optional<Rational> Elaborator::constantValue(Node node) {
  if (node->bindingTime() != ir::BindingTime::Constant)
    return std::nullopt;
  if (auto exact = exactValue(node))
    return exact;
  ir::Tape tape(*space_, node);
  double value;
  tape.evaluate({}, {}, value);
  if (!std::isfinite(value))
    return std::nullopt;
  return fromDouble(value);
}

std::optional<Rational> Elaborator::requireConstant(Node node, Range at, llvm::StringRef what) {
  if (node->bindingTime() != ir::BindingTime::Constant) {
    if (!alone_) // else it may be one where the fields have values
      error(DiagKind::NotConstant, at, what.str() + " must be a constant");
    return std::nullopt;
  }
  auto value = constantValue(node);
  if (!value) {
    error(DiagKind::DivisionByZero, at, "this constant expression is undefined or too large");
  } else if (std::isinf(toDouble(*value))) {
    error(DiagKind::DivisionByZero, at,
          "this value is too large: beyond 1.8e308 nothing is computed");
    return std::nullopt;
  }
  return value;
}

bool Elaborator::defined(Node node, Range at) {
  return node->bindingTime() != ir::BindingTime::Constant ||
         requireConstant(node, at, "").has_value();
}

bool Elaborator::isDeadBranch() {
  return llvm::any_of(guards_, [&](Node guard) {
    return guard->bindingTime() == ir::BindingTime::Constant && constantValue(guard) != Rational(1);
  });
}

// ---- expressions -----------------------------------------------------------------------------

Value Elaborator::expression(const ast::Expr &expr, const Scope &scope, const ir::Type *expected) {
  if (diagnostics_.full() || !spend(Budget::Expression, expr.range))
    return {};
  if (depth_ == maxDepth) {
    error(DiagKind::NestedTooDeeply, expr.range,
          "definitions refer to one another in a chain of more than " + std::to_string(maxDepth) +
              " expressions");
    return {};
  }
  ++depth_;
  Value value = operation(expr, scope, expected);
  --depth_;
  return value;
}

Value Elaborator::operation(const ast::Expr &expr, const Scope &scope, const ir::Type *expected) {
  switch (expr.kind) {
  case ExprKind::Number: return Value::of(literal(expr));
  case ExprKind::Name: return name(expr.name, scope, expected);
  case ExprKind::Field: return member(expr, scope);
  case ExprKind::Call: return call(expr, scope);
  case ExprKind::Fold: return Value::of(fold(expr, scope));
  case ExprKind::Match: return Value::of(match(expr, scope, expected));
  case ExprKind::If: return Value::of(choice(expr, scope, expected));
  case ExprKind::Negate: {
    const ast::Expr &operand = *expr.children[0];
    if (isAffine(operand) && !operand.parenthesized)
      return Value::of(literal(operand, true));
    Node a = refuseAffine(operand) ? nullptr : number(operand, scope);
    return Value::of(a ? space_->make(ir::Op::Neg, a->type(), {a}) : nullptr);
  }
  case ExprKind::Power: return Value::of(powerOf(expr, scope));
  case ExprKind::Mul:
  case ExprKind::Div:
  case ExprKind::Mod:
  case ExprKind::Add:
  case ExprKind::Sub: return Value::of(arithmetic(expr, scope));
  case ExprKind::Within: return Value::of(within(expr, scope));
  case ExprKind::Le:
  case ExprKind::Lt:
  case ExprKind::Ge:
  case ExprKind::Gt:
  case ExprKind::Eq:
  case ExprKind::Ne: return Value::of(comparison(expr, scope));
  case ExprKind::Not: {
    Node a = condition(*expr.children[0], scope);
    return Value::of(a ? space_->make(ir::Op::Not, a->type(), {a}) : nullptr);
  }
  case ExprKind::And:
  case ExprKind::Or:
  case ExprKind::Implies: {
    Node a = condition(*expr.children[0], scope), b = condition(*expr.children[1], scope);
    if (!a || !b)
      return {};
    if (expr.kind == ExprKind::Implies)
      a = space_->make(ir::Op::Not, a->type(), {a});
    return Value::of(
        binary(expr.kind == ExprKind::And ? ir::Op::And : ir::Op::Or, ir::Type::boolean(), a, b));
  }
  }
  llvm_unreachable("covered switch");
}

Elaborator::Node Elaborator::number(const ast::Expr &expr, const Scope &scope,
                                    const ir::Type *expected) {
  Value value = expression(expr, scope, expected);
  Node node = value ? asNode(value, expr) : nullptr;
  if (node && !node->type().isNumber()) {
    error(DiagKind::TypeMismatch, expr.range,
          "`" + text(expr) + "` is " + describe(node->type()) + ", a number is needed here");
    return nullptr;
  }
  return node;
}

Elaborator::Node Elaborator::condition(const ast::Expr &expr, const Scope &scope) {
  Value value = expression(expr, scope);
  Node node = value ? asNode(value, expr) : nullptr;
  if (node && !node->type().isBool()) {
    error(DiagKind::TypeMismatch, expr.range,
          "`" + text(expr) + "` is " + describe(node->type()) + ", a condition is needed here");
    return nullptr;
  }
  return node;
}

Elaborator::Node Elaborator::literal(const ast::Expr &expr, bool negative) {
  auto value = parseDecimal(expr.name.text);
  if (!value) {
    error(DiagKind::BadDomain, expr.name.range, "this number is too large or too small");
    return nullptr;
  }
  if (expr.unit.text.empty())
    return space_->constant(*value);
  usedUnits(expr.unit);
  auto [entry, isNew] = unitsRead_.try_emplace(expr.unit.text);
  auto &unit = entry->second;
  if (isNew)
    unit = space_->units.parseUnit(expr.unit.text);
  if (auto *known = std::get_if<Unit>(&unit))
    return space_->constant((negative ? Rational(-*value) : *value) * known->scale + known->offset,
                            ir::Type::number(known->dim));
  unknownUnit(expr, std::get<std::string>(unit));
  return nullptr;
}

bool Elaborator::isAffine(const ast::Expr &expr) const {
  return expr.kind == ExprKind::Number && space_->units.isAffine(expr.unit.text);
}

bool Elaborator::refuseAffine(const ast::Expr &operand) {
  if (!isAffine(operand))
    return false;
  std::string unit = operand.unit.text.str();
  error(DiagKind::AffineUnit, operand.range,
        "`" + text(operand) + "` is a point on a scale with a zero of its own, not a difference")
      .suggest("give differences and factors in `" +
               space_->units.baseUnit(std::get<Unit>(space_->units.parseUnit(unit)).dim) + "`");
  return true;
}

const ast::Expr *Elaborator::pointOf(const ast::Expr &operand, const Scope &scope) const {
  if (isAffine(operand))
    return &operand;
  llvm::StringRef name = operand.name.text;
  Instance *instance =
      operand.kind == ExprKind::Name && !scope.locals.count(name) ? holder(name, scope) : nullptr;
  if (!instance)
    return nullptr;
  const Field &field = instance->fields.find(name)->second;
  const ast::Expr *given = field.definition.expr;
  if (!field.fixes.empty())
    given = field.fixes.back().expr;
  else if (!field.openings.empty() && !field.openings.back().domain->exprs.empty())
    given = field.openings.back().domain->exprs.front().get();
  return given && isAffine(*given) ? given : nullptr;
}

bool Elaborator::refusePoints(const ast::Expr &left, const ast::Expr &right, const Scope &scope) {
  const ast::Expr *point = pointOf(right, scope);
  if (!point || !pointOf(left, scope))
    return false;
  error(DiagKind::AffineUnit, right.range,
        "`" + text(right) + "` is given as `" + text(*point) +
            "`, a point on a scale with a zero of its own, and added to another point")
      .note(point->range, "it is given here")
      .suggest(
          "give differences and factors in `" +
          space_->units.baseUnit(std::get<Unit>(space_->units.parseUnit(point->unit.text)).dim) +
          "`");
  return true;
}

void Elaborator::unknownUnit(const ast::Expr &expr, const std::string &wrong) {
  if (isPlaceholder(wrong))
    offerUnits();
  if (space_->units.isAffine(wrong)) {
    error(DiagKind::AffineUnit, expr.unit.range,
          "`" + wrong + "` has a zero of its own and cannot be part of a larger unit")
        .suggest("use its base unit, as in `0.5 K/W`");
    return;
  }
  auto &d = error(DiagKind::UnknownUnit, expr.unit.range, "there is no unit `" + wrong + "`");
  std::vector<std::string> spellings = space_->units.spellings();
  std::vector<llvm::StringRef> names(spellings.begin(), spellings.end());
  // `wrong` is one word of the unit, which may be a product of several.
  size_t at = expr.unit.range.begin + expr.unit.text.find(wrong);
  Range word{expr.unit.range.file, unsigned(at), unsigned(at + wrong.size())};
  // `cm2` is what other tools write for cm^2.
  llvm::StringRef letters = llvm::StringRef(wrong).rtrim("0123456789");
  if (letters.size() < wrong.size() && !letters.ends_with("^") &&
      std::holds_alternative<Unit>(space_->units.parseUnit(letters))) {
    std::string power = letters.str() + "^" + wrong.substr(letters.size());
    d.suggest("did you mean `" + power + "`?").fix(word, power);
  }
  d.suggestName(word, names)
      .suggest("a word right after a number is its unit; a new statement goes behind a `;` or on "
               "a new line");
}

std::optional<Dim> Elaborator::productDimension(Dim x, Dim y, int n, Range at) {
  auto dim = x.times(y, n);
  if (!dim)
    error(DiagKind::UnitMismatch, at, "this has no dimension: an exponent is beyond 127");
  return dim;
}

Elaborator::Node Elaborator::arithmetic(const ast::Expr &expr, const Scope &scope) {
  const ast::Expr &left = *expr.children[0], &right = *expr.children[1];
  bool isLinear = expr.kind == ExprKind::Add || expr.kind == ExprKind::Sub;
  // 85 degC + 10 K and 85 degC - 25 degC are fine, 85 degC + 10 degC is not.
  if (isLinear ? expr.kind == ExprKind::Add && isAffine(left) && refuseAffine(right)
               : refuseAffine(left) || refuseAffine(right))
    return nullptr;
  if (expr.kind == ExprKind::Add && refusePoints(left, right, scope))
    return nullptr;
  Node a = number(left, scope), b = number(right, scope);
  if (!a || !b)
    return nullptr;
  Dim x = a->type().dim, y = b->type().dim;
  bool divides = expr.kind == ExprKind::Div || expr.kind == ExprKind::Mod;
  if (divides && constantValue(b) == Rational(0) && !isDeadBranch()) {
    error(DiagKind::DivisionByZero, right.range, "this divides by zero");
    return nullptr;
  }
  switch (expr.kind) {
  case ExprKind::Mul: {
    auto dim = productDimension(x, y, 1, expr.range);
    return dim ? binary(ir::Op::Mul, ir::Type::number(*dim), a, b) : nullptr;
  }
  case ExprKind::Div: {
    auto dim = productDimension(x, y, -1, expr.range);
    return dim ? binary(ir::Op::Div, ir::Type::number(*dim), a, b) : nullptr;
  }
  case ExprKind::Mod:
    return sameDimension(a, b, left, right, expr.range, "take the remainder of")
               ? binary(ir::Op::Mod, a->type(), a, b)
               : nullptr;
  case ExprKind::Add:
    return sameDimension(a, b, left, right, expr.range, "add")
               ? binary(ir::Op::Add, a->type(), a, b)
               : nullptr;
  default:
    return sameDimension(a, b, left, right, expr.range, "subtract")
               ? binary(ir::Op::Sub, a->type(), a, b)
               : nullptr;
  }
}

Elaborator::Node Elaborator::powerOf(const ast::Expr &expr, const Scope &scope) {
  const ast::Expr &base = *expr.children[0], &exponent = *expr.children[1];
  if (refuseAffine(base))
    return nullptr;
  Node a = number(base, scope), b = number(exponent, scope);
  if (!a || !b)
    return nullptr;
  if (!b->type().dim.isNumber()) {
    error(DiagKind::UnitMismatch, exponent.range,
          "an exponent is a pure number, this is " + describe(b->type()));
    return nullptr;
  }
  Dim dim;
  if (!a->type().dim.isNumber()) {
    auto n = requireConstant(b, exponent.range, "the exponent of a quantity with a unit");
    if (!n)
      return nullptr;
    auto root = *n * 2 == 1 ? a->type().dim.sqrt() : std::nullopt;
    if (!root && (!wsc::isInteger(*n) || abs(*n) > 9)) {
      error(DiagKind::UnitMismatch, exponent.range,
            describe(a->type()) + " to this power has no dimension");
      return nullptr;
    }
    auto raised = root ? root
                       : productDimension({}, a->type().dim,
                                          static_cast<int>(n->get_num().get_si()), expr.range);
    if (!raised)
      return nullptr;
    dim = *raised;
    b = space_->constant(*n); // the IR wants it plain
  }
  return binary(ir::Op::Pow, ir::Type::number(dim), a, b);
}

// ---- comparisons -----------------------------------------------------------------------------

Elaborator::Node Elaborator::compare(ExprKind kind, Node a, Node b, const ast::Expr &left,
                                     const ast::Expr &right, Range at) {
  if (!sameDimension(a, b, left, right, at, "compare"))
    return nullptr;
  bool equality = kind == ExprKind::Eq || kind == ExprKind::Ne;
  if (!equality && !a->type().isNumber()) {
    error(DiagKind::TypeMismatch, at, describe(a->type()) + " has no order")
        .suggest("compare with `==` or `!=`");
    return nullptr;
  }
  ir::Type boolean = ir::Type::boolean();
  switch (kind) {
  case ExprKind::Le: return binary(ir::Op::Le, boolean, a, b);
  case ExprKind::Lt: return binary(ir::Op::Lt, boolean, a, b);
  case ExprKind::Ge: return binary(ir::Op::Le, boolean, b, a);
  case ExprKind::Gt: return binary(ir::Op::Lt, boolean, b, a);
  case ExprKind::Eq: return binary(ir::Op::Eq, boolean, a, b);
  default: return space_->make(ir::Op::Not, boolean, {binary(ir::Op::Eq, boolean, a, b)});
  }
}

Elaborator::Node Elaborator::comparison(const ast::Expr &expr, const Scope &scope) {
  const ast::Expr &left = *expr.children[0], &right = *expr.children[1];
  // `0 < x <= 8` is `0 < x and x <= 8`.
  auto isComparison = [](const ast::Expr &e) {
    return e.kind >= ExprKind::Le && e.kind <= ExprKind::Ne && !e.parenthesized;
  };
  Node chained = nullptr;
  const ast::Expr *first = &left;
  if (isComparison(left)) {
    chained = condition(left, scope);
    first = left.children[1].get();
    if (!chained)
      return nullptr;
  }
  Value leftValue = expression(*first, scope);
  Node a = leftValue ? asNode(leftValue, *first) : nullptr;
  Value rightValue = expression(right, scope, a ? &a->type() : nullptr);
  Node b = rightValue ? asNode(rightValue, right) : nullptr;
  if (!a || !b)
    return nullptr;
  Node result = compare(expr.kind, a, b, *first, right, expr.range);
  return chained && result ? binary(ir::Op::And, ir::Type::boolean(), chained, result) : result;
}

Elaborator::Node Elaborator::within(const ast::Expr &expr, const Scope &scope) {
  const ast::Expr &left = *expr.children[0], &share = *expr.children[1],
                  &reference = *expr.children[2];
  Node a = number(left, scope), p = number(share, scope), v = number(reference, scope);
  if (!a || !p || !v || !sameDimension(a, v, left, reference, expr.range, "compare"))
    return nullptr;
  if (!p->type().dim.isNumber()) {
    error(DiagKind::UnitMismatch, share.range,
          "the tolerance is a share such as `5 %`, this is " + describe(p->type()));
    return nullptr;
  }
  Node difference = space_->make(ir::Op::Abs, a->type(), {binary(ir::Op::Sub, a->type(), a, v)});
  Node magnitude = space_->make(ir::Op::Abs, v->type(), {v});
  return binary(ir::Op::Le, ir::Type::boolean(), difference,
                binary(ir::Op::Mul, v->type(), p, magnitude));
}

Elaborator::Node Elaborator::choice(const ast::Expr &expr, const Scope &scope,
                                    const ir::Type *expected) {
  Node c = condition(*expr.children[0], scope);
  if (!c)
    return nullptr;
  auto branch = [&](const ast::Expr &e, Node guard, const ir::Type *type) -> Node {
    guards_.push_back(guard);
    Value value = expression(e, scope, type);
    guards_.pop_back();
    return value ? asNode(value, e) : nullptr;
  };
  Node a = branch(*expr.children[1], c, expected);
  Node b = branch(*expr.children[2], space_->make(ir::Op::Not, c->type(), {c}),
                  a ? &a->type() : expected);
  if (!a || !b ||
      !sameDimension(a, b, *expr.children[1], *expr.children[2], expr.range, "choose between"))
    return nullptr;
  return space_->make(ir::Op::Select, a->type(), {c, a, b});
}

} // namespace wsc
