// Reading, comparing and writing recorded figures.
#include "tools/wsc/Recorded.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/ToolOutputFile.h"
#include <cmath>
#include <map>

namespace wsc::tool {

namespace {
constexpr llvm::StringLiteral header = "suite,rows,mape_pct,bias_pct,worst_pct,null_mape_pct";

/// Lines by the name of the suite.
using Lines = std::map<std::string, std::string>;

std::string fileBeside(const std::string &spec) {
  llvm::SmallString<128> file(llvm::sys::path::parent_path(spec));
  llvm::sys::path::append(file, "recorded.csv");
  return std::string(file);
}

Lines read(Session &session, const std::string &file) {
  Lines lines;
  std::string error;
  const SourceFile *source = session.sources.load(file, error);
  if (!source)
    return lines;
  for (llvm::StringRef line : llvm::split(source->text(), '\n'))
    if (!line.empty() && line != header)
      lines[line.split(',').first.str()] = line.str();
  return lines;
}

std::string lineOf(const SuiteRun &run) {
  const evaluation::Score &score = run.score;
  std::string null =
      std::isnan(score.nullMape) ? "" : llvm::formatv("{0:f2}", 100 * score.nullMape).str();
  return llvm::formatv("{0},{1},{2:f2},{3:f2},{4:f2},{5}", run.name, score.compared,
                       100 * score.mape, 100 * score.bias, 100 * score.worstError, null);
}

/// Why a suite is worse than its line; empty if it is not.
std::string worse(const SuiteRun &run, llvm::StringRef line) {
  llvm::SmallVector<llvm::StringRef, 6> cells;
  line.split(cells, ',');
  unsigned rows;
  double mape;
  if (cells.size() < 3 || cells[1].getAsInteger(10, rows) || cells[2].getAsDouble(mape))
    return "there is no recorded figure; `wsc validate --record` writes one";
  if (run.score.compared < rows)
    return "of " + std::to_string(rows) + " recorded rows " + std::to_string(run.score.compared) +
           " were compared";
  if (!(100 * run.score.mape <= mape + recordedTolerance))
    return llvm::formatv(
        "a MAPE of {0:f2} % is worse than the recorded {1:f2} %, {2:f2} more allowed",
        100 * run.score.mape, mape, recordedTolerance);
  return "";
}
} // namespace

std::vector<std::string> worseThanRecorded(Session &session, llvm::ArrayRef<SuiteRun> runs) {
  std::vector<std::string> problems;
  for (const SuiteRun &run : runs) {
    Lines lines = read(session, fileBeside(run.spec)); // loaded once
    if (std::string problem = worse(run, lines[run.name]); !problem.empty())
      problems.push_back(run.name + ": " + problem);
  }
  return problems;
}

bool record(Session &session, llvm::ArrayRef<SuiteRun> runs, std::string &error) {
  std::map<std::string, Lines> files;
  for (const SuiteRun &run : runs) {
    std::string file = fileBeside(run.spec);
    if (!files.count(file))
      files[file] = read(session, file);
    files[file][run.name] = lineOf(run);
  }
  for (const auto &[file, lines] : files) {
    std::error_code code;
    llvm::ToolOutputFile out(file, code, llvm::sys::fs::OF_None);
    if (code) {
      error = "cannot write `" + file + "`: " + code.message();
      return false;
    }
    out.os() << header << '\n';
    for (const auto &entry : lines)
      out.os() << entry.second << '\n';
    out.keep();
  }
  return true;
}

} // namespace wsc::tool
