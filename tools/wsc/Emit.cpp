// wsc emit: the input files of an evaluator for one design.
#include "backends/Backend.h"
#include "tools/wsc/Evaluation.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/Verdict.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<std::string> target(cl::Positional, cl::desc("[TARGET]"), cl::sub(emitCommand()));
static cl::opt<std::string> specFile(cl::Positional, cl::desc("[FILE]"), cl::sub(emitCommand()));
static cl::opt<std::string> output("o", cl::value_desc("dir"), cl::desc("The folder to write to"),
                                   cl::sub(emitCommand()));
static cl::opt<bool> listTargets("list", cl::desc("List the targets"), cl::sub(emitCommand()));
static cl::opt<backends::Level>
    level("level", cl::desc("Which network to write:"), cl::init(backends::Level::Wafer),
          cl::values(clEnumValN(backends::Level::Wafer, "wafer", "reticles of a wafer (default)"),
                     clEnumValN(backends::Level::Reticle, "reticle", "cores of a reticle")),
          cl::sub(emitCommand()));

namespace {

bool writeInFolder(const backends::File &file) {
  llvm::SmallString<128> path(output);
  llvm::sys::path::append(path, file.name);
  if (std::error_code failed = llvm::sys::fs::create_directories(output))
    return cannotWrite(path, failed);
  if (!writeFile(path, file.content))
    return false;
  llvm::outs() << path << '\n';
  return true;
}

/// What the folder holds, how to run it, and what could not be said.
backends::File readme(const Session &session, const backends::Backend &backend,
                      const feasibility::Design &design, const backends::Emission &emission) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << backend.summary << "\n\nWritten by wsc from " << session.options.file;
  for (const std::string &setting : session.options.settings)
    out << " --set " << setting;
  out << ".\n\n";
  if (!emission.command.empty())
    out << "Run:\n\n    " << emission.command << "\n\n";
  for (const std::string &note : emission.notes)
    out << "- " << note << "\n";
  if (!session.space->params.empty()) {
    out << "\nThe fields that the spec leaves open:\n\n";
    showDesign(*session.space, design, out);
  }
  return {"README", text};
}

} // namespace

int run_emit() {
  if (listTargets) {
    for (const backends::Backend *backend : backends::all())
      llvm::outs() << llvm::left_justify(backend->name, 12) << backend->summary << '\n';
    return Done;
  }
  const backends::Backend *backend = backends::find(target);
  if (!backend || specFile.empty() || output.empty()) {
    std::vector<llvm::StringRef> names;
    for (const backends::Backend *known : backends::all())
      names.push_back(known->name);
    llvm::StringRef near = backend ? "" : closestName(target, names);
    llvm::errs()
        << (backend ? "error: the spec or the folder is missing: `wsc emit TARGET FILE -o DIR`\n"
                    : "error: there is no target `" + target + "`\n")
        << (near.empty() ? "help: `wsc emit --list` lists the targets\n"
                         : "help: did you mean `" + near.str() + "`?\n");
    return WrongUsage;
  }
  Session session;
  session.options.file = specFile;
  Exit exit;
  auto evaluated = evaluateSpec(session, exit);
  if (!evaluated)
    return exit;
  const evaluation::Evaluation &result = evaluated->evaluation;
  if (result.status != evaluation::Status::Ok) {
    for (const std::string &reason : result.reasons)
      llvm::errs() << "error: " << reason << '\n';
    return Infeasible;
  }
  std::vector<std::string> reasons; // for packets at random, which have no plan
  const std::optional<evaluation::Plan> plan = evaluation::planOf(*evaluated->fields, reasons);
  const std::vector<double> point = valuesOf(*session.space, evaluated->design);
  backends::Result emission =
      backends::emit(*backend, {*evaluated->fields, result, plan ? &*plan : nullptr, level,
                                *session.space, point});
  if (auto *refusal = std::get_if<std::string>(&emission)) {
    llvm::errs() << "error: " << *refusal << '\n';
    return Infeasible;
  }
  auto &files = std::get<backends::Emission>(emission);
  files.files.push_back(readme(session, *backend, evaluated->design, files));
  return llvm::all_of(files.files, writeInFolder) ? Done : OutputFailed;
}

} // namespace wsc::tool
