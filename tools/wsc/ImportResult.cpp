// wsc import-result: what an evaluator has computed, beside what wsc expects of it.
#include "tools/wsc/EvaluatorFigures.h"
#include "tools/wsc/RunDesigns.h"

#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<std::string> target(cl::Positional, cl::Required, cl::desc("TARGET"),
                                   cl::sub(importResultCommand()));
static cl::opt<std::string> folder(cl::Positional, cl::Required, cl::desc("DIR"),
                                   cl::sub(importResultCommand()));

/// Reads the output of the tool itself, and keeps it as `result.json`.
static std::variant<EmissionRecord, std::string> import() {
  const backends::Backend *backend = backends::find(target);
  if (!backend)
    return "there is no target `" + target + "`: `wsc emit --list` lists them";
  auto read = readEmission(folder);
  auto *record = std::get_if<EmissionRecord>(&read);
  if (!record)
    return read;
  if (record->target != backend->name)
    return "`" + folder + "` was written for `" + record->target + "`";
  if (!backend->read)
    return "`" + target + "` computes nothing that could be read";
  backends::Reading reading = backend->read(folder);
  if (auto *problem = std::get_if<std::string>(&reading))
    return *problem;
  record->results = std::move(std::get<std::vector<backends::Figure>>(reading));
  return read;
}

/// Keeps the result of a design of a run with the run, too.
static void keepInRun(const EmissionRecord &record) {
  const auto [runFolder, id] = llvm::StringRef(record.origin).rsplit('#');
  if (unsigned number; id.getAsInteger(10, number))
    return; // from a spec
  auto found = findRunDesigns(record.origin);
  const auto *run = std::get_if<RunDesigns>(&found);
  const bool isSame =
      run && fieldsJson(run->store->space(), run->designs[0].design) == record.design;
  if (isSame && keepResult(folder, record, resultsOf(run->folder, run->designs[0].id)))
    llvm::outs() << "kept with the run: `wsc compare " << record.origin
                 << "` has all evaluators of this design\n";
  else
    llvm::errs() << "note: the result is in `" << folder << "` only: from here, `" << record.origin
                 << "` is not the design that it is of\n";
}

int run_importResult() {
  auto imported = import();
  if (auto *problem = std::get_if<std::string>(&imported)) {
    llvm::errs() << "error: " << *problem << '\n';
    return SpecErrors;
  }
  const EmissionRecord &record = std::get<EmissionRecord>(imported);
  if (!writeResult(folder, record.results))
    return OutputFailed;
  showFigures(figuresOf(record), llvm::outs());
  keepInRun(record);
  return Done;
}

} // namespace wsc::tool
