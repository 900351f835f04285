// Components and their refinements become a tree of instances: for each field, everything
// that the layers from the base outward say about it, in order.
#include "frontend/Elaborator.h"

namespace wsc {

namespace {
/// Refinement and nesting deeper than this is a mistake, and would overflow the stack.
constexpr unsigned maxNesting = 64;
} // namespace

bool Elaborator::addLayers(const ast::ComponentDecl &decl, const Module &module,
                           std::vector<Instance::Layer> &layers) {
  std::vector<std::pair<const ast::ComponentDecl *, const Module *>> chain;
  const ast::ComponentDecl *current = &decl;
  const Module *owner = &module;
  while (true) {
    if (chain.size() > maxNesting) {
      error(DiagKind::NestedTooDeeply, decl.name.range,
            "`" + decl.name.text.str() + "` is a refinement of a refinement, more than " +
                std::to_string(maxNesting) + " deep");
      return false;
    }
    for (size_t i = 0; i < chain.size(); ++i)
      if (chain[i].first == current) {
        auto &d = error(DiagKind::CyclicDefinition, current->base.range,
                        "`" + current->name.text.str() + "` refines itself");
        for (const auto &link : llvm::drop_begin(chain, i + 1))
          d.note(link.first->base.range, "by way of `" + link.first->name.text.str() + "`");
        for (const auto &link : chain)
          checked_.insert(&link.first->block); // one report for the whole cycle
        return false;
      }
    chain.push_back({current, owner});
    if (current->base.parts.empty())
      break;
    const Module *baseOwner = nullptr;
    current = findComponent(current->base, *owner, &baseOwner);
    owner = baseOwner;
    if (!current)
      return false;
  }
  for (auto it = chain.rbegin(); it != chain.rend(); ++it)
    layers.push_back({&it->first->block, it->second});
  return true;
}

bool Elaborator::refines(const ast::ComponentDecl &decl, const Module &module,
                         const ast::ComponentDecl &base) {
  std::vector<Instance::Layer> layers;
  return addLayers(decl, module, layers) &&
         llvm::any_of(layers, [&](auto &layer) { return layer.block == &base.block; });
}

Instance *Elaborator::instantiate(const ast::ComponentDecl &decl, const Module &module,
                                  std::string path, Instance *parent) {
  auto instance = std::make_unique<Instance>();
  instance->path = unique(std::move(path), paths_);
  instance->parent = parent;
  instance->decl = &decl;
  instance->module = &module;
  if (!addLayers(decl, module, instance->layers))
    return nullptr;
  for (const Instance::Layer &layer : instance->layers)
    checked_.insert(layer.block);
  instances_.push_back(std::move(instance));
  return instances_.back().get();
}

Instance *Elaborator::shared(const ast::ComponentDecl &decl, const Module &module,
                             const std::string &path, Node onlyIf) {
  auto [it, isNew] = shared_.try_emplace(&decl, nullptr);
  if (!isNew) {
    if (Instance *known = it->second; known && known->onlyIf)
      known->onlyIf =
          onlyIf ? binary(ir::Op::Or, ir::Type::boolean(), known->onlyIf, onlyIf) : nullptr;
    return it->second;
  }
  Instance *instance = instantiate(decl, module, path, &root_);
  shared_[&decl] = instance;
  if (instance) {
    instance->onlyIf = onlyIf;
    sharedOrder_.push_back(instance);
    collect(*instance);
  }
  return instance;
}

void Elaborator::collect(Instance &instance) {
  std::string quoted = "`" + instance.decl->name.text.str() + "`";
  Range at = instance.decl->name.range;
  if (!spend(Budget::Instance, at))
    return;
  if (!instance.isGroup && llvm::is_contained(nesting_, instance.decl)) {
    auto &d = error(DiagKind::CyclicDefinition, at, quoted + " contains itself");
    for (auto it = llvm::find(nesting_, instance.decl) + 1; it != nesting_.end(); ++it)
      d.note((*it)->name.range, "by way of `" + (*it)->name.text.str() + "`");
    return;
  }
  if (nesting_.size() > maxNesting) {
    error(DiagKind::NestedTooDeeply, at,
          quoted + " is nested in more than " + std::to_string(maxNesting) + " components");
    return;
  }
  // A group is no component of its own: it may stand in what its members refine.
  nesting_.push_back(instance.isGroup ? nullptr : instance.decl);
  for (const Instance::Layer &layer : instance.layers)
    collectLayer(instance, layer);
  for (auto &entry : instance.fields)
    if (entry.second.kind == Field::Nested && entry.second.nested)
      collect(*entry.second.nested);
  nesting_.pop_back();
}

void Elaborator::collectLayer(Instance &instance, const Instance::Layer &layer) {
  for (const ast::Member &member : layer.block->members) {
    if (diagnostics_.full() || !spend(Budget::Member, member.range))
      return;
    bool isComponent = member.kind == ast::Member::Nested || member.kind == ast::Member::Refine;
    if (instance.isGroup && !isComponent) {
      error(DiagKind::WrongKind, member.names[0].range, "a group holds components only")
          .suggest("write `name : " + instance.decl->name.text.str() +
                   " { ... }`, or move this "
                   "to the component around the group");
      continue;
    }
    switch (member.kind) {
    case ast::Member::Param: collectParam(instance, member, *layer.module); break;
    case ast::Member::Let: collectLet(instance, member, *layer.module); break;
    case ast::Member::Fix: collectFix(instance, member, *layer.module); break;
    case ast::Member::Open: collectOpen(instance, member, *layer.module); break;
    case ast::Member::Nested: collectNested(instance, member, *layer.module); break;
    case ast::Member::Group: collectGroup(instance, member, *layer.module); break;
    case ast::Member::Refine: collectRefine(instance, member, *layer.module); break;
    case ast::Member::Require:
    case ast::Member::Prefer: collectCondition(instance, member, *layer.module); break;
    }
  }
}

void Elaborator::collectCondition(Instance &instance, const ast::Member &member,
                                  const Module &module) {
  const ast::Name &name = member.names[0];
  auto [known, isNew] = instance.conditionNames.try_emplace(name.text, name.range);
  if (!isNew)
    error(DiagKind::DuplicateName, name.range,
          "two requirements are called `" + name.text.str() + "`")
        .note(known->second, "the first one");
  instance.conditions.push_back({&member, &module});
}

Elaborator::Node Elaborator::extent(const Instance &array, const Written &written) {
  Node node = number(*written.expr, Scope{array.parent, written.module, {}});
  if (!node)
    return nullptr;
  if (node->type().dim.isNumber()) {
    if (isIntegral(node))
      return node;
    error(DiagKind::NotAnInteger, written.expr->range, "the extent of an array is an integer")
        .suggest("round it with `floor`, `ceil` or `round`");
    return nullptr;
  }
  error(DiagKind::UnitMismatch, written.expr->range,
        "the extent of an array is a pure number, this is " + describe(node->type()));
  return nullptr;
}

Elaborator::Node Elaborator::copies(const Instance &instance) {
  Node total = space_->constant(instance.isGroup ? 0 : 1);
  for (const Written &written : instance.extents) {
    Node node = extent(instance, written);
    if (!node)
      return nullptr;
    total = binary(ir::Op::Mul, total->type(), total, node);
  }
  for (const auto &entry : instance.fields) {
    if (!instance.isGroup || !entry.second.nested)
      continue;
    Node node = copies(*entry.second.nested);
    if (!node)
      return nullptr;
    total = binary(ir::Op::Add, total->type(), total, node);
  }
  return total;
}

Field *Elaborator::declare(Instance &instance, const ast::Name &name, Field::Kind kind) {
  auto it = instance.fields.find(name.text);
  if (it != instance.fields.end()) {
    error(DiagKind::DuplicateName, name.range,
          "`" + instance.decl->name.text.str() + "` already has a field `" + name.text.str() + "`")
        .note(it->second.name.range, "it is declared here")
        .suggest("fix it with `=`, narrow it with `in`, or replace a formula with `override let`");
    return nullptr;
  }
  Field &field = instance.fields[name.text];
  field.kind = kind;
  field.name = name;
  return &field;
}

Diagnostic &Elaborator::unknownField(Instance &instance, const ast::Name &name) {
  std::string owner = instance.isGroup ? "the group `" + instance.path + "` has no member `"
                                       : "`" + instance.decl->name.text.str() + "` has no field `";
  auto &d = error(DiagKind::UnknownMember, name.range, owner + name.text.str() + "`");
  if (const ast::Name &component = instance.decl->name; component.range.file != name.range.file)
    d.note(component.range, "`" + component.text.str() + "` is declared here");
  std::vector<llvm::StringRef> names;
  for (auto &entry : instance.fields)
    names.push_back(entry.first);
  return d.suggestName(name.range, names);
}

/// `llm.Parallel`, where a strategy without a base speaks of `tp`: the component of the same role
/// behind an import that has this field.  Empty if there is none.
static std::string baseWith(const ast::Name &field, const ast::ComponentDecl &decl,
                            const Module &module) {
  std::vector<std::string> bases;
  if (!decl.base.parts.empty() || decl.role == ast::Role::Component)
    return "";
  for (const auto &import : module.imports)
    for (const ast::Decl &other : import.second->file->decls) {
      auto *base = other.as<ast::ComponentDecl>();
      if (!base || base->role != decl.role || other.isPrivate)
        continue;
      for (const ast::Member &member : base->block.members)
        if (llvm::any_of(member.names, [&](const auto &name) { return name.text == field.text; }))
          bases.push_back(import.first().str() + "." + base->name.text.str());
    }
  return bases.empty() ? "" : *llvm::min_element(bases);
}

Field *Elaborator::known(Instance &instance, const ast::Name &name) {
  auto it = instance.fields.find(name.text);
  if (it != instance.fields.end()) {
    usedField(name, instance);
    return &it->second;
  }
  if (isPlaceholder(name.text))
    offerFields(instance, /*refinableOnly=*/true);
  auto &d = unknownField(instance, name);
  if (std::string base = baseWith(name, *instance.decl, *instance.module); !base.empty()) {
    const std::string own = instance.decl->name.text.str();
    d.suggest("`" + base + "` has it; to refine that, write `" + own + " : " + base + " { ... }`");
    return nullptr;
  }
  std::vector<llvm::StringRef> needed;
  for (auto &entry : instance.fields)
    if (entry.second.kind == Field::Param && !entry.second.definition.expr)
      needed.push_back(entry.first);
  llvm::sort(needed);
  if (!instance.isGroup)
    d.suggestOneOf("a new field is declared with `param` or `let`; those without a default are",
                   needed);
  d.suggest(instance.isGroup ? "a new member is declared with `" + name.text.str() + " : " +
                                   instance.decl->name.text.str() + " { ... }`"
                             : "a new field is declared with `param` or `let`");
  return nullptr;
}

void Elaborator::collectParam(Instance &instance, const ast::Member &member, const Module &module) {
  for (const ast::Name &name : member.names) {
    Field *field = declare(instance, name, Field::Param);
    if (!field)
      continue;
    field->type = member.type.get();
    field->typeModule = &module;
    if (member.domain)
      field->openings.push_back({member.domain.get(), &module});
    if (member.expr)
      field->definition = {member.expr.get(), &module, &member.provenance};
  }
}

void Elaborator::collectLet(Instance &instance, const ast::Member &member, const Module &module) {
  const ast::Name &name = member.names[0];
  if (!member.isOverride) {
    auto it = instance.fields.find(name.text);
    if (it != instance.fields.end() && it->second.kind == Field::Let) {
      error(DiagKind::NotOverridden, name.range,
            "`" + name.text.str() + "` is already defined by the base")
          .note(it->second.name.range, "its definition")
          .suggest("to replace it on purpose, write `override let`")
          .fix({member.range.file, member.range.begin, member.range.begin}, "override ");
      return;
    }
    if (Field *field = declare(instance, name, Field::Let)) {
      field->type = member.type.get();
      field->typeModule = &module;
      field->definition = {member.expr.get(), &module, &member.provenance};
      if (member.domain)
        field->openings.push_back({member.domain.get(), &module});
    }
    return;
  }
  Field *field = known(instance, name);
  if (!field)
    return;
  if (field->kind != Field::Let) {
    error(DiagKind::WrongKind, name.range,
          "`" + name.text.str() + "` is not a derived quantity, so there is nothing to override")
        .note(field->name.range, "it is declared here")
        .suggest("fix it with `=` or open it with `in`");
    return;
  }
  if (member.type) {
    field->type = member.type.get();
    field->typeModule = &module;
  }
  if (member.domain)
    field->openings.push_back({member.domain.get(), &module});
  field->definition = {member.expr.get(), &module, &member.provenance};
}

void Elaborator::collectFix(Instance &instance, const ast::Member &member, const Module &module) {
  for (const ast::Name &name : member.names) {
    Field *field = known(instance, name);
    if (!field)
      continue;
    if (field->kind == Field::Param)
      field->fixes.push_back({member.expr.get(), &module, &member.provenance});
    else
      error(DiagKind::NotOverridden, name.range,
            "`" + name.text.str() + "` follows from other fields and cannot be fixed")
          .note(field->name.range, "it is declared here")
          .suggest(field->kind == Field::Let
                       ? "to replace the formula, write `override let`"
                       : "refine a component with `" + name.text.str() + " { ... }`");
  }
}

void Elaborator::collectOpen(Instance &instance, const ast::Member &member, const Module &module) {
  for (const ast::Name &name : member.names) {
    Field *field = known(instance, name);
    if (!field)
      continue;
    if (field->kind != Field::Param) {
      error(DiagKind::WrongKind, name.range,
            "`" + name.text.str() + "` is not a `param`, so it has no domain")
          .note(field->name.range, "it is declared here");
      continue;
    }
    if (!field->fixes.empty())
      error(DiagKind::WidensDomain, member.domain->range,
            "`" + name.text.str() + "` is fixed by the base and cannot be opened again")
          .note(field->fixes.back().expr->range, "it is fixed here");
    field->openings.push_back({member.domain.get(), &module});
    field->reopened = true;
  }
}

void Elaborator::collectNested(Instance &instance, const ast::Member &member,
                               const Module &module) {
  const ast::Name &name = member.names[0];
  const Module *owner = nullptr;
  const ast::ComponentDecl *decl = findComponent(member.base, module, &owner);
  if (!decl)
    return;
  if (instance.isGroup && !refines(*decl, *owner, *instance.decl)) {
    error(DiagKind::NotARefinement, member.base.range,
          "`" + member.base.text().str() + "` does not refine `" + instance.decl->name.text.str() +
              "`, as the members of this group must")
        .note(instance.decl->name.range, "it is declared here");
    return;
  }
  std::string path = instance.pathOf(name.text);
  auto it = instance.fields.find(name.text);
  Field *field = nullptr;
  std::vector<Instance::Layer> blocks; // refinements that earlier layers added
  if (it != instance.fields.end() && it->second.kind == Field::Nested) {
    field = &it->second;
    usedField(name, instance);
    if (!refines(*decl, *owner, *field->base)) {
      error(DiagKind::NotARefinement, member.base.range,
            "`" + member.base.text().str() + "` does not refine `" + field->base->name.text.str() +
                "`")
          .note(field->name.range, "`" + name.text.str() + "` is declared here");
      return;
    }
    std::vector<Instance::Layer> own;
    addLayers(*field->nested->decl, *field->nested->module, own);
    if (field->nested->layers.size() > own.size())
      blocks.assign(field->nested->layers.begin() + own.size(), field->nested->layers.end());
  } else if (!(field = declare(instance, name, Field::Nested)))
    return;
  field->base = decl;
  paths_.erase(path); // of the instance that this one replaces
  field->nested = instantiate(*decl, *owner, path, &instance);
  if (!field->nested)
    return;
  auto &layers = field->nested->layers;
  layers.insert(layers.end(), blocks.begin(), blocks.end());
  if (member.block)
    layers.push_back({member.block.get(), &module});
  for (const ast::ExprPtr &extent : member.extents)
    field->nested->extents.push_back({extent.get(), &module});
}

void Elaborator::collectGroup(Instance &instance, const ast::Member &member, const Module &module) {
  const ast::Name &name = member.names[0];
  const Module *owner = nullptr;
  const ast::ComponentDecl *decl = findComponent(member.base, module, &owner);
  Field *field = decl ? declare(instance, name, Field::Nested) : nullptr;
  if (!field)
    return;
  auto group = std::make_unique<Instance>();
  group->path = unique(instance.pathOf(name.text), paths_);
  group->parent = &instance;
  group->decl = decl;
  group->module = owner;
  group->isGroup = true;
  if (member.block)
    group->layers.push_back({member.block.get(), &module});
  field->base = decl;
  field->nested = group.get();
  instances_.push_back(std::move(group));
}

void Elaborator::collectRefine(Instance &instance, const ast::Member &member,
                               const Module &module) {
  Field *field = known(instance, member.names[0]);
  if (!field)
    return;
  if (field->kind != Field::Nested) {
    error(DiagKind::WrongKind, member.names[0].range,
          "`" + member.names[0].text.str() + "` is not a nested component")
        .note(field->name.range, "it is declared here")
        .suggest("declare a refined component and assign it: `" + member.names[0].text.str() +
                 " = Name`");
    return;
  }
  if (field->nested)
    field->nested->layers.push_back({member.block.get(), &module});
}

} // namespace wsc
