// Reading what `wsc import-result` has kept with a run.
#include "tools/wsc/ImportedResults.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

std::vector<std::string> foldersIn(llvm::StringRef folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    found.push_back(entry->path());
  llvm::sort(found);
  return found;
}

std::vector<ImportedResults> importedResults(llvm::StringRef run) {
  std::vector<ImportedResults> all;
  for (const std::string &folder : foldersIn(allResultsOf(run))) {
    unsigned design;
    if (llvm::sys::path::filename(folder).getAsInteger(10, design))
      continue;
    ImportedResults results{design, {}};
    for (const std::string &one : foldersIn(folder)) {
      auto read = readEmission(one);
      if (const auto *record = std::get_if<EmissionRecord>(&read))
        llvm::append_range(results.figures, figuresOf(*record));
    }
    if (!results.figures.empty())
      all.push_back(std::move(results));
  }
  llvm::sort(all, [](const auto &a, const auto &b) { return a.design < b.design; });
  return all;
}

void showImported(llvm::ArrayRef<ImportedResults> results, llvm::raw_ostream &out) {
  for (const ImportedResults &each : results) {
    out << "design " << each.design << " by other evaluators\n";
    showFigures(each.figures, out);
  }
}

llvm::json::Array toJson(llvm::ArrayRef<ImportedResults> results) {
  llvm::json::Array array;
  for (const ImportedResults &each : results)
    for (const ComparedFigure &figure : each.figures) {
      llvm::json::Object row{{"design", each.design},
                             {"figure", figure.name},
                             {"evaluator", figure.evaluator},
                             {"unit", figure.unit}};
      auto add = [&](llvm::StringRef key, std::optional<double> value) {
        if (value)
          row[key] = *value;
      };
      add("wsc", figure.expected);
      add("computed", figure.computed);
      add("off", figure.deviation());
      array.push_back(std::move(row));
    }
  return array;
}

} // namespace wsc::tool
