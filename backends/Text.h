// Lines and JSON as text.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace wsc::backends {

/// Without line ends; they point into `text`.
std::vector<llvm::StringRef> linesOf(llvm::StringRef text);

/// Indented by two, with a line end.
std::string indented(const llvm::json::Value &value);

} // namespace wsc::backends
