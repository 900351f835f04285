// Small helpers of the syntax tree.
#include "frontend/Ast.h"

namespace wsc::ast {

Expr::Expr() = default;
Expr::~Expr() = default;

llvm::StringRef Path::text() const {
  return range ? range.file->text().slice(range.begin, range.end) : "";
}

const Name &Decl::name() const {
  return std::visit([](const auto &decl) -> const Name & { return decl.name; }, node);
}

} // namespace wsc::ast
