// The statements of IR text; Parser.cpp has the pieces they are made of.
#include "ir/Parse.h"

#include "ir/Parser.h"
#include "ir/Verify.h"
#include "llvm/ADT/StringSwitch.h"

namespace wsc::ir {

llvm::Expected<std::unique_ptr<Space>> parse(llvm::StringRef text) {
  Parser parser(text);
  if (std::unique_ptr<Space> space = parser.run())
    return space;
  return llvm::createStringError(llvm::inconvertibleErrorCode(), parser.error());
}

std::unique_ptr<Space> Parser::run() {
  expect("space");
  space_->name = string();
  while (!failed() && token_.kind != Token::End)
    statement();
  return failed() ? nullptr : std::move(space_);
}

void Parser::statement() {
  if (token_.kind == Token::Value)
    return definition();
  using Rule = void (*)(Parser &);
  Rule rule = llvm::StringSwitch<Rule>(token_.kind == Token::Word ? token_.text : "")
                  .Case("budget", [](Parser &p) { p.space_->budget = p.integer(); })
                  .Case("dimension", [](Parser &p) { p.dimension(); })
                  .Case("unit", [](Parser &p) { p.unit(); })
                  .Case("enum", [](Parser &p) { p.enumeration(); })
                  .Case("table", [](Parser &p) { p.table(); })
                  .Case("constant", [](Parser &p) { p.namedConstant(); })
                  .Case("metric", [](Parser &p) { p.metric(); })
                  .Case("param", [](Parser &p) { p.param(); })
                  .Case("field", [](Parser &p) { p.field(); })
                  .Case("quantity", [](Parser &p) { p.quantity(); })
                  .Case("require", [](Parser &p) { p.constraint(true); })
                  .Case("prefer", [](Parser &p) { p.constraint(false); })
                  .Case("maximize", [](Parser &p) { p.objective(true); })
                  .Case("minimize", [](Parser &p) { p.objective(false); })
                  .Default(nullptr);
  if (!rule)
    return fail("expected a statement");
  advance();
  rule(*this);
}

// ---- declarations -----------------------------------------------------------------------

void Parser::dimension() {
  const char *place = token_.text.data();
  std::string name = word();
  if (!failed() && space_->units.findDimension(name))
    failAt(place, "a second dimension '" + name + "'");
  bool derived = accept("=");
  Dim dim = derived ? product() : Dim();
  if (failed())
    return;
  if (derived)
    space_->units.addDimension(name, dim);
  else if (!space_->units.addBase(name))
    failAt(place, "more than " + llvm::Twine(Dim::maxBases) + " base dimensions");
}

void Parser::unit() {
  const char *place = token_.text.data();
  std::string name = word();
  expect(":");
  Type numberType = type();
  Rational scale = accept("=") ? rational() : Rational(1);
  Rational offset = accept("offset") ? rational() : Rational(0);
  UnitTable::Prefixes prefixes;
  if (accept("prefixes")) {
    prefixes.si = accept("si");
    prefixes.large = accept("large");
    prefixes.binary = accept("binary");
  }
  if (!numberType.isNumber() || scale <= 0)
    failAt(place, "a unit is a positive number");
  if (!failed() && !names_.insert("unit " + name).second)
    failAt(place, "a second unit '" + name + "'");
  if (!failed())
    space_->units.addUnit(name, {numberType.dim, scale, offset}, prefixes);
}

void Parser::enumeration() {
  EnumDef def{newName("enum"), {}};
  llvm::StringSet<> values;
  expect("{");
  if (!accept("}")) {
    do {
      const char *place = token_.text.data();
      def.values.push_back(word());
      if (!values.insert(def.values.back()).second)
        failAt(place, "a second value '" + def.values.back() + "'");
    } while (accept(","));
    expect("}");
  }
  if (!failed())
    space_->enums.push_back(std::move(def));
}

void Parser::table() {
  const char *place = token_.text.data();
  TableDef def;
  def.name = newName("table");
  expect("keys");
  def.keys = integer();
  expect("(");
  if (!accept(")")) {
    do {
      std::string name = word();
      expect(":");
      def.columns.push_back({name, type()});
    } while (accept(","));
    expect(")");
  }
  expect("{");
  while (!failed() && !accept("}")) {
    std::vector<Rational> &row = def.rows.emplace_back();
    for (unsigned i = 0; i < def.columns.size(); ++i) {
      if (i > 0)
        expect(",");
      row.push_back(value(def.columns[i].type));
    }
    if (std::string source = optionalString("from"); !source.empty()) {
      def.rowSources.resize(def.rows.size());
      def.rowSources.back() = source;
    }
    expect(";");
  }
  if (!def.rowSources.empty())
    def.rowSources.resize(def.rows.size());
  def.provenance = provenance();
  if (!failed())
    check(place, problem(*space_, def));
  if (!failed())
    space_->tables.push_back(std::move(def));
}

void Parser::namedConstant() {
  const char *place = token_.text.data();
  NamedConstant constant;
  constant.name = newName("constant");
  expect(":");
  constant.type = type();
  expect("=");
  constant.value = value(constant.type);
  if (accept("within")) {
    Rational lo = value(constant.type);
    expect("..");
    constant.range = {lo, value(constant.type)};
  }
  constant.provenance = provenance();
  if (!failed())
    check(place, problem(*space_, constant));
  if (!failed())
    space_->constants.push_back(std::move(constant));
}

void Parser::metric() {
  std::string name = newName("metric");
  expect(":");
  Type valueType = type();
  std::string meaning = optionalString("means");
  if (!failed())
    space_->metrics.push_back({name, valueType, meaning});
}

void Parser::param() {
  const char *place = token_.text.data();
  std::string name = newName("param");
  expect(":");
  Type valueType = type();
  expect("in");
  std::vector<Rational> values = domain(valueType);
  Param param(name, valueType, std::move(values), location());
  if (!failed())
    check(place, problem(*space_, param));
  if (!failed())
    space_->params.push_back(std::move(param));
}

// ---- nodes ------------------------------------------------------------------------------

void Parser::definition() {
  if (token_.text.drop_front() != std::to_string(nodes_.size()))
    return fail("expected %" + llvm::Twine(nodes_.size()));
  const char *place = token_.text.data();
  advance();
  expect("=");
  const Node *node = operation();
  if (node && !failed())
    check(place, problem(*space_, *node));
  nodes_.push_back(node);
}

const Node *Parser::operation() {
  std::optional<Op> op;
#define OP(Name, text, arity)                                                                      \
  if (token_.is(text))                                                                             \
    op = Op::Name;
#include "ir/Ir.def"
  if (!op) {
    fail("expected an operation");
    return nullptr;
  }
  advance();
  if (op == Op::Constant)
    return constant();
  if (op == Op::Named) {
    unsigned index = find(space_->constants, "constant");
    return typed(failed() ? nullptr : space_->named(index));
  }
  if (op == Op::Param) {
    unsigned index = find(space_->params, "param");
    return typed(failed() ? nullptr : space_->param(index));
  }
  if (op == Op::Metric) {
    unsigned index = find(space_->metrics, "metric");
    return typed(failed() ? nullptr : space_->metric(index));
  }
  if (op == Op::Lookup || op == Op::HasRow)
    return tableOperation(*op);
  llvm::SmallVector<const Node *, 3> list = operands();
  expect(":");
  Type resultType = type();
  return failed() ? nullptr : space_->make(*op, resultType, list);
}

/// The type comes last, and says what the value before it means.
const Node *Parser::constant() {
  Token token = token_;
  advance();
  expect(":");
  Type constantType = type();
  Rational exact = value(token, constantType);
  return failed() ? nullptr : space_->constant(exact, constantType);
}

const Node *Parser::tableOperation(Op op) {
  const char *place = token_.text.data();
  unsigned table = find(space_->tables, "table"), column = 0;
  if (op == Op::Lookup) {
    expect(".");
    std::string name = word();
    if (failed())
      return nullptr;
    const std::vector<TableDef::Column> &columns = space_->tables[table].columns;
    column = llvm::find_if(columns, [&](auto &c) { return c.name == name; }) - columns.begin();
    if (column == columns.size())
      failAt(place, "the table has no column '" + name + "'");
  }
  llvm::SmallVector<const Node *, 3> keys = operands();
  if (failed())
    return nullptr;
  return typed(op == Op::Lookup ? space_->lookup(table, column, keys)
                                : space_->hasRow(table, keys));
}

/// Reads the type of a node that has one already.
const Node *Parser::typed(const Node *node) {
  expect(":");
  const char *place = token_.text.data();
  Type written = type();
  if (node && !failed() && written != node->type())
    failAt(place, "this is not the type of what is named");
  return node;
}

// ---- names for nodes --------------------------------------------------------------------

void Parser::field() {
  InterfaceField field;
  field.path = newName("field");
  expect(":");
  field.type = type();
  const char *place = token_.text.data();
  field.fallback = accept("=") ? node() : nullptr;
  field.meaning = optionalString("means");
  if (!failed() && field.fallback && field.fallback->type() != field.type)
    failAt(place, "the default has another type");
  if (!failed())
    space_->interface.push_back(std::move(field));
}

void Parser::quantity() {
  std::string name = newName("quantity");
  expect("=");
  const Node *of = node();
  Location place = location();
  if (!failed())
    space_->quantities.push_back({name, of, place});
}

void Parser::constraint(bool hard) {
  const char *place = token_.text.data();
  Constraint constraint;
  constraint.name = newName("constraint");
  constraint.node = node();
  if (!hard) {
    expect("weight");
    constraint.weight = toDouble(rational());
    if (constraint.weight <= 0)
      failAt(place, "a weight is positive");
  }
  constraint.reason = optionalString("else");
  constraint.location = location();
  if (!failed())
    check(place, problem(*space_, constraint));
  if (!failed())
    space_->constraints.push_back(std::move(constraint));
}

void Parser::objective(bool maximize) {
  const char *place = token_.text.data();
  std::string name = string();
  const Node *of = node();
  Objective objective{name, of, maximize, location()};
  if (!failed())
    check(place, problem(*space_, objective));
  if (!failed())
    space_->objectives.push_back(std::move(objective));
}

} // namespace wsc::ir
