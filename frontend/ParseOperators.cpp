// The operators of the language and how tightly they bind.
#include "frontend/ParseOperators.h"

#include "llvm/Support/ErrorHandling.h"

namespace wsc::parse {

using ast::ExprKind, ast::ExprPtr;

struct Operators::Operator {
  enum Side { Prefix, Left, Right }; ///< `a - b - c` groups to the left, `a ^ b ^ c` to the right
  const char *text;
  ExprKind kind;
  unsigned tightness;
  Side side;
};

const Operators::Operator &Operators::find(llvm::StringRef text, bool isPrefix) {
  using O = Operator;
  static const O operators[] = {
      {"^", ExprKind::Power, 10, O::Right}, {"-", ExprKind::Negate, 9, O::Prefix},
      {"*", ExprKind::Mul, 8, O::Left},     {"/", ExprKind::Div, 8, O::Left},
      {"mod", ExprKind::Mod, 8, O::Left},   {"+", ExprKind::Add, 7, O::Left},
      {"-", ExprKind::Sub, 7, O::Left},     {"within", ExprKind::Within, 6, O::Left},
      {"<=", ExprKind::Le, 5, O::Left},     {"<", ExprKind::Lt, 5, O::Left},
      {">=", ExprKind::Ge, 5, O::Left},     {">", ExprKind::Gt, 5, O::Left},
      {"==", ExprKind::Eq, 5, O::Left},     {"!=", ExprKind::Ne, 5, O::Left},
      {"not", ExprKind::Not, 4, O::Prefix}, {"and", ExprKind::And, 3, O::Left},
      {"or", ExprKind::Or, 2, O::Left},     {"implies", ExprKind::Implies, 1, O::Right},
  };
  for (const O &o : operators)
    if (text == o.text && (o.side == O::Prefix) == isPrefix)
      return o;
  llvm_unreachable("an operator of the grammar");
}

ExprKind kindOf(llvm::StringRef infix) { return Operators::find(infix, false).kind; }

void Operators::prefix(llvm::StringRef text, Range range) {
  parts_.push_back({&find(text, true), range, nullptr});
}

void Operators::operand(ExprPtr operand) { parts_.push_back({nullptr, {}, std::move(operand)}); }

void Operators::infix(llvm::StringRef text, ExprPtr inner) {
  parts_.push_back({&find(text, false), {}, std::move(inner)});
}

ExprPtr Operators::join() { return join(0); }

/// The longest expression from the next part on whose infixes bind at least so tightly.
ExprPtr Operators::join(unsigned tightness) {
  auto make = [](ExprKind kind, Range begin, Range end) {
    auto e = std::make_unique<ast::Expr>();
    e->kind = kind;
    e->range = {begin.file, begin.begin, end.end};
    return e;
  };
  Part &first = parts_[next_++];
  ExprPtr left = std::move(first.operand);
  if (first.op) {
    ExprPtr operand = join(first.op->tightness);
    left = make(first.op->kind, first.range, operand->range);
    left->children.push_back(std::move(operand));
  }
  while (next_ < parts_.size() && parts_[next_].op->tightness >= tightness) {
    Part &infix = parts_[next_++];
    ExprPtr right = join(infix.op->tightness + (infix.op->side == Operator::Left));
    ExprPtr e = make(infix.op->kind, left->range, right->range);
    e->children.push_back(std::move(left));
    if (infix.operand)
      e->children.push_back(std::move(infix.operand));
    e->children.push_back(std::move(right));
    left = std::move(e);
  }
  return left;
}

} // namespace wsc::parse
