// Formatting works on tokens, not on the tree: so comments need no special care, and a file
// whose names do not resolve can still be laid out.
#include "frontend/Format.h"

#include "frontend/FormatLines.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc {

namespace {

using layout::layOut;
using layout::Line;
using layout::width;

class Formatter {
public:
  explicit Formatter(std::vector<Line> lines) : lines_(std::move(lines)), code_(lines_.size()) {}

  std::string run() {
    for (unsigned begin = 0; begin < lines_.size(); ++begin)
      if (lines_[begin].kind == Line::Statement && code_[begin].empty())
        align(group(begin));
    for (unsigned i = 0; i < lines_.size(); ++i)
      if (lines_[i].kind != Line::Comment) {
        if (code_[i].empty())
          code_[i] = layOut(lines_[i], 0, lines_[i].codeSize());
        indents_.push_back(indent(i));
      } else
        indents_.push_back(0); // known when the next line is
    indentComments();
    alignTrailingComments();
    std::string result;
    for (unsigned i = 0; i < lines_.size(); ++i)
      result +=
          (lines_[i].blankBefore ? "\n" : "") + std::string(indents_[i], ' ') + code_[i] + "\n";
    return result;
  }

private:
  /// The statements from `begin` on that are aligned with it.
  std::vector<unsigned> group(unsigned begin) const {
    const Line &first = lines_[begin];
    std::vector<unsigned> members{begin};
    if (!first.isRow && !first.nameEnd())
      return members;
    for (unsigned i = begin + 1; i < lines_.size() && !lines_[i].blankBefore; ++i) {
      const Line &line = lines_[i];
      if (line.kind == Line::Comment || line.kind == Line::Continuation)
        continue;
      bool alike = first.isRow ? line.isRow : line.nameEnd() && line.leader() == first.leader();
      if (line.kind != Line::Statement || line.block != first.block || !alike)
        break;
      members.push_back(i);
    }
    return members;
  }

  void align(const std::vector<unsigned> &members) {
    if (lines_[members[0]].isRow)
      alignRows(members);
    else
      for (auto end : {&Line::nameEnd, &Line::typeEnd, &Line::shareBegin, &Line::valueEnd})
        alignAt(members, end);
    for (unsigned i : members)
      append(i, lines_[i].codeSize());
  }

  /// Brings the tokens at `(line.*end)()` of some lines into one column.
  void alignAt(const std::vector<unsigned> &members, unsigned (Line::*end)() const) {
    unsigned column = 0;
    for (unsigned i : members)
      if (unsigned token = (lines_[i].*end)()) {
        append(i, token);
        column = std::max(column, width(code_[i]));
      }
    for (unsigned i : members)
      if ((lines_[i].*end)())
        code_[i].append(column - width(code_[i]) + 1, ' ');
  }

  /// Adds the tokens of a line up to `token` that are not there yet.
  void append(unsigned i, unsigned token) {
    unsigned &done = done_[i];
    std::string text = layOut(lines_[i], done, token);
    if (done && done < token && code_[i].back() != ' ')
      code_[i] += ' ';
    code_[i] += text;
    done = token;
  }

  // ---- tables --------------------------------------------------------------------------------

  /// The cells of a row, each with the `,`, `:` or `from` that ends it.
  static std::vector<std::pair<unsigned, unsigned>> cells(const Line &line) {
    std::vector<std::pair<unsigned, unsigned>> result;
    unsigned depth = 0, begin = 0;
    for (unsigned i = 0; i < line.codeSize(); ++i) {
      llvm::StringRef text = line.tokens[i].text;
      depth += layout::isOneOf(text, {"(", "[", "{"});
      depth -= depth && layout::isOneOf(text, {")", "]", "}"});
      if (depth == 0 && layout::isOneOf(text, {",", ":"})) {
        result.push_back({begin, i});
        begin = i + 1;
      }
      if (depth == 0 && i > begin && text == "from" && line.isString(i + 1)) {
        result.push_back({begin, i});
        return result;
      }
    }
    result.push_back({begin, line.codeSize()});
    return result;
  }

