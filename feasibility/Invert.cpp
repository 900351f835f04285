// Propagation rules of each operation: its value from its operands, and its operands from its
// value.  Each inverse encloses all operands with which the value is possible.
#include "feasibility/Propagate.h"

#include <cmath>

namespace wsc::feasibility {

using ir::Op;

static constexpr double inf = std::numeric_limits<double>::infinity();

static bool hasZero(Interval a) { return a.contains(0); }
static Interval nonNegative(Interval a) { return {std::max(0.0, a.lo), a.hi}; }

Interval Propagation::evaluate(unsigned i) const {
  const unsigned *operands = operands_.data() + firstOperand_[i];
  auto x = [&](unsigned k) { return values_[operands[k]]; };
  ir::TapeTable::Keys<Interval> keys{values_, operands};
  const ir::Node *node = nodes_[i];
  switch (node->op()) {
  case Op::Constant:
  case Op::Named:
  case Op::Param:
  case Op::Metric: return values_[i];
  case Op::Add: return add(x(0), x(1));
  case Op::Sub: return sub(x(0), x(1));
  case Op::Mul: return mul(x(0), x(1));
  case Op::Div: return div(x(0), x(1));
  case Op::Pow: return pow(x(0), x(1));
  case Op::Mod: return mod(x(0), x(1));
  case Op::Neg: return neg(x(0));
  case Op::Abs: return abs(x(0));
  case Op::Min: return min(x(0), x(1));
  case Op::Max: return max(x(0), x(1));
  case Op::Floor: return floor(x(0));
  case Op::Ceil: return ceil(x(0));
  case Op::Round: return round(x(0));
  case Op::Sqrt: return sqrt(x(0));
  case Op::Exp: return exp(x(0));
  case Op::Log: return log(x(0));
  case Op::Log2: return log2(x(0));
  case Op::AtLeast: return atLeast(x(0), x(1), x(2));
  case Op::Le: return le(x(0), x(1));
  case Op::Lt: return lt(x(0), x(1));
  case Op::Eq: return eq(x(0), x(1));
  case Op::And: return logicalAnd(x(0), x(1));
  case Op::Or: return logicalOr(x(0), x(1));
  case Op::Not: return logicalNot(x(0));
  case Op::Select:
    return x(0).certainlyTrue() ? x(1) : x(0).certainlyFalse() ? x(2) : hull(x(1), x(2));
  case Op::Lookup: return tables_.at(node->index())->lookup(node->column(), keys);
  case Op::HasRow: return tables_.at(node->index())->hasRow(keys);
  }
  llvm_unreachable("covered switch");
}

void Propagation::invert(unsigned i) {
  switch (nodes_[i]->op()) {
  case Op::Constant:
  case Op::Named:
  case Op::Param:
  case Op::Metric: return;
  case Op::Le:
  case Op::Lt:
  case Op::Eq:
  case Op::And:
  case Op::Or:
  case Op::Not: return invertCondition(i);
  case Op::Select: return invertSelect(i);
  case Op::Mod:
  case Op::AtLeast:
  case Op::Lookup:
  case Op::HasRow:
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Div:
  case Op::Pow:
  case Op::Neg:
  case Op::Abs:
  case Op::Min:
  case Op::Max:
  case Op::Floor:
  case Op::Ceil:
  case Op::Round:
  case Op::Sqrt:
  case Op::Exp:
  case Op::Log:
  case Op::Log2:
    // All of these are undefined if an operand is.
    for (unsigned k = 0; k < nodes_[i]->operands().size(); ++k)
      require(operand(i, k));
    return invertArithmetic(i);
  }
}

void Propagation::invertArithmetic(unsigned i) {
  unsigned a = operand(i, 0), b = operand(i, nodes_[i]->operands().size() - 1);
  const Interval &x = values_[a], &y = values_[b], &z = values_[i];
  switch (nodes_[i]->op()) {
  case Op::Add: meet(a, sub(z, y)); return meet(b, sub(z, x));
  case Op::Sub: meet(a, add(z, y)); return meet(b, sub(x, z));
  case Op::Mul: // where the product is not zero, neither is a factor
    if (!hasZero(y) || !hasZero(z))
      meet(a, div(z, y));
    if (!hasZero(x) || !hasZero(z))
      meet(b, div(z, x));
    return;
  case Op::Div:
    meet(a, mul(z, y));
    if (!hasZero(x) || !hasZero(z))
      meet(b, div(x, z));
    return;
  case Op::Pow:
    if (x.lo >= 0 && !hasZero(y))
      meet(a, pow(nonNegative(z), div(Interval::point(1), y)));
    return;
  case Op::Neg: return meet(a, neg(z));
  case Op::Abs:
    meet(a, {-z.hi, z.hi});
    if (x.lo > -z.lo)
      meet(a, {z.lo, inf});
    if (x.hi < z.lo)
      meet(a, {-inf, -z.lo});
    return;
  case Op::Min:
    meet(a, {z.lo, y.lo > z.hi ? z.hi : inf});
    return meet(b, {z.lo, x.lo > z.hi ? z.hi : inf});
  case Op::Max:
    meet(a, {y.hi < z.lo ? z.lo : -inf, z.hi});
    return meet(b, {x.hi < z.lo ? z.lo : -inf, z.hi});
  case Op::Floor: return meet(a, add(z, {0, 1}));
  case Op::Ceil: return meet(a, add(z, {-1, 0}));
  case Op::Round: return meet(a, add(z, {-0.5, 0.5}));
  case Op::Sqrt: return meet(a, mul(nonNegative(z), nonNegative(z)));
  case Op::Exp: return z.hi > 0 ? meet(a, log(nonNegative(z))) : void();
  case Op::Log: return meet(a, exp(z));
  case Op::Log2: return meet(a, pow(Interval::point(2), z));
  case Op::Lookup:
  case Op::HasRow: return invertTable(i);
  default: return; // Mod and AtLeast are not inverted
  }
}

/// Keys are those of rows that may be selected, and have the value.
void Propagation::invertTable(unsigned i) {
  const ir::Node *node = nodes_[i];
  if (node->op() == Op::HasRow && !values_[i].certainlyTrue())
    return;
  ir::RowIndex::Selection rows =
      tables_.at(node->index())->select({values_, operands_.data() + firstOperand_[i]});
  if (node->op() == Op::Lookup)
    rows.require(node->column(), values_[i]);
  for (unsigned k = 0; k < node->operands().size(); ++k)
    meet(operand(i, k), rows.hull(k, values_[operand(i, k)]));
}

void Propagation::invertCondition(unsigned i) {
  unsigned a = operand(i, 0), b = operand(i, nodes_[i]->operands().size() - 1);
  bool isTrue = values_[i].certainlyTrue(), isFalse = values_[i].certainlyFalse();
  Op op = nodes_[i]->op();
  if (op == Op::And || op == Op::Or) {
    bool decisive = op == Op::Or; // the value of one operand that decides the whole
    Interval truth = Interval::point(isTrue);
    if (!isTrue && !isFalse)
      return;
    bool needsBoth = isTrue != decisive;
    for (auto [mine, other] : {std::pair(a, b), std::pair(b, a)})
      if (needsBoth || values_[other] == Interval::point(!decisive)) {
        require(mine);
        meet(mine, truth);
      }
    return;
  }
  require(a);
  require(b);
  if (op == Op::Not)
    return meet(a, logicalNot(values_[i]));
  if (op == Op::Eq) {
    if (!isTrue)
      return;
    meet(a, values_[b]);
    return meet(b, values_[a]);
  }
  if (isFalse)
    std::swap(a, b); // not a <= b: b <= a, up to strictness
  else if (!isTrue)
    return;
  meet(a, {-inf, values_[b].hi});
  meet(b, {values_[a].lo, inf});
}

void Propagation::invertSelect(unsigned i) {
  unsigned condition = operand(i, 0), a = operand(i, 1), b = operand(i, 2);
  auto apart = [&](unsigned branch) {
    return values_[branch].lo > values_[i].hi || values_[branch].hi < values_[i].lo;
  };
  require(condition);
  if (apart(a))
    meet(condition, Interval::truth(true, false));
  if (apart(b))
    meet(condition, Interval::truth(false, true));
  if (!values_[condition].isPoint())
    return;
  unsigned chosen = values_[condition].certainlyTrue() ? a : b;
  require(chosen);
  meet(chosen, values_[i]);
}

} // namespace wsc::feasibility
