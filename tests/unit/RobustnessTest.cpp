// The front end on texts that are nearly specs: what the fuzz target promises, on every spec of
// the repository (those that once broke it are in tests/frontend/Inputs/fuzz) and on random changes
// of the examples.
#include "SpecTexts.h"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace {

/// Aborts the test where a promise is broken.
void feed(llvm::StringRef text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(text.data()), text.size());
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
