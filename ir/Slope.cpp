// The rules, each from the difference f(q) - f(p) written as a sum over the operands (for
// differentiable operations by the mean value theorem), so that they hold between any two points
// of a box and not only in the limit.
#include "ir/Slope.h"

#include "ir/TapeTable.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::ir {

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
using Operands = llvm::ArrayRef<Moving>;

/// Larger tables are not searched for a direction: that takes all pairs of rows.
constexpr size_t maxRows = 256;

Interval direction(bool isUp, bool isDown) { return {isUp ? 0 : -inf, isDown ? 0 : inf}; }
/// All that an increasing operation leaves of its operand's slope.
Interval directionOf(Interval slope) { return direction(slope.lo >= 0, slope.hi <= 0); }

/// The end at log 1 = 0 is exact.
Interval logWithSign(Interval a) {
  Interval result = log(a);
  if (a.hi <= 1)
    result.hi = std::min(result.hi, 0.0);
  if (a.lo >= 1)
    result.lo = std::max(result.lo, 0.0);
  return result;
}

Interval slopeOfQuotient(const Node *node, Interval quotient, Operands x) {
  if (x[1].value.contains(0))
    return Interval::all();
  if (isPoissonShare(node))
    return directionOf(neg(x[1].slope));
  return div(sub(x[0].slope, mul(quotient, x[1].slope)), x[1].value);
}

/// x^y: first along the exponent, then along the base.
Interval slopeOfPower(Interval power, Operands x) {
  const Interval &base = x[0].value, &exponent = x[1].value;
  bool isInteger = exponent.isPoint() && exponent.lo == std::floor(exponent.lo);
  bool isDefined = isInteger && x[1].isStill() ? exponent.lo >= 1 || !base.contains(0)
                                               : base.lo > 0 || (base.lo == 0 && exponent.lo > 0);
  if (!isDefined)
    return Interval::all();
  Interval less = sub(exponent, Interval::point(1));
  Interval along = mul(mul(exponent, pow(base, less)), x[0].slope);
  return x[1].isStill() ? along : add(along, mul(mul(power, logWithSign(base)), x[1].slope));
}

Interval slopeOfSelect(Operands x) {
  const Moving &condition = x[0], &a = x[1], &b = x[2];
  if (condition.value.isPoint())
    return condition.value.certainlyTrue() ? a.slope : b.slope;
  Interval branches = hull(a.slope, b.slope);
  if (condition.isStill())
    return branches;
  // The jump from one branch to the other has the direction of the branches, or nothing has.
  bool above = a.value.lo >= b.value.hi, below = a.value.hi <= b.value.lo;
  bool jumpsUp = (condition.isUp() && above) || (condition.isDown() && below);
  bool jumpsDown = (condition.isUp() && below) || (condition.isDown() && above);
  return direction(branches.lo >= 0 && jumpsUp, branches.hi <= 0 && jumpsDown);
}

/// Whether the keys of `s` may follow those of `r` as the parameter grows.
bool follows(const std::vector<Rational> &r, const std::vector<Rational> &s, Operands keys) {
  for (unsigned k = 0; k < keys.size(); ++k) {
    bool allowed = (keys[k].isUp() && r[k] < s[k]) || (keys[k].isDown() && s[k] < r[k]);
    if (r[k] != s[k] && (!allowed || keys[k].isStill()))
      return false;
  }
  return true;
}

Interval slopeOfLookup(const TableDef &table, unsigned column, Operands keys) {
  auto isSteady = [](const Moving &key) { return key.isUp() || key.isDown(); };
  if (table.rows.size() > maxRows || !llvm::all_of(keys, isSteady))
    return Interval::all();
  std::vector<const std::vector<Rational> *> rows;
  for (const std::vector<Rational> &row : table.rows) {
    bool reachable = true;
    for (unsigned k = 0; k < keys.size(); ++k)
      reachable &= !eq(enclose(row[k]), keys[k].value).certainlyFalse();
    if (reachable)
      rows.push_back(&row);
  }
  bool up = true, down = true;
  for (auto *r : rows)
    for (auto *s : rows)
      if (follows(*r, *s, keys)) {
        up &= (*r)[column] <= (*s)[column];
        down &= (*r)[column] >= (*s)[column];
      }
  return direction(up, down);
}

