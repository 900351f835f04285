// One Z3 term for each node, with the condition under which it is defined.
#include "feasibility/Lowering.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::feasibility {

using ir::Op;

/// Larger cones are not tabulated.
static constexpr double tablePoints = 4096;
/// Larger exponents are left to tables.
static constexpr int maxExponent = 16;

Lowering::Lowering(const Problem &problem, z3::solver &solver)
    : problem_(problem), context_(solver.ctx()), solver_(solver), params_(context_) {
  for (unsigned param = 0; param < problem.paramCount(); ++param) {
    bool isBool = problem.space().params[param].type.isBool();
    params_.push_back(context_.constant(context_.int_symbol(param),
                                        isBool ? context_.bool_sort() : context_.real_sort()));
    z3::expr_vector choices(context_);
    for (unsigned i = 0; i < problem.domainSize(param); ++i)
      choices.push_back(isChosen(param, i));
    solver_.add(z3::mk_or(choices));
  }
}

z3::expr Lowering::number(const Rational &value) {
  return context_.real_val(toString(value).c_str());
}
z3::expr Lowering::literal(const ir::Type &type, const Rational &value) {
  return type.isBool() ? context_.bool_val(value != 0) : number(value);
}
z3::expr Lowering::floor(const z3::expr &value) {
  z3::expr whole(context_, Z3_mk_real2int(context_, value));
  return z3::expr(context_, Z3_mk_int2real(context_, whole));
}

z3::expr Lowering::isChosen(unsigned param, unsigned i) {
  const ir::Param &declared = problem_.space().params[param];
  return params_[param] == literal(declared.type, declared.domain[i]);
}

Design Lowering::design(const z3::model &model) {
  Design design;
  for (unsigned param = 0; param < problem_.paramCount(); ++param) {
    unsigned i = 0;
    while (i + 1 < problem_.domainSize(param) && !model.eval(isChosen(param, i), true).is_true())
      ++i;
    design.choice.push_back(i);
  }
  return design;
}

z3::expr Lowering::holds(const ir::Node *condition) {
  Term result = term(condition);
  return result.defined && result.value;
}

Term Lowering::term(const ir::Node *node) {
  if (auto it = terms_.find(node); it != terms_.end())
    return it->second;
  Term result = compute(node);
  result.value = result.value.simplify();
  result.defined = result.defined.simplify();
  terms_.try_emplace(node, result);
  return result;
}

Term Lowering::compute(const ir::Node *node) {
  switch (node->op()) {
  case Op::Constant:
  case Op::Named: return {literal(node->type(), node->value()), context_.bool_val(true)};
  case Op::Param: return {params_[node->index()], context_.bool_val(true)};
  case Op::Metric: return fresh();
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Div:
  case Op::Mod:
  case Op::Neg:
  case Op::Abs:
  case Op::Min:
  case Op::Max:
  case Op::Floor:
  case Op::Ceil:
  case Op::Round: return arithmetic(node);
  case Op::Pow: return power(node);
  case Op::Sqrt:
  case Op::Exp:
  case Op::Log:
  case Op::Log2:
  case Op::AtLeast: return opaque(node);
  case Op::Le:
  case Op::Lt:
  case Op::Eq: return compare(node);
  case Op::And:
  case Op::Or:
  case Op::Not: return logic(node);
  case Op::Select: return select(node);
  case Op::Lookup:
  case Op::HasRow: return lookup(node);
  }
  llvm_unreachable("covered switch");
}

Term Lowering::arithmetic(const ir::Node *node) {
  Term a = term(node->operand(0)), b = term(node->operands().back());
  z3::expr x = a.value, y = b.value, defined = a.defined && b.defined;
  switch (node->op()) {
  case Op::Add: return {x + y, defined};
  case Op::Sub: return {x - y, defined};
  case Op::Mul: return {x * y, defined};
  case Op::Div: return {x / y, defined && y != 0};
  case Op::Mod: return {x - y * floor(x / y), defined && y != 0};
  case Op::Neg: return {-x, defined};
  case Op::Abs: return {z3::ite(x >= 0, x, -x), defined};
  case Op::Min: return {z3::ite(x <= y, x, y), defined};
  case Op::Max: return {z3::ite(x <= y, y, x), defined};
  case Op::Floor: return {floor(x), defined};
  case Op::Ceil: return {-floor(-x), defined};
  default: { // Round
    z3::expr half = number(Rational(1, 2));
    return {z3::ite(x >= 0, floor(x + half), -floor(half - x)), defined};
  }
  }
}

Term Lowering::compare(const ir::Node *node) {
  Term a = term(node->operand(0)), b = term(node->operand(1));
  z3::expr defined = a.defined && b.defined;
  if (node->op() == Op::Eq)
    return {a.value == b.value, defined};
  return {node->op() == Op::Le ? a.value <= b.value : a.value < b.value, defined};
}

