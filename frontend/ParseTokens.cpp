// Lexing: limits on the text, and the one context-dependent rule of the language, that a name
// right after a number on the same line is a unit.
#include "frontend/ParseAntlr.h"

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

/// Whether the unit that ends before `tokens[i]` goes on: `/name` or `^number`, no blanks.
bool continuesUnit(const Tokens &tokens, size_t i) {
  if (i + 1 >= tokens.size())
    return false;
  size_t next = tokens[i + 1]->getType();
  return (isSymbol(*tokens[i], "/") && next == WscLexer::NAME) ||
         (isSymbol(*tokens[i], "^") && next == WscLexer::NUMBER);
}

/// Merges the tokens of a unit after each number into one UNIT token.
Tokens markUnits(Tokens tokens, const SourceFile &source, const Offsets &offsets) {
  Tokens result;
  for (size_t i = 0; i < tokens.size(); ++i) {
    bool number = tokens[i]->getType() == WscLexer::NUMBER;
    result.push_back(std::move(tokens[i]));
    if (!number)
      continue;
    size_t j = i + 1;
    if (j < tokens.size() && tokens[j]->getType() == WscLexer::SPACE &&
        tokens[j]->getText().find('\n') == std::string::npos)
      ++j;
    if (j >= tokens.size() ||
        !(tokens[j]->getType() == WscLexer::NAME || isSymbol(*tokens[j], "%")))
      continue;
    size_t last = j;
    while (continuesUnit(tokens, last + 1))
      last += 2;
    auto *unit = static_cast<antlr4::CommonToken *>(tokens[j].get());
    unit->setType(WscLexer::UNIT);
    unit->setStopIndex(tokens[last]->getStopIndex());
    Range range = offsets.range(unit);
    unit->setText(source.text().slice(range.begin, range.end).str());
    for (size_t k = i + 1; k <= j; ++k)
      result.push_back(std::move(tokens[k]));
    i = last;
  }
  return result;
}

/// Counts, per open bracket, the operators since the last statement or comma: the depth that
/// a recursive parser needs.
class DepthCheck {
public:
  /// False when a limit is exceeded at this token.
  bool accept(const Token &token) {
    const std::string text = token.getText();
    switch (token.getType()) {
    case WscLexer::NAME:
    case WscLexer::NUMBER:
    case WscLexer::UNIT:
    case WscLexer::STRING:
      return true;
    }
    if (text == "(" || text == "[" || text == "{") {
      operators_.push_back(0);
      return operators_.size() <= maxDepth;
    }
    if (text == ")" || text == "]" || text == "}") {
      if (operators_.size() > 1)
        operators_.pop_back();
      if (text == "}")
        operators_.back() = 0;
      return true;
    }
    bool boundary = text == "," || text == ";" || text == "=" || text == ":" || text == "let" ||
                    text == "param" || text == "require";
    operators_.back() = boundary ? 0 : operators_.back() + 1;
    return operators_.back() <= maxOperators;
  }

private:
  std::vector<unsigned> operators_{0};
};

} // namespace

Offsets::Offsets(const SourceFile &source) : source_(source) {
  llvm::StringRef text = source.text();
  if (llvm::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return;
  for (unsigned i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
      bytes_.push_back(i);
  bytes_.push_back(text.size());
}

Range Offsets::range(size_t first, size_t last) const {
  auto byte = [&](size_t codePoint) -> unsigned {
    if (bytes_.empty())
      return std::min<size_t>(codePoint, source_.text().size());
    return bytes_[std::min(codePoint, bytes_.size() - 1)];
  };
  unsigned begin = byte(first);
  return {&source_, begin, std::max(begin, byte(last + 1))};
}

Range Offsets::range(const Token *token) const {
  if (token->getType() == Token::EOF) {
    unsigned end = source_.text().rtrim().size();
    return {&source_, end, end};
  }
  return range(token->getStartIndex(), token->getStopIndex());
}

std::unique_ptr<Lexed> lex(const SourceFile &source, const Offsets &offsets,
                           DiagnosticEngine &diagnostics) {
  auto lexed = std::make_unique<Lexed>(source);
  lexed->lexer.removeErrorListeners();
  lexed->tokens = markUnits(lexed->lexer.getAllTokens(), source, offsets);
  DepthCheck depth;
  bool fine = true;
  for (const auto &token : lexed->tokens) {
    if (isHidden(*token))
      continue;
    if (token->getType() == WscLexer::STRAY) {
      bool quote = token->getText() == "\"";
      diagnostics.report(DiagKind::SyntaxError, offsets.range(token.get()),
                         quote ? "this string has no closing quote on its line"
                               : "the character `" + token->getText() + "` has no meaning here");
      fine = false;
    } else if (!depth.accept(*token)) {
      diagnostics.report(DiagKind::NestedTooDeeply, offsets.range(token.get()),
                         "the expression is nested more than 200 deep or has more than 2000 "
                         "operators")
          .suggest("name the parts with `let`");
      return nullptr;
    }
  }
  return fine ? std::move(lexed) : nullptr;
}

bool checkText(const SourceFile &source, DiagnosticEngine &diagnostics) {
  if (source.text().size() > SourceManager::maxFileSize) {
    diagnostics.report(DiagKind::FileTooLarge, {&source, 0, 0},
                       "the file is larger than 4 MiB");
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
  parse::Offsets offsets(source);
  auto lexed = parse::lex(source, offsets, diagnostics);
  if (!lexed)
    return result;
  unsigned newlines = 0, previousEnd = 0;
  for (const auto &token : lexed->tokens) {
    Range range = offsets.range(token.get());
    llvm::StringRef text = source.text().slice(range.begin, range.end);
    Token::Kind kind = Token::Symbol;
    switch (token->getType()) {
    case parse::WscLexer::SPACE: newlines += text.count('\n'); continue;
    case parse::WscLexer::NUMBER: kind = Token::Number; break;
    case parse::WscLexer::UNIT: kind = Token::Unit; break;
    case parse::WscLexer::STRING: kind = Token::String; break;
    case parse::WscLexer::DOC:
    case parse::WscLexer::COMMENT: kind = Token::Comment; break;
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
