// Lexing: limits on the text, and the one context-dependent rule of the language, that a name
// right after a number on the same line is a unit.
#include "frontend/ParseAntlr.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

namespace wsc::parse {

using antlr4::Token;
using Tokens = std::vector<std::unique_ptr<Token>>;

namespace {

constexpr unsigned maxDepth = 200;
constexpr unsigned maxOperators = 2000;

/// The offset of the first byte that is not UTF-8, if any.
std::optional<unsigned> firstInvalidByte(llvm::StringRef text) {
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.data());
  auto *cursor = begin, *end = begin + text.size();
  if (llvm::isLegalUTF8String(&cursor, end))
    return std::nullopt;
  return cursor - begin;
}

bool isHidden(const Token &token) { return token.getChannel() != Token::DEFAULT_CHANNEL; }

bool isSymbol(const Token &token, const char *symbol) { return token.getText() == symbol; }

/// How many tokens from `tokens[i]` on belong to the unit before: `/name`, `^number` or
/// `^-number`, no blanks.
size_t continuesUnit(const Tokens &tokens, size_t i) {
  auto is = [&](size_t j, size_t type) {
    return j < tokens.size() && tokens[j]->getType() == type;
  };
  if (i >= tokens.size())
    return 0;
  if (isSymbol(*tokens[i], "/"))
    return is(i + 1, WscParser::NAME) ? 2 : 0;
  if (!isSymbol(*tokens[i], "^"))
    return 0;
  if (is(i + 1, WscParser::NUMBER))
    return 2;
  return i + 1 < tokens.size() && isSymbol(*tokens[i + 1], "-") && is(i + 2, WscParser::NUMBER) ? 3
                                                                                                : 0;
}

/// Merges the tokens of a unit after each number into one UNIT token.
Tokens markUnits(Tokens tokens, const SourceFile &source, const Places &places) {
  Tokens result;
  for (size_t i = 0; i < tokens.size(); ++i) {
    bool number = tokens[i]->getType() == WscParser::NUMBER;
    result.push_back(std::move(tokens[i]));
    if (!number)
      continue;
    size_t j = i + 1;
    if (j < tokens.size() && tokens[j]->getType() == WscParser::SPACE &&
        tokens[j]->getText().find('\n') == std::string::npos)
      ++j;
    if (j >= tokens.size() ||
        !(tokens[j]->getType() == WscParser::NAME || isSymbol(*tokens[j], "%")))
      continue;
    size_t last = j;
    while (size_t more = continuesUnit(tokens, last + 1))
      last += more;
    auto *unit = static_cast<antlr4::CommonToken *>(tokens[j].get());
    unit->setType(WscParser::UNIT);
    unit->setStopIndex(tokens[last]->getStopIndex());
    Range range = places.range(unit);
    unit->setText(source.text().slice(range.begin, range.end).str());
    for (size_t k = i + 1; k <= j; ++k)
      result.push_back(std::move(tokens[k]));
    i = last;
  }
  return result;
}

/// What the depth check sees in a token.
enum class Part : uint8_t { Other, Open, Close, Operator, Operand };

/// By token type: comparing types is much cheaper than comparing texts.
std::vector<Part> partsByType() {
  const antlr4::dfa::Vocabulary &vocabulary = WscParser(nullptr).getVocabulary();
  std::vector<Part> parts(vocabulary.getMaxTokenType() + 1, Part::Other);
  for (size_t type = 1; type < parts.size(); ++type) {
    const std::string quoted = vocabulary.getLiteralName(type);
    llvm::StringRef text = llvm::StringRef(quoted).trim('\'');
    if (llvm::is_contained({"(", "[", "{"}, text))
      parts[type] = Part::Open;
    else if (llvm::is_contained({")", "]", "}"}, text))
      parts[type] = Part::Close;
    else if (llvm::is_contained({"+",      "-",       "*",     "/",     "^",     ".",   "<",
                                 "<=",     ">",       ">=",    "==",    "!=",    "not", "and",
                                 "or",     "if",      "then",  "else",  "..",    "mod", "step",
                                 "within", "implies", "match", "union", "except"},
                                text))
      parts[type] = Part::Operator;
    else if (!text.empty() && llvm::isAlpha(text[0])) // a word that may be a name
      parts[type] = Part::Operand;
  }
  for (size_t type : {WscParser::NAME, WscParser::NUMBER, WscParser::STRING, WscParser::UNIT})
    parts[type] = Part::Operand;
  return parts;
}

/// Bounds the depth of the tree that a recursive parser builds: per open bracket, the operators
/// of the expression so far, those of the brackets that it closed included.
class DepthCheck {
public:
  /// False when a limit is exceeded at this token.
  bool accept(const Token &token) {
    switch (parts_[token.getType()]) {
    case Part::Open:
      add(afterOperand_ && isSymbol(token, "(") ? 1 : 0); // a call
      open_.push_back({});
      afterOperand_ = false;
      break;
    case Part::Close: close(); break;
    case Part::Operator:
      add(1);
      afterOperand_ = false;
      break;
    case Part::Operand:
      // Two operands in a row: a new statement, except for a number and its unit.
      if (afterOperand_ && token.getType() != WscParser::UNIT)
        restart();
      afterOperand_ = true;
      break;
    case Part::Other:
      restart();
      afterOperand_ = false;
      break;
    }
    return open_.size() <= maxDepth && total_ <= maxOperators;
  }

private:
  /// An open bracket: operators of its current expression, and the most of an earlier one.
  struct Level {
    unsigned current = 0, most = 0;
  };

