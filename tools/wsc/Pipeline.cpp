// The whole program as a readable list of calls:
//
//   text -> loadProgram -> elaborate -> runDefault (passes) -> checkBoxes (Z3)
//                             |                                     |
//                             `------ verify the design on the Space as written
#include "tools/wsc/Pipeline.h"

#include "frontend/Lock.h"
#include "ir/Parse.h"
#include "passes/Pass.h"
#include "tools/wsc/Conflicts.h"
#include "tools/wsc/Verdict.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

namespace {

/// The standard library lies beside the binary: `bin/wsc` and `share/wsc/stdlib`.
std::string stdlibPath() {
  static int anchor;
  llvm::SmallString<128> path(llvm::sys::fs::getMainExecutable("wsc", &anchor));
  llvm::sys::path::remove_filename(path);
  llvm::sys::path::append(path, "..", "share", "wsc");
  llvm::sys::path::append(path, "stdlib");
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return std::string(path);
}

bool loadIr(Session &session) {
  const CommonOptions &options = session.options;
  if (!options.settings.empty() ||
      !(options.chip + options.model + options.workload + options.strategy).empty()) {
    session.diagnostics
        .report(DiagKind::BadSetting, {},
                "IR text is one Space: nothing in it can be set or chosen")
        .suggest("give the spec itself, or edit the domain of the `param`");
    return false;
  }
  std::string error;
  const SourceFile *source = session.sources.load(session.options.file, error);
  if (!source) {
    session.diagnostics.report(DiagKind::FileUnreadable, {},
                               "cannot read `" + session.options.file + "`: " + error);
    return false;
  }
  auto space = ir::parse(source->text());
  if (!space) {
    session.diagnostics.report(DiagKind::BadIr, {source, 0, 1}, llvm::toString(space.takeError()));
    return false;
  }
  session.space = std::move(*space);
  return true;
}

/// `--set a.b=V`: the value becomes a text of its own, so that diagnostics can point into it.
bool addSettings(Session &session, Selection &selection) {
  for (const std::string &setting : session.options.settings) {
    auto [field, value] = llvm::StringRef(setting).split('=');
    if (field.trim().empty() || value.trim().empty()) {
      session.diagnostics.report(DiagKind::BadSetting, {},
                                 "`--set " + setting + "` is not of the form `field=value`");
      return false;
    }
    selection.settings.push_back(
        {field.trim().str(),
         session.sources.add("--set " + field.trim().str(), value.trim().str())});
  }
  return true;
}

bool loadSpec(Session &session) {
  const CommonOptions &options = session.options;
  Selection selection{
      options.chip, options.model, options.workload, options.strategy, {}, session.nameFields, {}};
  if (!addSettings(session, selection))
    return false;
  {
    Phase phase("parse");
    session.program = loadSpecFiles(session);
  }
  if (session.program &&
      !checkLockBeside(*session.program, options.file, session.sources, session.diagnostics))
    return false;
  if (session.program && !suitesOf(*session.program).empty()) {
    session.diagnostics
        .report(DiagKind::NothingToDo, suitesOf(*session.program).back().place,
                "this is a suite of measurements, whose rows fill its fields")
        .suggest("run `wsc validate " + options.file + "`");
    return false;
  }
  Phase phase("elaborate");
  if (session.program)
    session.space = elaborate(*session.program, selection, session.diagnostics);
  return session.space != nullptr;
}

} // namespace

SearchPaths searchPaths() { return {commonOptions().importPaths, stdlibPath()}; }

std::unique_ptr<Program> loadSpecFiles(Session &session) {
  return loadProgram(session.options.file, searchPaths(), session.sources, session.diagnostics);
}

bool loadSpace(Session &session) {
  bool isIr = llvm::StringRef(session.options.file).ends_with(".wscir");
  if (!(isIr ? loadIr(session) : loadSpec(session)) || session.diagnostics.hasErrors()) {
    showDiagnostics(session.diagnostics, session.options.form);
    return false;
  }
  if (session.options.form == Form::Text)
    showDiagnostics(session.diagnostics, Form::Text); // warnings
  Phase phase("passes");
  session.optimized = passes::runDefault(*session.space);
  return true;
}

feasibility::Answer decide(const Session &session, const feasibility::Problem &problem,
                           feasibility::Options options) {
  Phase phase("solve");
  options.seed = session.options.seed;
  options.minimizeCore = conflictsWanted() > 0; // who else looks at the core?
  feasibility::Limits limits{session.options.limit};
  feasibility::Answer answer = feasibility::checkPreferred(problem, options, limits);
  if (answer.verdict != feasibility::Verdict::Feasible)
    return answer;
  // The passes must not have changed the question.
  feasibility::Problem original(*session.space);
  feasibility::Verification verified = original.verify(answer.witness);
  answer.borderline = verified.borderline; // by the constraints as written
  if (!verified.feasible)
    return feasibility::Answer::unknown("the design found does not satisfy the spec as written; "
                                        "this is a bug in wsc");
  return answer;
}

std::optional<feasibility::Design> chooseDesign(Session &session, Exit &exit) {
  feasibility::Problem problem(*session.optimized);
  feasibility::Answer answer =
      decide(session, problem, {.onInfeasible = [&] { announceInfeasible(session); }});
  exit = exitOf(answer.verdict);
  if (answer.verdict == feasibility::Verdict::Feasible)
    return answer.witness;
  showVerdict(session, problem, answer);
  return std::nullopt;
}

Range rangeOf(Session &session, const ir::Location &location) {
  std::string error;
  const SourceFile *source = location ? session.sources.load(location.file, error) : nullptr;
  if (!source)
    return {};
  llvm::StringRef line = source->line(location.line);
  unsigned begin = line.data() - source->text().data() + location.column - 1;
  return {source, begin, begin + location.length};
}

} // namespace wsc::tool
