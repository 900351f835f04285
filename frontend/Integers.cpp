// What is certainly an integer: `int` is a promise about every design, so it is proved from the
// form of an expression, never checked by rounding.
#include "frontend/Elaborator.h"

namespace wsc {

bool Elaborator::isIntegral(Node node) {
  if (node->bindingTime() == ir::BindingTime::Constant) {
    auto value = constantValue(node);
    return !value || wsc::isInteger(*value); // no value: reported where it is used
  }
  if (auto known = integral_.find(node); known != integral_.end())
    return known->second;
  auto operands = [&](unsigned first) {
    return llvm::all_of(node->operands().drop_front(first), [&](Node n) { return isIntegral(n); });
  };
  bool result = false;
  switch (node->op()) {
  case ir::Op::Floor:
  case ir::Op::Ceil:
  case ir::Op::Round: result = true; break;
  case ir::Op::Param:
    result = llvm::all_of(space_->params[node->index()].domain,
                          [](const Rational &value) { return wsc::isInteger(value); });
    break;
  case ir::Op::Lookup:
    result = llvm::all_of(space_->tables[node->index()].rows,
                          [&](const auto &row) { return wsc::isInteger(row[node->column()]); });
    break;
  case ir::Op::Add:
  case ir::Op::Sub:
  case ir::Op::Mul:
  case ir::Op::Mod:
  case ir::Op::Neg:
  case ir::Op::Abs:
  case ir::Op::Min:
  case ir::Op::Max: result = operands(0); break;
  case ir::Op::Select: result = operands(1); break;
  case ir::Op::Pow: {
    Node exponent = node->operand(1);
    bool natural = exponent->op() == ir::Op::Param
                       ? space_->params[exponent->index()].domain.front() >= 0
                       : exponent->bindingTime() == ir::BindingTime::Constant &&
                             constantValue(exponent) >= Rational(0);
    result = natural && operands(0);
    break;
  }
  default: break;
  }
  return integral_[node] = result;
}

bool Elaborator::conformsToInt(Node node, const ast::TypeExpr *declared, Range at,
                               llvm::StringRef what) {
  if (!isInteger(declared) || isIntegral(node))
    return true;
  auto value =
      node->bindingTime() == ir::BindingTime::Constant ? constantValue(node) : std::nullopt;
  auto &d = error(
      DiagKind::NotAnInteger, at,
      what.str() + " is an `int`, " +
          (value ? "this is " + formatNumber(toDouble(*value)) : "this need not be an integer"));
  d.note(declared->range, "declared here");
  if (!value)
    d.suggest("round it with `floor`, `ceil` or `round`, or declare it as `real`");
  return false;
}

} // namespace wsc
