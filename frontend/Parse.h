// Text to syntax tree and text to tokens: the only doors to ANTLR, whose headers stay inside
// Parse*.cpp.
#pragma once

#include "frontend/Ast.h"
#include "support/Diagnostics.h"

namespace wsc {

/// Parses a file; null when the text has errors, which are then reported, all of them.
std::unique_ptr<ast::File> parseFile(const SourceFile &source, DiagnosticEngine &diagnostics);

/// Parses one expression, as in `--set core.macs=EXPRESSION`.
ast::ExprPtr parseExpression(const SourceFile &source, DiagnosticEngine &diagnostics);

/// A token with its place: for tools that work on layout, such as `wsc fmt`.
struct Token {
  enum Kind { Word, Number, Unit, String, Symbol, Comment };
  Kind kind;
  llvm::StringRef text;
  unsigned newlinesBefore; ///< line breaks between the previous token and this one
  bool blankBefore;        ///< whether anything stands between the previous token and this one
};

/// All tokens and comments in order; empty when the text has errors, which are reported.
std::vector<Token> tokenize(const SourceFile &source, DiagnosticEngine &diagnostics);

} // namespace wsc
