// Pieces of source text as HTML in which names are links.
#pragma once

#include "docgen/Library.h"

namespace wsc::docgen {

/// Renders what stands in one module, inside one component if `scope` is given.
class Text {
public:
  Text(const Library &library, const Module &module, const ast::ComponentDecl *scope = nullptr)
      : library_(library), module_(module), scope_(scope) {}

  std::string expr(const ast::ExprPtr &expr) const {
    return expr ? code(expr->range, /*isType=*/false) : "";
  }
  std::string type(const std::unique_ptr<ast::TypeExpr> &type) const {
    return type ? code(type->range, true) : "";
  }
  std::string type(const ast::TypeExpr &type) const { return code(type.range, true); }
  std::string domain(const std::unique_ptr<ast::Domain> &domain) const {
    return domain ? code(domain->range, false) : "";
  }
  std::string path(const ast::Path &path) const {
    return path.parts.empty() ? "" : code(path.range, true);
  }
  /// `from`, `assumed` and `within`.
  std::string provenance(const ast::Provenance &provenance) const;

private:
  std::string code(Range range, bool isType) const;

  const Library &library_;
  const Module &module_;
  const ast::ComponentDecl *scope_;
};

} // namespace wsc::docgen
