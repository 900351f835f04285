// What a name means where it stands: a local, a field of the instance or of the instances
// that contain it, a role, a declaration of the file or of the prelude, an enumerator, a metric.
#include "frontend/Elaborator.h"

namespace wsc {

Value Elaborator::name(const ast::Name &name, const Scope &scope, const ir::Type *expected) {
  if (auto local = scope.locals.find(name.text); local != scope.locals.end())
    return local->second;
  // Where an enum is expected, its values win over fields of the same name.
  if (expected && expected->isEnum())
    if (auto value = enumerator(name, expected, *scope.module))
      return *value;
  if (Instance *instance = holder(name.text, scope)) {
    usedField(name, *instance);
    return fieldValue(*instance, instance->fields.find(name.text)->second);
  }
  if (name.text == "true" || name.text == "false")
    return Value::of(space_->truth(name.text == "true"));
  if (const ast::Decl *decl = scope.module->find(name.text))
    return declared(*decl, *scope.module, name);
  for (const Module *prelude : program_.prelude)
    if (const ast::Decl *decl = prelude->find(name.text))
      return declared(*decl, *prelude, name);
  for (unsigned i = 0; i < space_->metrics.size(); ++i)
    if (space_->metrics[i].name == name.text) {
      usedGlobal(Symbol::Metric, name);
      return Value::of(space_->metric(i));
    }
  if (auto value = enumerator(name, nullptr, *scope.module))
    return *value;
  if (lenient_ && !isPlaceholder(name.text))
    return {};
  bool isRole = llvm::is_contained({"chip", "model", "workload", "strategy", "suite"}, name.text);
  if (!roleMissing_ || !isRole)
    unknownName(name, scope, expected);
  return {};
}

Value Elaborator::declared(const ast::Decl &decl, const Module &module, const ast::Name &name) {
  used(name.range, decl.name().range);
  if (auto *component = decl.as<ast::ComponentDecl>())
    return Value::of(shared(*component, module, component->name.text.str()));
  auto *constant = decl.as<ast::ConstDecl>();
  if (!constant) {
    auto &d =
        error(DiagKind::WrongKind, name.range, "`" + name.text.str() + "` is not a value here");
    d.note(decl.name().range, "it is declared here");
    if (decl.as<ast::FnDecl>() || decl.as<ast::TableDecl>())
      d.suggest("give it its arguments: `" + name.text.str() + "(...)`");
    return {};
  }
  return this->constant(*constant, module);
}

Value Elaborator::constant(const ast::ConstDecl &decl, const Module &module) {
  if (auto known = constants_.find(&decl); known != constants_.end())
    return known->second;
  std::string quoted = "`" + decl.name.text.str() + "`";
  for (size_t i = 0; i < active_.size(); ++i)
    if (active_[i].second.begin == decl.name.range.begin &&
        active_[i].second.file == decl.name.range.file) {
      cyclic(decl.name.text.str(), decl.name.range, llvm::ArrayRef(active_).drop_front(i + 1));
      return constants_[&decl] = {};
    }
  active_.push_back({decl.name.text.str(), decl.name.range});
  Scope scope{nullptr, &module, {}};
  std::optional<ir::Type> declared;
  if (decl.type)
    declared = type(*decl.type, module);
  Value value = expression(*decl.value, scope, declared ? &*declared : nullptr);
  Node node = value ? asNode(value, *decl.value) : nullptr;
  if (node &&
      ((declared && !conforms(node, *declared, decl.value->range, quoted, decl.type->range)) ||
       !requireConstant(node, decl.value->range, quoted) ||
       !conformsToInt(node, decl.type.get(), decl.value->range, quoted)))
    node = nullptr;
  std::string name = module.name.empty() ? "" : module.name + ".";
  if (node)
    node = named(name + decl.name.text.str(), node, decl.name.range,
                 decl.type ? decl.type->range : decl.value->range, decl.provenance, scope);
  else if (declared)
    knownRange(decl.name.text, *declared, decl.type->range, decl.provenance, scope);
  active_.pop_back();
  return constants_[&decl] = Value::of(node);
}

std::optional<Value> Elaborator::enumerator(const ast::Name &name, const ir::Type *expected,
                                            const Module &module) {
  if (enumerators_.empty())
    indexEnumerators();
  auto candidates = enumerators_.find(name.text);
  if (candidates == enumerators_.end())
    return std::nullopt;
  const Enumerator *found = nullptr;
  for (const Enumerator &candidate : candidates->second) {
    // Without an expectation: any enum of the program, if only one has it.
    if (expected && expected->isEnum() && enumIndex(*candidate.decl) != expected->enumIndex)
      continue;
    if (candidate.privateTo && candidate.privateTo != &module)
      continue;
    if (found) {
      error(DiagKind::UnknownName, name.range,
            "`" + name.text.str() + "` is a value of several enums")
          .note(found->decl->name.range, "of this one")
          .note(candidate.decl->name.range, "and of this one")
          .suggest("say which: `" + candidate.decl->name.text.str() + "." + name.text.str() + "`")
          .fix(name.range, candidate.decl->name.text.str() + "." + name.text.str());
      return Value();
    }
    found = &candidate;
  }
  if (!found)
    return std::nullopt;
  used(name.range, found->decl->values[found->position].range);
  return Value::of(
      space_->constant(Rational(found->position), ir::Type::enumeration(enumIndex(*found->decl))));
}

void Elaborator::indexEnumerators() {
  for (const auto &module : program_.modules)
    for (const ast::Decl &decl : module->file->decls)
      if (auto *e = decl.as<ast::EnumDecl>())
        for (unsigned i = 0; i < e->values.size(); ++i)
          enumerators_[e->values[i].text].push_back(
              {e, i, decl.isPrivate ? module.get() : nullptr});
}

Instance *Elaborator::holder(llvm::StringRef field, const Scope &scope) {
  Instance *instance = scope.instance;
  while (instance && !instance->fields.count(field))
    instance = instance->parent;
  return instance;
}

/// Reports a name behind that of an import which a part of this name in a role has:
/// `wafer.peak` in an `explore` block of a chip, where `std.wafer` is imported.
bool Elaborator::isHiddenByImport(const ast::Name &import, const ast::Name &name) {
  for (auto &role : root_.fields) {
    if (!role.second.nested)
      continue;
    auto part = role.second.nested->fields.find(import.text);
    if (part == role.second.nested->fields.end() || !part->second.nested ||
        !part->second.nested->fields.count(name.text))
      continue;
    const std::string path = role.first.str() + "." + import.text.str();
    error(DiagKind::UnknownName, name.range,
          "the import `" + import.text.str() + "` has no `" + name.text.str() + "`")
        .suggest("did you mean `" + path + "." + name.text.str() + "`?")
        .fix(import.range, path);
    return true;
  }
  return false;
}

std::optional<Value> Elaborator::qualified(const ast::Expr &expr, const Scope &scope) {
  const ast::Expr &object = *expr.children[0];
  const ast::Expr &first = object.kind == ast::ExprKind::Field ? *object.children[0] : object;
  if (first.kind != ast::ExprKind::Name || scope.locals.count(first.name.text))
    return std::nullopt;
  if (holder(first.name.text, scope))
    return std::nullopt;
  if (const Module *module = scope.module->imports.lookup(object.name.text);
      module && &first == &object) {
    usedImport(object.name, *scope.module);
    if (const ast::Decl *decl = imported(*module, expr.name))
      return declared(*decl, *module, expr.name);
    if (isPlaceholder(expr.name.text))
      offerDeclarations(*module, /*values=*/true);
    else if (!isHiddenByImport(object.name, expr.name))
      unknownName(expr.name, Scope{nullptr, module, {}});
    return Value();
  }
  const Module *owner = nullptr;
  const ast::Decl *decl = findDecl(object, scope, &owner);
  auto *e = decl ? decl->as<ast::EnumDecl>() : nullptr;
  if (!e)
    return std::nullopt;
  ir::Type enumType = ir::Type::enumeration(enumIndex(*e));
  if (auto value = enumerator(expr.name, &enumType, *owner))
    return value;
  if (isPlaceholder(expr.name.text))
    for (const ast::Name &value : e->values)
      index_->offer(value.text, value.range);
  std::vector<llvm::StringRef> values;
  for (const ast::Name &known : e->values)
    values.push_back(known.text);
  error(DiagKind::UnknownName, expr.name.range,
        "`" + text(object) + "` has no value `" + expr.name.text.str() + "`")
      .note(e->name.range, "the enum")
      .suggestName(expr.name.range, values);
  return Value();
}

Value Elaborator::member(const ast::Expr &expr, const Scope &scope) {
  if (auto value = qualified(expr, scope))
    return *value;
  const ast::Expr &object = *expr.children[0];
  Value value = expression(object, scope);
  if (!value)
    return {};
  if (value.kind == Value::Row) {
    usedColumn(value.table, expr.name);
    return Value::of(column(value, expr.name));
  }
  if (value.kind != Value::Component) {
    error(DiagKind::WrongKind, expr.name.range,
          "`" + text(object) + "` is " + describe(value.node->type()) + ", not a component");
    return {};
  }
  Instance &instance = *value.instance;
  usedField(expr.name, instance);
  auto it = instance.fields.find(expr.name.text);
  if (it != instance.fields.end())
    return fieldValue(instance, it->second);
  bool isNested = instance.parent && instance.parent->decl;
  if (expr.name.text == "count" && isNested)
    return Value::of(copies(instance));
  if (isPlaceholder(expr.name.text))
    offerFields(instance);
  unknownField(instance, expr.name);
  return {};
}

/// Reports a name that a component of a library expects around it where the spec uses that
/// component, once for all of its uses there.
bool Elaborator::missesSurroundings(const ast::Name &name, const Scope &scope) {
  if (scope.module == program_.main)
    return false;
  for (const Instance *part = scope.instance; part && part->parent; part = part->parent)
    for (auto &entry : part->parent->fields) {
      const Field &field = entry.second;
      if (field.nested != part || field.kind != Field::Nested ||
          field.name.range.file != program_.main->file->source)
        continue;
      error(DiagKind::UnknownName, field.name.range,
            "`" + part->decl->name.text.str() + "` needs `" + name.text.str() +
                "`, which nothing around it has")
          .note(name.range, "it is used here")
          .suggest("declare it beside `" + field.name.text.str() +
                   "`, or refine a template that has it");
      return true;
    }
  return false;
}

void Elaborator::unknownName(const ast::Name &name, const Scope &scope, const ir::Type *expected) {
  if (isPlaceholder(name.text))
    return offerNames(scope, expected);
  if (diagnostics_.full() || missesSurroundings(name, scope))
    return;
  std::vector<llvm::StringRef> names;
  for (Instance *instance = scope.instance; instance; instance = instance->parent)
    for (auto &entry : instance->fields)
      names.push_back(entry.first);
  auto addDecls = [&](const Module &module) {
    for (const ast::Decl &decl : module.file->decls)
      if (module.find(decl.name().text))
        names.push_back(decl.name().text);
  };
  addDecls(*scope.module);
  for (const auto &local : scope.locals)
    names.push_back(local.first());
  for (const auto &metric : space_->metrics)
    names.push_back(metric.name);
  for (const auto &import : scope.module->imports)
    names.push_back(import.first());
  if (expected && expected->isEnum())
    llvm::append_range(names, space_->enums[expected->enumIndex].values);
  else if (expected && expected->isBool())
    names.insert(names.end(), {"true", "false"});
  llvm::sort(names);
  auto &d = error(DiagKind::UnknownName, name.range, "there is no `" + name.text.str() + "` here");
  for (auto &role : root_.fields)
    if (d.fixes.empty() && role.second.nested && role.second.nested->fields.count(name.text)) {
      std::string path = role.first.str() + "." + name.text.str();
      d.suggest("did you mean `" + path + "`?").fix(name.range, path);
    }
  d.suggestName(name.range, names);
  if (std::holds_alternative<Unit>(space_->units.parseUnit(name.text)))
    d.suggest("a unit follows its number and has no blanks inside: `3 MB/s`");
}

} // namespace wsc
