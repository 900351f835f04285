// Open components: `technology in { tech.N7, tech.N5 }` leaves open which one it is.
//
// The choice becomes an enum and a parameter.  Whoever reads a field of the choice sees an instance
// whose fields select between those of the options; what an option requires holds where it is
// chosen.
#include "frontend/Elaborator.h"

namespace wsc {

const ast::ComponentDecl *Elaborator::namedComponent(const Field &field, const ast::Expr &expr,
                                                     const Scope &scope, const Module **owner) {
  const ast::Decl *decl = findDecl(expr, scope, owner);
  auto *component = decl ? decl->as<ast::ComponentDecl>() : nullptr;
  if (!component && expr.kind == ast::ExprKind::Name)
    component = optionNamed(field, expr.name, scope, owner);
  if (!component) {
    offerComponents(expr, *scope.module);
    bool unknown = !decl && (expr.kind == ast::ExprKind::Name || expr.kind == ast::ExprKind::Field);
    auto &d =
        unknown
            ? error(DiagKind::UnknownName, expr.range, "there is no component `" + text(expr) + "`")
            : error(DiagKind::WrongKind, expr.range, "`" + text(expr) + "` is not a component");
    if (decl)
      d.note(decl->name().range, "it is declared here");
    else
      suggestValue(d, field, expr, *scope.module);
    return nullptr;
  }
  if (refines(*component, **owner, *field.base))
    return component;
  error(DiagKind::NotARefinement, expr.range,
        "`" + text(expr) + "` is not a `" + field.base->name.text.str() + "`")
      .note(field.name.range, "the field is declared here");
  return nullptr;
}

/// Within a choice the names of the options need no prefix, as they are printed.
const ast::ComponentDecl *Elaborator::optionNamed(const Field &field, const ast::Name &name,
                                                  const Scope &scope, const Module **owner) {
  for (const Field::Opening &opening : field.openings)
    for (const ast::ExprPtr &expr : opening.domain->exprs) {
      const Module *module = nullptr;
      const ast::Decl *decl = findDecl(*expr, Scope{scope.instance, opening.module, {}}, &module);
      if (auto *component = decl ? decl->as<ast::ComponentDecl>() : nullptr;
          component && component->name.text == name.text) {
        *owner = module;
        return component;
      }
    }
  return nullptr;
}

/// Offers what the field could take: a component of that name or nearly so, else any.
void Elaborator::suggestValue(Diagnostic &d, const Field &field, const ast::Expr &expr,
                              const Module &module) {
  std::vector<std::string> fitting;
  auto add = [&](const Module &from, const std::string &prefix) {
    for (const ast::Decl &decl : from.file->decls)
      if (auto *component = decl.as<ast::ComponentDecl>();
          component && (&from == &module || !decl.isPrivate) && component != field.base &&
          refines(*component, from, *field.base))
        fitting.push_back(prefix + component->name.text.str());
  };
  add(module, "");
  for (const ast::Import &import : module.file->imports)
    if (const Module *from = module.imports.lookup(import.alias.text))
      add(*from, import.alias.text.str() + ".");
  std::string written = text(expr);
  llvm::StringRef last = llvm::StringRef(written).rsplit('.').second;
  for (const std::string &name : fitting)
    if (llvm::StringRef own = llvm::StringRef(name).rsplit('.').second;
        own == written || own == last || llvm::StringRef(name).starts_with(written + "."))
      d.suggest("did you mean `" + name + "`?").fix(expr.range, name);
  d.suggestName(expr.range, std::vector<llvm::StringRef>(fitting.begin(), fitting.end()));
  if (fitting.empty())
    d.suggest("none of the imported files has a `" + field.base->name.text.str() +
              "`; import one, or declare it");
  else
    d.suggest("it takes a `" + field.base->name.text.str() + "`, such as `" + fitting[0] + "`");
}

std::optional<std::vector<Elaborator::Option>>
Elaborator::options(Instance &instance, const Field &field, const Field::Opening &opening) {
  if (opening.domain->kind != ast::Domain::Set) {
    error(DiagKind::BadDomain, opening.domain->range,
          "a choice of components is a list: `{ A, B }`");
    return std::nullopt;
  }
  std::vector<Option> result;
  for (const ast::ExprPtr &expr : opening.domain->exprs) {
    Option option{expr.get()};
    option.decl =
        namedComponent(field, *expr, Scope{&instance, opening.module, {}}, &option.module);
    if (!option.decl)
      return std::nullopt;
    if (llvm::any_of(result, [&](const Option &o) { return o.decl == option.decl; })) {
      error(DiagKind::DuplicateName, expr->range, "`" + text(*expr) + "` is in this set twice");
      return std::nullopt;
    }
    result.push_back(option);
  }
  return result;
}

bool Elaborator::isOption(Instance &instance, const Field &field, const ast::ComponentDecl &decl,
                          Range at) {
  for (const Field::Opening &opening : field.openings) {
    auto known = options(instance, field, opening);
    if (!known)
      return false;
    if (llvm::any_of(*known, [&](const Option &o) { return o.decl == &decl; }))
      continue;
    error(DiagKind::WidensDomain, at,
          "`" + decl.name.text.str() + "` is not among the choices for `" + field.name.text.str() +
              "`")
        .note(opening.domain->range, "the choices");
    return false;
  }
  return true;
}

Value Elaborator::openComponent(Instance &instance, Field &field) {
  const Field::Opening &opening = field.openings.back();
  auto chosen = options(instance, field, opening);
  if (!chosen)
    return {};
  for (const Option &option : *chosen)
    if (!isOption(instance, field, *option.decl, option.expr->range))
      return {};
  if (chosen->size() == 1)
    return componentValue(instance, field, {chosen->front().expr, opening.module, nullptr});
  std::string path = instance.pathOf(field.name.text);
  ir::EnumDef def{unique(field.base->name.text.str(), enumNames_), {}};
  llvm::StringSet<> names;
  for (const Option &option : *chosen)
    def.values.push_back(unique(option.decl->name.text.str(), names));
  std::vector<Rational> values;
  for (unsigned i = 0; i < chosen->size(); ++i)
    values.push_back(i);
  ir::Type type = ir::Type::enumeration(space_->enums.size());
  space_->enums.push_back(std::move(def));
  Node selector = newParam(path, type, std::move(values), opening.domain->range);
  if (!selector)
    return {};
  std::vector<Instance *> instances;
  for (unsigned i = 0; i < chosen->size(); ++i) {
    const Option &option = (*chosen)[i];
    instances.push_back(
        shared(*option.decl, *option.module, option.decl->name.text.str(), isChosen(selector, i)));
    if (!instances.back())
      return {};
  }
  const Module *baseModule = instances[0]->module;
  for (const Instance::Layer &layer : instances[0]->layers)
    if (layer.block == &field.base->block)
      baseModule = layer.module;
  Instance *choice = instantiate(*field.base, *baseModule, roleName(*field.base, path), &root_);
  if (!choice)
    return {};
  collect(*choice);
  choose(*choice, selector, std::move(instances));
  sharedOrder_.push_back(choice);
  return Value::of(choice);
}

void Elaborator::choose(Instance &choice, Node selector, std::vector<Instance *> options) {
  choice.selector = selector;
  choice.options = std::move(options);
  choice.conditions.clear(); // each option has them
  for (auto &entry : choice.fields) {
    if (entry.second.kind != Field::Nested || !entry.second.nested)
      continue;
    std::vector<Instance *> parts;
    for (Instance *option : choice.options)
      if (Instance *part = option->fields[entry.first].nested)
        parts.push_back(part);
    if (parts.size() == choice.options.size())
      choose(*entry.second.nested, selector, std::move(parts));
  }
}

Value Elaborator::chosenValue(Instance &choice, Field &field) {
  std::vector<Value> values;
  for (Instance *option : choice.options) {
    values.push_back(fieldValue(*option, option->fields[field.name.text]));
    if (!values.back())
      return {};
  }
  bool same = llvm::all_of(values, [&](const Value &v) {
    return v.kind == values[0].kind && v.node == values[0].node && v.instance == values[0].instance;
  });
  if (same)
    return values[0];
  if (values[0].kind != Value::Node) {
    error(DiagKind::WrongKind, field.name.range,
          "`" + field.name.text.str() + "` is another component in each choice of `" + choice.path +
              "`")
        .suggest("make it the same in all of them, or open it on its own");
    return {};
  }
  Node result = values.back().node;
  for (unsigned i = values.size() - 1; i-- > 0;) {
    result = space_->make(ir::Op::Select, result->type(),
                          {isChosen(choice.selector, i), values[i].node, result});
  }
  return Value::of(result);
}

/// Requirements hold where a component exists: where it is chosen, and where there are copies of
/// it.
void Elaborator::guardRequirements() {
  ir::Type boolean = ir::Type::boolean();
  for (auto [index, owner] : owners_) {
    Node absent = nullptr;
    auto unless = [&](Node condition) {
      absent = absent ? binary(ir::Op::Or, boolean, absent, condition) : condition;
    };
    for (const Instance *part = owner; part && part->decl; part = part->parent) {
      if (part->onlyIf)
        unless(space_->make(ir::Op::Not, boolean, {part->onlyIf}));
      Node count = part->extents.empty() || part->isGroup ? nullptr : copies(*part);
      if (count && rangeOf(count).lo < 1)
        unless(binary(ir::Op::Le, boolean, count, space_->constant(0)));
    }
    ir::Constraint &constraint = space_->constraints[index];
    if (absent)
      constraint.node = binary(ir::Op::Or, boolean, absent, constraint.node);
  }
}

Elaborator::Node Elaborator::isChosen(Node selector, unsigned option) {
  return binary(ir::Op::Eq, ir::Type::boolean(), selector,
                space_->constant(Rational(option), selector->type()));
}

} // namespace wsc
