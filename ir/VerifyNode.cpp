// The typing rules of the IR: what each kind of node takes and gives.
#include "ir/Verify.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace wsc::ir {

using llvm::formatv;

namespace {

bool isPure(const Node *node) { return node->type() == Type::number(); }
bool isBool(const Node *node) { return node->type().isBool(); }

/// Whether the node is a number whose i-th exponent is exponent(i).  Computed in int: products
/// of Dim wrap around beyond 127.
template <typename F> bool hasExponents(const Node &node, F exponent) {
  if (!node.type().isNumber())
    return false;
  for (unsigned i = 0; i < Dim::maxBases; ++i)
    if (exponent(i) != node.type().dim.exponent(i))
      return false;
  return true;
}

std::string powProblem(const Node &node) {
  const Node *base = node.operand(0), *exponent = node.operand(1);
  if (!isPure(exponent))
    return "the exponent must be a pure number";
  if (isPure(base) && isPure(&node))
    return "";
  if (!exponent->isConstant())
    return "a dimension needs a constant exponent";
  auto power = [&](unsigned i) -> Rational {
    return Rational(base->type().dim.exponent(i)) * exponent->value();
  };
  return hasExponents(node, power) ? "" : "the result has another dimension";
}

std::string tableProblem(const Space &space, const Node &node) {
  if (node.index() >= space.tables.size())
    return "there is no such table";
  const TableDef &table = space.tables[node.index()];
  if (node.operands().size() != table.keys)
    return formatv("table \"{0}\" has {1} keys", table.name, table.keys);
  for (unsigned i = 0; i < table.keys; ++i)
    if (node.operand(i)->type() != table.columns[i].type)
      return formatv("key \"{0}\" has another type", table.columns[i].name);
  if (node.op() == Op::HasRow)
    return node.type().isBool() ? "" : "the result must be a bool";
  if (node.column() < table.keys || node.column() >= table.columns.size())
    return "there is no such result column";
  return node.type() == table.columns[node.column()].type ? "" : "the column has another type";
}

template <typename List>
std::string leafProblem(const List &list, const Node &node, llvm::StringRef what) {
  if (node.index() >= list.size())
    return formatv("there is no such {0}", what);
  if (list[node.index()].type != node.type())
    return formatv("the {0} has another type", what);
  return "";
}

/// The rule for a node whose operands are sound and as many as it takes.
std::string rule(const Space &space, const Node &node) {
  auto operand = [&](unsigned i) -> const Type & { return node.operand(i)->type(); };
  auto unless = [](bool holds, const char *problem) { return holds ? "" : problem; };
  switch (node.op()) {
  case Op::Constant:
    return unless(fits(space, node.value(), node.type()), "not a value of the type");
  case Op::Named: return leafProblem(space.constants, node, "constant");
  case Op::Param: return leafProblem(space.params, node, "param");
  case Op::Metric: return leafProblem(space.metrics, node, "metric");
  case Op::Add:
  case Op::Sub:
  case Op::Mod:
  case Op::Min:
  case Op::Max:
    return unless(node.type().isNumber() && operand(0) == node.type() && operand(1) == node.type(),
                  "operands and result must be numbers of one dimension");
  case Op::Neg:
  case Op::Abs:
  case Op::Floor:
  case Op::Ceil:
  case Op::Round:
    return unless(node.type().isNumber() && operand(0) == node.type(),
                  "operand and result must be numbers of one dimension");
  case Op::Mul:
  case Op::Div: {
    int sign = node.op() == Op::Mul ? 1 : -1;
    auto composed = [&](unsigned i) {
      return operand(0).dim.exponent(i) + sign * operand(1).dim.exponent(i);
    };
    return unless(operand(0).isNumber() && operand(1).isNumber() && hasExponents(node, composed),
                  "operands must be numbers and the result of the composed dimension");
  }
  case Op::Pow: return operand(0).isNumber() ? powProblem(node) : "the base must be a number";
  case Op::Sqrt: {
    auto half = [&](unsigned i) -> Rational { return Rational(operand(0).dim.exponent(i)) / 2; };
    return unless(operand(0).isNumber() && hasExponents(node, half),
                  "the dimension must be the square of the result's");
  }
  case Op::Exp:
  case Op::Log:
  case Op::Log2:
  case Op::AtLeast:
    return unless(isPure(&node) && llvm::all_of(node.operands(), isPure),
                  "operands and result must be pure numbers");
  case Op::Le:
  case Op::Lt:
    return unless(isBool(&node) && operand(0).isNumber() && operand(0) == operand(1),
                  "operands must be numbers of one dimension, the result a bool");
  case Op::Eq:
    return unless(isBool(&node) && operand(0) == operand(1),
                  "operands must have one type, the result must be a bool");
  case Op::And:
  case Op::Or:
  case Op::Not:
    return unless(isBool(&node) && llvm::all_of(node.operands(), isBool),
                  "operands and result must be bools");
  case Op::Select:
    return unless(operand(0).isBool() && operand(1) == node.type() && operand(2) == node.type(),
                  "a bool and two values of the result's type are needed");
  case Op::Lookup:
  case Op::HasRow: return tableProblem(space, node);
  }
  llvm_unreachable("covered switch");
}

} // namespace

std::string problem(const Space &space, const Node &node) {
  std::string bad = problem(space, node.type());
  if (bad.empty() && arity(node.op()) >= 0 && node.operands().size() != unsigned(arity(node.op())))
    bad = formatv("{0} operands instead of {1}", node.operands().size(), arity(node.op()));
  for (const Node *operand : node.operands())
    if (bad.empty() && operand->id() >= node.id())
      bad = "an operand does not come before its user";
  if (bad.empty())
    bad = rule(space, node);
  return bad.empty() ? bad : formatv("{0} (node {1}): {2}", mnemonic(node.op()), node.id(), bad);
}

} // namespace wsc::ir
