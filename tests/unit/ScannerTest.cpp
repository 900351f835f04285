// The scanner finds the tokens that the lexer rules of the grammar describe: those of the lexer
// that ANTLR makes of them.
#include "SpecTexts.h"
#include "WscLexer.h"
#include "frontend/ParseAntlr.h"
#include "llvm/Support/JSON.h"

#include <gtest/gtest.h>

using namespace wsc::parse;

namespace {

std::string line(const antlr4::Token &token, size_t begin, size_t end, size_t column) {
  return "type " + std::to_string(token.getType()) + " channel " +
         std::to_string(token.getChannel()) + " bytes " + std::to_string(begin) + " .. " +
         std::to_string(end) + " at " + std::to_string(token.getLine()) + ":" +
         std::to_string(column) + " `" + token.getText() + "`";
}

std::vector<std::string> scanned(llvm::StringRef text) {
  std::vector<std::string> result;
  Scanner scanner(text);
  for (auto token = scanner.nextToken(); token->getType() != antlr4::Token::EOF;
       token = scanner.nextToken())
    result.push_back(line(*token, token->getStartIndex(), token->getStopIndex(),
                          token->getCharPositionInLine()));
  return result;
}

/// ANTLR counts characters, the scanner bytes.
std::vector<std::string> lexed(llvm::StringRef text) {
  std::vector<size_t> bytes; // where each character begins
  for (size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
      bytes.push_back(i);
  bytes.push_back(text.size());

  antlr4::ANTLRInputStream input(text.str());
  WscLexer lexer(&input);
  lexer.removeErrorListeners();
  std::vector<std::string> result;
  for (const auto &token : lexer.getAllTokens()) {
    size_t first = token->getStartIndex(), begin = bytes[first];
    result.push_back(line(*token, begin, bytes[token->getStopIndex() + 1] - 1,
                          begin - bytes[first - token->getCharPositionInLine()]));
  }
  return result;
}

/// Whether a text gets as far as to the scanner: it has a token, and is UTF-8.
bool isText(llvm::StringRef text) { return !text.empty() && llvm::json::isUTF8(text); }

void compare(const std::string &text) {
  std::vector<std::string> expected = lexed(text), found = scanned(text);
  for (size_t i = 0; i < std::min(expected.size(), found.size()); ++i)
    ASSERT_EQ(found[i], expected[i]) << "token " << i << " of\n" << text;
  ASSERT_EQ(found.size(), expected.size()) << text;
}

} // namespace

TEST(Scanner, EverySpec) {
  for (const char *folder : {"examples", "stdlib", "tests"})
    for (const std::string &text : textsIn(folder)) {
      if (!isText(text))
        continue;
      ASSERT_NO_FATAL_FAILURE(compare(text));
    }
}

TEST(Scanner, ChangedExamples) {
  std::mt19937_64 random(20261127);
  unsigned compared = 0;
  for (const std::string &example : textsIn("examples"))
    for (int i = 0; i < 10; ++i) {
      std::string text = example;
      for (uint64_t changes = 1 + random() % 4; changes > 0; --changes)
        change(text, random);
      if (!isText(text))
        continue;
      ASSERT_NO_FATAL_FAILURE(compare(text));
      ++compared;
    }
  EXPECT_GT(compared, 100u);
}

/// What tokens are made of, in any order.
TEST(Scanner, RandomPieces) {
  const llvm::StringRef pieces[] = {"0",
                                    "12",
                                    "_",
                                    ".",
                                    "..",
                                    "e",
                                    "E",
                                    "+",
                                    "-",
                                    "->",
                                    ">",
                                    "=",
                                    "==",
                                    "<",
                                    "!",
                                    "\"",
                                    "\\",
                                    "\n",
                                    "\r",
                                    " ",
                                    "\t",
                                    "/",
                                    "//",
                                    "///",
                                    "x",
                                    "if",
                                    "in",
                                    "%",
                                    "^",
                                    "\x01",
                                    "#",
                                    "{",
                                    "\xC3\xA9",
                                    "\xE2\x82\xAC",
                                    "\xF0\x9F\x98\x80",
                                    "'"};
  std::mt19937_64 random(20261127);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = i % 100 ? "" : "\xEF\xBB\xBF";
    for (uint64_t n = 1 + random() % 12; n > 0; --n)
      text += pieces[random() % std::size(pieces)];
    ASSERT_NO_FATAL_FAILURE(compare(text));
  }
}
