// What each operation of the IR does with its operands: one switch for all arithmetics.
#pragma once

#include "ir/ExactKernel.h"
#include "ir/Node.h"
#include "ir/PointKernel.h"
#include "support/Interval.h"
#include "llvm/Support/Compiler.h"

namespace wsc::ir {

/// The hull of the branches that may be chosen.
inline Interval select(Interval condition, Interval a, Interval b) {
  if (condition.certainlyTrue())
    return a;
  return condition.certainlyFalse() ? b : hull(a, b);
}

/// `operand(i)` is the value of the i-th operand, `fromTable(op)` that of a look-up.  The functions
/// are those of the kind of V: in namespace kernel for double and Exact, and found beside Interval.
template <typename V, typename Operand, typename FromTable>
LLVM_ATTRIBUTE_ALWAYS_INLINE V apply(Op op, Operand operand, FromTable fromTable) {
  using namespace kernel;
  switch (op) {
  case Op::Constant:
  case Op::Param:
  case Op::Metric: break; // loaded by the callers
  case Op::Named: break;  // compiled to one of these
  case Op::Add: return add(operand(0), operand(1));
  case Op::Sub: return sub(operand(0), operand(1));
  case Op::Mul: return mul(operand(0), operand(1));
  case Op::Div: return div(operand(0), operand(1));
  case Op::Pow: return pow(operand(0), operand(1));
  case Op::Mod: return mod(operand(0), operand(1));
  case Op::Neg: return neg(operand(0));
  case Op::Abs: return abs(operand(0));
  case Op::Min: return min(operand(0), operand(1));
  case Op::Max: return max(operand(0), operand(1));
  case Op::Floor: return floor(operand(0));
  case Op::Ceil: return ceil(operand(0));
  case Op::Round: return round(operand(0));
  case Op::Sqrt: return sqrt(operand(0));
  case Op::Exp: return exp(operand(0));
  case Op::Log: return log(operand(0));
  case Op::Log2: return log2(operand(0));
  case Op::AtLeast: return atLeast(operand(0), operand(1), operand(2));
  case Op::Le: return le(operand(0), operand(1));
  case Op::Lt: return lt(operand(0), operand(1));
  case Op::Eq: return eq(operand(0), operand(1));
  case Op::And: return logicalAnd(operand(0), operand(1));
  case Op::Or: return logicalOr(operand(0), operand(1));
  case Op::Not: return logicalNot(operand(0));
  case Op::Select: return select(operand(0), operand(1), operand(2));
  case Op::Lookup:
  case Op::HasRow: return fromTable(op);
  }
  LLVM_BUILTIN_UNREACHABLE;
}

} // namespace wsc::ir
