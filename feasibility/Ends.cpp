// Which rules arithmetic has.
#include "feasibility/Ends.h"

namespace wsc::feasibility {

using ir::Op;

std::optional<EndRule> EndRule::evaluated(Op op, unsigned a, unsigned b) {
  switch (op) {
  case Op::Add: return EndRule{Sum, a, b};
  case Op::Sub: return EndRule{Difference, a, b};
  case Op::Mul: return EndRule{Product, a, b};
  case Op::Div: return EndRule{Quotient, a, b};
  default: return std::nullopt;
  }
}

std::optional<EndRule> EndRule::solvedForLeft(Op op, unsigned node, unsigned b) {
  switch (op) {
  case Op::Add: return EndRule{Difference, node, b};
  case Op::Sub: return EndRule{Sum, node, b};
  case Op::Mul: return EndRule{Quotient, node, b};
  case Op::Div: return EndRule{Product, node, b};
  default: return std::nullopt;
  }
}

std::optional<EndRule> EndRule::solvedForRight(Op op, unsigned node, unsigned a) {
  switch (op) {
  case Op::Add: return EndRule{Difference, node, a};
  case Op::Sub: return EndRule{Difference, a, node};
  case Op::Mul: return EndRule{Quotient, node, a};
  case Op::Div: return EndRule{Quotient, a, node};
  default: return std::nullopt;
  }
}

} // namespace wsc::feasibility
