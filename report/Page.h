// The data of a report as one HTML file that needs nothing else.
#pragma once

#include "llvm/Support/JSON.h"

namespace wsc::report {

/// With library, script, style and data inside.
std::string pageOf(llvm::StringRef title, const llvm::json::Object &data);

} // namespace wsc::report
