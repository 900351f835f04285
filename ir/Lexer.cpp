// The lexer of IR text.
#include "ir/Lexer.h"

#include "llvm/ADT/StringExtras.h"

namespace wsc::ir {

namespace {

bool isWordCharacter(char c) { return llvm::isAlnum(c) || c == '_'; }

void skipBlanks(llvm::StringRef &rest) {
  while (true) {
    rest = rest.ltrim();
    if (!rest.starts_with("//"))
      return;
    rest = rest.drop_until([](char c) { return c == '\n'; });
  }
}

size_t countDigits(llvm::StringRef text) { return text.take_while(llvm::isDigit).size(); }

/// The length of the number at the front: digits, then a fraction, an exponent or a
/// denominator if a digit follows; `1 .. 4` and `1/time` start with a plain 1.
size_t numberLength(llvm::StringRef text) {
  size_t length = text.starts_with("-");
  length += countDigits(text.substr(length));
  auto extend = [&](llvm::StringRef mark, llvm::StringRef signs) {
    llvm::StringRef tail = text.substr(length);
    size_t skip = tail.starts_with_insensitive(mark) ? mark.size() : 0;
    if (skip && skip < tail.size() && signs.contains(tail[skip]))
      ++skip;
    if (size_t digits = skip ? countDigits(tail.substr(skip)) : 0)
      length += skip + digits;
  };
  extend("/", "");
  extend(".", "");
  extend("e", "+-");
  return length;
}

/// The length of the string at the front and its decoded text; 0 if it does not end.
size_t decodeString(llvm::StringRef text, std::string &decoded) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"')
      return i + 1;
    if (text[i] != '\\') {
      decoded += text[i];
      continue;
    }
    llvm::StringRef escape = text.substr(i + 1);
    unsigned code;
    if (escape.starts_with("x") && escape.size() >= 3 &&
        !escape.substr(1, 2).getAsInteger(16, code)) {
      decoded += static_cast<char>(code);
      i += 3;
    } else if (!escape.empty()) {
      decoded += escape[0] == 'n' ? '\n' : escape[0];
      ++i;
    }
  }
  return 0;
}

Token take(llvm::StringRef &rest, Token::Kind kind, size_t length) {
  Token token{kind, rest.take_front(length), {}};
  rest = rest.drop_front(length);
  return token;
}

} // namespace

Token nextToken(llvm::StringRef &rest) {
  skipBlanks(rest);
  if (rest.empty())
    return take(rest, Token::End, 0);
  char c = rest[0], next = rest.size() > 1 ? rest[1] : '\0';
  if (c == '"') {
    std::string decoded;
    size_t length = decodeString(rest, decoded);
    Token token = take(rest, length ? Token::String : Token::Bad, length ? length : rest.size());
    token.string = std::move(decoded);
    return token;
  }
  if (llvm::isDigit(c) || (c == '-' && llvm::isDigit(next)))
    return take(rest, Token::Number, numberLength(rest));
  if (c == '%')
    return take(rest, Token::Value, 1 + countDigits(rest.substr(1)));
  if (isWordCharacter(c))
    return take(rest, Token::Word, rest.take_while(isWordCharacter).size());
  return take(rest, Token::Symbol, rest.starts_with("..") ? 2 : 1);
}

} // namespace wsc::ir
