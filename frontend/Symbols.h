// Internal to the index: collects the declarations of one file from its syntax tree.
#pragma once

#include "frontend/Index.h"

namespace wsc {

class SymbolCollector {
public:
  SymbolCollector(Index &index, const Module &module) : index_(index), module_(module) {}
  void run();

private:
  /// Adds a symbol as a part of the one that is open, and returns its position.
  unsigned add(Symbol::Kind kind, const ast::Name &name, Range whole, llvm::StringRef doc);
  void value(const ast::ExprPtr &given, const ast::Provenance &provenance);
  void declaration(const ast::Decl &decl);
  void block(const ast::Block &block);
  void member(const ast::Member &member);
  /// Parameters of functions and loops are known from the text alone.
  void locals(const ast::Domain &domain, const llvm::StringMap<Range> &scope);
  void locals(const ast::Expr &expr, llvm::StringMap<Range> scope);
  void localsIn(const ast::Expr *expr) {
    if (expr)
      locals(*expr, {});
  }

  /// Makes `body` parts of the symbol at `position`.
  template <typename Body> void inside(unsigned position, Body body) {
    std::optional<unsigned> outer = std::exchange(parent_, position);
    body();
    parent_ = outer;
  }

  Index &index_;
  const Module &module_;
  std::optional<unsigned> parent_;
};

} // namespace wsc