/// A false operand decides an `and`, a true one an `or`, whatever the other is.
Term Lowering::logic(const ir::Node *node) {
  Term a = term(node->operand(0)), b = term(node->operands().back());
  if (node->op() == Op::Not)
    return {!a.value, a.defined};
  bool isOr = node->op() == Op::Or;
  z3::expr decidesA = a.defined && (isOr ? a.value : !a.value);
  z3::expr decidesB = b.defined && (isOr ? b.value : !b.value);
  z3::expr decided = decidesA || decidesB;
  return {isOr ? decided : !decided, decided || (a.defined && b.defined)};
}

Term Lowering::select(const ir::Node *node) {
  Term condition = term(node->operand(0)), a = term(node->operand(1)), b = term(node->operand(2));
  return {z3::ite(condition.value, a.value, b.value),
          condition.defined && z3::ite(condition.value, a.defined, b.defined)};
}

Term Lowering::lookup(const ir::Node *node) {
  const ir::TableDef &table = problem_.space().tables[node->index()];
  z3::expr defined = context_.bool_val(true), found = context_.bool_val(false);
  for (const ir::Node *key : node->operands())
    defined = defined && term(key).defined;
  bool isLookup = node->op() == Op::Lookup;
  z3::expr value = isLookup ? literal(node->type(), 0) : found;
  for (const std::vector<Rational> &row : llvm::reverse(table.rows)) {
    z3::expr match = context_.bool_val(true);
    for (unsigned k = 0; k < table.keys; ++k)
      match = match && term(node->operand(k)).value == literal(table.columns[k].type, row[k]);
    found = found || match;
    if (isLookup)
      value = z3::ite(match, literal(node->type(), row[node->column()]), value);
  }
  return isLookup ? Term{value, defined && found} : Term{found, defined};
}

Term Lowering::power(const ir::Node *node) {
  const ir::Node *exponent = node->operand(1);
  if (!exponent->isConstant() || !isInteger(exponent->value()) ||
      abs(exponent->value()) > maxExponent)
    return opaque(node);
  Term base = term(node->operand(0));
  long n = exponent->value().get_num().get_si();
  z3::expr product = number(1);
  for (long i = 0; i < std::labs(n); ++i)
    product = product * base.value;
  if (n >= 0)
    return {product, base.defined};
  return {number(1) / product, base.defined && base.value != 0};
}

Term Lowering::fresh() {
  z3::expr value(context_, Z3_mk_fresh_const(context_, "v", context_.real_sort()));
  z3::expr defined(context_, Z3_mk_fresh_const(context_, "d", context_.bool_sort()));
  return {value, defined};
}

void Lowering::assertWithin(const z3::expr &condition, Interval bounds, const z3::expr &value) {
  if (std::isfinite(bounds.lo))
    solver_.add(z3::implies(condition, value >= number(fromDouble(bounds.lo))));
  if (std::isfinite(bounds.hi))
    solver_.add(z3::implies(condition, value <= number(fromDouble(bounds.hi))));
}

/// A value of which only enclosures are known.
Term Lowering::opaque(const ir::Node *node) {
  ir::Tape tape(problem_.space(), node);
  double points = 1;
  std::vector<Interval> box(problem_.paramCount()), workspace;
  for (unsigned param : tape.params()) {
    points *= problem_.domainSize(param);
    box[param] = problem_.values(param, problem_.domain(param));
  }
  Term result = fresh();
  if (tape.metrics().empty() && points <= tablePoints) {
    tabulate(tape, result);
    return result;
  }
  Interval bounds;
  {
    RoundUp roundUp;
    tape.evaluate(box, workspace, bounds);
  }
  assertWithin(result.defined, bounds, result.value);
  return result;
}

/// Asserts the enclosure of a value, or that it is undefined, at each point of its cone.
void Lowering::tabulate(const ir::Tape &tape, const Term &unknown) {
  std::vector<Interval> box(problem_.paramCount()), workspace;
  std::vector<double> values(problem_.paramCount()), metrics;
  std::vector<Rational> exact(problem_.paramCount());
  forEachPoint(tape.params(), problem_.domains(), [&](llvm::ArrayRef<unsigned> point) {
    z3::expr here = context_.bool_val(true);
    for (unsigned param : tape.params()) {
      here = here && isChosen(param, point[param]);
      box[param] = problem_.values(param, {point[param], point[param]});
      values[param] = box[param].lo;
      exact[param] = problem_.space().params[param].domain[point[param]];
    }
    double value;
    tape.evaluate(values, metrics, value);
    Interval bounds;
    {
      RoundUp roundUp;
      tape.evaluate(box, workspace, bounds);
    }
    bool isDefined = !std::isnan(value) || tape.evaluateExactly(0, exact);
    solver_.add(z3::implies(here, isDefined ? unknown.defined : !unknown.defined));
    assertWithin(here && unknown.defined, bounds, unknown.value);
    return true;
  });
}

} // namespace wsc::feasibility
