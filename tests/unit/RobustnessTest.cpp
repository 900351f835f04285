// The front end on texts that are nearly specs: what the fuzz target promises, on every spec of
// the repository (those that once broke it are in tests/frontend/Inputs/fuzz) and on random changes
// of the examples.
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace {

/// Aborts the test where a promise is broken.
void feed(llvm::StringRef text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(text.data()), text.size());
}

/// The specs in a folder of the repository and in the folders inside it, sorted by name.
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

/// One small change: bytes and words deleted, repeated, replaced, flipped.
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

} // namespace

TEST(Robustness, EverySpec) {
  for (const char *folder : {"examples", "stdlib", "tests"}) {
    std::vector<std::string> texts = textsIn(folder);
    EXPECT_GT(texts.size(), 5u);
    for (const std::string &text : texts)
      feed(text);
  }
}

TEST(Robustness, ChangedExamples) {
  std::mt19937_64 random(20240707);
  for (const std::string &example : textsIn("examples"))
    for (int i = 0; i < 30; ++i) {
      std::string text = example;
      for (uint64_t changes = 1 + random() % 3; changes > 0; --changes)
        change(text, random);
      feed(text);
    }
}
