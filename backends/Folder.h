// Reading what an evaluator wrote.
#pragma once

#include "llvm/ADT/Twine.h"
#include <optional>
#include <string>

namespace wsc::backends {

/// The content of a file in a folder; nothing where it cannot be read.
std::optional<std::string> fileOf(llvm::StringRef folder, const llvm::Twine &name);

} // namespace wsc::backends
