// Files by their names in a folder.
#include "backends/Folder.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace wsc::backends {

std::optional<std::string> fileOf(llvm::StringRef folder, const llvm::Twine &name) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return std::nullopt;
  return (*buffer)->getBuffer().str();
}

std::variant<llvm::json::Object, std::string>
jsonFileOf(llvm::StringRef folder, llvm::StringRef name, llvm::StringRef missing) {
  const auto text = fileOf(folder, name);
  if (!text)
    return missing.str();
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(*text);
  if (!value) {
    llvm::consumeError(value.takeError());
    return "`" + name.str() + "` is no JSON";
  }
  llvm::json::Object *object = value->getAsObject();
  return object ? std::move(*object) : llvm::json::Object();
}

std::vector<double> numbersAfter(llvm::StringRef text, llvm::StringRef label) {
  std::vector<double> numbers;
  const size_t at = text.find(label);
  if (at == llvm::StringRef::npos)
    return numbers;
  llvm::SmallVector<llvm::StringRef> words;
  text.substr(at + label.size()).split('\n').first.split(words, ' ');
  for (llvm::StringRef word : words)
    if (double number; !word.trim().getAsDouble(number))
      numbers.push_back(number);
  return numbers;
}

} // namespace wsc::backends
