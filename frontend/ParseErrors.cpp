// Syntax errors in the words of the language: which concept of the language was expected, after
// what, and what was found instead.  ANTLR's own texts never reach the user.
#include "frontend/ParseAntlr.h"

namespace wsc::parse {

namespace {

/// Twice what the limits on brackets and operators let a correct text reach.
constexpr int maxRuleDepth = 5000;

std::string quoted(const antlr4::Token *token) {
  if (token->getType() == antlr4::Token::EOF)
    return "the end of the file";
  return "`" + token->getText() + "`";
}

constexpr llvm::StringLiteral member =
    "a member (`param`, `let`, `require`, `name = value`, `name in "
    "domain`) or `}`";
constexpr llvm::StringLiteral declaration =
    "a declaration (`chip`, `model`, `workload`, `strategy`, `component`, `const`, `fn`, `table`, "
    "`enum`, `unit`, `explore`)";
constexpr llvm::StringLiteral item =
    "`maximize`, `minimize`, `require`, a setting `name = value` or `}`";

/// What could stand where the parser gave up.
class Expectation {
public:
  Expectation(antlr4::Parser &parser, const antlr4::Token *previous)
      : parser_(parser), previous_(previous), set_(parser.getExpectedTokens()) {
    for (const auto &interval : set_.getIntervals())
      for (ssize_t type = std::max<ssize_t>(interval.a, 1); type <= interval.b; ++type)
        add(parser.getVocabulary().getLiteralName(type));
    number_ = set_.contains(static_cast<ssize_t>(WscParser::NUMBER));
    name_ = set_.contains(static_cast<ssize_t>(WscParser::NAME));
    if (set_.contains(static_cast<ssize_t>(WscParser::STRING)))
      symbols_.push_back("a text in quotes");
    // ANTLR has left the expression by then.
    operators_ |= inCall() && !name_;
    auto both = [&](const char *a, const char *b) { return words_.count(a) && words_.count(b); };
    statement_ = both("param", "let")          ? member
                 : both("maximize", "require") ? item
                 : both("const", "fn")         ? declaration
                                               : "";
  }

  /// Whether a statement may begin here, in the words of `text()` then.
  bool mayBegin() const { return !statement_.empty(); }
  std::string statement() const { return statement_.str(); }

  std::string text() const {
    bool begins = !previous_ || llvm::is_contained({"{", "}", ";"}, previous_->getText());
    if (begins && mayBegin())
      return statement();
    if (number_ && name_ && !operators_ && !mayBegin())
      return operand();
    std::vector<std::string> list = symbols_;
    if (list.empty() && !operators_ && !mayBegin())
      return name_ ? "a name" : number_ ? "a number" : "something else";
    if (operators_)
      list.push_back("an operator");
    if (mayBegin())
      list.push_back("the end of the statement");
    return joined(list);
  }

  /// The only token that could stand here, if it is a symbol; otherwise empty.
  std::string only() const {
    return symbols_.size() == 1 && set_.size() == 1 ? symbols_[0].substr(1, symbols_[0].size() - 2)
                                                    : "";
  }

private:
  bool inCall() const { return parser_.getContext()->getRuleIndex() == WscParser::RulePostfix; }

  void add(const std::string &literal) {
    if (literal.empty())
      return;
    std::string text = literal.substr(1, literal.size() - 2);
    bool word = isalpha(static_cast<unsigned char>(text[0]));
    if (word)
      words_.insert(text);
    if (text == "+")
      operators_ = true;
    bool isOperator =
        llvm::is_contained({".",  "(",   "^",       "*",  "/",     "+",      "-",     "<",
                            "<=", ">",   ">=",      "==", "!=",    "within", "mod",   "and",
                            "or", "not", "implies", "if", "match", "union",  "except"},
                           text);
    bool inName = word && set_.contains(static_cast<ssize_t>(WscParser::NAME));
    bool begins = llvm::is_contained(
        {"param",     "let",     "override", "require",  "prefer", "maximize",  "minimize",
         "const",     "fn",      "import",   "table",    "enum",   "unit",      "dimension",
         "chip",      "model",   "workload", "strategy", "suite",  "component", "technology",
         "interface", "explore", "private",  "assumed",  "from",   ";",         "}"},
        text);
    if ((isOperator && set_.size() > 2) || inName || (begins && set_.size() > 2))
      return;
    symbols_.push_back("`" + text + "`");
  }

