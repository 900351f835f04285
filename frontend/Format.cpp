// Formatting works on tokens, not on the tree: so comments need no special care, and a file
// whose names do not resolve can still be laid out.
#include "frontend/Format.h"

#include "frontend/Parse.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc {

namespace {

using Tokens = llvm::ArrayRef<Token>;

bool isOneOf(llvm::StringRef text, std::initializer_list<llvm::StringRef> list) {
  return llvm::is_contained(list, text);
}

bool isOperatorWord(llvm::StringRef text) {
  return isOneOf(text, {"in", "and", "or", "not", "implies", "if", "then", "else", "mod", "within",
                        "of", "match", "maximize", "minimize", "step", "weight", "from", "require"});
}

/// A `-` after this token is a sign, not a subtraction.
bool expectsOperand(const Token &token) {
  if (token.kind == Token::Word)
    return isOperatorWord(token.text);
  return token.kind == Token::Symbol && !isOneOf(token.text, {")", "]", "}", "%"});
}

/// One line of the file: its tokens and the depth of brackets it starts at.
struct Line {
  std::vector<Token> tokens;
  unsigned depth = 0;
  bool blankBefore = false;

  bool isComment() const { return tokens.front().kind == Token::Comment; }
  bool opensBlock() const { return isOneOf(tokens.back().text, {"{", "(", "["}); }
};

std::vector<Line> splitLines(Tokens tokens) {
  std::vector<Line> lines;
  unsigned depth = 0;
  for (const Token &token : tokens) {
    bool closes = isOneOf(token.text, {")", "]", "}"});
    if (closes && depth > 0)
      --depth;
    if (lines.empty() || token.newlinesBefore) {
      Line line;
      line.depth = depth;
      line.blankBefore = token.newlinesBefore > 1 && !lines.empty() &&
                         !lines.back().opensBlock() && !closes;
      lines.push_back(std::move(line));
    }
    lines.back().tokens.push_back(token);
    if (isOneOf(token.text, {"{", "(", "["}) && token.kind == Token::Symbol)
      ++depth;
  }
  return lines;
}

/// Blanks between two tokens of a line.
bool blankBetween(const Line &line, unsigned i) {
  const Token &a = line.tokens[i - 1], &b = line.tokens[i];
  if (b.kind == Token::Comment || b.kind == Token::Unit || a.text == "," || a.text == ";")
    return true;
  if (isOneOf(b.text, {",", ";", ")", "]", "."}) || isOneOf(a.text, {"(", "[", "."}))
    return false;
  if (a.text == "{" && b.text == "}")
    return false;
  if (a.text == "^" || b.text == "^")
    return false;
  if (isOneOf(b.text, {"(", "["}))
    return !(a.kind == Token::Word && !isOperatorWord(a.text)) && a.text != ")";
  if (a.text == "-" && (i < 2 || expectsOperand(line.tokens[i - 2])))
    return false;
  if (isOneOf(b.text, {"*", "/"}) && b.kind == Token::Symbol)
    return b.blankBefore || (i + 1 < line.tokens.size() && line.tokens[i + 1].blankBefore);
  if (isOneOf(a.text, {"*", "/"}) && a.kind == Token::Symbol)
    return b.blankBefore || a.blankBefore;
  return true;
}

std::string layOut(const Line &line, unsigned first, unsigned last) {
  std::string text;
  for (unsigned i = first; i < last; ++i) {
    if (i > first && blankBetween(line, i))
      text += ' ';
    text += line.tokens[i].text;
  }
  return text;
}

/// Where the line divides into a name and the rest: at the first `:`, `=` or `in` outside
/// brackets; 0 if nowhere.
unsigned divide(const Line &line) {
  unsigned depth = 0;
  for (unsigned i = 0; i < line.tokens.size(); ++i) {
    llvm::StringRef text = line.tokens[i].text;
    depth += isOneOf(text, {"(", "[", "{"});
    depth -= depth && isOneOf(text, {")", "]", "}"});
    if (depth == 0 && i > 0 && isOneOf(text, {":", "=", "in"}))
      return i;
    if (line.tokens[i].kind == Token::Comment || text == "{")
      return 0;
  }
  return 0;
}

/// The leading keyword that must agree within an aligned group: `let`, `param`, or nothing.
llvm::StringRef leader(const Line &line) {
  llvm::StringRef text = line.tokens.front().text;
  return isOneOf(text, {"param", "let", "require", "const", "unit", "dimension", "enum", "override",
                        "prefer", "metric", "chip", "model", "workload", "strategy", "fn"})
             ? text
             : "";
}

class Formatter {
public:
  explicit Formatter(Tokens tokens) : lines_(splitLines(tokens)) {}

