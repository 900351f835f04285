// Comma-separated values: a small scanner over the text of a file.
#include "support/Csv.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace wsc {

std::string nameOf(llvm::StringRef text) {
  std::string name;
  for (char c : text.trim())
    if (llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80)
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  while (name.size() > 1 && name.back() == '_')
    name.pop_back();
  return !name.empty() && llvm::isDigit(name[0]) ? "_" + name : name;
}

std::optional<size_t> CsvTable::column(llvm::StringRef name) const {
  for (size_t i = 0; i < header.size(); ++i)
    if (nameOf(header[i].text) == name)
      return i;
  return std::nullopt;
}

namespace {
class Scanner {
public:
  Scanner(const SourceFile &source, DiagnosticEngine &diagnostics)
      : source_(source), text_(source.text()), diagnostics_(diagnostics) {
    if (text_.starts_with("\xEF\xBB\xBF")) // a byte order mark
      at_ = 3;
  }

  bool atEnd() const { return at_ == text_.size(); }

  /// The cells up to the end of the line; false after an error.
  bool line(std::vector<CsvCell> &cells) {
    do {
      cells.emplace_back();
      if (!cell(cells.back()))
        return false;
    } while (skip(','));
    skip('\r');
    skip('\n');
    return true;
  }

private:
  bool skip(char c) {
    if (atEnd() || text_[at_] != c)
      return false;
    ++at_;
    return true;
  }

  bool cell(CsvCell &cell) {
    size_t begin = at_;
    bool inside = skip('"');
    for (; !atEnd(); ++at_) {
      char c = text_[at_];
      if (inside && c == '"') {
        if (text_.substr(at_ + 1, 1) != "\"") {
          inside = false;
          continue;
        }
        ++at_; // two stand for one
      } else if (!inside && (c == ',' || c == '\n' || c == '\r')) {
        break;
      }
      cell.text += c;
    }
    if (inside)
      return unclosed(begin);
    cell.text = llvm::StringRef(cell.text).trim().str();
    cell.range = {&source_, static_cast<unsigned>(begin), static_cast<unsigned>(at_)};
    return true;
  }

  bool unclosed(size_t begin) {
    diagnostics_.report(DiagKind::BadRows, {&source_, unsigned(begin), unsigned(begin + 1)},
                        "this quote is not closed");
    return false;
  }

  const SourceFile &source_;
  llvm::StringRef text_;
  DiagnosticEngine &diagnostics_;
  size_t at_ = 0;
};

/// The rows of a file under construction, and what is wrong with them.
class Rows {
public:
  Rows(CsvTable &table, DiagnosticEngine &diagnostics) : table_(table), diagnostics_(diagnostics) {}

  void add(std::vector<CsvCell> cells) {
    const size_t columns = table_.header.size();
    if (cells.size() < columns) {
      isShort_ = true;
      diagnostics_
          .report(DiagKind::BadRows, cells[0].range,
                  "this row has " + std::to_string(cells.size()) + " cells, the header " +
                      std::to_string(columns))
          .suggest("text with commas stands in quotes");
      return;
    }
    if (cells.size() > columns && surplusRows_++ == 0) {
      surplus_ = cells.size() - columns;
      firstSurplus_ = cells[columns].range;
    }
    cells.resize(columns);
    table_.rows.push_back(std::move(cells));
  }

  /// False if the rows are of no use.
  bool finish() {
    if (surplusRows_ > 0)
      diagnostics_
          .report(DiagKind::SurplusCells, firstSurplus_,
                  std::to_string(surplusRows_) + (surplusRows_ == 1 ? " row has" : " rows have") +
                      " more cells than the " + std::to_string(table_.header.size()) +
                      " that the header names, this one " + std::to_string(surplus_) + " more")
          .suggest("text with commas stands in quotes");
    return !isShort_;
  }

private:
  CsvTable &table_;
  DiagnosticEngine &diagnostics_;
  bool isShort_ = false;
  unsigned surplusRows_ = 0;
  size_t surplus_ = 0;
  Range firstSurplus_;
};

bool isBlank(llvm::ArrayRef<CsvCell> cells) { return cells.size() == 1 && cells[0].text.empty(); }
} // namespace

std::optional<CsvTable> parseCsv(const SourceFile &source, DiagnosticEngine &diagnostics) {
  Scanner scanner(source, diagnostics);
  CsvTable table;
  Rows rows(table, diagnostics);
  while (!scanner.atEnd()) {
    std::vector<CsvCell> cells;
    if (!scanner.line(cells))
      return std::nullopt;
    if (isBlank(cells))
      continue;
    if (table.header.empty())
      table.header = std::move(cells);
    else
      rows.add(std::move(cells));
  }
  if (table.header.empty()) {
    diagnostics.report(DiagKind::BadRows, {&source, 0, 0}, "the file has no header");
    return std::nullopt;
  }
  return rows.finish() ? std::optional(std::move(table)) : std::nullopt;
}

} // namespace wsc
