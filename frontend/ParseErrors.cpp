// Syntax errors in the words of the language: what was found, and which concept of the
// language could stand there.  ANTLR's own texts never reach the user.
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

/// What a rule of the grammar is to its users; null for rules they need not know.
const char *describeRule(size_t rule) {
  switch (rule) {
  case WscParser::RuleExpr: return "an expression";
  case WscParser::RuleDomain: return "a domain such as `1 .. 8`, `{ a, b }` or `pow2(1 .. 64)`";
  case WscParser::RuleType:
  case WscParser::RuleTypeFactor: return "a type such as `int`, `area` or `data/time`";
  case WscParser::RuleBlock:
  case WscParser::RuleMember:
    return "a member (`param`, `let`, `require`, `name = value`, `name in domain`) or `}`";
  case WscParser::RuleFile:
  case WscParser::RuleDecl:
    return "a declaration (`chip`, `model`, `workload`, `strategy`, `component`, `const`, `fn`, "
           "`table`, `enum`, `unit`, `explore`)";
  case WscParser::RuleExploreItem:
  case WscParser::RuleExploreDecl:
    return "`maximize`, `minimize`, `require`, a setting `name = value` or `}`";
  case WscParser::RuleTableRow: return "a row `keys : values`";
  case WscParser::RuleName:
  case WscParser::RulePath: return "a name";
  case WscParser::RuleHeader: return "`wsc 1`";
  }
  return nullptr;
}

bool endsOperand(const antlr4::Token &token) {
  return llvm::is_contained({WscLexer::NAME, WscLexer::NUMBER, WscLexer::UNIT}, token.getType()) ||
         token.getText() == ")" || token.getText() == "]";
}

/// Up to three expected tokens by name, or the concept of the innermost telling rule.
std::string expectation(antlr4::Parser &parser) {
  auto expected = parser.getExpectedTokens();
  auto has = [&](size_t type) { return expected.contains(static_cast<ssize_t>(type)); };
  auto *previous = parser.getTokenStream()->LT(-1);
  if (previous && endsOperand(*previous) &&
      dynamic_cast<WscParser::CallExprContext *>(parser.getContext()))
    return "`,` or `)`";
  size_t innermost = parser.getContext()->getRuleIndex();
  if (has(WscLexer::NUMBER) && has(WscLexer::NAME))
    return llvm::is_contained(
               {WscParser::RuleDomain, WscParser::RuleType, WscParser::RuleTypeFactor}, innermost)
               ? describeRule(innermost)
               : "an expression";
  std::vector<std::string> names;
  for (const auto &interval : expected.getIntervals())
    for (ssize_t type = interval.a; type <= interval.b && names.size() < 4; ++type) {
      std::string literal = parser.getVocabulary().getLiteralName(type);
      if (!literal.empty())
        names.push_back("`" + literal.substr(1, literal.size() - 2) + "`");
    }
  if (names.size() == 1 && expected.size() <= 2)
    return names[0];
  for (auto *rule = dynamic_cast<antlr4::RuleContext *>(parser.getContext()); rule;
       rule = dynamic_cast<antlr4::RuleContext *>(rule->parent))
    if (const char *text = describeRule(rule->getRuleIndex()))
      return text;
  return "something else";
}

} // namespace

/// The token before another, without blanks and comments; null at the beginning.
static const antlr4::Token *before(antlr4::TokenStream &tokens, const antlr4::Token *token) {
  for (size_t i = token->getTokenIndex(); i-- > 0;)
    if (const antlr4::Token *t = tokens.get(i); t->getChannel() == antlr4::Token::DEFAULT_CHANNEL)
      return t;
  return nullptr;
}

/// Whether a token stands in a condition: its line has a word that begins one.
static bool inCondition(antlr4::TokenStream &tokens, const antlr4::Token *token) {
  for (const antlr4::Token *t = before(tokens, token); t && t->getLine() == token->getLine();
       t = before(tokens, t))
    if (llvm::is_contained({"require", "prefer", "if"}, t->getText()))
      return true;
  return false;
}

void ErrorListener::syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *offending, size_t,
                                size_t, const std::string &, std::exception_ptr) {
  auto *parser = dynamic_cast<antlr4::Parser *>(recognizer);
  if (!parser || !offending)
    return;
  antlr4::TokenStream &tokens = *parser->getTokenStream();
  const antlr4::Token *previous = before(tokens, offending);
  std::string message = "found " + quoted(offending) + ", expected " + expectation(*parser);
  Range at = offsets_.range(offending);
  if (previous) {
    message += " after " + quoted(previous);
    if (offending->getType() == antlr4::Token::EOF) // where something is missing
      at.begin = at.end = offsets_.range(previous).end;
  }
  auto &d = diagnostics_.report(DiagKind::SyntaxError, at, message);
  std::string found = offending->getText();
  if (found == "%")
    d.suggest("`%` is per cent and follows a number; the remainder is `mod`").fix(at, "mod");
  else if (found == "=" && inCondition(tokens, offending))
    d.suggest("equality is `==`").fix(at, "==");
  else if (found == "," && previous && previous->getText() == ",")
    d.suggest("one comma is enough").fix(at, "");
  auto *first = previous ? before(tokens, previous) : nullptr;
  if (first && (first->getText() == "require" || first->getText() == "prefer"))
    d.suggest("a requirement has a name: `" + first->getText() + " NAME : condition`");
  if (diagnostics_.full() || parser->getContext()->depth() > maxRuleDepth)
    throw antlr4::ParseCancellationException();
}

} // namespace wsc::parse
