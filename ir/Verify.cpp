// Checks of whole Spaces and their declarations; VerifyNode.cpp has the typing rules.
#include "ir/Verify.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <set>

namespace wsc::ir {

using llvm::formatv;

namespace {

class Verifier {
public:
  explicit Verifier(const Space &space) : space_(space) {}
  std::vector<std::string> run();

private:
  void report(std::string problem) {
    if (!problem.empty())
      problems_.push_back(std::move(problem));
  }
  template <typename List, typename Name>
  void namesDiffer(const List &list, llvm::StringRef what, Name name) {
    llvm::StringSet<> seen;
    for (const auto &item : list)
      if (!seen.insert(name(item)).second)
        report(formatv("two {0} are named \"{1}\"", what, name(item)));
  }
  void checkNames();
  void checkDeclarations();
  void checkUses();

  const Space &space_;
  std::vector<std::string> problems_;
};

std::vector<std::string> Verifier::run() {
  checkNames();
  checkDeclarations();
  // The rules for nodes read the declarations.
  if (problems_.empty())
    for (const Node *node : space_.reachable())
      report(problem(space_, *node));
  if (problems_.empty())
    checkUses();
  return std::move(problems_);
}

void Verifier::checkNames() {
  auto name = [](const auto &item) -> llvm::StringRef { return item.name; };
  namesDiffer(space_.units.dimensions(), "dimensions", name);
  namesDiffer(space_.units.units(), "units", name);
  namesDiffer(space_.enums, "enums", name);
  namesDiffer(space_.tables, "tables", name);
  namesDiffer(space_.constants, "constants", name);
  namesDiffer(space_.metrics, "metrics", name);
  namesDiffer(space_.params, "params", name);
  namesDiffer(space_.quantities, "quantities", name);
  namesDiffer(space_.constraints, "constraints", name);
  namesDiffer(space_.interface, "fields",
              [](const InterfaceField &field) -> llvm::StringRef { return field.path; });
  for (const EnumDef &def : space_.enums)
    namesDiffer(def.values, formatv("values of enum \"{0}\"", def.name).str(),
                [](const std::string &value) -> llvm::StringRef { return value; });
}

void Verifier::checkDeclarations() {
  for (const UnitTable::Entry &entry : space_.units.units())
    if (entry.unit.scale <= 0)
      report(formatv("unit \"{0}\" is not positive", entry.name));
  for (const TableDef &table : space_.tables)
    report(problem(space_, table));
  for (const NamedConstant &constant : space_.constants)
    report(problem(space_, constant));
  for (const Param &param : space_.params)
    report(problem(space_, param));
  for (const MetricDef &metric : space_.metrics)
    report(problem(space_, metric.type));
  for (const InterfaceField &field : space_.interface)
    report(problem(space_, field.type));
}

void Verifier::checkUses() {
  for (const InterfaceField &field : space_.interface)
    if (field.fallback && field.fallback->type() != field.type)
      report(formatv("the default of field \"{0}\" has another type", field.path));
  for (const Constraint &constraint : space_.constraints)
    report(problem(space_, constraint));
  for (const Objective &objective : space_.objectives)
    report(problem(space_, objective));
}

} // namespace

std::vector<std::string> verify(const Space &space) { return Verifier(space).run(); }

bool fits(const Space &space, const Rational &value, const Type &type) {
  switch (type.kind) {
  case Type::Number: return true;
  case Type::Bool: return value == 0 || value == 1;
  case Type::Enum:
    return isInteger(value) && value >= 0 && value < space.enums[type.enumIndex].values.size();
  }
  llvm_unreachable("covered switch");
}

std::string problem(const Space &space, const Type &type) {
  if (type.isEnum() ? type.enumIndex >= space.enums.size() : type.enumIndex != 0)
    return "a type refers to an enum that does not exist";
  if (!type.isNumber() && !type.dim.isNumber())
    return "only numbers have a dimension";
  for (unsigned i = space.units.bases().size(); i < Dim::maxBases; ++i)
    if (type.dim.exponent(i) != 0)
      return "a type has a dimension that is not declared";
  return "";
}

std::string problem(const Space &space, const TableDef &table) {
  if (!table.rowSources.empty() && table.rowSources.size() != table.rows.size())
    return formatv("table \"{0}\" has {1} sources for {2} rows", table.name,
                   table.rowSources.size(), table.rows.size());
  if (table.keys > table.columns.size())
    return formatv("table \"{0}\" has more keys than columns", table.name);
  llvm::StringSet<> names;
  for (const TableDef::Column &column : table.columns) {
    if (std::string bad = problem(space, column.type); !bad.empty())
      return formatv("column \"{0}\" of table \"{1}\": {2}", column.name, table.name, bad);
    if (!names.insert(column.name).second)
      return formatv("table \"{0}\" has two columns \"{1}\"", table.name, column.name);
  }
  std::set<std::vector<Rational>> seen;
  for (const std::vector<Rational> &row : table.rows) {
    if (row.size() != table.columns.size())
      return formatv("a row of table \"{0}\" has {1} values for {2} columns", table.name,
                     row.size(), table.columns.size());
    for (unsigned i = 0; i < row.size(); ++i)
      if (!fits(space, row[i], table.columns[i].type))
        return formatv("{0} is not a value of column \"{1}\" of table \"{2}\"", toString(row[i]),
                       table.columns[i].name, table.name);
    if (!seen.insert({row.begin(), row.begin() + table.keys}).second)
      return formatv("two rows of table \"{0}\" have the same keys", table.name);
  }
  return "";
}

std::string problem(const Space &space, const NamedConstant &constant) {
  if (std::string bad = problem(space, constant.type); !bad.empty())
    return formatv("constant \"{0}\": {1}", constant.name, bad);
  if (!constant.type.isNumber())
    return formatv("constant \"{0}\" is not a number", constant.name);
  if (constant.range &&
      (constant.value < constant.range->first || constant.value > constant.range->second))
    return formatv("constant \"{0}\" is not within its range", constant.name);
  return "";
}

std::string problem(const Space &space, const Param &param) {
  if (std::string bad = problem(space, param.type); !bad.empty())
    return formatv("param \"{0}\": {1}", param.name, bad);
  if (param.domain.empty())
    return formatv("the domain of param \"{0}\" is empty", param.name);
  for (unsigned i = 0; i < param.domain.size(); ++i) {
    if (!fits(space, param.domain[i], param.type))
      return formatv("{0} is not a value of param \"{1}\"", toString(param.domain[i]), param.name);
    if (i > 0 && param.domain[i - 1] >= param.domain[i])
      return formatv("the domain of param \"{0}\" does not ascend at {1}", param.name,
                     toString(param.domain[i]));
  }
  return "";
}

std::string problem(const Space &, const Constraint &constraint) {
  if (!constraint.node->type().isBool())
    return formatv("constraint \"{0}\" is not a condition", constraint.name);
  if (!std::isfinite(constraint.weight) || constraint.weight < 0)
    return formatv("constraint \"{0}\" has no finite positive weight", constraint.name);
  return "";
}

std::string problem(const Space &, const Objective &objective) {
  if (!objective.node->type().isNumber())
    return formatv("objective \"{0}\" is not a number", objective.name);
  return "";
}

} // namespace wsc::ir
