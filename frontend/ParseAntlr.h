// Internal to Parse*.cpp: the ANTLR side of parsing.
#pragma once

#include "frontend/Parse.h"

#include "WscLexer.h"
#include "WscParser.h"

namespace wsc::parse {

/// Byte offsets of code points: ANTLR counts code points, everything else counts bytes.
class Offsets {
public:
  explicit Offsets(const SourceFile &source);
  Range range(size_t firstCodePoint, size_t lastCodePoint) const;
  Range range(const antlr4::Token *token) const;

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
};

/// Reports a text that is too large or not UTF-8; false when it must not be lexed.
bool checkText(const SourceFile &source, DiagnosticEngine &diagnostics);

/// Lexes a file, marks units and checks its limits.  Null when the file is refused.
std::unique_ptr<Lexed> lex(const SourceFile &source, const Offsets &offsets,
                           DiagnosticEngine &diagnostics);

/// Turns ANTLR's syntax errors into diagnostics that name concepts of the language.  Throws
/// ANTLR's ParseCancellationException when there are too many, or when recovering from them has
/// nested rules deeper than any text without errors could.
class ErrorListener : public antlr4::BaseErrorListener {
public:
  ErrorListener(const Offsets &offsets, DiagnosticEngine &diagnostics)
      : offsets_(offsets), diagnostics_(diagnostics) {}
  void syntaxError(antlr4::Recognizer *recognizer, antlr4::Token *offending, size_t line,
                   size_t column, const std::string &message, std::exception_ptr error) override;

private:
  const Offsets &offsets_;
  DiagnosticEngine &diagnostics_;
};

/// Builds the syntax tree from ANTLR's parse tree.
std::unique_ptr<ast::File> buildFile(WscParser::FileContext *tree, const SourceFile &source,
                                     const Offsets &offsets,
                                     antlr4::CommonTokenStream &tokens);
ast::ExprPtr buildExpression(WscParser::ExprContext *tree, const SourceFile &source,
                             const Offsets &offsets);

} // namespace wsc::parse
