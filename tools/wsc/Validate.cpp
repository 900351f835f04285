// wsc validate: how far predictions are from measurements that somebody published.
#include "tools/wsc/Json.h"
#include "tools/wsc/Recorded.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::list<std::string> suites(cl::Positional, cl::desc("[SUITE...]"),
                                    cl::sub(validateCommand()));
static cl::opt<std::string> data("data", cl::value_desc("file"),
                                 cl::desc("Other rows with the same columns"),
                                 cl::sub(validateCommand()));
static cl::opt<bool> rows("rows", cl::desc("Print every row that was compared"),
                          cl::sub(validateCommand()));
static cl::opt<bool> verbose("verbose",
                             cl::desc("Print the rows that a suite is not about, and why"),
                             cl::sub(validateCommand()));
static cl::opt<bool> check("check", cl::desc("Fail where a suite is worse than recorded"),
                           cl::sub(validateCommand()));
static cl::opt<bool> recordFigures("record", cl::desc("Rewrite the recorded figures"),
                                   cl::sub(validateCommand()));

namespace {

using evaluation::RowResult;
using evaluation::Score;
using llvm::outs;

std::string inFolder(llvm::StringRef name) { return ("validation/" + name + ".wsc").str(); }

/// Of a spec with several suites one: the name that is printed, `wafer_inference.decode`.
bool isPartOfSpec(llvm::StringRef name) {
  return name.contains('.') && !name.ends_with(".wsc") && !llvm::sys::fs::exists(inFolder(name)) &&
         llvm::sys::fs::exists(inFolder(name.split('.').first));
}

/// The specs that the arguments name: files, folders, or names in `validation/`.
std::vector<std::string> specs() {
  std::vector<std::string> found;
  auto addFolder = [&](llvm::StringRef folder) {
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(folder, error), end; it != end && !error;
         it.increment(error))
      if (llvm::StringRef(it->path()).ends_with(".wsc"))
        found.push_back(it->path());
    llvm::sort(found);
  };
  for (const std::string &suite : suites)
    if (llvm::sys::fs::is_directory(suite))
      addFolder(suite);
    else if (llvm::StringRef(suite).ends_with(".wsc"))
      found.push_back(suite);
    else if (std::string spec =
                 inFolder(isPartOfSpec(suite) ? suite.substr(0, suite.find('.')) : suite);
             !llvm::is_contained(found, spec))
      found.push_back(std::move(spec));
  if (suites.empty())
    addFolder("validation");
  return found;
}

std::string percent(double share, bool isSigned = false) {
  if (std::isnan(share))
    return "-";
  return llvm::formatv("{0}{1:f2} %", isSigned && share > 0 ? "+" : "", 100 * share);
}

std::string targetText(const Score &score) {
  std::string targets;
  auto add = [&](const char *name, double target) {
    if (!std::isnan(target))
      targets += (targets.empty() ? "" : ", ") + (name + percent(target));
  };
  add("", score.target);
  add("worst ", score.worstTarget);
  add("total ", score.totalTarget);
  if (targets.empty())
    return "-";
  std::string text = (score.isMet() ? "met: " : "missed: ") + targets;
  if (score.losesToNull())
    text += ", but the null model is better";
  return text;
}

std::string count(unsigned n, const char *verb, const char *verbs) {
  return std::to_string(n) + (n == 1 ? std::string(" row ") + verb : std::string(" rows ") + verbs);
}

/// The columns in which the rows differ: what tells one from the other.
std::string fieldsOf(const SuiteRun &run, size_t row) {
  std::string text;
  for (unsigned p = 0; p < run.space->params.size(); ++p) {
    const ir::Param &param = run.space->params[p];
    double value = run.rows[row].values[p];
    bool varies = llvm::any_of(run.rows, [&](const auto &r) { return r.values[p] != value; });
    llvm::StringRef name = param.name;
    if (varies && !std::isnan(value) && name.consume_front("suite.") && !name.ends_with(".given"))
      text += " " + name.str() + "=" + ir::formatValue(*run.space, param.type, value);
  }
  return text;
}