  /// Columns of cells: numbers to the right, words to the left.
  void alignRows(const std::vector<unsigned> &members) {
    size_t count = cells(lines_[members[0]]).size();
    for (unsigned i : members)
      if (cells(lines_[i]).size() != count)
        return;
    std::vector<unsigned> widths(count);
    for (unsigned i : members)
      for (auto [cell, most] : llvm::zip(cells(lines_[i]), widths))
        most = std::max(most, width(layOut(lines_[i], cell.first, cell.second)));
    for (unsigned i : members) {
      const Line &line = lines_[i];
      for (auto [cell, most] : llvm::zip(cells(line), widths)) {
        std::string text = layOut(line, cell.first, cell.second);
        std::string pad(most - width(text), ' ');
        // Behind the last comma of a row there is none.
        bool number = cell.first < cell.second &&
                      (line.tokens[cell.first].kind == Token::Number || text.front() == '-');
        llvm::StringRef end = line.word(cell.second);
        code_[i] += number ? pad + text : text;
        if (end == ",")
          code_[i] += ", ";
        if (!number && !end.empty())
          code_[i] += pad;
        if (end == ":")
          code_[i] += " : ";
        if (end == "from")
          code_[i] += " " + layOut(line, cell.second, line.codeSize());
      }
      done_[i] = line.codeSize();
    }
  }

  // ---- indentation ---------------------------------------------------------------------------

  unsigned indent(unsigned i) const {
    const Line &line = lines_[i];
    bool inBlock = line.block != Line::none;
    unsigned around = inBlock ? indents_[statementOf(line.block)] : 0;
    switch (line.kind) {
    case Line::Statement:
    case Line::Comment: return inBlock ? around + 2 : 0;
    case Line::Close: return around;
    case Line::Continuation: break;
    }
    // What stands under the value moves with it, what stands before it with the statement.
    unsigned statement = statementOf(i), here = line.columns[0];
    unsigned value = sourceColumn(line.anchor), start = lines_[statement].columns[0];
    if (here >= value)
      return std::max(indents_[statement] + 4, column(line.anchor) + here - value);
    return indents_[statement] + std::max(4u, here > start ? here - start : 0);
  }

  /// The statement that a line begins or goes on with.
  unsigned statementOf(unsigned i) const {
    while (lines_[i].kind == Line::Continuation)
      i = lines_[i].anchor.line;
    return i;
  }

  unsigned sourceColumn(layout::Place place) const {
    return lines_[place.line].columns[place.token];
  }

  /// The column of a token in the result.
  unsigned column(layout::Place place) const {
    const Line &line = lines_[place.line];
    llvm::StringRef rest = code_[place.line];
    for (unsigned i = 0; i < place.token; ++i)
      rest = rest.ltrim(' ').drop_front(line.tokens[i].text.size());
    llvm::StringRef before = code_[place.line];
    before = before.drop_back(rest.ltrim(' ').size());
    return indents_[place.line] + width(before);
  }

  void indentComments() {
    for (unsigned i = lines_.size(); i-- > 0;) {
      const Line &line = lines_[i];
      if (line.kind != Line::Comment)
        continue;
      code_[i] = line.tokens[0].text.rtrim().str();
      bool known = i + 1 < lines_.size() && lines_[i + 1].block == line.block &&
                   lines_[i + 1].kind != Line::Close;
      indents_[i] = known ? indents_[i + 1] : indent(i);
    }
  }

  /// Comments at the ends of neighbouring lines start in one column.
  void alignTrailingComments() {
    for (unsigned begin = 0; begin < lines_.size();) {
      unsigned end = begin, column = 0;
      for (; end < lines_.size() && lines_[end].hasTrailingComment() &&
             (end == begin || !lines_[end].blankBefore);
           ++end)
        column = std::max(column, indents_[end] + width(code_[end]));
      for (unsigned i = begin; i < end; ++i) {
        code_[i].append(column - indents_[i] - width(code_[i]) + 2, ' ');
        code_[i] += lines_[i].tokens.back().text.rtrim();
      }
      begin = std::max(end, begin + 1);
    }
  }

  std::vector<Line> lines_;
  std::vector<std::string> code_; ///< of each line, without its indentation
  std::vector<unsigned> done_ = std::vector<unsigned>(lines_.size());
  std::vector<unsigned> indents_;
};

} // namespace

std::optional<std::string> format(const SourceFile &source, DiagnosticEngine &diagnostics) {
  if (!parseFile(source, diagnostics))
    return std::nullopt;
  std::vector<Token> tokens = tokenize(source, diagnostics);
  std::string result = Formatter(layout::splitLines(tokens, source)).run();
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
