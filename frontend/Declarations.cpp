// Units, dimensions, enums, tables, interfaces, and what a type expression means.
#include "frontend/Elaborator.h"

#include "llvm/Support/Path.h"
#include <map>

namespace wsc {

namespace {
/// As many values of an enum or rows of a table as a domain may have values.
constexpr size_t maxListed = 65536;
} // namespace

bool Elaborator::declareUnits() {
  // Imported files come after the files that import them; their units come first.
  std::vector<const Module *> order;
  for (const Module *module : program_.prelude)
    order.push_back(module);
  for (auto it = program_.modules.rbegin(); it != program_.modules.rend(); ++it)
    if (!llvm::is_contained(order, it->get()))
      order.push_back(it->get());
  bool fine = true;
  for (const Module *module : order)
    for (const ast::Decl &decl : module->file->decls) {
      if (auto *d = decl.as<ast::DimensionDecl>())
        fine &= spend(Budget::Member, d->name.range) && declareDimension(*d, *module);
      if (auto *u = decl.as<ast::UnitDecl>())
        fine &= spend(Budget::Member, u->name.range) && declareUnit(*u, *module);
    }
  unitsRead_.clear(); // a name may mean something else once all are known
  return fine;
}

bool Elaborator::declareDimension(const ast::DimensionDecl &decl, const Module &module) {
  llvm::StringRef name = decl.name.text;
  if (space_->units.findDimension(name)) {
    error(DiagKind::DuplicateName, decl.name.range,
          "the dimension `" + name.str() + "` is declared twice");
    return false;
  }
  if (decl.type) {
    auto dim = dimension(*decl.type, module);
    if (dim)
      space_->units.addDimension(name, *dim);
    return dim.has_value();
  }
  if (space_->units.addBase(name))
    return true;
  error(DiagKind::SpecTooLarge, decl.name.range,
        "there are more than " + std::to_string(Dim::maxBases) + " base dimensions");
  return false;
}

bool Elaborator::declareUnit(const ast::UnitDecl &decl, const Module &module) {
  if (space_->units.hasUnit(decl.name.text)) {
    error(DiagKind::DuplicateName, decl.name.range,
          "the unit `" + decl.name.text.str() + "` is declared twice");
    return false;
  }
  Unit unit{Dim(), 1};
  if (decl.type) {
    auto dim = dimension(*decl.type, module);
    if (!dim)
      return false;
    unit.dim = *dim;
  }
  if (decl.value) {
    Scope scope{nullptr, &module, {}};
    Node node = number(*decl.value, scope);
    if (!node)
      return false;
    auto value = requireConstant(node, decl.value->range, "the value of a unit");
    if (!value)
      return false;
    if (*value <= 0) {
      error(DiagKind::BadDomain, decl.value->range, "a unit is greater than zero");
      return false;
    }
    if (decl.type && node->type().dim != unit.dim) {
      error(DiagKind::UnitMismatch, decl.value->range,
            "`" + decl.name.text.str() + "` is declared as " + space_->units.describe(unit.dim) +
                " and defined as " + describe(node->type()));
      return false;
    }
    unit = {node->type().dim, *value};
  }
  if (decl.offset && !declareOffset(decl, module, unit))
    return false;
  UnitTable::Prefixes prefixes;
  for (const ast::Name &prefix : decl.prefixes) {
    prefixes.si |= prefix.text == "si";
    prefixes.large |= prefix.text == "large";
    prefixes.binary |= prefix.text == "binary";
    if (!llvm::is_contained({"si", "large", "binary"}, prefix.text)) {
      error(DiagKind::UnknownName, prefix.range,
            "there are `si`, `large` and `binary` prefixes, not `" + prefix.text.str() + "`");
      return false;
    }
  }
  space_->units.addUnit(decl.name.text, unit, prefixes);
  return true;
}

bool Elaborator::declareOffset(const ast::UnitDecl &decl, const Module &module, Unit &unit) {
  Node node = number(*decl.offset, Scope{nullptr, &module, {}});
  auto value =
      node ? requireConstant(node, decl.offset->range, "the offset of a unit") : std::nullopt;
  if (!value)
    return false;
  if (node->type().dim != unit.dim) {
    error(DiagKind::UnitMismatch, decl.offset->range,
          "`" + decl.name.text.str() + "` is " + space_->units.describe(unit.dim) +
              ", its offset is " + describe(node->type()));
    return false;
  }
  if (!decl.prefixes.empty()) {
    error(DiagKind::AffineUnit, decl.prefixes[0].range,
          "a unit with a zero of its own takes no prefixes");
    return false;
  }
  unit.offset = *value;
  return true;
}

std::optional<Dim> Elaborator::dimension(const ast::TypeExpr &expr, const Module &module) {
  Dim result;
  for (const auto &factor : expr.factors) {
    if (factor.path.parts.empty()) {
      if (factor.number.text == "1")
        continue;
      error(DiagKind::TypeMismatch, factor.number.range,
            "a type is a product of dimensions; `1` is the only number in it");
      return std::nullopt;
    }
    llvm::StringRef word = factor.path.text();
    if (word == "int" || word == "real")
      continue;
    auto dim = space_->units.findDimension(word);
    if (!dim) {
      if (isPlaceholder(factor.path.parts.back().text))
        offerTypes(factor.path, module);
      std::vector<llvm::StringRef> names = space_->units.dimensionNames();
      names.insert(names.end(), {"int", "real", "bool"});
      for (const auto &entry : module.decls)
        if (entry.second->as<ast::EnumDecl>() || entry.second->as<ast::ComponentDecl>())
          names.push_back(entry.first());
      llvm::sort(names);
      error(DiagKind::UnknownName, factor.path.range,
            "there is no type or dimension `" + word.str() + "`")
          .suggestName(factor.path.range, names);
      return std::nullopt;
    }
    usedGlobal(Symbol::Dimension, factor.path.parts[0]);
    auto product = factor.exponent ? result.times(*dim, factor.exponent) : std::nullopt;
    if (!product) {
      error(DiagKind::TypeMismatch, factor.number.range ? factor.number.range : factor.path.range,
            "the exponents of a dimension are integers from -127 to 127");
      return std::nullopt;
    }
    result = *product;
  }
  return result;
}

std::optional<ir::Type> Elaborator::type(const ast::TypeExpr &expr, const Module &module) {
  if (expr.factors.size() == 1 && !expr.factors[0].path.parts.empty()) {
    const ast::Path &path = expr.factors[0].path;
    if (path.text() == "bool")
      return ir::Type::boolean();
    const ast::Decl *decl = nullptr;
    if (path.parts.size() == 1)
      decl = module.find(path.text());
    else if (const Module *from = module.imports.lookup(path.parts[0].text);
             from && path.parts.size() == 2)
      decl = imported(*from, path.parts[1]);
    for (const Module *prelude : program_.prelude)
      if (!decl && path.parts.size() == 1)
        decl = prelude->find(path.text());
    if (decl && !space_->units.findDimension(path.text()))
      if (auto *e = decl->as<ast::EnumDecl>()) {
        usedPath(path, module, *decl);
        return ir::Type::enumeration(enumIndex(*e));
      }
  }
  if (auto dim = dimension(expr, module))
    return ir::Type::number(*dim);
  return std::nullopt;
}

std::optional<ir::Type> Elaborator::type(const ast::Path &path, const Module &module) {
  ast::TypeExpr expr;
  expr.range = path.range;
  expr.factors.push_back({path, {}, 1});
  return type(expr, module);
}

bool Elaborator::isInteger(const ast::TypeExpr *expr) const {
  return expr && expr->factors.size() == 1 && expr->factors[0].path.text() == "int";
}

std::string Elaborator::unique(std::string name, llvm::StringSet<> &taken) {
  std::string free = name;
  for (unsigned i = 2; !taken.insert(free).second; ++i)
    free = name + "." + std::to_string(i);
  return free;
}

unsigned Elaborator::enumIndex(const ast::EnumDecl &decl) {
  auto [it, isNew] = enumIndices_.try_emplace(&decl, space_->enums.size());
  if (isNew) {
    ir::EnumDef def{unique(decl.name.text.str(), enumNames_), {}};
    if (decl.values.size() > maxListed)
      error(DiagKind::SpecTooLarge, decl.name.range,
            "an enum has at most " + std::to_string(maxListed) + " values");
    llvm::StringMap<Range> seen;
    for (const ast::Name &value : decl.values) {
      auto [known, isNew] = seen.try_emplace(value.text, value.range);
      if (!isNew)
        error(DiagKind::DuplicateName, value.range,
              "`" + value.text.str() + "` is listed twice in `" + def.name + "`")
            .note(known->second, "the first one");
      def.values.push_back(value.text.str());
    }
    space_->enums.push_back(std::move(def));
  }
  return it->second;
}

std::optional<unsigned> Elaborator::tableIndex(const ast::TableDecl &decl, const Module &module) {
  if (auto known = tableIndices_.find(&decl); known != tableIndices_.end())
    return known->second;
  tableIndices_[&decl] = std::nullopt;
  ir::TableDef def{
      unique(decl.name.text.str(), tableNames_), static_cast<unsigned>(decl.keys.size()), {}, {}};
  llvm::StringMap<Range> names;
  for (const auto *columns : {&decl.keys, &decl.columns})
    for (const ast::Parameter &column : *columns) {
      auto columnType = type(*column.type, module);
      if (!columnType)
        return std::nullopt;
      auto [known, isNew] = names.try_emplace(column.name.text, column.name.range);
      if (!isNew) {
        error(DiagKind::DuplicateName, column.name.range,
              "the table `" + def.name + "` has two columns `" + column.name.text.str() + "`")
            .note(known->second, "the first one");
        return std::nullopt;
      }
      def.columns.push_back({column.name.text.str(), *columnType});
    }
  if (decl.rows.size() > maxListed) {
    error(DiagKind::SpecTooLarge, decl.name.range,
          "a table has at most " + std::to_string(maxListed) + " rows");
    return std::nullopt;
  }
  if (!checkLinearKeys(decl, def))
    return std::nullopt;
  Scope scope{nullptr, &module, {}};
  std::map<std::vector<Rational>, Range> seen;
  for (const auto &row : decl.rows) {
    if (row.keys.size() != decl.keys.size() || row.values.size() != decl.columns.size()) {
      error(DiagKind::WrongArguments, row.range,
            "this row has " + std::to_string(row.keys.size()) + " keys and " +
                std::to_string(row.values.size()) + " values, the table has " +
                std::to_string(decl.keys.size()) + " and " + std::to_string(decl.columns.size()) +
                " columns");
      return std::nullopt;
    }
    std::vector<Rational> values;
    for (const auto *cells : {&row.keys, &row.values})
      for (const ast::ExprPtr &cell : *cells) {
        const auto &column = def.columns[values.size()];
        Value cellValue = expression(*cell, scope, &column.type);
        Node node = cellValue ? asNode(cellValue, *cell) : nullptr;
        if (!node || !conforms(node, column.type, cell->range, "the column `" + column.name + "`",
                               decl.name.range))
          return std::nullopt;
        auto value = requireConstant(node, cell->range, "a table cell");
        if (!value)
          return std::nullopt;
        values.push_back(*value);
      }
    std::vector<Rational> keys(values.begin(), values.begin() + def.keys);
    auto [known, isNew] = seen.try_emplace(std::move(keys), row.range);
    if (!isNew) {
      error(DiagKind::DuplicateName, row.range,
            "the table `" + def.name + "` has two rows with these keys")
          .note(known->second, "the first one");
      return std::nullopt;
    }
    def.rows.push_back(std::move(values));
    if (!row.provenance.source.empty()) {
      def.rowSources.resize(def.rows.size());
      def.rowSources.back() = row.provenance.source;
    }
  }
  if (!def.rowSources.empty())
    def.rowSources.resize(def.rows.size());
  def.provenance = {decl.provenance.source, decl.provenance.assumed, location(decl.name.range)};
  for (unsigned i = 0; i < decl.keys.size(); ++i)
    if (decl.keys[i].isLinear)
      linearKeys_[space_->tables.size()] = i;
  space_->tables.push_back(std::move(def));
  return tableIndices_[&decl] = space_->tables.size() - 1;
}

/// `prefill : chip` in the interface of chips: a part that has the same fields once more.
static bool isPart(const ast::InterfaceDecl &decl, const ast::InterfaceDecl::Field &field) {
  return !field.isMetric && field.type.factors.size() == 1 &&
         field.type.factors[0].path.text() == decl.name.text;
}

void Elaborator::declareInterfaces() {
  for (const Module *module : program_.prelude)
    for (const ast::Decl &decl : module->file->decls) {
      auto *interface = decl.as<ast::InterfaceDecl>();
      if (!interface)
        continue;
      const llvm::StringRef role = interface->name.text;
      const std::string prefix = role == "chip" ? "" : role.str() + ".";
      const size_t first = space_->interface.size();
      for (const auto &field : interface->fields)
        if (!isPart(*interface, field))
          declareInterfaceField(field, prefix, *module);
      for (const auto &field : interface->fields)
        if (isPart(*interface, field))
          interfaceParts_.push_back(
              {role, field.path.text().str(), prefix, first, space_->interface.size()});
    }
}

void Elaborator::declareInterfaceField(const ast::InterfaceDecl::Field &field,
                                       const std::string &prefix, const Module &module) {
  auto fieldType = type(field.type, module);
  if (!fieldType)
    return;
  if (field.isMetric) {
    space_->metrics.push_back({field.path.text().str(), *fieldType, field.doc});
    return;
  }
  Node fallback = nullptr;
  if (field.fallback) {
    Value value = expression(*field.fallback, Scope{nullptr, &module, {}}, &*fieldType);
    fallback = value ? asNode(value, *field.fallback) : nullptr;
  }
  space_->interface.push_back({prefix + field.path.text().str(), *fieldType, field.doc, fallback});
  interfaceDomains_.push_back({field.domain.get(), &module});
}

void Elaborator::declareParts() {
  for (const InterfacePart &part : interfaceParts_) {
    auto role = root_.fields.find(part.role);
    if (role == root_.fields.end() || !role->second.nested)
      continue;
    auto &fields = role->second.nested->fields;
    if (auto field = fields.find(part.name); field == fields.end() || !field->second.nested)
      continue;
    for (size_t i = part.first; i < part.last; ++i) {
      ir::InterfaceField field = space_->interface[i];
      field.path.insert(part.prefix.size(), part.name + ".");
      space_->interface.push_back(std::move(field));
      interfaceDomains_.push_back(interfaceDomains_[i]);
    }
  }
}

const ast::Decl *Elaborator::imported(const Module &from, const ast::Name &name) {
  const ast::Decl *decl = from.find(name.text);
  if (decl && decl->isPrivate)
    error(DiagKind::PrivateName, name.range,
          "`" + name.text.str() + "` is private to " +
              llvm::sys::path::filename(from.file->source->path()).str())
        .note(decl->name().range, "it is declared here");
  return decl;
}

void Elaborator::suggestComponent(Diagnostic &d, Range at, const Module &module) {
  std::vector<llvm::StringRef> names;
  for (const auto &entry : module.decls)
    if (entry.second->as<ast::ComponentDecl>())
      names.push_back(entry.first());
  llvm::sort(names);
  d.suggestName(at, names).suggestOneOf("there are", names);
}

const ast::ComponentDecl *Elaborator::findComponent(const ast::Path &path, const Module &module,
                                                    const Module **owner) {
  const Module *where = &module;
  if (path.parts.size() > 2)
    where = nullptr;
  else if (path.parts.size() == 2)
    where = module.imports.lookup(path.parts[0].text);
  if (!where && path.parts.size() == 2) {
    const ast::Name &prefix = path.parts[0];
    std::vector<llvm::StringRef> names;
    for (const auto &import : module.imports)
      names.push_back(import.first());
    llvm::sort(names);
    error(DiagKind::UnknownName, prefix.range, "no import is called `" + prefix.text.str() + "`")
        .suggestName(prefix.range, names)
        .suggest("a file is imported before it is used, as in `import std." + prefix.text.str() +
                 "`");
    return nullptr;
  }
  const ast::Decl *decl = !where             ? nullptr
                          : where == &module ? where->find(path.parts.back().text)
                                             : imported(*where, path.parts.back());
  if (!decl) {
    if (isPlaceholder(path.parts.back().text))
      offerTypes(path, module);
    auto &d = error(DiagKind::UnknownName, path.range,
                    "there is no component `" + path.text().str() + "`");
    if (diagnostics_.full())
      return nullptr;
    suggestComponent(d, path.parts.back().range, where ? *where : module);
    return nullptr;
  }
  usedPath(path, module, *decl);
  auto *component = decl->as<ast::ComponentDecl>();
  if (!component)
    error(DiagKind::NotARefinement, path.range, "`" + path.text().str() + "` is not a component")
        .note(decl->name().range, "it is declared here");
  if (owner)
    *owner = where;
  return component;
}

} // namespace wsc
