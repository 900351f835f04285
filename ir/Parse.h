// Reads back the text that Print.h writes.
#pragma once

#include "ir/Space.h"
#include "llvm/Support/Error.h"

namespace wsc::ir {

/// The Space that the text describes, or the first error as `line:column: message`.  The text
/// may be anything; a Space that is returned satisfies verify().
llvm::Expected<std::unique_ptr<Space>> parse(llvm::StringRef text);

} // namespace wsc::ir
