// The declarations of a file, in order, with what belongs to what.
#include "frontend/Symbols.h"

namespace wsc {

unsigned SymbolCollector::add(Symbol::Kind kind, const ast::Name &name, Range whole,
                              llvm::StringRef doc) {
  unsigned position = index_.symbols_.size();
  Symbol symbol{kind, name.range, whole, whole, &module_, doc, nullptr, parent_};
  index_.symbols_.push_back(symbol);
  index_.symbolAt_.try_emplace(Index::key(name.range), position);
  if (kind == Symbol::Dimension)
    index_.dimensions_.try_emplace(name.text, position);
  if (kind == Symbol::Unit)
    index_.units_.try_emplace(name.text, position);
  if (kind == Symbol::Metric)
    index_.metrics_.try_emplace(name.text, position);
  return position;
}

void SymbolCollector::value(const ast::ExprPtr &given, const ast::Provenance &provenance) {
  if (!given)
    return;
  index_.provenances_[given.get()] = &provenance;
  locals(*given, {});
}

void SymbolCollector::run() {
  for (const ast::Import &import : module_.file->imports)
    add(Symbol::Import, import.alias,
        {import.path.range.file, import.path.range.begin,
         std::max(import.path.range.end, import.alias.range.end)},
        "");
  for (const ast::Decl &decl : module_.file->decls)
    declaration(decl);
}

void SymbolCollector::declaration(const ast::Decl &decl) {
  auto add = [&](Symbol::Kind kind) { return this->add(kind, decl.name(), decl.range, decl.doc); };
  // Without the block: up to the bracket that opens it.
  auto endHead = [&](unsigned position, llvm::StringRef bracket) {
    Range &head = index_.symbols_[position].head;
    size_t open = head.file->text().slice(head.begin, head.end).find(bracket);
    if (open != llvm::StringRef::npos)
      head.end = head.begin + open;
  };
  if (auto *d = decl.as<ast::DimensionDecl>()) {
    (void)d;
    add(Symbol::Dimension);
  } else if (decl.as<ast::UnitDecl>()) {
    add(Symbol::Unit);
  } else if (auto *d = decl.as<ast::EnumDecl>()) {
    inside(add(Symbol::Enum), [&] {
      for (const ast::Name &value : d->values)
        this->add(Symbol::Enumerator, value, value.range, "");
    });
  } else if (auto *d = decl.as<ast::ConstDecl>()) {
    add(Symbol::Constant);
    value(d->value, d->provenance);
  } else if (auto *d = decl.as<ast::FnDecl>()) {
    inside(add(Symbol::Function), [&] {
      llvm::StringMap<Range> scope;
      for (const ast::Parameter &p : d->parameters) {
        this->add(
            Symbol::Parameter, p.name,
            {p.name.range.file, p.name.range.begin, p.type ? p.type->range.end : p.name.range.end},
            "");
        scope.try_emplace(p.name.text, p.name.range);
      }
      locals(*d->body, std::move(scope));
    });
  } else if (auto *d = decl.as<ast::TableDecl>()) {
    unsigned position = add(Symbol::Table);
    endHead(position, "{");
    inside(position, [&] {
      for (const auto *columns : {&d->keys, &d->columns})
        for (const ast::Parameter &c : *columns)
          this->add(Symbol::Column, c.name,
                    {c.name.range.file, c.name.range.begin, c.type->range.end}, "");
    });
  } else if (auto *d = decl.as<ast::InterfaceDecl>()) {
    unsigned position = add(Symbol::Interface);
    endHead(position, "{");
    inside(position, [&] {
      for (const auto &field : d->fields)
        this->add(field.isMetric ? Symbol::Metric : Symbol::InterfaceField, field.path.parts.back(),
                  {field.path.range.file, field.path.range.begin, field.type.range.end}, field.doc);
    });
  } else if (auto *d = decl.as<ast::ComponentDecl>()) {
    unsigned position = add(Symbol::Component);
    endHead(position, "{");
    index_.symbols_[position].component = d;
    inside(position, [&] { block(d->block); });
  } else if (auto *d = decl.as<ast::ExploreDecl>()) {
    unsigned position = add(Symbol::Explore);
    endHead(position, "{");
    inside(position, [&] {
      for (const auto &objective : d->objectives)
        localsIn(objective.expr.get());
      for (const ast::Member &constraint : d->constraints)
        member(constraint);
    });
  }
}

void SymbolCollector::block(const ast::Block &block) {
  for (const ast::Member &m : block.members)
    member(m);
}

void SymbolCollector::member(const ast::Member &member) {
  static const auto kindOf = [](ast::Member::Kind kind) -> std::optional<Symbol::Kind> {
    switch (kind) {
    case ast::Member::Param: return Symbol::Param;
    case ast::Member::Let: return Symbol::Let;
    case ast::Member::Nested:
    case ast::Member::Group: return Symbol::Nested;
    case ast::Member::Refine: return Symbol::Refinement;
    case ast::Member::Require: return Symbol::Requirement;
    case ast::Member::Prefer: return Symbol::Wish;
    case ast::Member::Fix:
    case ast::Member::Open: return std::nullopt; // uses of a field
    }
    llvm_unreachable("covered switch");
  };
  value(member.expr, member.provenance);
  auto kind = kindOf(member.kind);
  if (!kind)
    return;
  for (const ast::Name &name : member.names) {
    unsigned position = add(*kind, name, member.range, member.doc);
    if (!member.block)
      continue;
    Range &head = index_.symbols_[position].head;
    size_t open = head.file->text().slice(head.begin, head.end).find('{');
    if (open != llvm::StringRef::npos)
      head.end = head.begin + open;
    inside(position, [&] { block(*member.block); });
  }
}

void SymbolCollector::locals(const ast::Domain &domain, const llvm::StringMap<Range> &scope) {
  for (const ast::ExprPtr &expr : domain.exprs)
    locals(*expr, scope);
  for (const auto *part : {domain.left.get(), domain.right.get()})
    if (part)
      locals(*part, scope);
}

void SymbolCollector::locals(const ast::Expr &expr, llvm::StringMap<Range> scope) {
  if (expr.kind == ast::ExprKind::Name) {
    if (auto local = scope.find(expr.name.text); local != scope.end())
      index_.use(expr.name.range, local->second);
    return;
  }
  if (expr.kind == ast::ExprKind::Fold) {
    locals(*expr.domain, scope);
    add(Symbol::Variable, expr.name, expr.range, "");
    scope[expr.name.text] = expr.name.range;
  }
  for (unsigned i = 0; i < expr.children.size(); ++i)
    if (expr.children[i])
      locals(*expr.children[i], scope);
}

} // namespace wsc
