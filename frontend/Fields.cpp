// The value of a field, on demand: fixed, open, derived or a component; refinements are
// checked here, where all layers are known.
#include "frontend/Elaborator.h"

#include "llvm/Support/SaveAndRestore.h"

namespace wsc {

namespace {
constexpr unsigned maxParams = 4000;

/// The chip, model or other component that an instance is part of: where a value can be given.
const Instance &whole(const Instance &part) {
  const Instance *instance = &part;
  while (instance->parent && instance->parent->decl)
    instance = instance->parent;
  return *instance;
}
} // namespace

Value Elaborator::fieldValue(Instance &instance, Field &field) {
  if (field.kind == Field::Nested || field.kind == Field::Role)
    return field.nested ? Value::of(field.nested) : Value();
  if (field.state == Field::Done)
    return field.value;
  std::string path = instance.pathOf(field.name.text);
  bool isFixed = field.kind == Field::Param && !field.fixes.empty();
  if (!instance.options.empty())
    return chosenValue(instance, field);
  Range place = isFixed ? field.fixes.back().expr->range : field.name.range;
  if (field.state == Field::Active) {
    auto first = llvm::find_if(active_, [&](auto &entry) { return entry.first == path; });
    cyclic(path, place, llvm::ArrayRef(active_).drop_front(first - active_.begin() + 1));
    return {};
  }
  // A definition is checked as if it stood alone: conditions of a branch that first used it
  // do not hold wherever it is used.
  std::vector<Node> guards;
  std::swap(guards, guards_);
  field.state = Field::Active;
  active_.push_back({path, place});
  llvm::SaveAndRestore<const Instance *> inside(inside_, &instance);
  llvm::SaveAndRestore<std::string> insideOf(insideOf_, path);
  field.value =
      field.kind == Field::Param ? paramValue(instance, field) : letValue(instance, field);
  active_.pop_back();
  field.state = Field::Done;
  std::swap(guards, guards_);
  return field.value;
}

Diagnostic &Elaborator::error(DiagKind kind, Range range, std::string message) {
  Diagnostic &diagnostic = diagnostics_.report(kind, range, std::move(message));
  if (!inside_ || !whole(*inside_).decl)
    return diagnostic;
  const ast::Name &name = whole(*inside_).decl->name;
  if (name.range.file != range.file)
    diagnostic.note(name.range, "in `" + insideOf_ + "`, as `" + name.text.str() + "` has it");
  return diagnostic;
}

void Elaborator::cyclic(const std::string &name, Range at,
                        llvm::ArrayRef<std::pair<std::string, Range>> way) {
  auto &d = error(DiagKind::CyclicDefinition, at, "`" + name + "` is defined in terms of itself");
  for (const auto &entry : way)
    d.note(entry.second, "by way of `" + entry.first + "`");
  llvm::StringRef field = llvm::StringRef(name).rsplit('.').second;
  if (way.empty() && !field.empty() && text(at) == field)
    d.suggest("leave the line out: the component finds the `" + field.str() +
              "` of the components around it by itself");
}

Value Elaborator::letValue(Instance &instance, Field &field) {
  Scope scope{&instance, field.definition.module, {}};
  std::optional<ir::Type> declared;
  if (field.type && !(declared = type(*field.type, *field.typeModule)))
    return {};
  Value value = expression(*field.definition.expr, scope, declared ? &*declared : nullptr);
  if (value.kind == Value::Component && !declared)
    return value; // a shorter name for it
  Node node = value ? asNode(value, *field.definition.expr) : nullptr;
  if (node && declared &&
      !conforms(node, *declared, field.definition.expr->range, "`" + field.name.text.str() + "`",
                field.type->range))
    return {};
  const Written &definition = field.definition;
  if (!node || !defined(node, definition.expr->range) ||
      !conformsToInt(node, field.type, definition.expr->range, "`" + field.name.text.str() + "`"))
    return {};
  if (!field.openings.empty() &&
      !checkAgainstDomain(instance, field, node->type(), node, definition.expr->range))
    return {};
  return Value::of(namedField(instance, field, definition, node));
}

Elaborator::Node Elaborator::placeholder(const ir::Type &type, const ast::Name &name) {
  size_t count = type.isBool()   ? 2
                 : type.isEnum() ? space_->enums[type.enumIndex].values.size()
                                 : 3;
  std::vector<Rational> values;
  for (size_t i = 0; i < count; ++i)
    values.push_back(Rational(i + type.isNumber()));
  space_->params.emplace_back(name.text.str(), type, std::move(values), location(name.range));
  return space_->param(space_->params.size() - 1);
}

Value Elaborator::paramValue(Instance &instance, Field &field) {
  // A field whose type is a component takes a component.
  if (field.type->factors.size() == 1 && !field.type->factors[0].path.parts.empty()) {
    const ast::Path &path = field.type->factors[0].path;
    const Module *from =
        path.parts.size() == 2 ? field.typeModule->imports.lookup(path.parts[0].text) : nullptr;
    const ast::Decl *decl =
        from ? imported(*from, path.parts[1]) : field.typeModule->find(path.text());
    if (auto *component = decl ? decl->as<ast::ComponentDecl>() : nullptr) {
      field.base = component;
      usedPath(path, *field.typeModule, *decl);
      bool isOpen = field.fixes.empty() && !field.openings.empty();
      if (isOpen && (field.reopened || !field.definition.expr))
        return openComponent(instance, field);
      for (size_t i = 1; i < field.fixes.size(); ++i)
        if (!narrowsComponent(instance, field, field.fixes[i - 1], field.fixes[i]))
          return {};
      Written written = field.fixes.empty() ? field.definition : field.fixes.back();
      return componentValue(instance, field, written);
    }
  }
  auto declared = type(*field.type, *field.typeModule);
  if (!declared)
    return {};
  if (!field.fixes.empty())
    return Value::of(fixedValue(instance, field, *declared));
  if (isColumn(instance, field))
    return Value::of(columnValue(instance, field, *declared));
  if (field.definition.expr && !field.reopened) {
    field.fixes.push_back(field.definition);
    return Value::of(fixedValue(instance, field, *declared));
  }
  const bool isList = llvm::any_of(field.openings, [](const Field::Opening &opening) {
    return opening.domain->kind != ast::Domain::Limits;
  });
  if (alone_ && !isList) {
    for (const Field::Opening &opening : field.openings) // it may be wrong all the same
      domain(*opening.domain, Scope{&instance, opening.module, {}}, *declared,
             isInteger(field.type), space_->constant(0, *declared));
    return Value::of(placeholder(*declared, field.name));
  }
  if (isList || field.reopened)
    return Value::of(openValue(instance, field, *declared));
  auto &d = error(DiagKind::MissingValue, whole(instance).decl->name.range,
                  "`" + instance.pathOf(field.name.text) + "` has no value");
  d.note(field.name.range, "it is declared here");
  d.suggest("fix it with `" + field.name.text.str() + " = ...` or open it with `" +
            field.name.text.str() + " in ...`");
  return {};
}

bool Elaborator::narrowsComponent(Instance &instance, Field &field, const Written &earlier,
                                  const Written &later) {
  const Module *module = nullptr;
  auto named = [&](const Written &written) {
    const ast::Decl *decl = findDecl(*written.expr, Scope{&instance, written.module, {}}, &module);
    return decl ? decl->as<ast::ComponentDecl>() : nullptr;
  };
  const ast::ComponentDecl *base = named(earlier), *component = named(later);
  if (!base || !component || refines(*component, *module, *base))
    return true; // componentValue says what is not a component
  error(DiagKind::ContradictsValue, later.expr->range,
        "`" + field.name.text.str() + "` already has the value `" + text(*earlier.expr) + "`")
      .note(earlier.expr->range, "it is fixed here");
  return false;
}

Value Elaborator::componentValue(Instance &instance, Field &field, const Written &written) {
  if (!written.expr && alone_)
    return {};
  if (!written.expr) {
    error(DiagKind::MissingValue, whole(instance).decl->name.range,
          "`" + instance.pathOf(field.name.text) + "` has no component")
        .note(field.name.range, "it is declared here")
        .suggest("assign one: `" + field.name.text.str() + " = Name`");
    return {};
  }
  const Module *owner = nullptr;
  Scope scope{&instance, written.module, {}};
  if (Instance *known = componentOfField(*written.expr, scope, field))
    return Value::of(known);
  auto *component = namedComponent(field, *written.expr, scope, &owner);
  if (!component || !isOption(instance, field, *component, written.expr->range))
    return {};
  Instance *target =
      shared(*component, *owner, roleName(*component, instance.pathOf(field.name.text)));
  return target ? Value::of(target) : Value();
}

/// The component that another field holds, where the expression names one that fits: what stands
/// around a component is passed down to it.
Instance *Elaborator::componentOfField(const ast::Expr &expr, const Scope &scope,
                                       const Field &field) {
  const ast::Expr *first = &expr;
  while (first->kind == ast::ExprKind::Field)
    first = first->children[0].get();
  if (first->kind != ast::ExprKind::Name || scope.module->find(first->name.text) ||
      scope.module->imports.count(first->name.text))
    return nullptr;
  for (Instance *around = scope.instance; around; around = around->parent) {
    auto it = around->fields.find(first->name.text);
    if (it == around->fields.end() || &it->second == &field)
      continue;
    Value value = expression(expr, Scope{around, scope.module, {}});
    bool fits = value.kind == Value::Component &&
                refines(*value.instance->decl, *value.instance->module, *field.base);
    return fits ? value.instance : nullptr;
  }
  return nullptr;
}

std::string Elaborator::roleName(const ast::ComponentDecl &decl, const std::string &path) {
  if (decl.role == ast::Role::Model)
    return "model";
  // A second one has the name of the field that it was first used in: `prefill.technology`.
  constexpr llvm::StringLiteral technology = "technology";
  return decl.role == ast::Role::Technology && !paths_.count(technology) ? technology.str() : path;
}

Elaborator::Node Elaborator::fixedValue(Instance &instance, Field &field, const ir::Type &type) {
  Node result = nullptr;
  const Written *first = nullptr, *stated = nullptr;
  for (const Written &written : field.fixes) {
    Value value = expression(*written.expr, Scope{&instance, written.module, {}}, &type);
    Node node = value ? asNode(value, *written.expr) : nullptr;
    if (!node ||
        !conforms(node, type, written.expr->range, "`" + field.name.text.str() + "`",
                  field.type->range) ||
        !defined(node, written.expr->range))
      return nullptr;
    if (result && result != node && constantValue(result) != constantValue(node)) {
      error(DiagKind::ContradictsValue, written.expr->range,
            "`" + field.name.text.str() + "` already has the value `" + text(*first->expr) + "`")
          .note(first->expr->range, "it is fixed here");
      return nullptr;
    }
    if (!conformsToInt(node, field.type, written.expr->range, "`" + field.name.text.str() + "`"))
      return nullptr;
    if (!checkAgainstDomain(instance, field, type, node, written.expr->range))
      return nullptr;
    if (!result) {
      result = node;
      first = stated = &written;
    }
    if (written.provenance && isStated(*written.provenance))
      stated = &written; // whoever says last where the value comes from
  }
  return namedField(instance, field, *stated, result);
}

bool Elaborator::checkAgainstDomain(Instance &instance, Field &field, const ir::Type &type,
                                    Node node, Range at) {
  return llvm::all_of(field.openings, [&](const Field::Opening &opening) {
    auto values = domain(*opening.domain, Scope{&instance, opening.module, {}}, type,
                         isInteger(field.type), node);
    return values && checkAgainst(*opening.domain, *values, instance, field, node, at);
  });
}

bool Elaborator::checkAgainst(const ast::Domain &domain, const Values &values, Instance &instance,
                              const Field &field, Node node, Range at) {
  const std::string path = instance.pathOf(field.name.text);
  if (values.membership)
    require(&instance, path, values.membership, "", domain.range);
  if (auto constant = constantValue(node)) {
    if (values.contains(*constant))
      return true;
    outside(domain, *constant, node->type(), field.name.text, at);
    return false;
  }
  // A value that follows from open fields: it must be one of the values.
  if (values.limits.empty())
    require(&instance, path, memberOf({values.list, {}}, node->type(), node), "", domain.range);
  else if (!values.membership)
    requireLimits(instance, path, values, node, domain.range);
  return true;
}

Elaborator::Node Elaborator::newParam(const std::string &path, const ir::Type &type,
                                      std::vector<Rational> domain, Range at) {
  unsigned index = space_->params.size();
  if (index == maxParams) {
    error(DiagKind::SpecTooLarge, at,
          "there are more than " + std::to_string(maxParams) + " open fields");
    return nullptr;
  }
  space_->params.emplace_back(path, type, std::move(domain), location(at));
  return space_->param(index);
}

std::vector<Rational> Elaborator::openValues(Instance &instance, Field &field, const ir::Type &type,
                                             llvm::ArrayRef<Values> layers) {
  std::vector<Rational> left;
  for (unsigned i = 0; i < layers.size(); ++i) {
    const Values &layer = layers[i];
    if (!layer.limits.empty()) {
      llvm::erase_if(left, [&](const Rational &value) { return !layer.contains(value); });
      continue;
    }
    for (const Rational &value : layer.list)
      if (i > 0 && !layers[i - 1].membership && !layers[i - 1].contains(value)) {
        error(DiagKind::WidensDomain, field.openings[i].domain->range,
              ir::formatValue(*space_, type, toDouble(value)) +
                  " is not in the domain that the base gives `" + field.name.text.str() + "`")
            .note(field.openings[i - 1].domain->range, "the domain of the base");
        return {};
      }
    left = layer.list;
  }
  const std::string name = field.name.text.str();
  const ast::Domain &last = *field.openings.back().domain;
  if (left.empty() && llvm::all_of(layers, [](const Values &v) { return !v.limits.empty(); }))
    error(DiagKind::MissingValue, whole(instance).decl->name.range,
          "`" + instance.pathOf(field.name.text) + "` has no value, and its domain, `" +
              text(last.range).str() + "`, is no list of values to choose from")
        .note(field.name.range, "it is declared here")
        .suggest("fix it with `" + name + " = ...` or open it over a list, as in `" + name +
                 " in { a, b }`");
  else if (left.empty())
    error(DiagKind::EmptyDomain, last.range, "no value of the base is within these limits")
        .note(field.openings.front().domain->range, "the domain of the base");
  return left;
}

Elaborator::Node Elaborator::openValue(Instance &instance, Field &field, const ir::Type &type) {
  std::string path = instance.pathOf(field.name.text);
  Range at = field.openings.back().domain->range;
  std::vector<Values> layers;
  for (const Field::Opening &opening : field.openings) {
    // The parameter does not exist yet, and evaluating the bounds may open other fields, which
    // then come first; the conditions of dependent domains are made below.
    auto probe = domain(*opening.domain, Scope{&instance, opening.module, {}}, type,
                        isInteger(field.type), space_->constant(0, type));
    if (!probe)
      return nullptr;
    layers.push_back(std::move(*probe));
  }
  std::vector<Rational> values = openValues(instance, field, type, layers);
  Node self = values.empty() ? nullptr : newParam(path, type, std::move(values), at);
  if (!self)
    return nullptr;
  for (unsigned i = 0; i < layers.size(); ++i) {
    if (!layers[i].membership)
      continue;
    auto values = domain(*field.openings[i].domain, Scope{&instance, field.openings[i].module, {}},
                         type, isInteger(field.type), self);
    require(&instance, path, values->membership, "", field.openings[i].domain->range);
  }
  return self;
}

} // namespace wsc
