// Files that subcommands write where the user says.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <system_error>

namespace wsc::tool {

/// Writes a file, over what is there.  False after showing why that is impossible.
bool writeFile(llvm::StringRef path, llvm::StringRef text);

/// Says that a file cannot be written; false.
bool cannotWrite(llvm::StringRef path, std::error_code error);

} // namespace wsc::tool
