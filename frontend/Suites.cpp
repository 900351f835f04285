// Suites of measurements: `suite Runs from "data/runs.csv" { param tp : int ... }`.
//
// A suite is a role beside chip, model, workload and strategy, which read its fields.  A field that
// nothing fixes is a column of the data: a parameter of the Space that takes any number, or
// the values of its enum or domain; rows beyond its limits are not what the suite is about.  One
// with a default is two parameters, the cell and whether there is anything in it.
#include "frontend/Elaborator.h"

#include "ir/AnyNumber.h"

namespace wsc {

namespace {
const ast::ComponentDecl *asSuite(const ast::Decl *decl) {
  auto *component = decl ? decl->as<ast::ComponentDecl>() : nullptr;
  return component && component->role == ast::Role::Suite ? component : nullptr;
}

/// The suite of the same file that a suite refines, or null.
const ast::ComponentDecl *baseOf(const ast::ComponentDecl &suite, const Module &module) {
  return suite.base.parts.size() == 1 ? asSuite(module.find(suite.base.text())) : nullptr;
}
} // namespace

std::vector<SuiteDecl> suitesOf(const Program &program) {
  const Module &module = *program.main;
  llvm::DenseSet<const ast::ComponentDecl *> refined;
  for (const ast::Decl &decl : module.file->decls)
    if (auto *suite = asSuite(&decl))
      refined.insert(baseOf(*suite, module));
  std::vector<SuiteDecl> suites;
  for (const ast::Decl &decl : module.file->decls) {
    auto *suite = asSuite(&decl);
    if (!suite || refined.contains(suite))
      continue;
    // A base that refines itself is reported by elaboration.
    const ast::ComponentDecl *from = suite;
    for (size_t i = 0; from && from->data.empty() && i < module.file->decls.size(); ++i)
      from = baseOf(*from, module);
    bool hasData = from && !from->data.empty();
    suites.push_back({suite->name.text.str(), hasData ? from->data : "", suite->name.range,
                      hasData ? from->dataRange : suite->name.range});
  }
  return suites;
}

void Elaborator::buildSuite(const Selection &selection) {
  std::vector<SuiteDecl> suites = suitesOf(program_);
  if (suites.empty())
    return;
  std::string wanted = selection.suite.empty() ? suites.back().name : selection.suite;
  Instance *instance = role("suite", ast::Role::Suite, wanted);
  if (!instance)
    return;
  Field &field = root_.fields["suite"];
  field.kind = Field::Role;
  field.nested = instance;
}

bool Elaborator::isColumn(const Instance &instance, const Field &field) const {
  return !alone_ && instance.decl && instance.decl->role == ast::Role::Suite &&
         llvm::all_of(field.openings, [](const Field::Opening &opening) {
           return opening.domain->kind == ast::Domain::Limits;
         });
}

Elaborator::Node Elaborator::columnValue(Instance &instance, Field &field, const ir::Type &type) {
  Range at = field.name.range;
  if (type.isNumber() && !type.dim.isNumber()) {
    error(DiagKind::TypeMismatch, field.type->range, "a column holds numbers without a unit")
        .suggest("declare it as `real`, and give it its unit in a `let`");
    return nullptr;
  }
  std::vector<Rational> values;
  if (type.isNumber())
    values = ir::anyNumber(isInteger(field.type));
  for (size_t i = 0;
       type.isBool() ? i < 2 : type.isEnum() && i < space_->enums[type.enumIndex].values.size();
       ++i)
    values.push_back(Rational(i));
  std::string path = instance.pathOf(field.name.text);
  Node cell = newParam(path, type, std::move(values), at);
  if (!cell || !checkAgainstDomain(instance, field, type, cell, at) || !field.definition.expr)
    return cell;
  Node given = newParam(path + ".given", ir::Type::boolean(), {0, 1}, at);
  field.fixes.push_back(field.definition);
  Node fallback = fixedValue(instance, field, type);
  return given && fallback ? space_->make(ir::Op::Select, type, {given, cell, fallback}) : nullptr;
}

void Elaborator::checkRows() {
  for (const ast::Decl &decl : program_.main->file->decls)
    if (auto *component = decl.as<ast::ComponentDecl>();
        component && !component->data.empty() && component->role != ast::Role::Suite)
      error(DiagKind::WrongKind, component->dataRange, "only a `suite` has rows in a file");
}

} // namespace wsc
