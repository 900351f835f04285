// Files that the build puts into the program (report/Embed.cmake).
#pragma once

#include "llvm/ADT/StringRef.h"

namespace wsc::report::assets {

extern const llvm::StringRef page, style, script, library;

} // namespace wsc::report::assets
