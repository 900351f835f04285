// Characters that begin no token, and comments in the style of another language: each is reported
// once, with what is written instead, and hidden, so that the rest of the file can be parsed.
#include "frontend/ParseAntlr.h"

#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FormatVariadic.h"

namespace wsc::parse {

using antlr4::Token;

namespace {

class Strays {
public:
  Strays(Lexed &lexed, const Places &places, DiagnosticEngine &diagnostics)
      : lexed_(lexed), places_(places), diagnostics_(diagnostics) {}

  void run() {
    for (size_t i = 0; i < lexed_.tokens.size(); ++i) {
      if (isName(i))
        checkLetters(i);
      // Texts are costly, and what is sought is short.
      if (isHidden(i) || lexed_.tokens[i]->getStartIndex() != lexed_.tokens[i]->getStopIndex())
        continue;
      if (lexed_.tokens[i]->getType() == WscParser::STRAY)
        stray(i);
      else if (is(i, "/") && is(i + 1, "*"))
        comment(i);
      else if (is(i, "-") && is(i + 1, "-") && beginsStatement(i)) {
        auto &d = report(i, i + 1, "`--` begins no comment");
        d.suggest("a comment begins with `//`").fix(d.primary.range, "//");
        hideLineFrom(i);
      }
    }
  }

private:
  bool isHidden(size_t i) const { return lexed_.tokens[i]->getChannel() != Token::DEFAULT_CHANNEL; }
  bool is(size_t i, const char *text) const {
    return i < lexed_.tokens.size() && lexed_.tokens[i]->getText() == text;
  }

  bool isName(size_t i) const {
    return lexed_.tokens[i]->getType() == WscParser::NAME ||
           lexed_.tokens[i]->getType() == WscParser::UNIT;
  }

  /// Reports the first character beyond ASCII in a name or a unit that cannot be there.
  void checkLetters(size_t i) {
    const antlr4::Token &token = *lexed_.tokens[i];
    Range whole = places_.range(&token);
    llvm::StringRef text = whole.file->text();
    for (unsigned at = whole.begin, length; at < whole.end; at += length) {
      length = llvm::getNumBytesForUTF8(text[at]);
      auto *bytes = reinterpret_cast<const llvm::UTF8 *>(text.data() + at);
      llvm::UTF32 character;
      if (length == 1 || // ASCII
          llvm::convertUTF8Sequence(&bytes, bytes + length, &character, llvm::strictConversion) !=
              llvm::conversionOK ||
          isForeignLetter(character) || (at > whole.begin && isForeignDigit(character)))
        continue;
      lexed_.faultyLines.insert(token.getLine());
      diagnostics_.report(DiagKind::SyntaxError, {whole.file, at, at + length},
                          "the character `" + text.substr(at, length).str() +
                              "` has no meaning here");
      if (at == whole.begin)
        hide(i);
      return;
    }
  }

  Diagnostic &report(size_t first, size_t last, std::string message) {
    lexed_.faultyLines.insert(lexed_.tokens[first]->getLine());
    Range begin = places_.range(lexed_.tokens[first].get()),
          end = places_.range(lexed_.tokens[last].get());
    for (size_t i = first; i <= last; ++i)
      hide(i);
    return diagnostics_.report(DiagKind::SyntaxError, {begin.file, begin.begin, end.end},
                               std::move(message));
  }

  /// Whether a line begins here and the one before does not wait for an operand or an operator:
  /// the negative of a negative number is no comment.
  bool beginsStatement(size_t i) const {
    for (size_t before = i; before-- > 0;)
      if (!isHidden(before))
        return lexed_.tokens[before]->getLine() < lexed_.tokens[i]->getLine() &&
               (is(before, "{") || is(before, "}") || is(before, ";"));
    return true;
  }

  void hide(size_t i) {
    static_cast<antlr4::CommonToken &>(*lexed_.tokens[i]).setChannel(Token::HIDDEN_CHANNEL);
  }

  /// The last token that begins on the line of token `i`.
  size_t endOfLine(size_t i) const {
    size_t line = lexed_.tokens[i]->getLine();
    while (i + 1 < lexed_.tokens.size() && lexed_.tokens[i + 1]->getLine() == line)
      ++i;
    return i;
  }
  void hideLineFrom(size_t i) {
    for (size_t end = endOfLine(i); i <= end; ++i)
      hide(i);
  }

  void stray(size_t i) {
    const std::string text = lexed_.tokens[i]->getText();
    size_t last = is(i + 1, text.c_str()) ? i + 1 : i; // `&&` is one mistake
    if (text == "\"") {
      report(i, i, "this text has no closing quote on its line");
      return hideLineFrom(i);
    }
    if (text == "#") {
      auto &d = report(i, i, "`#` begins no comment");
      d.suggest("a comment begins with `//`").fix(d.primary.range, "//");
      return hideLineFrom(i);
    }
    if (text == "'")
      return quote(i);
    if (text == "&" || text == "|") {
      auto &d = report(i, last, "`" + std::string(last - i + 1, text[0]) + "` is no operator");
      d.suggest("conditions are joined with `and` and `or`")
          .fix(d.primary.range, text == "&" ? "and" : "or");
    } else if (text == "!") {
      auto &d = report(i, i, "`!` is no operator");
      d.suggest("a condition is negated with `not`").fix(d.primary.range, "not ");
    } else if (text == "?")
      report(i, i, "`?` is no operator")
          .suggest("a choice is written `if condition then a else b`");
    else if (text.size() == 1 && !isprint(static_cast<unsigned char>(text[0])))
      report(i, i,
             llvm::formatv("the control character U+{0:X-4} has no meaning here",
                           unsigned(text[0]) & 0x7F));
    else
      report(i, i, "the character `" + text + "` has no meaning here");
  }

  /// A text in single quotes.
  void quote(size_t i) {
    size_t end = endOfLine(i), last = i + 1;
    while (last <= end && !is(last, "'"))
      ++last;
    if (last > end) {
      report(i, i, "the character `'` has no meaning here");
      return hideLineFrom(i);
    }
    auto &d = report(i, last, "a text does not stand in single quotes");
    Range range = d.primary.range;
    d.suggest("texts stand in double quotes")
        .fix({range.file, range.begin, range.begin + 1}, "\"")
        .fix({range.file, range.end - 1, range.end}, "\"");
  }

  /// `/* ... */`, to its end or to the end of the line.
  void comment(size_t i) {
    size_t last = i + 2;
    while (last < lexed_.tokens.size() && !(is(last, "/") && is(last - 1, "*")))
      ++last;
    if (last >= lexed_.tokens.size())
      last = endOfLine(i);
    report(i, last, "`/*` begins no comment")
        .suggest("a comment begins with `//` and ends with its line");
  }

  Lexed &lexed_;
  const Places &places_;
  DiagnosticEngine &diagnostics_;
};

} // namespace

void hideStrays(Lexed &lexed, const Places &places, DiagnosticEngine &diagnostics) {
  Strays(lexed, places, diagnostics).run();
}

} // namespace wsc::parse