void showRows(const SuiteRun &run) {
  const ir::Space &space = *run.space;
  for (size_t i = 0; i < run.rows.size(); ++i) {
    const RowResult &row = run.results[i];
    if (row.status == RowResult::Compared && rows)
      outs() << llvm::formatv(
          "  line {0,-5} {1,12} {2,12} {3,10} {4,10} {5}\n", run.line(i),
          ir::formatValue(space, run.suite->type(), row.measured),
          ir::formatValue(space, run.suite->type(), row.predicted), percent(row.error(), true),
          percent(run.score.nullFactor * row.null / row.measured - 1, true), fieldsOf(run, i));
    else if (row.status == RowResult::DoesNotApply && verbose)
      outs() << llvm::formatv("  line {0,-5} not for this suite: {1}\n", run.line(i), row.reason);
  }
  if (const Score &score = run.score; rows && !std::isnan(score.totalTarget))
    outs() << llvm::formatv("  {0,-10} {1,12} {2,12} {3,10}\n", "sum",
                            ir::formatValue(space, run.suite->type(), score.measuredTotal),
                            ir::formatValue(space, run.suite->type(), score.predictedTotal),
                            percent(score.totalError(), true));
}

void showText(llvm::ArrayRef<SuiteRun> runs) {
  size_t width = 0;
  for (const SuiteRun &run : runs)
    width = std::max(width, run.name.size());
  auto line = [&](const std::string &name, const std::string &rows, const std::string &mape,
                  const std::string &bias, const std::string &worst, const std::string &null,
                  const std::string &target) {
    outs() << llvm::left_justify(name, width)
           << llvm::formatv(" {0,9} {1,9} {2,10} {3,19} {4,9}  {5}\n", rows, mape, bias, worst,
                            null, target);
  };
  line("suite", "rows", "MAPE", "bias", "worst", "null", "target");
  for (const SuiteRun &run : runs) {
    const Score &score = run.score;
    std::string worst = score.compared ? percent(score.worstError, true) + " line " +
                                             std::to_string(run.line(score.worst))
                                       : "-";
    const std::string of =
        std::to_string(score.compared) + " of " + std::to_string(run.rows.size());
    line(run.name, of, percent(score.mape), percent(score.bias, true), worst,
         percent(score.nullMape), targetText(score));
    if (score.failed)
      outs() << "  " << count(score.failed, "fails", "fail") << ", see the errors\n";
    if (rows && score.compared)
      outs() << llvm::formatv("  {0,-10} {1,12} {2,12} {3,10} {4,10}\n", "", "measured",
                              "predicted", "error", "null");
    showRows(run);
  }
}

llvm::json::Object toJson(const SuiteRun &run) {
  const ir::Space &space = *run.space;
  const Score &score = run.score;
  llvm::json::Array lines;
  for (size_t i = 0; i < run.rows.size(); ++i) {
    const RowResult &row = run.results[i];
    llvm::json::Object object{{"line", run.line(i)}};
    if (row.status == RowResult::Compared) {
      object["status"] = "compared";
      object["measured"] = quantityJson(space, run.suite->type(), row.measured);
      object["predicted"] = quantityJson(space, run.suite->type(), row.predicted);
      object["error"] = row.error();
      object["null_error"] = numberOrNull(score.nullFactor * row.null / row.measured - 1);
    } else {
      object["status"] = row.status == RowResult::Failed ? "failed" : "does not apply";
      object["reason"] = row.reason;
    }
    lines.push_back(std::move(object));
  }
  llvm::json::Object object{{"suite", run.name},
                            {"spec", run.spec},
                            {"data", run.data->path()},
                            {"compared", score.compared},
                            {"failed", score.failed},
                            {"not_applicable", score.others},
                            {"mape", numberOrNull(score.mape)},
                            {"bias", numberOrNull(score.bias)},
                            {"null_mape", numberOrNull(score.nullMape)},
                            {"null_factor", numberOrNull(score.nullFactor)},
                            {"target", numberOrNull(score.target)},
                            {"worst_target", numberOrNull(score.worstTarget)},
                            {"total_error", numberOrNull(score.totalError())},
                            {"total_target", numberOrNull(score.totalTarget)},
                            {"met", score.isMet()},
                            {"loses_to_null", score.losesToNull()},
                            {"rows", std::move(lines)}};
  if (score.compared)
    object["worst"] =
        llvm::json::Object{{"line", run.line(score.worst)}, {"error", score.worstError}};
  return object;
}

