// Lines that subcommands print, and files that they write where the user says.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <system_error>
#include <vector>

namespace wsc::tool {

/// A name and its value, of a list in which values end in one column: where the name is long as
/// well.
std::string aligned(llvm::StringRef name, llvm::StringRef value);

/// Lines of a name and cells, in columns as wide as these.
class Columns {
public:
  /// Characters of each column at least.
  Columns(size_t name, size_t cell) : name_(name), cell_(cell) {}
  void add(llvm::StringRef name, std::vector<std::string> cells);
  void show() const;

private:
  size_t name_, cell_;
  std::vector<std::pair<std::string, std::vector<std::string>>> lines_;
};

/// Writes a file, over what is there.  False after showing why that is impossible.
bool writeFile(llvm::StringRef path, llvm::StringRef text);

/// Says that a file cannot be written; false.
bool cannotWrite(llvm::StringRef path, std::error_code error);

} // namespace wsc::tool
