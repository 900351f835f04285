// Printing of Spaces, one function a kind of statement.
#include "ir/Print.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace wsc::ir {

std::string quoted(llvm::StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (c == '\n')
      result += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      result += "\\x" + llvm::toHex(llvm::StringRef(&c, 1));
    else
      result += c;
  }
  return result + '"';
}

std::string formatShortest(double value) {
  char text[32];
  for (int digits = 15; digits <= 17; ++digits) {
    snprintf(text, sizeof text, "%.*g", digits, value);
    if (std::strtod(text, nullptr) == value)
      break;
  }
  return text;
}

namespace {

/// Column of the comments behind nodes.
constexpr size_t commentColumn = 48;

/// Dimensions, units and enum values are bare words where they can be.
std::string word(llvm::StringRef name) {
  bool bare = !name.empty() && !llvm::isDigit(name[0]) &&
              llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  return bare ? name.str() : quoted(name);
}

class Printer {
public:
  Printer(const Space &space, llvm::raw_ostream &out, Places places)
      : space_(space), out_(out), places_(places) {}
  void run();

private:
  std::string product(const Dim &dim) const;
  std::string type(const Type &type) const;
  std::string value(const Rational &value, const Type &type) const;
  std::string domain(const Param &param) const;
  std::string operation(const Node *node) const;
  std::string node(const Node *node) const { return "%" + std::to_string(numbers_.lookup(node)); }
  std::string at(const Location &location) const;
  std::string says(const Provenance &provenance) const;

  void printUnits();
  void printTable(const TableDef &table);
  void printConstant(const NamedConstant &constant);
  void printDeclarations();
  void printNodes();
  void printRoots();

