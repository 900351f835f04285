// Writing files.
#include "tools/wsc/Output.h"

#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

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
