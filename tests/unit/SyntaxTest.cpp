// Parsing undoes printing, and formatting keeps the syntax tree.
#include "RandomSyntax.h"
#include "SyntaxDump.h"
#include "frontend/Format.h"
#include "frontend/Parse.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

using namespace wsc;

namespace {

/// The dump of a text's tree; empty when it has syntax errors, which `errors` then holds.
std::string parsed(const std::string &text, std::string *errors = nullptr) {
  SourceFile source("test.wsc", text);
  DiagnosticEngine diagnostics;
  auto file = parseFile(source, diagnostics);
  if (errors) {
    llvm::raw_string_ostream stream(*errors);
    renderText(diagnostics, stream, /*colour=*/false);
  }
  return file ? dump(*file) : "";
}

std::string formatted(const std::string &text) {
  SourceFile source("test.wsc", text);
  DiagnosticEngine diagnostics;
  return format(source, diagnostics).value_or("");
}

} // namespace

TEST(Syntax, ParsingUndoesPrinting) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomSyntax random(seed);
    random.file();
    std::string text = random.text(), errors;
    ASSERT_EQ(parsed(text, &errors), random.dump()) << "seed " << seed << "\n" << text << errors;
  }
}

TEST(Syntax, FormattingKeepsTheTree) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomSyntax random(seed);
    random.file();
    std::string text = random.text(), once = formatted(text);
    ASSERT_EQ(parsed(once), random.dump()) << "seed " << seed << "\n" << text << once;
    ASSERT_EQ(formatted(once), once) << "seed " << seed << "\n" << text;
  }
}

TEST(Syntax, FormattingKeepsTheTreeOfEverySpec) {
  unsigned specs = 0;
  std::error_code error;
  for (const char *folder : {"/examples", "/stdlib", "/tests"})
    for (llvm::sys::fs::recursive_directory_iterator it(WSC_ROOT + std::string(folder), error), end;
         it != end; it.increment(error)) {
      auto buffer = llvm::MemoryBuffer::getFile(it->path());
      if (!buffer || !llvm::StringRef(it->path()).ends_with(".wsc"))
        continue;
      std::string text = (*buffer)->getBuffer().str(), tree = parsed(text);
      if (tree.empty())
        continue;
      ++specs;
      EXPECT_EQ(parsed(formatted(text)), tree) << it->path();
    }
  EXPECT_GT(specs, 20u);
}
