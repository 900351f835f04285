// Source lines with marks under them: where an error is, and what an edit makes of the text.
#include "support/Snippet.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"
#include <algorithm>

namespace wsc {

namespace {

using llvm::raw_ostream;

/// Bytes of a line that the text of a diagnostic points to.
struct Mark {
  unsigned begin, end;
};

/// A line as a terminal can show it, and the column at which it shows each byte: a tab is four
/// blanks, a wide character takes two columns, and what has no glyph is a replacement character.
class ShownLine {
public:
  explicit ShownLine(llvm::StringRef line) {
    while (!line.empty()) {
      size_t bytes = std::min<size_t>(
          llvm::getNumBytesForUTF8(static_cast<llvm::UTF8>(line.front())), line.size());
      int width = llvm::sys::unicode::columnWidthUTF8(line.take_front(bytes));
      if (line.front() == '\t')
        add("    ", 1, 4);
      else if (width == llvm::sys::unicode::ErrorInvalidUTF8)
        add("\uFFFD", bytes = 1, 1);
      else if (width == llvm::sys::unicode::ErrorNonPrintableCharacter)
        add("\uFFFD", bytes, 1);
      else
        add(line.take_front(bytes), bytes, width);
      line = line.drop_front(bytes);
    }
    columns_.push_back(width_);
  }

  llvm::StringRef text() const { return text_; }
  /// The column of a byte, or of the end of the line for bytes beyond it.
  unsigned column(size_t byte) const { return columns_[std::min(byte, columns_.size() - 1)]; }

private:
  void add(llvm::StringRef shown, size_t bytes, unsigned width) {
    text_ += shown;
    columns_.insert(columns_.end(), bytes, width_);
    width_ += width;
  }

  std::string text_;
  std::vector<unsigned> columns_;
  unsigned width_ = 0;
};

/// Cuts a window around the first mark: a machine-written line can be megabytes long.
llvm::StringRef cutAround(llvm::StringRef line, std::vector<Mark> &marks) {
  constexpr unsigned window = 160;
  unsigned at = marks.empty() ? 0 : marks.front().begin;
  size_t skip = at > window ? at - window / 2 : 0;
  auto insideCharacter = [&](size_t byte) {
    return byte < line.size() && (static_cast<unsigned char>(line[byte]) & 0xC0) == 0x80;
  };
  while (skip > 0 && insideCharacter(skip))
    --skip;
  size_t end = std::min(line.size(), skip + window);
  while (end > skip && insideCharacter(end))
    --end;
  for (Mark &mark : marks)
    mark = {mark.begin - static_cast<unsigned>(std::min<size_t>(skip, mark.begin)),
            mark.end - static_cast<unsigned>(std::min<size_t>(skip, mark.end))};
  return line.slice(skip, end);
}

/// `  17 | text` and, below it, the marks: `first` at their beginning, then `rest`.
void showLine(unsigned number, llvm::StringRef line, std::vector<Mark> marks, char first, char rest,
              raw_ostream &out, bool colour) {
  ShownLine shown(cutAround(line, marks));
  std::string gutter = std::to_string(number);
  out << "  " << gutter << " | " << shown.text() << '\n';
  if (marks.empty())
    return;
  std::string below;
  for (Mark mark : marks) {
    unsigned begin = shown.column(mark.begin), end = shown.column(mark.end);
    below.resize(std::max<size_t>(below.size(), begin), ' ');
    below += first;
    below.resize(std::max<size_t>(below.size(), end), rest);
  }
  out << std::string(gutter.size() + 2, ' ') << " | ";
  Coloured c(out, colour, raw_ostream::GREEN);
  out << below << '\n';
}

/// The lines that neighbouring fixes touch, with the edits made and the new text marked.
class EditedLines {
public:
  explicit EditedLines(const FixIt &first)
      : file_(*first.range.file), firstLine_(file_.position(first.range.begin).line),
        at_(first.range.begin - (file_.position(first.range.begin).column - 1)) {}

  /// False when the fix is further down than the line where the last one ended.
  bool add(const FixIt &fix) {
    if (marks_.size() && file_.position(fix.range.begin).line > file_.position(at_).line)
      return false;
    text_ += file_.text().slice(at_, fix.range.begin);
    marks_.push_back({unsigned(text_.size()), unsigned(text_.size() + fix.replacement.size())});
    text_ += fix.replacement;
    at_ = fix.range.end;
    return true;
  }

  void show(raw_ostream &out, bool colour) {
    text_ += file_.text().substr(at_).take_until([](char c) { return c == '\n' || c == '\r'; });
    llvm::StringRef rest = text_;
    for (unsigned number = firstLine_, begin = 0; begin <= text_.size(); ++number) {
      llvm::StringRef line = rest.substr(begin).take_until([](char c) { return c == '\n'; });
      unsigned end = begin + line.size();
      std::vector<Mark> marks;
      for (Mark mark : marks_)
        if (mark.begin < mark.end && mark.begin <= end && mark.end > begin && begin < end)
          marks.push_back({std::max(mark.begin, begin) - begin, std::min(mark.end, end) - begin});
      bool removedFrom = llvm::any_of(marks_, [&](Mark mark) {
        return mark.begin == mark.end && mark.begin >= begin && mark.begin <= end;
      });
      if (!marks.empty() || removedFrom)
        showLine(number, line, marks, '+', '+', out, colour);
      begin = end + 1;
    }
  }

private:
  const SourceFile &file_;
  unsigned firstLine_, at_;
  std::string text_;
  std::vector<Mark> marks_;
};

} // namespace

void renderSnippet(Range range, raw_ostream &out, bool colour) {
  if (!range)
    return;
  auto [line, column] = range.file->position(range.begin);
  showLine(line, range.file->line(line), {{column - 1, column - 1 + (range.end - range.begin)}},
           '^', '~', out, colour);
}

void renderFixes(llvm::ArrayRef<FixIt> fixes, raw_ostream &out, bool colour) {
  std::vector<FixIt> sorted(fixes);
  llvm::stable_sort(sorted,
                    [](const FixIt &a, const FixIt &b) { return a.range.begin < b.range.begin; });
  for (size_t i = 0; i < sorted.size();) {
    EditedLines lines(sorted[i]);
    while (i < sorted.size() && lines.add(sorted[i]))
      ++i;
    lines.show(out, colour);
  }
}

} // namespace wsc
