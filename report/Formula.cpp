// Infix text of expressions.
#include "report/Formula.h"

#include "ir/Print.h"

namespace wsc::report {

Formulas::Formulas(const ir::Space &space) : space_(space) {
  for (const ir::Quantity &quantity : space.quantities)
    if (!quantity.node->operands().empty()) // equal numbers are one node, whatever they are for
      names_.try_emplace(quantity.node, &quantity);
}

std::string Formulas::of(const ir::Node *node) const {
  unsigned room = 1000; // nodes: shared parts are written out each time
  return text(node, room);
}

std::string Formulas::operand(const ir::Node *node, unsigned &room) const {
  if (const ir::Quantity *quantity = names_.lookup(node))
    return quantity->name;
  const std::string inner = text(node, room);
  return node->operands().size() == 2 ? '(' + inner + ')' : inner;
}

static const char *symbolOf(ir::Op op) {
  switch (op) {
  case ir::Op::Add: return " + ";
  case ir::Op::Sub: return " - ";
  case ir::Op::Mul: return " * ";
  case ir::Op::Div: return " / ";
  case ir::Op::Pow: return "^";
  case ir::Op::Le: return " <= ";
  case ir::Op::Lt: return " < ";
  case ir::Op::Eq: return " == ";
  case ir::Op::And: return " and ";
  case ir::Op::Or: return " or ";
  default: return nullptr;
  }
}

std::string Formulas::text(const ir::Node *node, unsigned &room) const {
  if (room == 0)
    return "...";
  --room;
  switch (node->op()) {
  case ir::Op::Constant: return ir::formatValue(space_, node->type(), toDouble(node->value()));
  case ir::Op::Named: return space_.constants[node->index()].name;
  case ir::Op::Param: return space_.params[node->index()].name;
  case ir::Op::Metric: return space_.metrics[node->index()].name;
  default: break;
  }
  if (const char *symbol = symbolOf(node->op()))
    return operand(node->operand(0), room) + symbol + operand(node->operand(1), room);
  std::string result = ir::mnemonic(node->op()).str();
  if (node->op() == ir::Op::Lookup || node->op() == ir::Op::HasRow)
    result += ' ' + space_.tables[node->index()].name;
  if (node->op() == ir::Op::Lookup)
    result += '.' + space_.tables[node->index()].columns[node->column()].name;
  result += '(';
  for (const ir::Node *each : node->operands())
    result += (result.back() == '(' ? "" : ", ") + operand(each, room);
  return result + ')';
}

} // namespace wsc::report
