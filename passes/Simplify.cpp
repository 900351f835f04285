// simplify: algebraic identities that keep every value, also whether it is defined.
//
// Some tighten intervals: x * x becomes x^2, whose interval knows it is not negative.  What the
// ranges over all designs decide is no choice: the smaller operand of `min`, the sign in `abs`,
// the branch of `select`.
//
//   before   max %x, 1, with %x in { 1 .. 8 }        after   %x
#include "passes/Pass.h"

#include "ir/Ranged.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::passes {

namespace {

using ir::Node;
using ir::Op;
using Operands = llvm::ArrayRef<const Node *>;

bool isValue(const Node *node, long value) { return node->isConstant() && node->value() == value; }

class Simplifier {
public:
  explicit Simplifier(const ir::Space &space) : ranged_(space) {}

  const Node *rewrite(ir::Space &to, const Node *old, Operands operands) {
    if (const Node *simpler = simplified(to, old, operands))
      return simpler;
    return to.withOperands(old, operands);
  }

private:
  /// Null if no identity applies.  Ranges are those of the old node, whose value is the same.
  const Node *simplified(ir::Space &to, const Node *old, Operands operands) {
    const Node *a = operands.empty() ? nullptr : operands[0];
    switch (old->op()) {
    case Op::Add:
    case Op::Sub: return sum(to, old, operands);
    case Op::Mul: return product(to, old, operands);
    case Op::Div: return quotient(to, old, operands);
    case Op::Pow: return isValue(operands[1], 1) ? a : nullptr;
    case Op::Neg: return a->op() == Op::Neg ? a->operand(0) : nullptr;
    case Op::Not: return a->op() == Op::Not ? a->operand(0) : nullptr;
    case Op::Abs: return magnitude(to, old, a);
    case Op::Min:
    case Op::Max: return extreme(old, operands);
    case Op::And:
    case Op::Or: return junction(old, operands);
    case Op::Select: return choice(old, operands);
    default: return nullptr;
    }
  }

  const Node *sum(ir::Space &to, const Node *old, Operands operands) {
    bool isAdd = old->op() == Op::Add;
    if (isValue(operands[1], 0))
      return operands[0];
    if (isAdd && isValue(operands[0], 0))
      return operands[1];
    if (operands[1]->op() == Op::Neg)
      return to.make(isAdd ? Op::Sub : Op::Add, old->type(),
                     {operands[0], operands[1]->operand(0)});
    if (isAdd && operands[0]->op() == Op::Neg)
      return to.make(Op::Sub, old->type(), {operands[1], operands[0]->operand(0)});
    return nullptr;
  }

  /// Signs move outward, where they meet sums and other signs.
  const Node *withoutSigns(ir::Space &to, const Node *old, Operands operands) {
    bool first = operands[0]->op() == Op::Neg, second = operands[1]->op() == Op::Neg;
    if (!first && !second)
      return nullptr;
    const Node *positive = to.make(old->op(), old->type(),
                                   {first ? operands[0]->operand(0) : operands[0],
                                    second ? operands[1]->operand(0) : operands[1]});
    return first && second ? positive : to.make(Op::Neg, old->type(), positive);
  }

  const Node *product(ir::Space &to, const Node *old, Operands operands) {
    for (unsigned i : {0u, 1u}) {
      if (operands[1 - i]->type() != old->type())
        continue;
      if (isValue(operands[i], 1))
        return operands[1 - i];
      if (isValue(operands[i], -1))
        return to.make(Op::Neg, old->type(), operands[1 - i]);
    }
    if (operands[0] == operands[1])
      return to.make(Op::Pow, old->type(), {operands[0], to.constant(2)});
    return withoutSigns(to, old, operands);
  }

  const Node *quotient(ir::Space &to, const Node *old, Operands operands) {
    if (isValue(operands[1], 1) && operands[0]->type() == old->type())
      return operands[0];
    return withoutSigns(to, old, operands);
  }

  const Node *magnitude(ir::Space &to, const Node *old, const Node *operand) {
    Interval range = ranged_.range(old->operand(0));
    if (range.lo >= 0)
      return operand;
    if (range.hi <= 0)
      return to.make(Op::Neg, old->type(), operand);
    return operand->op() == Op::Neg ? to.make(Op::Abs, old->type(), operand->operand(0)) : nullptr;
  }

  /// `min` and `max` where one operand is always chosen, and the other does not matter.
  const Node *extreme(const Node *old, Operands operands) {
    if (operands[0] == operands[1])
      return operands[0];
    for (unsigned i : {0u, 1u}) {
      Interval mine = ranged_.range(old->operand(i)), other = ranged_.range(old->operand(1 - i));
      bool chosen = old->op() == Op::Min ? mine.hi <= other.lo : mine.lo >= other.hi;
      if (chosen && ranged_.isDefined(old->operand(1 - i)))
        return operands[i];
    }
    return nullptr;
  }

  /// `and` and `or` with a constant on either side.
  const Node *junction(const Node *old, Operands operands) {
    long neutral = old->op() == Op::And;
    for (unsigned i : {0u, 1u}) {
      if (isValue(operands[i], neutral))
        return operands[1 - i];
      if (isValue(operands[i], 1 - neutral))
        return operands[i];
    }
    return operands[0] == operands[1] ? operands[0] : nullptr;
  }

  const Node *choice(const Node *old, Operands operands) {
    const Node *condition = old->operand(0);
    Interval truth = ranged_.range(condition);
    bool isDecided = truth.isPoint() || operands[1] == operands[2];
    if (!isDecided || !ranged_.isDefined(condition))
      return nullptr;
    return operands[truth.certainlyFalse() ? 2 : 1];
  }

  ir::Ranged ranged_;
};

} // namespace

std::unique_ptr<ir::Space> simplify(const ir::Space &space) {
  Simplifier simplifier(space);
  return rebuild(space, [&](ir::Space &to, const Node *old, Operands operands) {
    return simplifier.rewrite(to, old, operands);
  });
}

} // namespace wsc::passes
