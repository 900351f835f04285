// Internal to Format*.cpp: the lines of a file as the formatter sees them.
#pragma once

#include "frontend/Parse.h"

namespace wsc::layout {

/// A place of a token: its line, and its index there.
struct Place {
  unsigned line, token;
};

/// One line of the file with what decides its indentation.
struct Line {
  enum Kind {
    Statement,    ///< stands at the indentation of the block around it
    Continuation, ///< goes on with a statement, and moves with what it stands under
    Close,        ///< starts with the bracket that ends a block
    Comment,      ///< stands where the next line stands
  };
  static constexpr unsigned none = ~0u;

  std::vector<Token> tokens;
  std::vector<unsigned> columns; ///< of the tokens in the source
  Kind kind = Statement;
  unsigned block = none;       ///< the line that opened the block around this one
  Place anchor{none, 0};       ///< Continuation: the token it stands under
  bool isRow = false;          ///< of a table
  bool isAfterOperand = false; ///< Continuation: a `-` that it starts with subtracts
  bool blankBefore = false;    ///< whether an empty line stands before it

  bool hasTrailingComment() const {
    return kind != Comment && tokens.back().kind == Token::Comment;
  }
  /// How many tokens come before a trailing comment.
  unsigned codeSize() const { return tokens.size() - hasTrailingComment(); }
  llvm::StringRef word(unsigned i) const { return i < codeSize() ? tokens[i].text : ""; }
  bool isString(unsigned i) const { return i < codeSize() && tokens[i].kind == Token::String; }

  /// Where a name ends: at the first `:`, `=` or `in` outside brackets, or at the block of an
  /// enum; 0 if nowhere, and for functions, whose heads differ too much.
  unsigned nameEnd() const;
  /// Where a type after `:` ends: at `=`, `in`, `prefixes` or a block on the same line; 0 if
  /// nowhere.
  unsigned typeEnd() const;
  /// Where the `within` of a requirement stands; 0 if nowhere.
  unsigned shareBegin() const;
  /// Where a value ends and what is said about it begins: at `from`, `assumed`, `prefixes`, or
  /// the `else` of a requirement; 0 if nowhere.
  unsigned valueEnd() const;
  /// The keyword that lines of an aligned group have in common: `let`, `param`, or nothing.
  llvm::StringRef leader() const;
};

std::vector<Line> splitLines(llvm::ArrayRef<Token> tokens, const SourceFile &source);

/// The tokens `first` to `last` of a line with the blanks that belong between them.
std::string layOut(const Line &line, unsigned first, unsigned last);

/// How many columns a text takes, at one a character.
unsigned width(llvm::StringRef text);

bool isOneOf(llvm::StringRef text, std::initializer_list<llvm::StringRef> list);

} // namespace wsc::layout
