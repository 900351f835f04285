// Internal to Parse*.cpp: the ANTLR side of parsing.
#pragma once

#include "frontend/Parse.h"

#include "llvm/ADT/DenseSet.h"

#include "WscParser.h"

namespace wsc::parse {

/// The tokens of a text, one after another; their indices and columns count bytes.
class Scanner : public antlr4::TokenSource {
public:
  explicit Scanner(llvm::StringRef text);
  std::unique_ptr<antlr4::Token> nextToken() override;
  /// A word or symbol of the grammar that is not in the text.
  std::unique_ptr<antlr4::CommonToken> literal(llvm::StringRef text, size_t at);
  size_t getLine() const override { return line_; }
  size_t getCharPositionInLine() override { return next_ - lineStart_; }
  antlr4::CharStream *getInputStream() override { return nullptr; } ///< tokens have their text
  std::string getSourceName() override { return ""; }
  antlr4::TokenFactory<antlr4::CommonToken> *getTokenFactory() override {
    return antlr4::CommonTokenFactory::DEFAULT.get();
  }

private:
  std::unique_ptr<antlr4::CommonToken> create(size_t type, llvm::StringRef text, size_t at);

  llvm::StringRef text_;
  size_t next_ = 0, lineStart_ = 0, line_ = 1;
};

/// The places of tokens in a file.
class Places {
public:
  explicit Places(const SourceFile &source) : source_(source) {}
  Range range(size_t firstByte, size_t lastByte) const;
  Range range(const antlr4::Token *token) const;

private:
  const SourceFile &source_;
};

/// The tokens of a file, with what they point into.
struct Lexed {
  /// The line break gives the end of the file a line of its own.
  explicit Lexed(const SourceFile &source) : text(source.text().str() + "\n"), scanner(text) {}

  std::string text;
  Scanner scanner;
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
void hideStrays(Lexed &lexed, const Places &places, DiagnosticEngine &diagnostics);

/// Reports brackets without a partner, and supplies or hides what makes the rest fit.
void balanceBrackets(Lexed &lexed, const Places &places, DiagnosticEngine &diagnostics);

/// Lexes a file, marks units and checks its limits.  Null when the file is refused; after other
/// errors the tokens can still be parsed, to find more.
std::unique_ptr<Lexed> lex(const SourceFile &source, const Places &places,
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
  Spot(antlr4::TokenStream &tokens, const antlr4::Token &found, const Places &places)
      : tokens_(tokens), found_(found), places_(places) {}

  /// The i-th token from the one that was found; null before the first and behind the last.
  const antlr4::Token *token(int i) const;
  /// The first token of the statement on this line.
  const antlr4::Token *first() const;
  /// Whether a condition begins before on the line.
  bool inCondition() const;
  /// Whether no blanks stand around the token that was found.
  bool touches() const;
  Range range(int from, int to) const;
  Range rangeOf(const antlr4::Token *token) const { return places_.range(token); }

private:
  antlr4::TokenStream &tokens_;
  const antlr4::Token &found_;
  const Places &places_;
};

/// Adds the way out of a mistake that is typical of newcomers, if it is one.
void explainMistake(const Spot &spot, Diagnostic &diagnostic);

/// Turns ANTLR's syntax errors into diagnostics that name concepts of the language.  Throws
/// ANTLR's ParseCancellationException when there are too many, or when recovering from them has
/// nested rules deeper than any text without errors could.
class ErrorListener : public antlr4::BaseErrorListener {
public:
  ErrorListener(const Places &places, const llvm::DenseSet<unsigned> &faultyLines,
                DiagnosticEngine &diagnostics)
      : places_(places), faultyLines_(faultyLines), diagnostics_(diagnostics) {}
  void syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *offending, size_t line,
                   size_t column, const std::string &message, std::exception_ptr error) override;

private:
  const Places &places_;
  const llvm::DenseSet<unsigned> &faultyLines_;
  DiagnosticEngine &diagnostics_;
};

/// Builds the syntax tree from ANTLR's parse tree.
std::unique_ptr<ast::File> buildFile(WscParser::FileContext *tree, const SourceFile &source,
                                     const Places &places, antlr4::CommonTokenStream &tokens);
ast::ExprPtr buildExpression(WscParser::ExprContext *tree, const SourceFile &source,
                             const Places &places);

} // namespace wsc::parse
