// What elaboration tells the index about the names that it resolves.
#include "frontend/Elaborator.h"

namespace wsc {

Elaborator::~Elaborator() {
  if (!index_)
    return;
  settleIndex();
  index_->keep(std::move(space_)); // facts refer to it
}

void Elaborator::used(Range at, Range definition) {
  if (index_)
    index_->use(at, definition);
}

void Elaborator::usedField(const ast::Name &name, Instance &instance) {
  if (!index_)
    return;
  auto it = instance.fields.find(name.text);
  if (it == instance.fields.end())
    return;
  const Field &field = it->second;
  // A role such as `model` has no declaration of its own.
  index_->use(name.range, field.kind == Field::Role && field.nested ? field.nested->decl->name.range
                                                                    : field.name.range);
  usedFields_.push_back({name.range, &instance, it->first});
}

void Elaborator::usedPath(const ast::Path &path, const Module &module, const ast::Decl &decl) {
  if (!index_)
    return;
  index_->use(path.parts.back().range, decl.name().range);
  if (path.parts.size() > 1)
    usedImport(path.parts[0], module);
}

void Elaborator::usedImport(const ast::Name &name, const Module &module) {
  if (!index_)
    return;
  for (const ast::Import &import : module.file->imports)
    if (import.alias.text == name.text)
      index_->use(name.range, import.alias.range);
}

void Elaborator::usedGlobal(Symbol::Kind kind, const ast::Name &name) {
  if (const Symbol *symbol = index_ ? index_->global(kind, name.text) : nullptr)
    index_->use(name.range, symbol->name);
}

void Elaborator::usedColumn(unsigned table, const ast::Name &name) {
  if (!index_)
    return;
  for (auto &[decl, index] : tableIndices_)
    if (index == table)
      for (const ast::Parameter &column : decl->columns)
        if (column.name.text == name.text)
          index_->use(name.range, column.name.range);
}

void Elaborator::usedUnits(const ast::Name &unit) {
  if (!index_)
    return;
  llvm::StringRef rest = unit.text;
  while (!rest.empty()) {
    llvm::StringRef factor = rest.take_until([](char c) { return c == '/' || c == '*'; });
    llvm::StringRef name = factor.take_until([](char c) { return c == '^'; });
    rest = rest.drop_front(std::min(factor.size() + 1, rest.size()));
    // The declared name may stand behind a prefix, of up to two letters.
    for (unsigned skip = 0; skip < 3 && skip < name.size(); ++skip) {
      llvm::StringRef plain = name.drop_front(skip);
      const Symbol *symbol = index_->global(Symbol::Unit, plain);
      if (!symbol)
        continue;
      unsigned begin = unit.range.begin + (plain.data() - unit.text.data());
      index_->use({unit.range.file, begin, unsigned(begin + plain.size())}, symbol->name);
      break;
    }
  }
}

void Elaborator::settleIndex() {
  auto value = [&](Range at, const Value &value, const ast::Expr *given) {
    // A component by itself has fields without values.
    if (value.kind == Value::Node)
      index_->value(at, {space_.get(), value.node, given,
                         alone_ && value.node->bindingTime() != ir::BindingTime::Constant});
  };
  auto field = [&](Range at, const Field &field) {
    value(at, field.value, field.fixes.empty() ? field.definition.expr : field.fixes.back().expr);
  };
  for (const UsedField &used : usedFields_)
    if (auto it = used.instance->fields.find(used.name); it != used.instance->fields.end())
      field(used.at, it->second);
  for (const auto &instance : instances_)
    for (const auto &entry : instance->fields)
      field(entry.second.name.range, entry.second);
  for (const auto &[decl, constant] : constants_)
    value(decl->name.range, constant, decl->value.get());
  for (unsigned i = 0; i < space_->metrics.size(); ++i)
    if (const Symbol *symbol = index_->global(Symbol::Metric, space_->metrics[i].name))
      index_->value(symbol->name, {space_.get(), space_->metric(i)});
}

// ---- completion ------------------------------------------------------------------------------

bool Elaborator::isPlaceholder(llvm::StringRef name) const {
  return index_ && name == Index::placeholder;
}

void Elaborator::offerFields(const Instance &instance, bool refinableOnly) {
  for (const auto &entry : instance.fields)
    if (!refinableOnly || entry.second.kind != Field::Let)
      index_->offer(entry.first, entry.second.name.range);
}

void Elaborator::offerDeclarations(const Module &module, bool values) {
  for (const ast::Decl &decl : module.file->decls)
    if (module.find(decl.name().text) == &decl && (!decl.isPrivate || &module == program_.main) &&
        (values || decl.as<ast::ComponentDecl>() || decl.as<ast::EnumDecl>()))
      index_->offer(decl.name().text, decl.name().range);
}

void Elaborator::offerNames(const Scope &scope, const ir::Type *expected) {
  if (expected && expected->isEnum())
    for (const auto &entry : enumIndices_)
      if (entry.second == expected->enumIndex)
        for (const ast::Name &value : entry.first->values)
          index_->offer(value.text, value.range);
  std::vector<llvm::StringRef> locals;
  for (const auto &local : scope.locals)
    locals.push_back(local.first());
  llvm::sort(locals);
  for (llvm::StringRef local : locals)
    index_->offer(local, {}, "local");
  for (const Instance *instance = scope.instance; instance; instance = instance->parent)
    offerFields(*instance);
  offerDeclarations(*scope.module, /*values=*/true);
  for (const ast::Import &import : scope.module->file->imports)
    index_->offer(import.alias.text, import.alias.range);
  for (const Module *prelude : program_.prelude)
    offerDeclarations(*prelude, /*values=*/true);
  for (const auto &metric : space_->metrics)
    if (const Symbol *symbol = index_->global(Symbol::Metric, metric.name))
      index_->offer(metric.name, symbol->name);
  for (llvm::StringRef function : builtinNames())
    index_->offer(function, {}, "function");
  for (llvm::StringRef word : {"true", "false", "if", "match", "not"})
    index_->offer(word, {}, "keyword");
}

void Elaborator::offerTypes(const ast::Path &path, const Module &module) {
  if (path.parts.size() > 1) {
    if (const Module *target = module.imports.lookup(path.parts[0].text))
      offerDeclarations(*target, /*values=*/false);
    return;
  }
  for (llvm::StringRef name : {"int", "real", "bool"})
    index_->offer(name, {}, "type");
  for (llvm::StringRef name : space_->units.dimensionNames())
    if (const Symbol *symbol = index_->global(Symbol::Dimension, name))
      index_->offer(name, symbol->name);
  offerDeclarations(module, /*values=*/false);
  for (const ast::Import &import : module.file->imports)
    index_->offer(import.alias.text, import.alias.range);
  for (const Module *prelude : program_.prelude)
    offerDeclarations(*prelude, /*values=*/false);
}

void Elaborator::offerComponents(const ast::Expr &expr, const Module &module) {
  if (!isPlaceholder(expr.name.text))
    return;
  const Module *where = &module;
  if (expr.kind == ast::ExprKind::Field)
    where = module.imports.lookup(expr.children[0]->name.text);
  if (!where)
    return;
  for (const ast::Decl &decl : where->file->decls)
    if (decl.as<ast::ComponentDecl>())
      index_->offer(decl.name().text, decl.name().range);
  if (where == &module)
    for (const ast::Import &import : module.file->imports)
      index_->offer(import.alias.text, import.alias.range);
}

void Elaborator::offerColumns(unsigned table) {
  for (const auto &[decl, index] : tableIndices_)
    if (index == table)
      for (const ast::Parameter &column : decl->columns)
        index_->offer(column.name.text, column.name.range);
}

void Elaborator::offerUnits() {
  for (const std::string &unit : space_->units.spellings())
    if (const Symbol *symbol = index_->global(Symbol::Unit, unit))
      index_->offer(unit, symbol->name);
    else
      index_->offer(unit, {}, "unit");
}

} // namespace wsc
