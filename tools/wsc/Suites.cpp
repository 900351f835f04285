// Loading suites and running them.
#include "tools/wsc/Suites.h"

#include "tools/wsc/Evaluation.h"
#include "llvm/Support/Path.h"

namespace wsc::tool {

namespace path = llvm::sys::path;

unsigned SuiteRun::line(size_t row) const { return data->position(rows[row].place.begin).line; }

static const SourceFile *loadData(Session &session, const SuiteDecl &decl, const std::string &spec,
                                  const std::string &given) {
  llvm::SmallString<128> file(given);
  if (given.empty() && decl.data.empty()) {
    session.diagnostics
        .report(DiagKind::NothingToDo, decl.place, "the suite `" + decl.name + "` has no rows")
        .suggest("name a file behind it: `suite " + decl.name + " from \"data/NAME.csv\"`");
    return nullptr;
  }
  if (given.empty()) {
    file = path::parent_path(spec);
    path::append(file, decl.data);
  }
  std::string error;
  const SourceFile *source = session.sources.load(file, error);
  if (!source)
    session.diagnostics.report(DiagKind::FileUnreadable, given.empty() ? decl.dataPlace : Range(),
                               "cannot read `" + std::string(file) + "`: " + error);
  return source;
}

/// Gives the suite an evaluator, if it needs one and has what that needs.
static bool prepare(Session &session, const SuiteDecl &decl, SuiteRun &run) {
  std::vector<std::string> missing = evaluation::Suite::missingFields(*run.space);
  for (const std::string &field : missing)
    session.diagnostics
        .report(DiagKind::MissingField, decl.place,
                "the suite `" + decl.name + "` has no `" + field + "`")
        .suggest("`measured` is what somebody published, `predicted` what wsc says of the same");
  if (!missing.empty())
    return false;
  std::unique_ptr<evaluation::Evaluator> evaluator = evaluation::createStaticEvaluator();
  if (evaluation::Suite::isMeasured(*run.space)) {
    auto binding = bindFields(session, *run.space);
    auto fidelity = evaluation::Suite::fidelity(*run.space);
    if (!fidelity)
      session.diagnostics
          .report(DiagKind::MissingField, decl.place,
                  "the `fidelity` of the suite `" + decl.name + "` is not the same for all rows")
          .suggest("`let fidelity : Fidelity = cycle`");
    if (!binding || !fidelity)
      return false;
    evaluator = createEvaluator(*fidelity, std::move(*binding));
  }
  run.suite = std::make_unique<evaluation::Suite>(*run.space, std::move(evaluator));
  return true;
}

static void loadSuite(Session &session, const SuiteDecl &decl, const std::string &data,
                      SuiteRun run, std::vector<SuiteRun> &runs) {
  Selection selection;
  selection.suite = decl.name;
  session.program = std::move(run.program);
  run.space = elaborate(*session.program, selection, session.diagnostics);
  bool isReady = run.space && prepare(session, decl, run);
  run.program = std::move(session.program);
  if (!isReady || !(run.data = loadData(session, decl, run.spec, data)))
    return;
  if (auto table = parseCsv(*run.data, session.diagnostics)) {
    bindRows(session, *table, run);
    runs.push_back(std::move(run));
  }
}

void loadSuites(Session &session, const std::string &spec, const std::string &data,
                std::vector<SuiteRun> &runs) {
  auto load = [&] {
    return loadProgram(spec, searchPaths(), session.sources, session.diagnostics);
  };
  std::unique_ptr<Program> program = load();
  if (!program)
    return;
  std::vector<SuiteDecl> suites = suitesOf(*program);
  if (suites.empty())
    session.diagnostics
        .report(DiagKind::NothingToDo, {}, "`" + spec + "` declares no suite of measurements")
        .suggest("`suite NAME from \"data/NAME.csv\" { ... }`: see docs/validation.md");
  for (const SuiteDecl &decl : suites) {
    SuiteRun run;
    run.spec = spec;
    run.name = path::stem(spec).str() + (suites.size() > 1 ? "." + decl.name : "");
    run.program = program ? std::move(program) : load();
    loadSuite(session, decl, data, std::move(run), runs);
  }
}

static evaluation::RowResult runRow(Session &session, const SuiteRun &run,
                                    const SuiteRun::Row &row) {
  using evaluation::RowResult;
  if (!row.otherwise.empty())
    return {RowResult::DoesNotApply, row.otherwise};
  RowResult result = run.suite->compare(row.values);
  if (result.status == RowResult::DoesNotApply)
    return result;
  for (const SuiteRun::Row::Problem &problem : row.problems)
    session.diagnostics.report(DiagKind::BadRows, problem.cell, problem.text);
  if (!row.problems.empty())
    return {RowResult::Failed, row.problems.front().text};
  if (result.status == RowResult::Failed)
    session.diagnostics.report(DiagKind::RowFailed, row.place, run.name + ": " + result.reason);
  return result;
}

void runSuite(Session &session, SuiteRun &run) {
  for (const SuiteRun::Row &row : run.rows)
    run.results.push_back(runRow(session, run, row));
  run.score = run.suite->score(run.results);
}

} // namespace wsc::tool