Interval slopeOf(const Space &space, const Node *node, Interval value, Operands x) {
  switch (node->op()) {
  case Op::Constant:
  case Op::Named:
  case Op::Param:
  case Op::Metric: llvm_unreachable("a leaf has no operands");
  case Op::Add: return add(x[0].slope, x[1].slope);
  case Op::Sub: return sub(x[0].slope, x[1].slope);
  case Op::Mul: return add(mul(x[0].slope, x[1].value), mul(x[1].slope, x[0].value));
  case Op::Div: return slopeOfQuotient(node, value, x);
  case Op::Pow: return slopeOfPower(value, x);
  case Op::Neg:
  case Op::Not: return neg(x[0].slope);
  case Op::Abs:
    return x[0].value.lo >= 0   ? x[0].slope
           : x[0].value.hi <= 0 ? neg(x[0].slope)
                                : hull(x[0].slope, neg(x[0].slope));
  case Op::Min:
  case Op::Max: {
    const Moving &least = node->op() == Op::Min ? x[0] : x[1],
                 &other = &least == &x[0] ? x[1] : x[0];
    if (least.value.hi <= other.value.lo)
      return x[0].slope;
    return other.value.hi <= least.value.lo ? x[1].slope : hull(x[0].slope, x[1].slope);
  }
  case Op::Floor:
  case Op::Ceil:
  case Op::Round: return directionOf(x[0].slope);
  case Op::Sqrt: // (sqrt y - sqrt x) / (y - x) = 1 / (sqrt y + sqrt x)
    return x[0].value.lo > 0 ? div(x[0].slope, add(value, value)) : directionOf(x[0].slope);
  case Op::Exp: return mul(value, x[0].slope);
  case Op::Log:
  case Op::Log2:
    if (x[0].value.lo <= 0)
      return directionOf(x[0].slope);
    return node->op() == Op::Log ? div(x[0].slope, x[0].value)
                                 : div(x[0].slope, mul(x[0].value, log(Interval::point(2))));
  case Op::AtLeast: return directionOf(hull(hull(neg(x[0].slope), x[1].slope), x[2].slope));
  case Op::Le:
  case Op::Lt: return directionOf(sub(x[1].slope, x[0].slope));
  case Op::And:
  case Op::Or: return hull(x[0].slope, x[1].slope);
  case Op::Select: return slopeOfSelect(x);
  case Op::Lookup: return slopeOfLookup(space.tables[node->index()], node->column(), x);
  case Op::Mod:
  case Op::Eq:
  case Op::HasRow: return Interval::all();
  }
  llvm_unreachable("covered switch");
}

/// What an operation on positive operands does to exponents; everything if nothing is known.
Interval exponentOf(const Node *node, Operands x) {
  switch (node->op()) {
  case Op::Mul: return add(x[0].exponent, x[1].exponent);
  case Op::Div: return sub(x[0].exponent, x[1].exponent);
  case Op::Sqrt: return div(x[0].exponent, Interval::point(2));
  case Op::Pow: return x[1].isStill() ? mul(x[0].exponent, x[1].value) : Interval::all();
  case Op::Add:
  case Op::Min:
  case Op::Max: return hull(x[0].exponent, x[1].exponent);
  case Op::Sub: // what is taken away grows more slowly than what is left, or nothing is known
    return {x[0].exponent.lo >= x[1].exponent.hi ? x[0].exponent.lo : -inf,
            x[0].exponent.hi <= x[1].exponent.lo ? x[0].exponent.hi : inf};
  case Op::Select: return x[0].isStill() ? hull(x[1].exponent, x[2].exponent) : Interval::all();
  default: return Interval::all();
  }
}

Interval meet(Interval a, Interval b) { return {std::max(a.lo, b.lo), std::min(a.hi, b.hi)}; }

} // namespace

bool isPoissonShare(const Node *node) {
  if (node->op() != Op::Div)
    return false;
  const Node *y = node->operand(1), *above = node->operand(0);
  if (above->op() != Op::Sub || !above->operand(0)->isConstant() || above->operand(0)->value() != 1)
    return false;
  const Node *power = above->operand(1);
  return power->op() == Op::Exp && power->operand(0)->op() == Op::Neg &&
         power->operand(0)->operand(0) == y;
}

Moving move(const Space &space, const Node *node, Interval value, Operands x) {
  Moving result{value};
  if (llvm::all_of(x, [](const Moving &operand) { return operand.isStill(); }))
    return result;
  result.slope = slopeOf(space, node, value, x);
  result.exponent = Interval::all();
  Operands terms = node->op() == Op::Select ? x.drop_front() : x;
  if (!result.isPositive())
    return result;
  if (llvm::all_of(terms, [](const Moving &term) { return term.isPositive(); }))
    result.exponent = exponentOf(node, x);
  // Either kind of slope may know the direction.
  result.exponent = meet(result.exponent, directionOf(result.slope));
  result.slope = meet(result.slope, directionOf(result.exponent));
  return result;
}

} // namespace wsc::ir
