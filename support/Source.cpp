// Loading files and turning byte offsets into lines and columns.
#include "support/Source.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>

namespace wsc {

SourceFile::SourceFile(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)), lineStarts_{0} {
  for (unsigned i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n')
      lineStarts_.push_back(i + 1);
}

SourceFile::Position SourceFile::position(unsigned offset) const {
  auto next = std::upper_bound(lineStarts_.begin(), lineStarts_.end(), offset);
  unsigned line = next - lineStarts_.begin();
  return {line, offset - lineStarts_[line - 1] + 1};
}

llvm::StringRef SourceFile::line(unsigned number) const {
  if (number == 0 || number > lineStarts_.size())
    return "";
  llvm::StringRef rest = llvm::StringRef(text_).substr(lineStarts_[number - 1]);
  return rest.take_until([](char c) { return c == '\n' || c == '\r'; });
}

const SourceFile *SourceManager::add(std::string path, std::string text) {
  files_.push_back(std::make_shared<const SourceFile>(std::move(path), std::move(text)));
  const SourceFile *file = files_.back().get();
  byPath_[file->path()] = file;
  return file;
}

const SourceFile *SourceManager::load(llvm::StringRef path, std::string &error) {
  if (auto known = byPath_.find(path); known != byPath_.end())
    return known->second;
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer) {
    error = buffer.getError().message();
    return nullptr;
  }
  return add(path == "-" ? "<stdin>" : path.str(), (*buffer)->getBuffer().str());
}

bool SourceManager::exists(llvm::StringRef path) const {
  return byPath_.contains(path) || llvm::sys::fs::exists(path);
}

} // namespace wsc
