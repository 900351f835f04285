// What a name means where it stands: a local, a field of the instance or of the instances
// that contain it, a role, a declaration of the file or of the prelude, an enumerator, a metric.
#include "frontend/Elaborator.h"

namespace wsc {

Value Elaborator::name(const ast::Name &name, const Scope &scope, const ir::Type *expected) {
  if (auto local = scope.locals.find(name.text); local != scope.locals.end())
    return local->second;
  // Where an enum is expected, its values win over fields of the same name.
  if (expected && expected->isEnum())
    if (auto value = enumerator(name.text, expected))
      return *value;
  for (Instance *instance = scope.instance; instance; instance = instance->parent) {
    auto it = instance->fields.find(name.text);
    if (it != instance->fields.end())
      return fieldValue(*instance, it->second);
  }
  if (name.text == "true" || name.text == "false")
    return Value::of(space_->truth(name.text == "true"));
  if (const ast::Decl *decl = scope.module->find(name.text))
    return declared(*decl, *scope.module, name);
  for (const Module *prelude : program_.prelude)
    if (const ast::Decl *decl = prelude->find(name.text))
      return declared(*decl, *prelude, name);
  for (unsigned i = 0; i < space_->metrics.size(); ++i)
    if (space_->metrics[i].name == name.text)
      return Value::of(space_->metric(i));
  if (auto value = enumerator(name.text, nullptr))
    return *value;
  unknownName(name, scope);
  return {};
}

Value Elaborator::declared(const ast::Decl &decl, const Module &module, const ast::Name &name) {
  if (auto *component = decl.as<ast::ComponentDecl>())
    return Value::of(shared(*component, module, component->name.text.str()));
  auto *constant = decl.as<ast::ConstDecl>();
  if (!constant) {
    auto &d = error(DiagKind::WrongKind, name.range,
                    "`" + name.text.str() + "` is not a value here");
    d.note(decl.name().range, "it is declared here");
    if (decl.as<ast::FnDecl>() || decl.as<ast::TableDecl>())
      d.suggest("give it its arguments: `" + name.text.str() + "(...)`");
    return {};
  }
  if (auto known = constants_.find(constant); known != constants_.end())
    return known->second;
  for (auto &entry : active_)
    if (entry.second.begin == constant->name.range.begin &&
        entry.second.file == constant->name.range.file) {
      error(DiagKind::CyclicDefinition, name.range,
            "`" + name.text.str() + "` is defined in terms of itself")
          .note(constant->name.range, "its definition");
      return constants_[constant] = {};
    }
  active_.push_back({name.text.str(), constant->name.range});
  Scope scope{nullptr, &module, {}};
  std::optional<ir::Type> declaredType;
  if (constant->type)
    declaredType = type(*constant->type, module);
  Value value = expression(*constant->value, scope, declaredType ? &*declaredType : nullptr);
  Node node = value ? asNode(value, *constant->value) : nullptr;
  active_.pop_back();
  if (!node || (declaredType && !conforms(node, *declaredType, constant->value->range,
                                          "`" + name.text.str() + "`", constant->type->range)))
    return constants_[constant] = {};
  return constants_[constant] = Value::of(node);
}

std::optional<Value> Elaborator::enumerator(llvm::StringRef name, const ir::Type *expected) {
  auto find = [&](unsigned index) -> std::optional<Value> {
    const auto &values = space_->enums[index].values;
    auto it = llvm::find(values, name);
    if (it == values.end())
      return std::nullopt;
    return Value::of(
        space_->constant(Rational(it - values.begin()), ir::Type::enumeration(index)));
  };
  if (expected && expected->isEnum())
    return find(expected->enumIndex);
  // Without an expectation: any enum of the program, if only one has it.
  std::optional<Value> result;
  for (const auto &module : program_.modules)
    for (const ast::Decl &decl : module->file->decls)
      if (auto *e = decl.as<ast::EnumDecl>())
        if (auto value = find(enumIndex(*e))) {
          if (result && result->node != value->node)
            return std::nullopt;
          result = value;
        }
  return result;
}

Value Elaborator::member(const ast::Expr &expr, const Scope &scope, const ir::Type *expected) {
  const ast::Expr &object = *expr.children[0];
  // `import.Name` and `Enum.value`: the left side is no value.
  if (object.kind == ast::ExprKind::Name && !scope.locals.count(object.name.text)) {
    bool isField = false;
    for (Instance *instance = scope.instance; instance; instance = instance->parent)
      isField |= instance->fields.count(object.name.text) != 0;
    if (!isField) {
      if (const Module *module = scope.module->imports.lookup(object.name.text)) {
        if (const ast::Decl *decl = module->find(expr.name.text))
          return declared(*decl, *module, expr.name);
        Scope other{nullptr, module, {}};
        unknownName(expr.name, other);
        return {};
      }
      const ast::Decl *decl = scope.module->find(object.name.text);
      for (const Module *prelude : program_.prelude)
        if (!decl)
          decl = prelude->find(object.name.text);
      if (auto *e = decl ? decl->as<ast::EnumDecl>() : nullptr) {
        ir::Type enumType = ir::Type::enumeration(enumIndex(*e));
        if (auto value = enumerator(expr.name.text, &enumType))
          return *value;
        error(DiagKind::UnknownName, expr.name.range,
              "`" + object.name.text.str() + "` has no value `" + expr.name.text.str() + "`")
            .note(e->name.range, "the enum");
        return {};
      }
    }
  }
  Value value = expression(object, scope);
  if (!value)
    return {};
  if (value.kind == Value::Row)
    return Value::of(column(value, expr.name));
  if (value.kind != Value::Component) {
    error(DiagKind::WrongKind, expr.name.range,
          "`" + text(object) + "` is " + describe(value.node->type()) + ", not a component");
    return {};
  }
  Instance &instance = *value.instance;
  auto it = instance.fields.find(expr.name.text);
  if (it != instance.fields.end())
    return fieldValue(instance, it->second);
  if (expr.name.text == "count" && !instance.extents.empty()) {
    Node product = space_->constant(1);
    for (const Written &extent : instance.extents) {
      Node node = number(*extent.expr, Scope{instance.parent, extent.module, {}});
      if (!node)
        return {};
      product = binary(ir::Op::Mul, ir::Type::number(node->type().dim * product->type().dim),
                       product, node);
    }
    return Value::of(product);
  }
  unknownField(instance, expr.name);
  return {};
}

void Elaborator::unknownName(const ast::Name &name, const Scope &scope) {
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
  llvm::sort(names);
  auto &d = error(DiagKind::UnknownName, name.range,
                  "there is no `" + name.text.str() + "` here");
  if (auto near = closestName(name.text, names); !near.empty())
    d.suggest("did you mean `" + near.str() + "`?");
}

} // namespace wsc
