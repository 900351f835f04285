// What a line is (a statement, its continuation, the end of a block) and the blanks inside it.
#include "frontend/FormatLines.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::layout {

bool isOneOf(llvm::StringRef text, std::initializer_list<llvm::StringRef> list) {
  return llvm::is_contained(list, text);
}

unsigned width(llvm::StringRef text) {
  return llvm::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; });
}

namespace {

bool opens(const Token &token) {
  return token.kind == Token::Symbol && isOneOf(token.text, {"{", "(", "["});
}
bool closes(const Token &token) {
  return token.kind == Token::Symbol && isOneOf(token.text, {"}", ")", "]"});
}

bool isOperatorWord(llvm::StringRef text) {
  return isOneOf(text,
                 {"in", "and", "or", "not", "implies", "if", "then", "else", "mod", "within", "of",
                  "match", "maximize", "minimize", "step", "weight", "from", "require"});
}

/// A `-` after this token is a sign, not a subtraction.
bool expectsOperand(const Token &token) {
  if (token.kind == Token::Word)
    return isOperatorWord(token.text);
  return token.kind == Token::Symbol && !isOneOf(token.text, {")", "]", "}", "%"});
}

bool blankBetween(const Line &line, unsigned i) {
  const Token &a = line.tokens[i - 1], &b = line.tokens[i];
  if (b.kind == Token::Comment || b.kind == Token::Unit || a.text == "," || a.text == ";")
    return true;
  if (isOneOf(b.text, {",", ";", ")", "]", "."}) || isOneOf(a.text, {"(", "[", "."}))
    return false;
  if (a.text == "{" && b.text == "}")
    return false;
  if (a.text == "^" || b.text == "^")
    return a.kind == Token::Unit; // `2 m ^3` is a power of 2 m, `2 m^3` is a volume
  if (line.word(0) == "table" && i == 2)
    return true;
  // The author's choice, before and after alike.
  if (isOneOf(b.text, {"*", "/"}) && b.kind == Token::Symbol)
    return b.blankBefore || (i + 1 < line.codeSize() && line.tokens[i + 1].blankBefore);
  if (isOneOf(a.text, {"*", "/"}) && a.kind == Token::Symbol)
    return b.blankBefore || a.blankBefore;
  if (isOneOf(b.text, {"(", "["}))
    return !(a.kind == Token::Word && !isOperatorWord(a.text)) && a.text != ")";
  if (a.text == "-" && (i < 2 ? !line.isAfterOperand : expectsOperand(line.tokens[i - 2])))
    return false;
  return true;
}

/// The first token of the list outside brackets from `begin` on; 0 if there is none before a
/// block or another statement begins.
unsigned findOutside(const Line &line, unsigned begin,
                     std::initializer_list<llvm::StringRef> wanted) {
  unsigned depth = 0;
  for (unsigned i = 0; i < line.codeSize(); ++i) {
    const Token &token = line.tokens[i];
    if (token.text == ";" || (token.text == "{" && i + 1 == line.codeSize()))
      return 0;
    if (depth == 0 && i >= begin && token.kind != Token::String && isOneOf(token.text, wanted))
      return i;
    depth += opens(token);
    depth -= depth && closes(token);
  }
  return 0;
}

/// Whether a line that starts like this goes on with the one before.
bool startsContinuation(const Line &line) {
  llvm::StringRef first = line.word(0), next = line.word(1);
  if (line.tokens[0].kind == Token::Symbol)
    return isOneOf(first, {"+", "-", "*", "/", "^", ".", "<", "<=", ">", ">=", "==", "!=", "->",
                           "=", ":", ",", ".."});
  if (first == "in")
    return true;
  // Some of these words may be names of fields, and `else : x` is a case of a `match`.
  return isOneOf(first, {"and", "or", "implies", "then", "else", "mod", "within", "of", "step",
                         "weight", "from", "assumed", "prefixes"}) &&
         !isOneOf(next, {":", "=", "in", ",", "{"});
}

/// Whether the line after one that ends like this goes on with it.
bool endsOpen(const Line &line) {
  const Token &last = line.tokens[line.codeSize() - 1];
  if (last.kind == Token::Symbol)
    return isOneOf(last.text, {"+", "-", "*", "/", "^", ".", "<", "<=", ">", ">=", "==", "!=", "->",
                               "=", ":", ".."});
  return last.kind == Token::Word &&
         isOneOf(last.text, {"in", "and", "or", "not", "implies", "if", "then", "else", "mod",
                             "within", "match", "let", "param", "require", "const", "fn"});
}

/// Divides the tokens into lines and follows the brackets across them.
class Splitter {
public:
  explicit Splitter(const SourceFile &source) : text_(source.text()) {}

  std::vector<Line> run(llvm::ArrayRef<Token> tokens) {
    while (!tokens.empty()) {
      size_t count = 1;
      while (count < tokens.size() && !tokens[count].newlinesBefore)
        ++count;
      add(tokens.take_front(count));
      tokens = tokens.drop_front(count);
    }
    return std::move(lines_);
  }

private:
  struct Bracket {
    Place place;
    bool isBlock; ///< the last token of its line: what follows is indented, not aligned
    bool isTable;
    unsigned statement = Line::none; ///< the last statement inside
  };

  void add(llvm::ArrayRef<Token> tokens) {
    Line line;
    line.tokens.assign(tokens.begin(), tokens.end());
    line.columns = columns(tokens);
    bool afterOpening = !lines_.empty() && opens(lines_.back().tokens.back());
    line.blankBefore =
        tokens[0].newlinesBefore > 1 && !lines_.empty() && !afterOpening && !closes(tokens[0]);
    classify(line);
    if (line.kind == Line::Continuation)
      line.isAfterOperand = !expectsOperand(lastCode()->tokens[lastCode()->codeSize() - 1]);
    lines_.push_back(std::move(line));
    follow();
  }

