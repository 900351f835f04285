// What other evaluators have computed of the designs of a run: the folders under RUN/results.
#pragma once

#include "tools/wsc/EvaluatorFigures.h"

namespace wsc::tool {

/// The folders in one, by name, such as those of evaluators in that of a design; none where there
/// is no such folder.
std::vector<std::string> foldersIn(llvm::StringRef folder);

struct ImportedResults {
  unsigned design; ///< its number in the run
  std::vector<ComparedFigure> figures;
};
/// Of all designs that have any, by number.  What cannot be read is left out.
std::vector<ImportedResults> importedResults(llvm::StringRef run);

/// A table for each design; nothing where there are none.
void showImported(llvm::ArrayRef<ImportedResults> results, llvm::raw_ostream &out);

/// A flat list: `design`, `figure`, `evaluator`, `unit`, and `wsc`, `computed` and `off` as far as
/// there are such numbers.
llvm::json::Array toJson(llvm::ArrayRef<ImportedResults> results);

} // namespace wsc::tool
