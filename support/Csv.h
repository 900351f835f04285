// Comma-separated values (RFC 4180) with the place of every cell.
#pragma once

#include "support/Diagnostics.h"
#include <optional>

namespace wsc {

struct CsvCell {
  std::string text; ///< without quotes and outer blanks
  Range range;      ///< as written
};

/// A header and rows with as many cells.
struct CsvTable {
  std::vector<CsvCell> header;
  std::vector<std::vector<CsvCell>> rows;

  /// The column of this name, letters and digits compared only: see `nameOf`.
  std::optional<size_t> column(llvm::StringRef name) const;
};

/// Text as a name of the language: other characters than letters and digits become one `_`, and one
/// goes before a leading digit.  `A100-80GB` is `A100_80GB`, `22B` is `_22B`.
std::string nameOf(llvm::StringRef text);

/// Reads a table.  Empty after errors, which are reported: no header, a quote that is not closed, a
/// row with fewer cells than the header.  Cells beyond the header are left out with a warning.
std::optional<CsvTable> parseCsv(const SourceFile &source, DiagnosticEngine &diagnostics);

} // namespace wsc
