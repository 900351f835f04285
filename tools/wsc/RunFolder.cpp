// Sources and facts of a run.
#include "tools/wsc/RunFolder.h"

#include "EvaluatorDigest.h"
#include "frontend/Lock.h"
#include "ir/Print.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

static std::string sha256(llvm::StringRef text) {
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(text)), /*LowerCase=*/true);
}

static std::string baseName(llvm::StringRef path) {
  return path == "-" ? "stdin.wsc" : llvm::sys::path::filename(path).str();
}

std::vector<runs::SourceText> sourcesOf(const Session &session) {
  std::vector<runs::SourceText> sources;
  if (!session.program)
    return sources;
  for (const auto &module : session.program->modules) {
    std::string path = baseName(session.options.file);
    if (module.get() != session.program->main) {
      path = module->name;
      std::replace(path.begin(), path.end(), '.', '/');
      path += ".wsc";
    }
    sources.push_back({path, module->file->source->text().str()});
  }
  sources.push_back({"wsc.lock", printLock(lockOf(*session.program))});
  return sources;
}

std::map<std::string, std::string> factsOf(const Session &session) {
  const CommonOptions &options = session.options;
  std::map<std::string, std::string> facts{{"wsc", WSC_VERSION},
                                           {"evaluator", WSC_EVALUATOR_DIGEST},
                                           {"spec", baseName(options.file)},
                                           {"space_sha256", sha256(ir::toText(*session.space))}};
  if (session.program) {
    facts["spec_sha256"] = sha256(session.program->main->file->source->text());
    facts["library_sha256"] = sha256(printLock(lockOf(*session.program)));
  }
  std::vector<std::string> chosen;
  for (const std::string &setting : options.settings)
    chosen.push_back("--set " + setting);
  for (auto [role, name] : {std::pair("chip", options.chip),
                            {"model", options.model},
                            {"workload", options.workload},
                            {"strategy", options.strategy}})
    if (!name.empty())
      chosen.push_back(std::string("--") + role + ' ' + name);
  if (!chosen.empty())
    facts["options"] = llvm::join(chosen, " ");
  return facts;
}

std::string reproduction(const runs::RunStore &store) {
  const runs::Settings &settings = store.settings();
  std::string command = "wsc explore " + store.folder().str() + "/spec.wscir --algorithm " +
                        settings.algorithm + " --seed " + std::to_string(settings.seed) +
                        " --jobs " + std::to_string(settings.batch) + " --budget " +
                        ir::formatShortest(settings.budget);
  if (settings.fidelity != "static")
    command += " --fidelity " + settings.fidelity;
  if (settings.leastGrowth > 0)
    command += " --until-growth " + ir::formatShortest(settings.leastGrowth);
  auto from = settings.facts.find("from");
  return from == settings.facts.end() ? command : command + " --from " + from->second;
}

std::unique_ptr<runs::RunStore> openRun(llvm::StringRef folder, runs::RunStore::Access access) {
  std::string error;
  auto store = runs::RunStore::open(folder, access, error);
  if (!store)
    llvm::errs() << "error: cannot use the run folder `" << folder << "`: " << error << '\n';
  return store;
}

unsigned terminalColumns() {
  const unsigned columns = llvm::sys::Process::StandardOutColumns();
  return columns ? columns : 100;
}

} // namespace wsc::tool
