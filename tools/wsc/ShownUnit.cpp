// Looking for the unit in the syntax tree.
#include "tools/wsc/ShownUnit.h"

#include "frontend/Ast.h"

namespace wsc::tool {

static std::optional<ShownUnit> parsed(const UnitTable &units, llvm::StringRef text,
                                       const Dim &dim) {
  auto unit = units.parseUnit(text);
  const Unit *found = std::get_if<Unit>(&unit);
  if (text.empty() || !found || !(found->dim == dim) || found->scale <= 0 || found->offset != 0)
    return std::nullopt;
  return ShownUnit{text.str(), found->scale};
}

std::optional<ShownUnit> defaultUnit(const UnitTable &units, const Dim &dim, double value) {
  return parsed(units, llvm::StringRef(units.format(value, dim)).split(' ').second, dim);
}

/// The requirement or preference among some members, or inside them, that an offset belongs to.
static const ast::Member *find(llvm::ArrayRef<ast::Member> members, unsigned offset) {
  for (const ast::Member &member : members) {
    if (offset < member.range.begin || offset >= member.range.end)
      continue;
    if (member.kind == ast::Member::Require || member.kind == ast::Member::Prefer)
      return &member;
    return member.block ? find(member.block->members, offset) : nullptr;
  }
  return nullptr;
}

static const ast::Member *find(const Program &program, const ir::Location &place) {
  for (const auto &module : program.modules) {
    const SourceFile &source = *module->file->source;
    if (source.path() != place.file)
      continue;
    unsigned offset = source.line(place.line).data() - source.text().data() + place.column - 1;
    for (const ast::Decl &decl : module->file->decls) {
      const ast::Member *found = nullptr;
      if (auto *component = decl.as<ast::ComponentDecl>())
        found = find(component->block.members, offset);
      else if (auto *explore = decl.as<ast::ExploreDecl>())
        found = find(explore->constraints, offset);
      if (found)
        return found;
    }
  }
  return nullptr;
}

std::optional<ShownUnit> writtenUnit(const Session &session, const ir::Location &requirement,
                                     const Dim &dim, const Rational &value) {
  const ast::Member *member =
      session.program && requirement ? find(*session.program, requirement) : nullptr;
  if (!member)
    return std::nullopt;
  std::optional<ShownUnit> first;
  std::vector<const ast::Expr *> open{member->expr.get()};
  while (!open.empty()) {
    const ast::Expr *expr = open.back();
    open.pop_back();
    for (const ast::ExprPtr &child : llvm::reverse(expr->children))
      if (child)
        open.push_back(child.get());
    if (expr->kind != ast::ExprKind::Number)
      continue;
    auto unit = parsed(session.space->units, expr->unit.text, dim);
    std::optional<Rational> number = unit ? parseDecimal(expr->name.text) : std::nullopt;
    if (number && *number * unit->scale == value)
      return unit;
    if (unit && !first)
      first = unit;
  }
  return first;
}

} // namespace wsc::tool