  void add(unsigned operators) {
    open_.back().current += operators;
    total_ += operators;
  }
  void restart() {
    Level &level = open_.back();
    total_ -= level.current;
    level.most = std::max(level.most, level.current);
    level.current = 0;
  }
  void close() {
    restart();
    unsigned inside = open_.back().most;
    if (open_.size() > 1)
      open_.pop_back();
    add(inside);
    afterOperand_ = true;
  }

  const std::vector<Part> parts_ = partsByType();
  std::vector<Level> open_{1};
  unsigned total_ = 0; ///< of `current` over all levels
  bool afterOperand_ = false;
};

} // namespace

Range Places::range(size_t first, size_t last) const {
  size_t size = source_.text().size(), begin = std::min(first, size);
  return {&source_, unsigned(begin), unsigned(std::clamp(last + 1, begin, size))};
}

Range Places::range(const Token *token) const {
  if (token->getType() == Token::EOF) {
    unsigned end = source_.text().rtrim().size();
    return {&source_, end, end};
  }
  return range(token->getStartIndex(), token->getStopIndex());
}

std::unique_ptr<Lexed> lex(const SourceFile &source, const Places &places,
                           DiagnosticEngine &diagnostics) {
  auto lexed = std::make_unique<Lexed>(source);
  Tokens tokens;
  for (auto token = lexed->scanner.nextToken(); token->getType() != Token::EOF;
       token = lexed->scanner.nextToken())
    tokens.push_back(std::move(token));
  lexed->tokens = markUnits(std::move(tokens), source, places);
  hideStrays(*lexed, places, diagnostics);
  balanceBrackets(*lexed, places, diagnostics);
  DepthCheck depth;
  for (const auto &token : lexed->tokens) {
    if (isHidden(*token))
      continue;
    if (!depth.accept(*token)) {
      diagnostics
          .report(DiagKind::NestedTooDeeply, places.range(token.get()),
                  "the expression is nested more than 200 deep or has more than 2000 "
                  "operators")
          .suggest("name the parts with `let`");
      return nullptr;
    }
  }
  return lexed;
}

bool checkText(const SourceFile &source, DiagnosticEngine &diagnostics) {
  if (source.text().size() > SourceManager::maxFileSize) {
    diagnostics.report(DiagKind::FileTooLarge, {&source, 0, 0}, "the file is larger than 4 MiB");
    return false;
  }
  if (auto bad = firstInvalidByte(source.text())) {
    diagnostics.report(DiagKind::InvalidUtf8, {&source, *bad, *bad + 1},
                       "this byte is not part of a UTF-8 character");
    return false;
  }
  return true;
}

} // namespace wsc::parse

namespace wsc {

std::vector<Token> tokenize(const SourceFile &source, DiagnosticEngine &diagnostics) {
  std::vector<Token> result;
  if (!parse::checkText(source, diagnostics))
    return result;
  parse::Places places(source);
  unsigned errorsBefore = diagnostics.errorCount();
  auto lexed = parse::lex(source, places, diagnostics);
  if (!lexed || diagnostics.errorCount() != errorsBefore)
    return result;
  unsigned newlines = 0, previousEnd = 0;
  for (const auto &token : lexed->tokens) {
    Range range = places.range(token.get());
    llvm::StringRef text = source.text().slice(range.begin, range.end);
    Token::Kind kind = Token::Symbol;
    switch (token->getType()) {
    case parse::WscParser::SPACE: newlines += text.count('\n'); continue;
    case parse::WscParser::NUMBER: kind = Token::Number; break;
    case parse::WscParser::UNIT: kind = Token::Unit; break;
    case parse::WscParser::STRING: kind = Token::String; break;
    case parse::WscParser::DOC:
    case parse::WscParser::COMMENT: kind = Token::Comment; break;
    default:
      if (isalpha(static_cast<unsigned char>(text[0])) || text[0] == '_' || text[0] < 0)
        kind = Token::Word;
    }
    result.push_back({kind, text, newlines, range.begin > previousEnd});
    newlines = 0;
    previousEnd = range.end;
  }
  return result;
}

} // namespace wsc
