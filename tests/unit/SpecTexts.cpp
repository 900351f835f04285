// The specs of the repository, and small changes of them.
#include "SpecTexts.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <algorithm>

std::vector<std::string> textsIn(llvm::StringRef folder) {
  llvm::SmallString<128> path(WSC_ROOT);
  llvm::sys::path::append(path, folder);
  std::vector<std::string> names, texts;
  std::error_code error;
  for (llvm::sys::fs::recursive_directory_iterator it(path, error), end; it != end;
       it.increment(error))
    if (llvm::StringRef(it->path()).ends_with(".wsc"))
      names.push_back(it->path());
  std::sort(names.begin(), names.end());
  for (const std::string &name : names)
    if (auto buffer = llvm::MemoryBuffer::getFile(name))
      texts.push_back((*buffer)->getBuffer().str());
  return texts;
}

void change(std::string &text, std::mt19937_64 &random) {
  auto below = [&](size_t bound) { return bound ? random() % bound : 0; };
  const size_t sizes[] = {1, 1, 2, 8, 60};
  size_t at = below(text.size()), size = sizes[below(5)];
  switch (below(6)) {
  case 0: text.erase(at, size); break;
  case 1:
    for (; size > 0; --size)
      text.insert(text.begin() + at, static_cast<char>(below(256)));
    break;
  case 2:
    for (; size > 0 && at < text.size(); --size)
      text[at++] = "(){}[]:;,=.+-*/^<>\"1e9 \n"[below(24)];
    break;
  case 3: { // a word from elsewhere
    size_t begin = std::min(text.find_first_of(" \n", below(text.size())), text.size());
    size_t end = std::min(text.find_first_of(" \n", begin + 1), text.size());
    text.insert(std::min(text.find(' ', at), text.size()), text.substr(begin, end - begin));
    break;
  }
  case 4: text.insert(at, text.substr(below(text.size()), size * 4)); break;
  case 5:
    if (!text.empty())
      text[at] ^= static_cast<char>(1 << below(8));
    break;
  }
}