  const Space &space_;
  llvm::raw_ostream &out_;
  Places places_;
  llvm::DenseMap<const Node *, unsigned> numbers_;
};

void Printer::run() {
  out_ << "space " << quoted(space_.name) << "\n";
  if (space_.budget)
    out_ << "budget " << *space_.budget << "\n";
  printUnits();
  printDeclarations();
  printNodes();
  printRoots();
}

// ---- pieces of a line -------------------------------------------------------------------

/// `energy/data`, `1/time`, in terms of the bases.
std::string Printer::product(const Dim &dim) const {
  std::string above, below;
  for (unsigned i = 0; i < space_.units.bases().size(); ++i) {
    int exponent = dim.exponent(i);
    std::string &to = exponent > 0 ? above : below;
    if (exponent < 0)
      to += '/';
    else if (exponent > 0 && !to.empty())
      to += '*';
    if (exponent != 0)
      to += word(space_.units.bases()[i]);
    if (std::abs(exponent) > 1)
      to += '^' + std::to_string(std::abs(exponent));
  }
  return (above.empty() ? "1" : above) + below;
}

std::string Printer::type(const Type &type) const {
  switch (type.kind) {
  case Type::Number: return type.dim.isNumber() ? "number" : "[" + product(type.dim) + "]";
  case Type::Bool: return "bool";
  case Type::Enum: return "enum " + quoted(space_.enums[type.enumIndex].name);
  }
  llvm_unreachable("covered switch");
}

std::string Printer::value(const Rational &value, const Type &type) const {
  return formatExact(space_, type, value);
}

/// Runs of four and more consecutive integers become `1 .. 128`.
std::string Printer::domain(const Param &param) const {
  std::vector<std::string> parts;
  const std::vector<Rational> &values = param.domain;
  for (size_t i = 0, end; i < values.size(); i = end) {
    end = i + 1;
    if (param.type.isNumber() && isInteger(values[i]))
      while (end < values.size() && values[end] == values[end - 1] + 1)
        ++end;
    if (end - i < 4)
      end = i + 1;
    parts.push_back(value(values[i], param.type));
    if (end - i > 1)
      parts.back() += " .. " + value(values[end - 1], param.type);
  }
  return "{ " + llvm::join(parts, ", ") + " }";
}

std::string Printer::at(const Location &location) const {
  if (!location || places_ == Places::Omitted)
    return "";
  return " at " + quoted(location.file) + ":" + std::to_string(location.line) + ":" +
         std::to_string(location.column) + "+" + std::to_string(location.length);
}

std::string Printer::says(const Provenance &provenance) const {
  return (provenance.source.empty() ? "" : " from " + quoted(provenance.source)) +
         (provenance.assumed ? " assumed" : "") + at(provenance.location);
}

std::string Printer::operation(const Node *n) const {
  std::string text = mnemonic(n->op()).str();
  if (n->op() == Op::Constant)
    text += " " + value(n->value(), n->type());
  if (n->op() == Op::Named)
    text += " " + quoted(space_.constants[n->index()].name);
  if (n->op() == Op::Param)
    text += " " + quoted(space_.params[n->index()].name);
  if (n->op() == Op::Metric)
    text += " " + quoted(space_.metrics[n->index()].name);
  if (n->op() == Op::Lookup || n->op() == Op::HasRow)
    text += " " + quoted(space_.tables[n->index()].name);
  if (n->op() == Op::Lookup)
    text += "." + word(space_.tables[n->index()].columns[n->column()].name);
  const char *separator = " ";
  for (const Node *operand : n->operands()) {
    text += separator + node(operand);
    separator = ", ";
  }
  return text + " : " + type(n->type());
}

// ---- statements -------------------------------------------------------------------------

void Printer::printUnits() {
  const UnitTable &units = space_.units;
  unsigned bases = 0;
  for (const UnitTable::NamedDim &dim : units.dimensions()) {
    out_ << "dimension " << word(dim.name);
    if (bases < units.bases().size() && dim.name == units.bases()[bases])
      ++bases;
    else
      out_ << " = " << product(dim.dim);
    out_ << "\n";
  }
  for (const UnitTable::Entry &entry : units.units()) {
    out_ << "unit " << word(entry.name) << " : " << type(Type::number(entry.unit.dim));
    if (entry.unit.scale != 1)
      out_ << " = " << formatExact(entry.unit.scale);
    if (entry.unit.offset != 0)
      out_ << " offset " << formatExact(entry.unit.offset);
    if (entry.prefixes.si || entry.prefixes.large || entry.prefixes.binary)
      out_ << " prefixes" << (entry.prefixes.si ? " si" : "")
           << (entry.prefixes.large ? " large" : "") << (entry.prefixes.binary ? " binary" : "");
    out_ << "\n";
  }
}

void Printer::printTable(const TableDef &table) {
  out_ << "table " << quoted(table.name) << " keys " << table.keys << " (";
  llvm::interleaveComma(table.columns, out_, [&](const TableDef::Column &column) {
    out_ << word(column.name) << " : " << type(column.type);
  });
  out_ << ") {\n";
  for (unsigned r = 0; r < table.rows.size(); ++r) {
    const std::vector<Rational> &row = table.rows[r];
    out_ << "  ";
    for (unsigned i = 0; i < row.size(); ++i)
      out_ << (i ? ", " : "") << value(row[i], table.columns[i].type);
    if (!table.rowSources.empty() && !table.rowSources[r].empty())
      out_ << " from " << quoted(table.rowSources[r]);
    out_ << ";\n";
  }
  out_ << "}" << says(table.provenance) << "\n";
}

void Printer::printConstant(const NamedConstant &constant) {
  out_ << "constant " << quoted(constant.name) << " : " << type(constant.type) << " = "
       << value(constant.value, constant.type);
  if (constant.range)
    out_ << " within " << value(constant.range->first, constant.type) << " .. "
         << value(constant.range->second, constant.type);
  out_ << says(constant.provenance) << "\n";
}

void Printer::printDeclarations() {
  for (const EnumDef &def : space_.enums) {
    out_ << "enum " << quoted(def.name) << " { ";
    llvm::interleaveComma(def.values, out_, [&](const std::string &v) { out_ << word(v); });
    out_ << " }\n";
  }
  for (const TableDef &table : space_.tables)
    printTable(table);
  for (const NamedConstant &constant : space_.constants)
    printConstant(constant);
  for (const MetricDef &metric : space_.metrics)
    out_ << "metric " << quoted(metric.name) << " : " << type(metric.type)
         << (metric.meaning.empty() ? "" : " means " + quoted(metric.meaning)) << "\n";
  for (const Param &param : space_.params)
    out_ << "param " << quoted(param.name) << " : " << type(param.type) << " in " << domain(param)
         << at(param.location) << "\n";
}

void Printer::printNodes() {
  for (const Node *n : space_.reachable()) {
    numbers_[n] = numbers_.size();
    std::string line = node(n) + " = " + operation(n);
    out_ << line;
    if (n->bindingTime() != BindingTime::Constant)
      out_.indent(line.size() < commentColumn ? commentColumn - line.size() : 1)
          << "// " << name(n->bindingTime());
    out_ << "\n";
  }
}

void Printer::printRoots() {
  for (const InterfaceField &field : space_.interface) {
    out_ << "field " << quoted(field.path) << " : " << type(field.type);
    if (field.fallback)
      out_ << " = " << node(field.fallback);
    out_ << (field.meaning.empty() ? "" : " means " + quoted(field.meaning)) << "\n";
  }
  for (const Quantity &quantity : space_.quantities)
    out_ << "quantity " << quoted(quantity.name) << " = " << node(quantity.node)
         << at(quantity.location) << "\n";
  for (const Constraint &constraint : space_.constraints) {
    out_ << (constraint.isHard() ? "require " : "prefer ") << quoted(constraint.name) << " "
         << node(constraint.node);
    if (!constraint.isHard())
      out_ << " weight " << formatShortest(constraint.weight);
    out_ << (constraint.reason.empty() ? "" : " else " + quoted(constraint.reason))
         << at(constraint.location) << "\n";
  }
  for (const Objective &objective : space_.objectives)
    out_ << (objective.maximize ? "maximize " : "minimize ") << quoted(objective.name) << " "
         << node(objective.node) << at(objective.location) << "\n";
}

} // namespace