  std::string run() {
    for (unsigned begin = 0; begin < lines_.size();) {
      unsigned end = groupEnd(begin);
      alignNames(begin, end);
      begin = end;
    }
    alignComments();
    std::string result;
    for (unsigned i = 0; i < lines_.size(); ++i)
      result += (lines_[i].blankBefore ? "\n" : "") + code_[i] + comment(i) + "\n";
    return result;
  }

private:
  /// Lines that divide, one after another at one depth and with one leader, are a group.
  unsigned groupEnd(unsigned begin) const {
    unsigned end = begin + 1;
    if (!divide(lines_[begin]))
      return end;
    while (end < lines_.size() && divide(lines_[end]) && !lines_[end].blankBefore &&
           lines_[end].depth == lines_[begin].depth && leader(lines_[end]) == leader(lines_[begin]))
      ++end;
    return end;
  }

  bool hasTrailingComment(const Line &line) const {
    return line.tokens.size() > 1 && line.tokens.back().kind == Token::Comment;
  }

  void alignNames(unsigned begin, unsigned end) {
    size_t width = 0;
    for (unsigned i = begin; i < end; ++i)
      width = std::max(width, layOut(lines_[i], 0, divide(lines_[i])).size());
    for (unsigned i = begin; i < end; ++i) {
      const Line &line = lines_[i];
      unsigned middle = divide(line), last = line.tokens.size() - hasTrailingComment(line);
      std::string name = layOut(line, 0, middle);
      if (middle)
        name += std::string(width - name.size() + 1, ' ');
      code_.push_back(std::string(2 * line.depth, ' ') + name + layOut(line, middle, last));
    }
  }

  /// Comments at the ends of neighbouring lines start in one column.
  void alignComments() {
    commentColumn_.assign(lines_.size(), 0);
    for (unsigned begin = 0; begin < lines_.size();) {
      unsigned end = begin;
      size_t column = 0;
      while (end < lines_.size() && hasTrailingComment(lines_[end]) &&
             (end == begin || !lines_[end].blankBefore))
        column = std::max(column, code_[end++].size());
      for (unsigned i = begin; i < end; ++i)
        commentColumn_[i] = column;
      begin = std::max(end, begin + 1);
    }
  }

  std::string comment(unsigned i) const {
    if (!hasTrailingComment(lines_[i]))
      return "";
    return std::string(commentColumn_[i] - code_[i].size() + 2, ' ') +
           lines_[i].tokens.back().text.rtrim().str();
  }

  std::vector<Line> lines_;
  std::vector<std::string> code_;
  std::vector<size_t> commentColumn_;
};

} // namespace

std::optional<std::string> format(const SourceFile &source, DiagnosticEngine &diagnostics) {
  if (!parseFile(source, diagnostics))
    return std::nullopt;
  std::vector<Token> tokens = tokenize(source, diagnostics);
  std::string result = Formatter(tokens).run();
  // White space is all that may change: check it rather than trust it.
  SourceFile formatted(source.path().str(), result);
  DiagnosticEngine scratch;
  std::vector<Token> again = tokenize(formatted, scratch);
  bool same = llvm::equal(tokens, again, [](const Token &a, const Token &b) {
    return a.kind == b.kind && a.text.rtrim() == b.text.rtrim();
  });
  if (same)
    return result;
  diagnostics.report(DiagKind::InternalError, {&source, 0, 1},
                     "formatting would have changed more than white space; the file is unchanged");
  return std::nullopt;
}

} // namespace wsc
