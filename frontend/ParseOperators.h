// How tightly operators bind: an expression from its operands and operators in the order of the
// text.
#pragma once

#include "frontend/Ast.h"

namespace wsc::parse {

/// Precedence climbing (Martin Richards, 1967).  Operators are those of the grammar, by their text.
class Operators {
public:
  void prefix(llvm::StringRef text, Range range);
  void operand(ast::ExprPtr operand);
  /// `inner` stands between the words of an operator that has two, as in `a within b of c`.
  void infix(llvm::StringRef text, ast::ExprPtr inner);

  /// The expression of all that was added: an operand, with any number of prefixes before it, at
  /// the ends and between two infixes.
  ast::ExprPtr join();

private:
  friend ast::ExprKind kindOf(llvm::StringRef infix);
  struct Operator;
  struct Part {
    const Operator *op;   ///< null for an operand
    Range range;          ///< of a prefix
    ast::ExprPtr operand; ///< or what stands inside an infix
  };
  static const Operator &find(llvm::StringRef text, bool isPrefix);
  ast::ExprPtr join(unsigned tightness);

  llvm::SmallVector<Part, 8> parts_;
  size_t next_ = 0;
};

/// What an infix operator of the grammar stands for.
ast::ExprKind kindOf(llvm::StringRef infix);

} // namespace wsc::parse
