// Reading what an evaluator wrote.
#pragma once

#include "llvm/ADT/Twine.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace wsc::backends {

/// The content of a file in a folder; nothing where it cannot be read.
std::optional<std::string> fileOf(llvm::StringRef folder, const llvm::Twine &name);

/// The object in a JSON file, empty where the file holds something else.  `missing` where it cannot
/// be read; a sentence where it is no JSON.
std::variant<llvm::json::Object, std::string>
jsonFileOf(llvm::StringRef folder, llvm::StringRef name, llvm::StringRef missing);

/// The numbers among the words of a line behind the first `label`; none where there is no such
/// label.
std::vector<double> numbersAfter(llvm::StringRef text, llvm::StringRef label);

} // namespace wsc::backends
