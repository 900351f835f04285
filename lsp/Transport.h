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
    Delimited, ///< lines that start with `//` are comments; replies are printed for reading;
               ///< after a line `// ----- idle` no message comes for a while
  };

  Transport(std::FILE *in, llvm::raw_ostream &out, Style style)
      : in_(in), out_(out), style_(style) {
    if (style == Standard) // what is buffered here, `poll` would not see
      std::setvbuf(in, nullptr, _IONBF, 0);
  }

  /// The next message, or nothing at the end of the input.
  std::optional<std::string> read();
  /// Waits a moment for the next message, and says whether there is none.
  bool isIdle();
  void write(const llvm::json::Value &message);

private:
  /// A line without its break; nothing at the end of the input.
  std::optional<std::string> readLine();
  std::optional<std::string> readStandard();
  std::optional<std::string> readDelimited();

  std::FILE *in_;
  llvm::raw_ostream &out_;
  Style style_;
  bool idle_ = false; ///< Delimited: whether the last message was followed by `idle`
};

} // namespace wsc::lsp