  /// The columns of the tokens of a line in the source, a tab stop every eight.
  std::vector<unsigned> columns(llvm::ArrayRef<Token> tokens) const {
    std::vector<unsigned> result;
    size_t at = text_.take_front(tokens[0].text.data() - text_.data()).rfind('\n') + 1;
    unsigned column = 0;
    for (const Token &token : tokens) {
      for (; text_.data() + at < token.text.data(); ++at)
        if (text_[at] == '\t')
          column = column / 8 * 8 + 8;
        else
          column += width(text_.substr(at, 1));
      result.push_back(column);
    }
    return result;
  }

  void classify(Line &line) {
    Bracket *inner = brackets_.empty() ? nullptr : &brackets_.back();
    for (const Bracket &bracket : brackets_)
      if (bracket.isBlock)
        line.block = bracket.place.line;
    unsigned &statement = inner && inner->isBlock ? inner->statement : statement_;
    if (line.tokens[0].kind == Token::Comment) {
      line.kind = Line::Comment;
    } else if (inner && !inner->isBlock) {
      line.kind = Line::Continuation;
      line.anchor = {inner->place.line, inner->place.token + 1};
    } else if (inner && closes(line.tokens[0])) {
      line.kind = Line::Close;
    } else if (statement != Line::none &&
               (line.isString(0) || (!(inner && inner->isTable) && !afterComma() &&
                                     (startsContinuation(line) || endsOpen(*lastCode()))))) {
      line.kind = Line::Continuation;
      const Line &head = lines_[statement];
      unsigned value = head.typeEnd() ? head.typeEnd() : head.nameEnd();
      line.anchor = {statement, value && value + 1 < head.codeSize() ? value + 1 : 0};
    } else {
      line.isRow = inner && inner->isTable;
      statement = lines_.size();
    }
  }

  const Line *lastCode() const {
    for (const Line &line : llvm::reverse(lines_))
      if (line.kind != Line::Comment)
        return &line;
    return nullptr;
  }
  bool afterComma() const {
    const Line *last = lastCode();
    return last && last->word(last->codeSize() - 1) == ",";
  }

  /// Opens and closes the brackets of the line that was added last.
  void follow() {
    const Line &line = lines_.back();
    unsigned number = lines_.size() - 1;
    for (unsigned i = 0; i < line.codeSize(); ++i) {
      if (opens(line.tokens[i])) {
        bool isBlock = i + 1 == line.codeSize();
        llvm::StringRef head =
            line.anchor.line == Line::none ? line.word(0) : lines_[line.anchor.line].word(0);
        brackets_.push_back({{number, i}, isBlock, isBlock && head == "table"});
      } else if (closes(line.tokens[i]) && !brackets_.empty())
        brackets_.pop_back();
    }
  }

  llvm::StringRef text_;
  std::vector<Line> lines_;
  std::vector<Bracket> brackets_;
  unsigned statement_ = Line::none; ///< the last statement outside all blocks
};

} // namespace

unsigned Line::nameEnd() const {
  if (leader() == "enum")
    return findOutside(*this, 1, {"{"});
  if (leader() == "fn")
    return 0;
  return findOutside(*this, 1, {":", "=", "in"});
}

unsigned Line::typeEnd() const {
  unsigned name = nameEnd();
  if (!name || tokens[name].text != ":" || isOneOf(leader(), {"require", "prefer"}))
    return 0;
  return findOutside(*this, name + 1, {"=", "in", "prefixes", "{"});
}

unsigned Line::valueEnd() const {
  unsigned begin = std::max(nameEnd(), typeEnd()) + 1;
  if (begin == 1)
    return 0;
  for (unsigned i = begin; (i = findOutside(*this, i, {"from", "assumed", "prefixes", "else"}));
       ++i) {
    bool string = isString(i + 1);
    llvm::StringRef text = tokens[i].text;
    if (string || text == "prefixes" ||
        (text == "assumed" && (i + 1 == codeSize() || isOneOf(word(i + 1), {"within", "from"}))))
      return i;
  }
  return 0;
}

unsigned Line::shareBegin() const {
  unsigned name = nameEnd();
  return name && leader() == "require" ? findOutside(*this, name + 1, {"within"}) : 0;
}

llvm::StringRef Line::leader() const {
  llvm::StringRef text = tokens.front().text;
  return isOneOf(text, {"param", "let", "require", "const", "unit", "dimension", "enum", "override",
                        "prefer", "metric", "chip", "model", "workload", "strategy", "suite", "fn"})
             ? text
             : "";
}

std::vector<Line> splitLines(llvm::ArrayRef<Token> tokens, const SourceFile &source) {
  return Splitter(source).run(tokens);
}

/// In a block on one line the author aligns numbers with the lines around; 0 elsewhere.
static unsigned blanksBeforeNumber(const Line &line, unsigned i) {
  if (line.tokens[i].kind != Token::Number || line.tokens[i - 1].text != "=" ||
      line.word(line.codeSize() - 1) != "}")
    return 0;
  return line.columns[i] - line.columns[i - 1] - width(line.tokens[i - 1].text);
}

std::string layOut(const Line &line, unsigned first, unsigned last) {
  std::string text;
  for (unsigned i = first; i < last; ++i) {
    if (i > first)
      text.append(std::max<unsigned>(blanksBeforeNumber(line, i), blankBetween(line, i)), ' ');
    text += line.tokens[i].text;
  }
  return text;
}

} // namespace wsc::layout
