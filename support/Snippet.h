// Internal to the text renderers: source lines with marks under them.
#pragma once

#include "support/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc {

/// Colours what is written while it lives.
class Coloured {
public:
  Coloured(llvm::raw_ostream &out, bool enabled, llvm::raw_ostream::Colors colour)
      : out_(out), enabled_(enabled) {
    if (enabled_)
      out_.changeColor(colour, /*Bold=*/true);
  }
  ~Coloured() {
    if (enabled_)
      out_.resetColor();
  }

private:
  llvm::raw_ostream &out_;
  bool enabled_;
};

} // namespace wsc
