// What people write who come from other languages, and what it is called here.
#include "frontend/ParseAntlr.h"

#include "llvm/ADT/StringExtras.h"

namespace wsc::parse {

namespace {

/// A mistake is recognized by words around the token that the parser stumbled over, and by the
/// first word of its statement.  A pattern lists alternatives with blanks between them; `NAME`,
/// `NUMBER`, `STRING`, `UNIT` and `WORD` (reserved) stand for kinds of tokens, `CONDITION` as a
/// first word for any line with a condition, `SECOND` for a word right behind the first; an empty
/// pattern fits everything.
struct Mistake {
  const char *first, *previous, *found, *next;
  const char *help;
  /// The edit: the tokens from `from` to `to`, counted from the one that was found, become this.
  const char *replacement = nullptr;
  int from = 0, to = 0;
};

const Mistake mistakes[] = {
    // operators
    {"CONDITION", "", "=", ">", "greater or equal is `>=`", ">=", 0, 1},
    {"CONDITION", "", "=", "<", "less or equal is `<=`", "<=", 0, 1},
    {"", "<", ">", "", "unequal is `!=`", "!=", -1, 0},
    {"prefer", "weight", "=", "", "the weight follows its word directly", "", 0, 0},
    {"CONDITION", "", "=", "", "equality is `==`", "=="},
    {"", "*", "*", "", "a power is written `x^n`", "^", -1, 0},
    {"", "", "%", "", "`%` is per cent and follows a number; the remainder is `mod`", "mod"},
    {"", "..", ".", "", "a range has two dots", ""},
    {"", "", "..", "",
     "what is open is written with `in`, as in `n in 1 .. 8` or `n in pow2(1 .. 64)`"},
    {"let const", ":", "=", "", "a definition is written with `=` alone", "=", -1, 0},
    {"let const", "NAME", "==", "", "a definition is written with `=`; `==` compares", "="},
    {"", "+ -", "+ - =", "", "nothing changes its value; `let` defines a new quantity"},
    {"", "NAME", "+ -", "=", "nothing changes its value; `let` defines a new quantity"},
    // numbers
    {"", "NUMBER", ",", "NUMBER", "digits are grouped with `_`: `1_000`", "_"},
    {"", "= ( , : .. + - * / in", ".", "NUMBER", "a number starts with a digit: `0.5`", "0."},
    // names
    {"let param", "NAME", "-", "NAME", "a name has letters, digits and `_`", "_"},
    {"let param const", "let param const", "NUMBER", "", "a name starts with a letter"},
    {"let param const", "let param const", "STRING", "", "a name is written without quotes"},
    {"", "let param const chip component , fn enum table", "WORD", "",
     "this is a word of the language and cannot be a name"},
    // members
    {"param", "NAME", "=", "",
     "a `param` has a type, as in `param n : int = 4`; what follows from other fields is a `let`"},
    {"param", "NAME", "in", "", "a `param` has a type, as in `param n : int in 1 .. 8`"},
    {"let", "NAME", ",", "", "a `let` defines one quantity"},
    {"let", "", "in", "", "what is open is a `param`, as in `param n : int in 1 .. 8`"},
    {"", "override", "param", "", "a `param` is refined with `=` or `in`; `override` is for `let`"},
    {"", "NAME", ":=", "", "a field is fixed with `=`"},
    {"", ":", "NUMBER", "", "a field is fixed with `=`", "=", -1, -1},
    {"", "=", "{", "", "a nested component is refined without `=`", "", -1, -1},
    {"", ":", "{", "",
     "a new component is named, as in `core : Core { ... }`; one of the base is refined "
     "with `core { ... }`"},
    {"", "NAME", "(", ")", "a component has no arguments", "", 0, 1},
    {"", "]", "[", "", "the extents of an array stand in one pair of brackets", ", ", -1, 0},
    {"var val auto int float double define set", "", "", "",
     "`let NAME = ...` derives a quantity, `param NAME : type` declares a field"},
    {"assert assume constraint constrain ensure must", "", "", "",
     "what must hold is written `require NAME : condition`"},
    {"require prefer", "SECOND", "", "",
     "a requirement has a name, as in `require NAME : condition`"},
    {"require", "else", "", "", "the reason is a text in quotes"},
    {"require", "", ":", "STRING", "the reason follows `else`", "else"},
    {"", "from", "NAME", "", "a source is a text in quotes"},
    {"", ";", ";", "", "one `;` is enough", ""},
    {"", "NAME NUMBER UNIT STRING )", ";", "", "what stands in brackets is separated by commas",
     ","},
    {"", ",", ",", "", "one comma is enough", ""},
    // domains
    {"", "in", "[", "", "a set of values stands in braces: `{ 1, 2, 4 }`"},
    {"", "", ",", "< <= > >=", "two limits are joined with `and`, as in `> 0 and <= 1`", " and"},
    {"", "", "union except", "", "`union` and `except` combine lists of values, not limits"},
    {"", "union except", "< <= > >=", "",
     "`union` and `except` combine lists of values, not limits"},
    {"param", "", ",", "", "a set of values stands in braces: `{ 1, 2, 4 }`"},
    {"", "{", "}", "", "there is at least one"},
    {"", "in", "", "",
     "values are a range `1 .. 8`, a set `{ 1, 2, 4 }`, `pow2(1 .. 64)`, "
     "`multiples(4, 4 .. 64)`, `divisors(n)` or an enum; limits are `> 0` or `> 0 and <= 1`"},
    {"", "NUMBER", "NUMBER", "/",
     "a unit stands right behind its number, as in `1e9 Hz` or `5 mm^-2`; 1/s is `s^-1`, a clock "
     "is in `Hz`"},
    {"", "UNIT", "NUMBER", "", "a range is written `lo .. hi`, its step `lo .. hi step k`"},
    // expressions
    {"", "", "of", "", "a tolerance is written `x within 5 % of y`"},
    {"", "", "within", "", "a tolerance is written `x within 5 % of y`"},
    {"", "", "=", ">", "a case is written `value : result`", ":", 0, 1},
    {"fn", ")", "->", "", "the type of the result follows `:`", ":"},
    {"", "", "->", "", "a case is written `value : result`", ":"},
    // files and declarations
    {"import", "import", "STRING", "", "an import is a name, as in `import std.wafer`"},
    {"import", "", "/", "", "the parts of an import are joined with dots", "."},
    {"import", "", ",", "", "each import has a line of its own"},
    {"", "", "import", "", "imports stand before all declarations"},
    {"include use using require_once", "", "", "",
     "another file is imported, as in `import std.wafer`"},
    {"", "wsc", "", "", "the first line is `wsc 1`"},
    {"wsc", "", "wsc", "", "`wsc 1` is the first line of a file"},
    {"", "", "wsc", "", "`wsc 1` is the first line of a file"},
    {"chip component model workload strategy technology", "SECOND", "=", "",
     "a refinement is written `chip A : Base { ... }`", ":"},
    {"chip component model workload strategy technology", "SECOND", "NAME", "NAME",
     "a refinement is written `chip A : Base { ... }`", ":"},
    {"chip component model workload strategy technology", "SECOND", "", "",
     "a component is written `chip A { ... }`, a refinement `chip A : Base { ... }`"},
    {"class struct module object system", "", "", "",
     "what a chip is made of is declared as `component NAME { ... }`"},
    {"enum", "SECOND", "=", "{", "an enum is written without `=`", ""},
    {"enum", "SECOND", "", "", "an enum is written `enum Style { first, second }`"},
    {"def function func", "", "", "",
     "a function is written `fn f(x : real) = ...`, outside of components"},
    {"fn", "NAME", "NAME", "", "a parameter is written `x : real`"},
    {"fn", "NAME", "=", "", "a function has parameters; what has none is a `const`"},
    {"fn", "", "{", "", "the body follows `=`, as in `fn f(x : real) = x + 1`"},
    {"", "", "fn const table enum import unit dimension", "",
     "this is declared outside of components"},
    {"", "", "param let require prefer", "", "this is a member and stands inside a component"},
    {"", "", "maximize minimize", "", "objectives stand in an `explore { ... }` block"},
    // explore
    {"", "maximize minimize", ": =", "", "the objective follows its word directly", ""},
    {"budget", "budget", ":", "", "a setting is written with `=`", "="},
};

const char *const keywords[] = {
    "param", "let",      "require",  "prefer",   "override",   "chip",  "component",
    "model", "workload", "strategy", "suite",    "technology", "const", "table",
    "enum",  "import",   "explore",  "maximize", "minimize",   "unit",  "dimension"};

bool isWord(const antlr4::Token *token) {
  return token && isalpha(static_cast<unsigned char>(token->getText()[0]));
}

bool isWordOfLanguage(const std::string &text) {
  return llvm::is_contained({"import", "const", "fn", "param",   "override", "let",   "require",
                             "prefer", "else",  "in", "within",  "if",       "then",  "match",
                             "not",    "and",   "or", "implies", "mod",      "union", "except"},
                            text);
}

bool fitsOne(const antlr4::Token *token, llvm::StringRef pattern) {
  const std::string text = token->getText();
  switch (token->getType()) {
  case WscParser::NAME: return pattern == "NAME" || pattern == text;
  case WscParser::NUMBER: return pattern == "NUMBER";
  case WscParser::STRING: return pattern == "STRING";
  case WscParser::UNIT: return pattern == "UNIT";
  }
  return pattern == text || (pattern == "WORD" && isWordOfLanguage(text));
}

bool fits(const antlr4::Token *token, llvm::StringRef pattern) {
  if (pattern.empty())
    return true;
  if (!token || token->getType() == antlr4::Token::EOF)
    return false;
  return llvm::any_of(llvm::split(pattern, ' '),
                      [&](llvm::StringRef one) { return fitsOne(token, one); });
}

} // namespace

const antlr4::Token *Spot::token(int i) const {
  int index = static_cast<int>(found_.getTokenIndex());
  auto *stream = dynamic_cast<antlr4::BufferedTokenStream *>(&tokens_);
  while (i != 0) {
    index += i < 0 ? -1 : 1;
    if (index < 0 || !stream || index >= static_cast<int>(stream->size()))
      return nullptr;
    if (tokens_.get(index)->getChannel() == antlr4::Token::DEFAULT_CHANNEL)
      i += i < 0 ? 1 : -1;
  }
  return tokens_.get(index);
}

const antlr4::Token *Spot::first() const {
  const antlr4::Token *first = &found_;
  for (int i = -1; const antlr4::Token *before = token(i); --i) {
    if (before->getLine() < first->getLine() ||
        llvm::is_contained({"{", "}", ";"}, before->getText()))
      break;
    first = before;
  }
  return first;
}

bool Spot::inCondition() const {
  for (int i = -1; const antlr4::Token *t = token(i); --i) {
    if (t->getLine() < found_.getLine())
      return false;
    if (llvm::is_contained({"require", "prefer", "if"}, t->getText()))
      return true;
  }
  return false;
}

bool Spot::touches() const {
  const antlr4::Token *before = token(-1), *after = token(1);
  return before && after && before->getStopIndex() + 1 == found_.getStartIndex() &&
         found_.getStopIndex() + 1 == after->getStartIndex();
}

Range Spot::range(int from, int to) const {
  Range begin = places_.range(token(from)), end = places_.range(token(to));
  return {begin.file, begin.begin, end.end};
}

void explainMistake(const Spot &spot, Diagnostic &d) {
  const antlr4::Token *first = spot.first();
  for (const Mistake &m : mistakes) {
    bool begins =
        llvm::StringRef(m.first) == "CONDITION" ? spot.inCondition() : fits(first, m.first);
    bool follows = llvm::StringRef(m.previous) == "SECOND"
                       ? isWord(spot.token(-1)) && spot.token(-2) == first
                       : fits(spot.token(-1), m.previous);
    if (!begins || !follows || !fits(spot.token(0), m.found) || !fits(spot.token(1), m.next))
      continue;
    llvm::StringRef replacement = m.replacement ? m.replacement : "";
    if (replacement == "_" && !spot.touches()) // `1, 2` are two numbers, `1,000` is meant as one
      continue;
    d.suggest(m.help);
    if (!m.replacement)
      return;
    Range range = spot.range(m.from, m.to);
    if (replacement.empty() && spot.token(m.from - 1)) // with the blanks before
      range.begin = spot.rangeOf(spot.token(m.from - 1)).end;
    d.fix(range, replacement.str());
    return;
  }
  if (first->getType() == WscParser::NAME)
    d.suggestName(spot.rangeOf(first), llvm::to_vector_of<llvm::StringRef>(keywords));
}

} // namespace wsc::parse
