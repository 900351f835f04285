// Messages in and out: JSON texts with a Content-Length header, or, for recorded sessions in tests,
// JSON texts between lines `// -----`.
#pragma once

#include "llvm/Support/JSON.h"
#include <cstdio>

namespace wsc::lsp {

class Transport {
public:
  enum Style {
    Standard,  ///< as the protocol says
    Delimited, ///< lines that start with `//` are comments; replies are printed for reading
  };

  Transport(std::FILE *in, llvm::raw_ostream &out, Style style)
      : in_(in), out_(out), style_(style) {}

  /// The next message, or nothing at the end of the input.
  std::optional<std::string> read();
  void write(const llvm::json::Value &message);

private:
  /// A line without its break; nothing at the end of the input.
  std::optional<std::string> readLine();
  std::optional<std::string> readStandard();
  std::optional<std::string> readDelimited();

  std::FILE *in_;
  llvm::raw_ostream &out_;
  Style style_;
};

} // namespace wsc::lsp
