// Aligned lines and columns, and writing files.
#include "tools/wsc/Output.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

namespace wsc::tool {

std::string aligned(llvm::StringRef name, llvm::StringRef value) {
  constexpr size_t valuesBegin = 33, valuesEnd = 47;
  const size_t begin =
      std::max({name.size() + 1, valuesBegin, valuesEnd - std::min(valuesEnd, value.size())});
  return (name + std::string(begin - name.size(), ' ') + value).str();
}

void Columns::add(llvm::StringRef name, std::vector<std::string> cells) {
  name_ = std::max(name_, name.size());
  for (const std::string &cell : cells)
    cell_ = std::max(cell_, cell.size());
  lines_.emplace_back(name.str(), std::move(cells));
}

void Columns::show() const {
  for (const auto &[name, cells] : lines_) {
    llvm::outs() << "  " << llvm::left_justify(name, name_);
    for (const std::string &cell : cells)
      llvm::outs() << ' ' << llvm::right_justify(cell, cell_);
    llvm::outs() << '\n';
  }
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
