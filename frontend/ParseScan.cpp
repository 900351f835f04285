// The tokens of the grammar by hand: a twentieth of the work of the lexer that ANTLR makes, which
// computes its automaton anew in each process.  The test Scanner holds it to that lexer.
#include "frontend/ParseAntlr.h"

#include "llvm/ADT/StringExtras.h"

namespace wsc::parse {

using antlr4::Token;

namespace {

/// The words and symbols of the grammar by their text.
const llvm::StringMap<size_t> &literals() {
  static const llvm::StringMap<size_t> types = [] {
    llvm::StringMap<size_t> result;
    const antlr4::dfa::Vocabulary &vocabulary = WscParser(nullptr).getVocabulary();
    for (size_t type = 1; type <= vocabulary.getMaxTokenType(); ++type)
      if (const std::string quoted = vocabulary.getLiteralName(type); !quoted.empty())
        result[llvm::StringRef(quoted).drop_front().drop_back()] = type;
    return result;
  }();
  return types;
}

bool isSpace(char c) { return llvm::StringRef(" \t\r\n").contains(c); }
bool isBeyondAscii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool beginsName(char c) { return llvm::isAlpha(c) || c == '_' || isBeyondAscii(c); }
bool continuesName(char c) { return beginsName(c) || llvm::isDigit(c); }

/// How many characters of `text` from the i-th on belong to a number; 0 if it does not begin there.
size_t digits(llvm::StringRef text, size_t i) {
  auto isDigit = [&](size_t at) { return at < text.size() && llvm::isDigit(text[at]); };
  size_t end = i;
  while (isDigit(end) || (end > i && end < text.size() && text[end] == '_' && isDigit(end + 1)))
    ++end;
  return end - i;
}

size_t number(llvm::StringRef text) {
  size_t length = digits(text, 0);
  if (text.substr(length).starts_with("."))
    if (size_t fraction = digits(text, length + 1))
      length += 1 + fraction;
  if (!text.substr(length, 1).equals_insensitive("e"))
    return length;
  size_t sign =
      text.substr(length + 1).starts_with("+") || text.substr(length + 1).starts_with("-");
  if (size_t exponent = digits(text, length + 1 + sign))
    length += 1 + sign + exponent;
  return length;
}

/// 0 for a text that does not end on its line.
size_t string(llvm::StringRef text) {
  for (size_t i = 1; i < text.size() && text[i] != '\r' && text[i] != '\n'; ++i)
    if (text[i] == '"')
      return i + 1;
    else if (text[i] == '\\')
      ++i;
  return 0;
}

struct Match {
  size_t type, length;
};

/// The token at the beginning of a text that is not empty.
Match match(llvm::StringRef text) {
  char first = text.front();
  if (isSpace(first))
    return {WscParser::SPACE, text.size() - text.drop_while(isSpace).size()};
  if (beginsName(first)) {
    llvm::StringRef word = text.take_while(continuesName);
    size_t keyword = literals().lookup(word);
    return {keyword ? keyword : size_t(WscParser::NAME), word.size()};
  }
  if (llvm::isDigit(first))
    return {WscParser::NUMBER, number(text)};
  if (text.starts_with("//"))
    return {text.starts_with("///") ? WscParser::DOC : WscParser::COMMENT,
            std::min(text.find_first_of("\r\n"), text.size())};
  if (size_t length = first == '"' ? string(text) : 0)
    return {WscParser::STRING, length};
  for (size_t length : {2, 1})
    if (size_t symbol = literals().lookup(text.take_front(length)))
      return {symbol, std::min(length, text.size())};
  return {WscParser::STRAY, 1};
}

} // namespace

Scanner::Scanner(llvm::StringRef text) : text_(text) {
  if (text.starts_with("\xEF\xBB\xBF")) // a byte order mark
    next_ = lineStart_ = 3;
}

std::unique_ptr<antlr4::CommonToken> Scanner::create(size_t type, llvm::StringRef text, size_t at) {
  bool hidden = type == WscParser::SPACE || type == WscParser::DOC || type == WscParser::COMMENT;
  auto token = std::make_unique<antlr4::CommonToken>(
      std::pair{this, nullptr}, type, hidden ? Token::HIDDEN_CHANNEL : Token::DEFAULT_CHANNEL, at,
      at + text.size() - 1);
  token->setText(text.str());
  return token;
}

std::unique_ptr<antlr4::CommonToken> Scanner::literal(llvm::StringRef text, size_t at) {
  return create(literals().lookup(text), text, at);
}

std::unique_ptr<Token> Scanner::nextToken() {
  llvm::StringRef rest = text_.substr(next_);
  if (rest.empty())
    return create(Token::EOF, rest, next_);
  auto [type, length] = match(rest);
  auto token = create(type, rest.take_front(length), next_);
  for (size_t end = next_ + length; next_ < end; ++next_)
    if (text_[next_] == '\n') {
      ++line_;
      lineStart_ = next_ + 1;
    }
  return token;
}

} // namespace wsc::parse