void print(const Space &space, llvm::raw_ostream &out, Places places) {
  Printer(space, out, places).run();
}

std::string toText(const Space &space, Places places) {
  std::string text;
  llvm::raw_string_ostream out(text);
  print(space, out, places);
  return text;
}

std::string formatExact(const Space &space, const Type &type, const Rational &value) {
  switch (type.kind) {
  case Type::Number: return formatExact(value);
  case Type::Bool: return value == 0 ? "false" : "true";
  case Type::Enum: return word(space.enums[type.enumIndex].values[value.get_num().get_ui()]);
  }
  llvm_unreachable("covered switch");
}

/// Divides n by p as often as it goes, and returns how often.
static long extract(mpz_class &n, unsigned p) {
  mpz_class factor(p);
  return mpz_remove(n.get_mpz_t(), n.get_mpz_t(), factor.get_mpz_t());
}

std::string formatExact(const Rational &value) {
  if (value == 0)
    return "0";
  // value = digits * 10^-places, if the denominator has no factors but 2 and 5.
  mpz_class rest = value.get_den();
  long twos = extract(rest, 2), places = std::max(twos, extract(rest, 5));
  std::optional<Rational> shift = power(10, places);
  if (rest != 1 || !shift)
    return toString(value);
  mpz_class number = mpz_class(abs(value.get_num())) * shift->get_num() / value.get_den();
  long zeros = places == 0 ? extract(number, 10) : 0;
  std::string digits = number.get_str(), sign = value < 0 ? "-" : "";
  long length = digits.size(), exponent = length - 1 - places;
  if (exponent < -400 || zeros > 400)
    return toString(value);
  if (zeros >= 6)
    return sign + digits + "e" + std::to_string(zeros);
  if (places == 0)
    return toString(value);
  if (exponent < -6) {
    digits.insert(1, length > 1 ? "." : "");
    return sign + digits + "e" + std::to_string(exponent);
  }
  if (length <= places)
    digits.insert(0, places + 1 - length, '0');
  return sign + digits.insert(digits.size() - places, ".");
}

} // namespace wsc::ir
