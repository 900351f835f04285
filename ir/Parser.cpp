// The pieces that statements of IR text are made of.
#include "ir/Parser.h"

#include "ir/Verify.h"

namespace wsc::ir {

// ---- tokens -----------------------------------------------------------------------------

void Parser::advance() {
  if (!failed())
    token_ = nextToken(rest_);
}

bool Parser::accept(llvm::StringRef symbol) {
  bool found = token_.is(symbol);
  if (found)
    advance();
  return found;
}

void Parser::expect(llvm::StringRef symbol) {
  if (!accept(symbol))
    fail("expected '" + symbol + "'");
}

void Parser::failAt(const char *place, const llvm::Twine &message) {
  if (failed())
    return;
  llvm::StringRef before = text_.take_front(place - text_.data());
  size_t line = before.count('\n') + 1, column = before.size() - (before.rfind('\n') + 1) + 1;
  error_ = (llvm::Twine(line) + ":" + llvm::Twine(column) + ": " + message).str();
  token_ = Token();
}

void Parser::check(const char *place, const std::string &problem) {
  if (!problem.empty())
    failAt(place, problem);
}

// ---- names and numbers ------------------------------------------------------------------

std::string Parser::string() {
  std::string result = token_.string;
  if (token_.kind != Token::String)
    fail("expected a string");
  advance();
  return result;
}

std::string Parser::optionalString(llvm::StringRef keyword) {
  return accept(keyword) ? string() : "";
}

std::string Parser::word() {
  if (token_.kind == Token::String)
    return string();
  std::string result = token_.text.str();
  if (token_.kind != Token::Word)
    fail("expected a name");
  advance();
  return result;
}

std::string Parser::newName(llvm::StringRef kind) {
  const char *place = token_.text.data();
  std::string name = string();
  if (!failed() && !names_.insert((kind + " " + name).str()).second)
    failAt(place, "a second " + kind + " '" + name + "'");
  return name;
}

unsigned Parser::integer() {
  unsigned result = 0;
  if (token_.kind != Token::Number || token_.text.getAsInteger(10, result))
    fail("expected a whole number");
  advance();
  return result;
}

Rational Parser::rational() { return value(Type::number()); }

Rational Parser::value(const Type &type) {
  Rational result = value(token_, type);
  advance();
  return result;
}

static std::optional<Rational> number(const Token &token) {
  llvm::StringRef text = token.text;
  if (token.kind != Token::Number)
    return std::nullopt;
  if (text.contains('/'))
    return parseRational(text);
  bool negative = text.consume_front("-");
  std::optional<Rational> magnitude = parseDecimal(text);
  return magnitude && negative ? std::optional<Rational>(-*magnitude) : magnitude;
}

Rational Parser::value(const Token &token, const Type &type) {
  const char *place = token.text.data();
  if (type.isNumber()) {
    std::optional<Rational> result = number(token);
    if (!result)
      failAt(place, "expected a number");
    return result.value_or(0);
  }
  if (type.isBool()) {
    if (!token.is("true") && !token.is("false"))
      failAt(place, "expected 'true' or 'false'");
    return token.is("true") ? 1 : 0;
  }
  if (failed())
    return 0;
  const EnumDef &def = space_->enums[type.enumIndex];
  std::string name = token.kind == Token::String ? token.string : token.text.str();
  for (unsigned i = 0; i < def.values.size(); ++i)
    if (def.values[i] == name)
      return i;
  failAt(place, "enum '" + def.name + "' has no value '" + name + "'");
  return 0;
}

// ---- types ------------------------------------------------------------------------------

Type Parser::type() {
  if (accept("number"))
    return Type::number();
  if (accept("bool"))
    return Type::boolean();
  if (accept("enum"))
    return Type::enumeration(find(space_->enums, "enum"));
  if (!accept("[")) {
    fail("expected a type");
    return Type::number();
  }
  Dim dim = product();
  expect("]");
  return Type::number(dim);
}

/// `energy/time^2`, `1/time`.
Dim Parser::product() {
  const char *place = token_.text.data();
  std::array<int, Dim::maxBases> exponents{};
  factor(exponents, 1);
  while (token_.is("*") || token_.is("/")) {
    int sign = token_.is("*") ? 1 : -1;
    advance();
    factor(exponents, sign);
  }
  Dim result;
  for (unsigned i = 0; i < Dim::maxBases; ++i) {
    if (exponents[i] < -127 || exponents[i] > 127)
      failAt(place, "an exponent beyond 127");
    else
      result = result * Dim::base(i).pow(exponents[i]);
  }
  return result;
}

void Parser::factor(std::array<int, Dim::maxBases> &exponents, int sign) {
  if (token_.kind == Token::Number && token_.text == "1")
    return advance();
  const char *place = token_.text.data();
  std::string name = word();
  unsigned exponent = accept("^") ? integer() : 1;
  if (failed())
    return;
  std::optional<Dim> dim = space_->units.findDimension(name);
  if (!dim || exponent > 127)
    return failAt(place, dim ? "an exponent beyond 127" : "there is no dimension '" + name + "'");
  for (unsigned i = 0; i < Dim::maxBases; ++i) {
    // Clamped, so that no number of factors overflows.
    int sum = exponents[i] + sign * dim->exponent(i) * static_cast<int>(exponent);
    exponents[i] = std::clamp(sum, -(1 << 20), 1 << 20);
  }
}

// ---- domains, places, operands ------------------------------------------------------------

std::vector<Rational> Parser::domain(const Type &type) {
  std::vector<Rational> values;
  expect("{");
  if (accept("}"))
    return values;
  do {
    values.push_back(value(type));
    if (type.isNumber() && accept(".."))
      extendRun(values);
  } while (accept(","));
  expect("}");
  return values;
}

/// The values after `1 ..`, up to the one that is read here.
void Parser::extendRun(std::vector<Rational> &values) {
  constexpr unsigned most = 1 << 20; // in a file: a hundred bytes each
  const char *place = token_.text.data();
  Rational first = values.back(), last = rational();
  if (!isInteger(first) || !isInteger(last) || last < first)
    return failAt(place, "a run goes from one whole number to a greater one");
  if (last - first > most - runLength_)
    return failAt(place, "more than 2^20 values in runs");
  runLength_ += mpz_class(last - first).get_ui();
  for (Rational next = first + 1; next <= last; next += 1)
    values.push_back(next);
}

Location Parser::location() {
  Location result;
  if (!accept("at"))
    return result;
  result.file = string();
  expect(":");
  result.line = integer();
  expect(":");
  result.column = integer();
  expect("+");
  result.length = integer();
  return result;
}

Provenance Parser::provenance() {
  Provenance result;
  result.source = optionalString("from");
  result.assumed = accept("assumed");
  result.location = location();
  return result;
}

const Node *Parser::node() {
  unsigned index = 0;
  bool known = token_.kind == Token::Value && !token_.text.drop_front().getAsInteger(10, index) &&
               index < nodes_.size();
  if (!known)
    fail("expected the number of a node above");
  advance();
  return known ? nodes_[index] : nullptr;
}

llvm::SmallVector<const Node *, 3> Parser::operands() {
  llvm::SmallVector<const Node *, 3> result;
  if (token_.kind != Token::Value)
    return result;
  do
    result.push_back(node());
  while (accept(","));
  return result;
}

} // namespace wsc::ir
