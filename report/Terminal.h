// A run on the terminal: what was found in a box, the front as a plot, the best designs as a table.
#pragma once

#include "report/Front.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::report {

/// `columns` wide at most, but for names that are longer.  `stopped` says why the run ended before
/// its budget was spent; may be empty.
void showRun(const runs::RunStore &store, llvm::StringRef stopped, unsigned columns,
             llvm::raw_ostream &out);

/// `93.9 ktoken/s`.
std::string formatObjective(const ir::Space &space, unsigned objective, double value);

/// The front (`●`) over the other usable designs (`·`), by the first two objectives; nothing where
/// there are fewer objectives or designs.
std::string plot(const Front &front, unsigned columns, unsigned rows);

/// Texts in columns, a row a line; the first row is the head.
void showTable(llvm::ArrayRef<std::vector<std::string>> rows, llvm::raw_ostream &out);

/// How many columns a terminal shows of a text in UTF-8.
unsigned widthOf(llvm::StringRef text);

} // namespace wsc::report
