// Tokens of IR text.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace wsc::ir {

struct Token {
  enum Kind {
    End,
    Word,   ///< `lookup`
    String, ///< `"core.macs"`, decoded in `string`
    Number, ///< `-1.5e-13`, `2/3`
    Value,  ///< `%12`
    Symbol, ///< `..` or one character
    Bad,    ///< an unfinished string
  };
  Kind kind = End;
  llvm::StringRef text;
  std::string string;

  bool is(llvm::StringRef expected) const {
    return (kind == Word || kind == Symbol) && text == expected;
  }
};

/// Takes the next token off the front of `rest`, and blanks and `//` comments before it.
Token nextToken(llvm::StringRef &rest);

} // namespace wsc::ir