void showJson(llvm::ArrayRef<SuiteRun> runs, llvm::ArrayRef<std::string> worse) {
  llvm::json::Array all;
  for (const SuiteRun &run : runs)
    all.push_back(toJson(run));
  llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(llvm::json::Object{
                                               {"format_version", 1},
                                               {"suites", std::move(all)},
                                               {"worse_than_recorded", llvm::json::Array(worse)}}));
}

/// Drops the suites of a spec beside those that are asked for; says where there is no such suite.
bool dropOthers(std::vector<SuiteRun> &runs) {
  for (const std::string &suite : suites)
    if (isPartOfSpec(suite) && llvm::none_of(runs, [&](auto &run) { return run.name == suite; })) {
      llvm::errs() << "error: there is no suite `" << suite << "`\n";
      return false;
    }
  llvm::erase_if(runs, [](const SuiteRun &run) {
    auto names = [&](const std::string &suite) { return suite == run.name; };
    auto holds = [&](const std::string &suite) {
      return isPartOfSpec(suite) && inFolder(suite.substr(0, suite.find('.'))) == run.spec;
    };
    return llvm::any_of(suites, holds) && llvm::none_of(suites, names);
  });
  return true;
}

/// Whether the arguments make sense together; says what does not.
bool checkUsage(llvm::ArrayRef<std::string> specs) {
  const char *problem = nullptr;
  if (specs.empty())
    problem = "there are no suites; name specs or a folder of them (default: `validation`)";
  else if (!data.empty() && specs.size() != 1)
    problem = "`--data` has rows for one spec";
  else if (!data.empty() && (check || recordFigures))
    problem = "recorded figures are those of the suite's own rows, not of `--data`";
  if (problem)
    llvm::errs() << "error: " << problem << '\n';
  return !problem;
}

} // namespace

int run_validate() {
  std::vector<std::string> files = specs();
  if (!checkUsage(files))
    return WrongUsage;
  Session session;
  const Form form = session.options.form;
  std::vector<SuiteRun> runs;
  for (const std::string &file : files)
    loadSuites(session, file, data, runs);
  if (session.diagnostics.hasErrors()) {
    showDiagnostics(session.diagnostics, form);
    return SpecErrors;
  }
  if (!dropOthers(runs))
    return WrongUsage;
  for (SuiteRun &run : runs)
    runSuite(session, run);
  std::vector<std::string> worse;
  if (check)
    worse = worseThanRecorded(session, runs);
  switch (form) {
  case Form::Text:
    showText(runs);
    for (const std::string &problem : worse)
      outs() << problem << '\n';
    showDiagnostics(session.diagnostics, form);
    break;
  case Form::Json: showJson(runs, worse); break;
  case Form::Sarif: showDiagnostics(session.diagnostics, form); break;
  }
  std::string error;
  if (recordFigures && !record(session, runs, error)) {
    llvm::errs() << "error: " << error << '\n';
    return OutputFailed;
  }
  if (session.diagnostics.hasErrors())
    return SpecErrors;
  return worse.empty() ? Done : Infeasible;
}

} // namespace wsc::tool
