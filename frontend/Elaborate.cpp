// The driver of elaboration: who plays which role, what the command line adds, and the order
// in which quantities, constraints and objectives enter the Space.
#include "frontend/Elaborator.h"

#include "frontend/Parse.h"
#include "llvm/Support/SaveAndRestore.h"
#include <cmath>

namespace wsc {

namespace {
/// The design of the main file: a Space to keep, or one that the index keeps.
struct Elaborated {
  std::unique_ptr<ir::Space> owned;
  const ir::Space *space = nullptr;
};
} // namespace

static Elaborated elaborate(const Program &program, const Selection &selection,
                            DiagnosticEngine &diagnostics, Index *index, bool isLibrary) {
  Budget budget;
  Checked checked;
  Elaborated design;
  if (!isLibrary) {
    Elaborator elaborator(program, diagnostics, budget, checked, index);
    design.space = elaborator.run(selection);
    if (!index)
      design.owned = elaborator.takeSpace();
  }
  Elaborator(program, diagnostics, budget, checked, index).checkDeclarations();
  // What stands for itself first, plain components last and from the end, where the larger ones
  // usually are: most are checked where they are used.
  auto isPlain = [](const ast::ComponentDecl &c) { return c.role == ast::Role::Component; };
  for (bool plain : {false, true})
    for (const ast::Decl &decl : llvm::reverse(program.main->file->decls))
      if (auto *component = decl.as<ast::ComponentDecl>();
          component && isPlain(*component) == plain && !checked.count(&component->block))
        Elaborator(program, diagnostics, budget, checked, index).checkAlone(*component);
  return diagnostics.hasErrors() ? Elaborated() : std::move(design);
}

std::unique_ptr<ir::Space> elaborate(const Program &program, const Selection &selection,
                                     DiagnosticEngine &diagnostics) {
  return elaborate(program, selection, diagnostics, nullptr, /*isLibrary=*/false).owned;
}

const ir::Space *elaborate(const Program &program, DiagnosticEngine &diagnostics, Index &index,
                           bool isLibrary) {
  return elaborate(program, {}, diagnostics, &index, isLibrary).space;
}

bool declaresDesign(const Program &program) {
  return llvm::any_of(program.main->file->decls, [](const ast::Decl &decl) {
    auto *component = decl.as<ast::ComponentDecl>();
    return component && component->role != ast::Role::Component &&
           component->role != ast::Role::Technology;
  });
}

const ir::Space *Elaborator::run(const Selection &selection) {
  if (!declareUnits())
    return nullptr;
  nameFields_ = selection.nameFields;
  declareInterfaces();
  buildRoles(selection);
  applySettings(selection);
  // Parameters and quantities in the order in which components were first used; elaborating
  // one may reach further ones.
  for (size_t i = 0; i < sharedOrder_.size(); ++i)
    elaborateInstance(*sharedOrder_[i]);
  if (!roleMissing_)
    elaborateExplore();
  declareParts();
  checkInterface();
  nameDerived();
  guardRequirements();
  return diagnostics_.hasErrors() || roleMissing_ ? nullptr : space_.get();
}

void Elaborator::checkAlone(const ast::ComponentDecl &decl) {
  if (!declareUnits())
    return;
  alone_ = true;
  roleMissing_ = true; // a chip may ask the workload for its size
  // These may name what stands around them where they are used.
  lenient_ = llvm::is_contained(
      {ast::Role::Component, ast::Role::Technology, ast::Role::Strategy, ast::Role::Suite},
      decl.role);
  declareInterfaces();
  shared(decl, *program_.main, "");
  for (size_t i = 0; i < sharedOrder_.size(); ++i)
    elaborateInstance(*sharedOrder_[i]);
}

void Elaborator::checkDeclarations() {
  if (!declareUnits())
    return;
  for (const ast::Decl &decl : program_.main->file->decls)
    if (auto *c = decl.as<ast::ConstDecl>())
      constant(*c, *program_.main);
    else if (auto *table = decl.as<ast::TableDecl>())
      tableIndex(*table, *program_.main);
    else if (auto *e = decl.as<ast::EnumDecl>())
      enumIndex(*e);
  checkRows();
  // The later ones usually call the earlier ones, which are then checked there.
  for (const ast::Decl &decl : llvm::reverse(program_.main->file->decls))
    if (auto *fn = decl.as<ast::FnDecl>(); fn && !checked_.count(fn))
      checkFunction(*fn, *program_.main);
}

bool Elaborator::spend(unsigned steps, Range at) {
  if (budget_.exceeded)
    return false;
  budget_.steps += steps;
  if (budget_.steps <= Budget::maxSteps)
    return true;
  budget_.exceeded = true;
  error(DiagKind::SpecTooLarge, at, "the spec unfolds into too many operations and values")
      .suggest("sums inside sums and functions that call others twice multiply; use closed "
               "formulas");
  return false;
}

// ---- roles -----------------------------------------------------------------------------------

const ast::ExploreDecl *Elaborator::explore() const {
  for (const ast::Decl &decl : program_.main->file->decls)
    if (auto *explore = decl.as<ast::ExploreDecl>())
      return explore;
  return nullptr;
}

Instance *Elaborator::role(llvm::StringRef word, ast::Role role, const std::string &wanted) {
  const Module *owner = program_.main;
  const ast::ComponentDecl *component = nullptr;
  auto accept = [&](const ast::Decl *decl, Range at, llvm::StringRef name) {
    component = decl ? decl->as<ast::ComponentDecl>() : nullptr;
    if (component && component->role == role)
      return true;
    auto &d =
        error(DiagKind::UnknownName, at, "there is no " + word.str() + " `" + name.str() + "`");
    std::vector<llvm::StringRef> names;
    if (!owner)
      d.suggest("nothing is imported as `" + name.split('.').first.str() + "`");
    for (const auto &entry : (owner ? owner : program_.main)->decls)
      if (auto *known = entry.second->as<ast::ComponentDecl>(); known && known->role == role)
        names.push_back(entry.first());
    llvm::sort(names);
    if (auto near =
            closestName(name.rsplit('.').second.empty() ? name : name.rsplit('.').second, names);
        !near.empty())
      d.suggest("did you mean `" + near.str() + "`?");
    component = nullptr;
    roleMissing_ = true;
    return false;
  };
  const ast::Expr *setting = nullptr;
  if (const ast::ExploreDecl *block = explore())
    for (const auto &s : block->settings)
      if (s.name.text == word)
        setting = s.value.get();
  if (!wanted.empty()) {
    if (!accept(owner->find(wanted), {}, wanted))
      return nullptr;
  } else if (setting) {
    offerComponents(*setting, *program_.main);
    const ast::Decl *decl = findDecl(*setting, Scope{nullptr, program_.main, {}}, &owner);
    if (!accept(decl, setting->range, text(*setting)))
      return nullptr;
  } else {
    for (const ast::Decl &decl : program_.main->file->decls) {
      auto *candidate = decl.as<ast::ComponentDecl>();
      if (!candidate || candidate->role != role)
        continue;
      if (component && isLibrary()) {
        roleMissing_ = true;
        return nullptr;
      }
      if (component) {
        const std::string plural = role == ast::Role::Strategy ? "strategies" : word.str() + "s";
        error(DiagKind::AmbiguousChoice, candidate->name.range,
              "the file declares several " + plural)
            .note(component->name.range, "another one")
            .suggest("name one in an `explore` block or with `--" + word.str() + " NAME`");
        roleMissing_ = true;
        return nullptr;
      }
      component = candidate;
    }
  }
  if (!component)
    return nullptr;
  Instance *instance = shared(*component, *owner, role == ast::Role::Chip ? "" : word.str());
  roleMissing_ |= !instance;
  return instance;
}

void Elaborator::buildRoles(const Selection &selection) {
  const std::tuple<const char *, ast::Role, const std::string *> roles[] = {
      {"chip", ast::Role::Chip, &selection.chip},
      {"model", ast::Role::Model, &selection.model},
      {"workload", ast::Role::Workload, &selection.workload},
      {"strategy", ast::Role::Strategy, &selection.strategy}};
  // The workload names its model, so a file with many models is not ambiguous.
  for (auto [word, kind, wanted] : roles) {
    bool viaWorkload = kind == ast::Role::Model && wanted->empty();
    Instance *instance = viaWorkload ? nullptr : role(word, kind, *wanted);
    if (!instance)
      continue;
    Field &field = root_.fields[word];
    field.kind = Field::Role;
    field.nested = instance;
  }
  if (root_.fields.empty() && !roleMissing_)
    buildModels();
  buildSuite(selection);
}

void Elaborator::buildModelOfWorkload() {
  auto workload = root_.fields.find("workload");
  if (workload == root_.fields.end() || root_.fields.count("model"))
    return;
  auto &fields = workload->second.nested->fields;
  auto model = fields.find("model");
  if (model == fields.end())
    return;
  Value value = fieldValue(*workload->second.nested, model->second);
  if (value.kind != Value::Component) {
    roleMissing_ = true;
    return;
  }
  Field &field = root_.fields["model"];
  field.kind = Field::Role;
  field.nested = value.instance;
}

void Elaborator::buildModels() {
  llvm::StringSet<> families;
  llvm::SmallVector<const ast::ComponentDecl *, 32> models;
  for (const ast::Decl &decl : program_.main->file->decls)
    if (auto *model = decl.as<ast::ComponentDecl>(); model && model->role == ast::Role::Model) {
      models.push_back(model);
      if (model->base.parts.size() == 1)
        families.insert(model->base.parts[0].text);
    }
  for (const ast::ComponentDecl *model : models) {
    llvm::StringRef name = model->name.text; // the key of a field outlives this function
    if (families.contains(name))
      continue;
    Instance *instance = shared(*model, *program_.main, name.str());
    roleMissing_ |= !instance;
    if (!instance)
      continue;
    Field &field = root_.fields[name];
    field.kind = Field::Role;
    field.nested = instance;
  }
}

// ---- settings --------------------------------------------------------------------------------

void Elaborator::applySettings(const Selection &selection) {
  // Which model it is comes first: the other settings may be of its fields.
  auto namesModel = [](const Selection::Setting &setting) {
    return setting.field == "model" || setting.field == "workload.model";
  };
  for (const Selection::Setting &setting : selection.settings)
    if (namesModel(setting))
      applySetting(setting);
  buildModelOfWorkload();
  for (const Selection::Setting &setting : selection.settings)
    if (!namesModel(setting))
      applySetting(setting);
}

void Elaborator::applySetting(const Selection::Setting &setting) {
  // A field by its full name, or by the end of it when that is unique.
  std::vector<std::pair<Instance *, Field *>> matches;
  std::vector<std::string> names;
  for (const auto &instance : instances_)
    for (auto &entry : instance->fields) {
      if (entry.second.kind != Field::Param)
        continue;
      std::string path = instance->pathOf(entry.first);
      names.push_back(path);
      if (path == setting.field) {
        matches.assign(1, {instance.get(), &entry.second});
        break;
      }
      if (llvm::StringRef(path).ends_with("." + setting.field))
        matches.push_back({instance.get(), &entry.second});
    }
  Range at{setting.value, 0, static_cast<unsigned>(setting.value->text().size())};
  if (matches.size() != 1) {
    auto &d = error(DiagKind::BadSetting, at,
                    matches.empty() ? "there is no field `" + setting.field + "`"
                                    : "several fields end in `" + setting.field + "`");
    std::vector<llvm::StringRef> candidates(names.begin(), names.end());
    if (matches.size() > 1)
      d.suggest("write its full name, such as `" +
                matches[0].first->pathOf(matches[0].second->name.text) + "`");
    else if (auto near = closestName(setting.field, candidates); !near.empty())
      d.suggest("did you mean `" + near.str() + "`?");
    return;
  }
  if (ast::ExprPtr value = parseExpression(*setting.value, diagnostics_)) {
    matches[0].second->fixes.push_back({value.get(), program_.main});
    settings_.push_back(std::move(value));
  }
}

// ---- instances -------------------------------------------------------------------------------

void Elaborator::elaborateInstance(Instance &instance) {
  for (auto &entry : instance.fields) {
    if (diagnostics_.full())
      return;
    Field &field = entry.second;
    if (field.kind == Field::Nested) {
      if (!field.nested)
        continue;
      for (const Written &written : field.nested->extents)
        extent(*field.nested, written);
      elaborateInstance(*field.nested);
      continue;
    }
    Value value = fieldValue(instance, field);
    if (value.kind == Value::Node)
      space_->quantities.push_back(
          {instance.pathOf(entry.first), value.node, location(field.name.range)});
  }
  elaborateConditions(instance);
}

void Elaborator::elaborateConditions(Instance &instance) {
  llvm::SaveAndRestore<const Instance *> inside(inside_, &instance);
  for (const Instance::Condition &condition : instance.conditions) {
    llvm::SaveAndRestore<std::string> insideOf(insideOf_,
                                               instance.pathOf(condition.member->names[0].text));
    elaborateConstraint(*condition.member, Scope{&instance, condition.module, {}}, insideOf_,
                        false);
  }
}

void Elaborator::elaborateConstraint(const ast::Member &member, const Scope &scope,
                                     std::string name, bool mayMeasure) {
  Node node = condition(*member.expr, scope);
  if (!node)
    return;
  Node metric = metricIn(node);
  if (metric && !mayMeasure) {
    error(DiagKind::MeasuredQuantity, member.expr->range,
          "`" + space_->metrics[metric->index()].name +
              "` is known only after an evaluation, so it cannot be required here")
        .suggest("put the requirement into the `explore` block");
    return;
  }
  double weight = 0;
  if (member.weight) {
    Node weightNode = number(*member.weight, scope);
    auto value =
        weightNode ? requireConstant(weightNode, member.weight->range, "a weight") : std::nullopt;
    if (!value)
      return;
    weight = toDouble(*value);
    if (!(weight > 0) || std::isinf(weight)) {
      error(DiagKind::BadDomain, member.weight->range,
            "a weight is greater than zero and not too large");
      return;
    }
  }
  Range at = member.names[0].range;
  if (auto [known, isNew] = constraintNames_.try_emplace(name, at); !isNew) {
    error(DiagKind::DuplicateName, at, "two requirements are called `" + name + "`")
        .note(known->second, "the first one");
    return;
  }
  owners_.push_back({space_->constraints.size(), scope.instance});
  space_->constraints.push_back(
      {std::move(name), node, member.reason, location(member.names[0].range), weight});
}

void Elaborator::require(const Instance *owner, std::string name, Node node, std::string reason,
                         Range at) {
  derived_.push_back(space_->constraints.size());
  owners_.push_back({space_->constraints.size(), owner});
  space_->constraints.push_back({std::move(name), node, std::move(reason), location(at), 0});
}

void Elaborator::requireWhereUsed(const Scope &scope, std::string name, Node node,
                                  std::string reason, Range at) {
  for (Node guard : guards_)
    node = binary(ir::Op::Or, ir::Type::boolean(),
                  space_->make(ir::Op::Not, ir::Type::boolean(), {guard}), node);
  if (requiredWhereUsed_.insert(node).second)
    require(scope.instance, scope.instance ? scope.instance->pathOf(name) : name, node,
            std::move(reason), at);
}

void Elaborator::nameDerived() {
  llvm::StringMap<unsigned> asked; // how often each name was asked for
  for (const auto &entry : constraintNames_)
    asked[entry.first()] = 1;
  for (unsigned i : derived_) {
    std::string &name = space_->constraints[i].name, free = name;
    while (!asked.try_emplace(free, 1).second)
      free = name + "." + std::to_string(++asked[name]);
    name = free;
  }
}

void Elaborator::elaborateExplore() {
  const ast::ExploreDecl *block = explore();
  if (!block)
    return;
  space_->name = block->name.text == "explore" ? "" : block->name.text.str();
  Scope scope{&root_, program_.main, {}};
  static const llvm::StringRef known[] = {"chip", "model", "workload", "strategy", "budget"};
  for (const auto &setting : block->settings)
    if (setting.name.text == "budget")
      elaborateBudget(*setting.value, scope);
    else if (!llvm::is_contained(known, setting.name.text))
      error(DiagKind::BadSetting, setting.name.range,
            "`explore` has no setting `" + setting.name.text.str() + "`")
          .suggestName(setting.name.range, known);
  for (const auto &objective : block->objectives) {
    Node node = number(*objective.expr, scope);
    if (node)
      space_->objectives.push_back(
          {text(*objective.expr), node, objective.maximize, location(objective.range)});
  }
  for (const ast::Member &member : block->constraints)
    elaborateConstraint(member, scope, member.names[0].text.str(), true);
}

void Elaborator::elaborateBudget(const ast::Expr &expr, const Scope &scope) {
  constexpr unsigned maxBudget = 1'000'000;
  Node node = number(expr, scope);
  auto value = node ? requireConstant(node, expr.range, "a budget") : std::nullopt;
  if (!value)
    return;
  if (!node->type().dim.isNumber() || !wsc::isInteger(*value) || *value < 1 || *value > maxBudget)
    error(DiagKind::BadSetting, expr.range,
          "a budget is a number of evaluations, an integer from 1 to a million");
  else
    space_->budget = value->get_num().get_ui();
}

/// Fields that evaluators read must have the type they expect and a value they take; that they
/// exist is checked when an evaluator is asked.
void Elaborator::checkInterface() {
  llvm::StringMap<size_t> byPath;
  for (const auto &[i, field] : llvm::enumerate(space_->interface))
    byPath[field.path] = i;
  for (const auto &instance : instances_)
    for (auto &entry : instance->fields) {
      Field &field = entry.second;
      if ((field.kind != Field::Param && field.kind != Field::Let) ||
          field.value.kind != Value::Node)
        continue;
      if (auto found = byPath.find(instance->pathOf(entry.first)); found != byPath.end())
        checkInterfaceField(*instance, field, found->second);
    }
}

void Elaborator::checkInterfaceField(Instance &instance, Field &field, size_t interfaceField) {
  const ir::InterfaceField &read = space_->interface[interfaceField];
  llvm::SaveAndRestore<const Instance *> inside(inside_, &instance);
  llvm::SaveAndRestore<std::string> insideOf(insideOf_, read.path);
  if (field.value.node->type() != read.type) {
    error(DiagKind::UnitMismatch, field.name.range,
          "evaluators read `" + read.path + "` as " + describe(read.type) + ", here it is " +
              describe(field.value.node->type()))
        .suggest(read.meaning);
    return;
  }
  const Field::Opening &opening = interfaceDomains_[interfaceField];
  auto values = opening.domain ? domain(*opening.domain, Scope{nullptr, opening.module, {}},
                                        read.type, false, nullptr)
                               : std::nullopt;
  Node node = field.value.node;
  const bool isConstant = node->bindingTime() == ir::BindingTime::Constant;
  if (!values || (!isConstant && root_.fields.count("suite"))) // rows are looked at one by one
    return;
  if (node->op() == ir::Op::Param) // the list of its values has two ends
    for (const Rational &value : {space_->params[node->index()].domain.front(),
                                  space_->params[node->index()].domain.back()})
      if (!values->contains(value)) {
        outside(*opening.domain, value, read.type, field.name.text, placeOf(field));
        return;
      }
  checkAgainst(*opening.domain, *values, instance, field, node, placeOf(field));
}

/// Where the value of a field is written.
Range Elaborator::placeOf(const Field &field) {
  if (!field.fixes.empty())
    return field.fixes.back().expr->range;
  if (field.kind == Field::Param && !field.openings.empty())
    return field.openings.back().domain->range;
  return field.definition.expr ? field.definition.expr->range : field.name.range;
}

const ir::Node *Elaborator::metricIn(Node node) const {
  if (node->bindingTime() != ir::BindingTime::Measured)
    return nullptr;
  for (Node inner : ir::Space::reachable(node))
    if (inner->op() == ir::Op::Metric)
      return inner;
  return nullptr;
}

ir::Location Elaborator::location(Range range) const {
  auto [line, column] = range.file->position(range.begin);
  return {range.file->path().str(), line, column, range.end - range.begin};
}

} // namespace wsc