  /// A domain, a type, a row or an expression: what begins with a number or a name.
  std::string operand() const {
    switch (parser_.getContext()->getRuleIndex()) {
    case WscParser::RuleDomain:
    case WscParser::RuleMember:
    case WscParser::RuleDomainTerm:
    case WscParser::RulePrimary: // a fold
      if (previous_ && previous_->getText() == "in")
        return "a domain such as `1 .. 8`, `{ a, b }` or `pow2(1 .. 64)`";
      break;
    case WscParser::RuleType:
    case WscParser::RuleTypeFactor: return "a type such as `int`, `area` or `data/time`";
    case WscParser::RuleTableDecl:
    case WscParser::RuleTableRow:
      if (previous_ && previous_->getText() == "{")
        return "a row `keys : values` or `}`";
      break;
    case WscParser::RuleMatchCase: return "a case `value : result`";
    }
    return "an expression";
  }

  static std::string joined(llvm::ArrayRef<std::string> list) {
    std::string result;
    for (size_t i = 0; i < list.size(); ++i)
      result += (i == 0 ? "" : i + 1 == list.size() ? " or " : ", ") + list[i];
    return result;
  }

  antlr4::Parser &parser_;
  const antlr4::Token *previous_;
  antlr4::misc::IntervalSet set_;
  std::vector<std::string> symbols_; ///< those that structure a text, quoted
  std::set<std::string> words_;
  bool operators_ = false, number_ = false, name_ = false;
  llvm::StringRef statement_; ///< what may begin here
};

/// What is written where the expectation alone does not say it.
void suggestRest(antlr4::Parser &parser, const Expectation &expectation, const Spot &spot,
                 Diagnostic &d) {
  const antlr4::Token *dot = spot.token(-1), *number = spot.token(-2);
  if (dot && dot->getText() == "." && number && number->getType() == WscParser::NUMBER)
    d.suggest("a number ends with a digit: `5.0`");
  if (expectation.only() == "..")
    d.suggest("values are a range `1 .. 8`, a set `{ 1, 2, 4 }` or `pow2(1 .. 64)`; one value is "
              "given with `=`");
  switch (parser.getContext()->getRuleIndex()) {
  case WscParser::RuleTableRow: d.suggest("a row is written `keys : values`"); break;
  case WscParser::RuleMatchCase: d.suggest("a case is written `value : result`"); break;
  case WscParser::RulePostfix:
    if (spot.token(0)->getText() == ":")
      d.suggest("a sum is written `sum(i in a .. b : f(i))`");
    break;
  }
}

/// Where ANTLR looked ahead for a member and found no way on, only its name is certain.
std::string memberExpectation(const antlr4::Token *previous) {
  if (previous && previous->getText() == ",")
    return "a name";
  return "`=`, `in`, `:` or `{`";
}

} // namespace

void ErrorListener::syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *offending, size_t,
                                size_t, const std::string &antlrMessage, std::exception_ptr error) {
  auto *parser = dynamic_cast<antlr4::Parser *>(recognizer);
  if (!parser || !offending)
    return;
  Spot spot(*parser->getTokenStream(), *offending, places_);
  const antlr4::Token *previous = spot.token(-1);
  if (faultyLines_.count(offending->getLine()) ||
      (previous && faultyLines_.count(previous->getLine())))
    return;

  Expectation expectation(*parser, previous);
  bool lookedAhead = previous && parser->getTokenStream()->LT(-1) != previous;
  std::string expected = lookedAhead ? memberExpectation(previous) : expectation.text();
  std::string message = "expected " + expected;
  Range at = places_.range(offending);
  // What is missing at the end of a line is missing there, not where the next one begins.
  bool nextLine = previous && previous->getLine() < offending->getLine();
  bool missing = nextLine && !expectation.mayBegin();
  if (nextLine && !missing)
    message = "expected " + expectation.statement();
  else if (previous)
    message += " after " + quoted(previous);
  if (!missing || offending->getType() == antlr4::Token::EOF)
    message += ", found " + quoted(offending);
  Range end = previous ? places_.range(previous) : Range{at.file, 0, 0};
  end.begin = end.end;
  auto &d = diagnostics_.report(DiagKind::SyntaxError, missing ? end : at, message);
  if (!missing)
    explainMistake(spot, d);
  suggestRest(*parser, expectation, spot, d);
  if (std::string only = expectation.only();
      d.help.empty() && !only.empty() && llvm::StringRef(antlrMessage).starts_with("missing"))
    d.suggest("`" + only + "` is missing").fix(end, " " + only);
  if (diagnostics_.full() || parser->getContext()->depth() > maxRuleDepth)
    throw antlr4::ParseCancellationException();
}

} // namespace wsc::parse
