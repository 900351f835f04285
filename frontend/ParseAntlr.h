// Internal to Parse*.cpp: the ANTLR side of parsing.
#pragma once

#include "frontend/Parse.h"

#include "llvm/ADT/DenseSet.h"

#include "WscLexer.h"
#include "WscParser.h"

namespace wsc::parse {

/// Byte offsets of code points: ANTLR counts code points, everything else counts bytes.
class Offsets {
public:
  explicit Offsets(const SourceFile &source);
  Range range(size_t firstCodePoint, size_t lastCodePoint) const;
  Range range(const antlr4::Token *token) const;
  bool isAscii() const { return bytes_.empty(); }

private:
  const SourceFile &source_;
  std::vector<unsigned> bytes_; ///< empty for pure ASCII
};

/// The tokens of a file, with what they point into.
struct Lexed {
  /// The line break makes sure that there is a token, on which ANTLR insists.
  explicit Lexed(const SourceFile &source) : input(source.text().str() + "\n"), lexer(&input) {}

  antlr4::ANTLRInputStream input;
  WscLexer lexer;
  std::vector<std::unique_ptr<antlr4::Token>> tokens;
  /// Lines with an error that is already reported: the parser is silent about them.
  llvm::DenseSet<unsigned> faultyLines;
};

/// Reports a text that is too large or not UTF-8; false when it must not be lexed.
bool checkText(const SourceFile &source, DiagnosticEngine &diagnostics);

/// Whether a name may begin with a character beyond ASCII, or go on with it as with a digit.
bool isForeignLetter(uint32_t character);
bool isForeignDigit(uint32_t character);

/// Reports characters that begin no token and comments in another style, and hides them.
void hideStrays(Lexed &lexed, const Offsets &offsets, DiagnosticEngine &diagnostics);

/// Reports brackets without a partner, and supplies or hides what makes the rest fit.
void balanceBrackets(Lexed &lexed, const Offsets &offsets, DiagnosticEngine &diagnostics);

/// Lexes a file, marks units and checks its limits.  Null when the file is refused; after other
/// errors the tokens can still be parsed, to find more.
std::unique_ptr<Lexed> lex(const SourceFile &source, const Offsets &offsets,
                           DiagnosticEngine &diagnostics);

/// Resumes at the next statement after an error.
class Recovery : public antlr4::DefaultErrorStrategy {
protected:
  void consumeUntil(antlr4::Parser *parser, const antlr4::misc::IntervalSet &) override;
  antlr4::Token *singleTokenDeletion(antlr4::Parser *parser) override;
};

/// The place of a syntax error among the tokens, blanks and comments left out.
class Spot {
public:
  Spot(antlr4::TokenStream &tokens, const antlr4::Token &found, const Offsets &offsets)
      : tokens_(tokens), found_(found), offsets_(offsets) {}

  /// The i-th token from the one that was found; null before the first and behind the last.
  const antlr4::Token *token(int i) const;
  /// The first token of the statement on this line.
  const antlr4::Token *first() const;
  /// Whether a condition begins before on the line.
  bool inCondition() const;
  /// Whether no blanks stand around the token that was found.
  bool touches() const;
  Range range(int from, int to) const;
  Range rangeOf(const antlr4::Token *token) const { return offsets_.range(token); }

private:
  antlr4::TokenStream &tokens_;
  const antlr4::Token &found_;
  const Offsets &offsets_;
};

/// Adds the way out of a mistake that is typical of newcomers, if it is one.
void explainMistake(const Spot &spot, Diagnostic &diagnostic);

/// Turns ANTLR's syntax errors into diagnostics that name concepts of the language.  Throws
/// ANTLR's ParseCancellationException when there are too many, or when recovering from them has
/// nested rules deeper than any text without errors could.
class ErrorListener : public antlr4::BaseErrorListener {
public:
  ErrorListener(const Offsets &offsets, const llvm::DenseSet<unsigned> &faultyLines,
                DiagnosticEngine &diagnostics)
      : offsets_(offsets), faultyLines_(faultyLines), diagnostics_(diagnostics) {}
  void syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *offending, size_t line,
                   size_t column, const std::string &message, std::exception_ptr error) override;

private:
  const Offsets &offsets_;
  const llvm::DenseSet<unsigned> &faultyLines_;
  DiagnosticEngine &diagnostics_;
};

/// Builds the syntax tree from ANTLR's parse tree.
std::unique_ptr<ast::File> buildFile(WscParser::FileContext *tree, const SourceFile &source,
                                     const Offsets &offsets, antlr4::CommonTokenStream &tokens);
ast::ExprPtr buildExpression(WscParser::ExprContext *tree, const SourceFile &source,
                             const Offsets &offsets);

} // namespace wsc::parse
