// Aligned lines, and writing files.
#include "tools/wsc/Output.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

namespace wsc::tool {

std::string aligned(llvm::StringRef name, llvm::StringRef value) {
  constexpr size_t valuesBegin = 33, valuesEnd = 47;
  const size_t begin =
      std::max({name.size() + 1, valuesBegin, valuesEnd - std::min(valuesEnd, value.size())});
  return (name + std::string(begin - name.size(), ' ') + value).str();
}

bool cannotWrite(llvm::StringRef path, std::error_code error) {
  llvm::errs() << "error: cannot write `" << path << "`: " << error.message() << '\n';
  return false;
}

bool writeFile(llvm::StringRef path, llvm::StringRef text) {
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  if (error) {
    out.clear_error();
    return cannotWrite(path, error);
  }
  out << text;
  out.close();
  error = out.error();
  out.clear_error();
  return error ? cannotWrite(path, error) : true;
}

} // namespace wsc::tool
