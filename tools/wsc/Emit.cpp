// wsc emit: the input files of an evaluator, for one design or for the front of a run.
#include "evaluation/ModelEvaluator.h"
#include "tools/wsc/EmissionFolder.h"
#include "tools/wsc/Evaluation.h"
#include "tools/wsc/RunDesigns.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <atomic>
#include <thread>

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<std::string> target(cl::Positional, cl::desc("[TARGET]"), cl::sub(emitCommand()));
static cl::opt<std::string> specFile(cl::Positional, cl::desc("[FILE]"), cl::sub(emitCommand()));
static cl::opt<std::string> output("o", cl::value_desc("dir"), cl::desc("The folder to write to"),
                                   cl::sub(emitCommand()));
static cl::opt<std::string>
    runDesigns("design", cl::value_desc("RUN#front|RUN#ID"),
               cl::desc("In place of FILE: the Pareto front of a run, a folder for each design, or "
                        "one of its designs"),
               cl::sub(emitCommand()));
static cl::opt<unsigned> jobs("jobs", cl::init(0), cl::value_desc("n"),
                              cl::desc("Threads (default: as many as there are processors)"),
                              cl::sub(emitCommand()));
static cl::opt<bool> listTargets("list", cl::desc("List the targets"), cl::sub(emitCommand()));
static cl::opt<backends::Level>
    level("level", cl::desc("Which network to write:"), cl::init(backends::Level::Wafer),
          cl::values(clEnumValN(backends::Level::Wafer, "wafer", "reticles of a wafer (default)"),
                     clEnumValN(backends::Level::Reticle, "reticle", "cores of a reticle")),
          cl::sub(emitCommand()));
static cl::opt<evaluation::Side> side(
    "side", cl::desc("Which chip to write, where prompts have one of their own:"),
    cl::init(evaluation::Side::Both),
    cl::values(clEnumValN(evaluation::Side::Prompts, "prefill", "the one that reads them"),
               clEnumValN(evaluation::Side::Tokens, "decode", "the one that generates tokens")),
    cl::sub(emitCommand()));

namespace {

/// What is wrong with `--side` for a spec with or without a second chip; empty if nothing is.
std::string problemOfSide(const evaluation::Binding &binding) {
  if (binding.prefill() && side == evaluation::Side::Both)
    return "formats of evaluators know one chip, and prompts have one of their own: "
           "`--side prefill` or `--side decode` says which to write";
  if (!binding.prefill() && side != evaluation::Side::Both)
    return "`--side` is for specs in which prompts have a chip of their own, `prefill`";
  return "";
}

std::string withSide(std::string origin) {
  if (side == evaluation::Side::Both)
    return origin;
  return origin + (side == evaluation::Side::Prompts ? " --side prefill" : " --side decode");
}

const evaluation::Design &sideOf(const evaluation::Pools &pools) {
  return side == evaluation::Side::Prompts ? pools.prefill : pools.decode;
}

/// The end of one emission: what to say, and how the program ends if it is the only one.
struct Outcome {
  Exit exit = Done;
  std::vector<std::string> paths, errors;
  bool wasThere = false;
};

/// Emits a design that has been evaluated.
Outcome emitDesign(const EmissionTask &task, const evaluation::Design &fields,
                   const evaluation::Evaluation &evaluation, llvm::StringRef folder) {
  if (evaluation.status != evaluation::Status::Ok)
    return {Infeasible, {}, evaluation.reasons};
  std::vector<std::string> reasons; // for packets at random, which have no plan
  const std::optional<evaluation::Plan> plan = evaluation::planOf(fields, reasons);
  const std::vector<double> point = valuesOf(task.space, task.design);
  const backends::Result result = backends::emit(
      task.backend, {fields, evaluation, plan ? &*plan : nullptr, task.level, task.space, point});
  if (auto *refusal = std::get_if<std::string>(&result))
    return {Infeasible, {}, {*refusal}};
  auto written = writeEmission(task, std::get<backends::Emission>(result), folder);
  if (auto *failure = std::get_if<std::string>(&written))
    return {OutputFailed, {}, {*failure}};
  return {Done, std::move(std::get<std::vector<std::string>>(written)), {}};
}

/// Emits one of two chips, evaluated by itself.
Outcome emitSide(const EmissionTask &task, const evaluation::Pools &pools, llvm::StringRef folder) {
  const evaluation::Design &fields = sideOf(pools);
  return emitDesign(task, fields, evaluation::analyse(fields, evaluation::Fidelity::Analytic),
                    folder);
}

int emitSpec(const backends::Backend &backend) {
  Session session;
  session.options.file = specFile;
  Exit exit;
  auto evaluated = evaluateSpec(session, exit);
  if (!evaluated)
    return exit;
  std::string origin = specFile;
  for (const std::string &setting : session.options.settings)
    origin += " --set " + setting;
  const EmissionTask task{backend, level, *session.space, evaluated->design, withSide(origin)};
  const std::string problem = problemOfSide(evaluated->binding);
  const bool runs = evaluated->evaluation.status == evaluation::Status::Ok;
  const Outcome outcome = !problem.empty() ? Outcome{WrongUsage, {}, {problem}}
                          : evaluated->pools && runs
                              ? emitSide(task, *evaluated->pools, output)
                              : emitDesign(task, evaluated->fields.value_or(evaluation::Design()),
                                           evaluated->evaluation, output);
  for (const std::string &error : outcome.errors)
    llvm::errs() << "error: " << error << '\n';
  for (const std::string &path : outcome.paths)
    llvm::outs() << path << '\n';
  return outcome.exit;
}

/// Unless its folder is complete already.
Outcome emitFromRun(const EmissionTask &task, const evaluation::Binding &binding,
                    llvm::StringRef folder) {
  if (isEmitted(task, folder))
    return {Done, {}, {}, true};
  std::vector<std::string> reasons;
  const std::vector<double> point = valuesOf(task.space, task.design);
  if (binding.prefill()) {
    const auto pools = binding.readPools(point, reasons);
    return pools ? emitSide(task, *pools, folder) : Outcome{Infeasible, {}, reasons};
  }
  const std::optional<evaluation::Design> fields = binding.read(point, reasons);
  if (!fields)
    return {Infeasible, {}, reasons};
  return emitDesign(task, *fields, evaluation::analyse(*fields, evaluation::Fidelity::Analytic),
                    folder);
}

std::string folderOf(const RunDesigns &run, const RunDesign &design) {
  llvm::SmallString<128> path(output);
  if (run.isFront)
    llvm::sys::path::append(path, std::to_string(design.id));
  return path.str().str();
}

int show(const RunDesigns &run, llvm::ArrayRef<Outcome> outcomes) {
  unsigned written = 0, there = 0;
  Exit exit = Done;
  for (unsigned i = 0; i < outcomes.size(); ++i) {
    const Outcome &outcome = outcomes[i];
    for (const std::string &error : outcome.errors)
      llvm::errs() << "error: design " << run.designs[i].id << ": " << error << '\n';
    written += outcome.exit == Done && !outcome.wasThere;
    there += outcome.wasThere;
    exit = std::max(exit, outcome.exit);
  }
  llvm::outs() << outcomes.size() << " designs: " << written << " written, " << there
               << " there already, " << outcomes.size() - written - there << " impossible\n";
  return exit;
}

int emitRun(const backends::Backend &backend) {
  auto found = findRunDesigns(runDesigns);
  if (auto *error = std::get_if<std::string>(&found)) {
    llvm::errs() << "error: " << *error << '\n';
    return SpecErrors;
  }
  const RunDesigns &run = std::get<RunDesigns>(found);
  Session session;
  const auto binding = bindFields(session, run.store->space());
  if (!binding)
    return SpecErrors;
  if (const std::string problem = problemOfSide(*binding); !problem.empty()) {
    llvm::errs() << "error: " << problem << '\n';
    return WrongUsage;
  }
  std::vector<Outcome> outcomes(run.designs.size());
  std::atomic<unsigned> next = 0;
  auto work = [&] {
    for (unsigned i; (i = next++) < outcomes.size();) {
      const RunDesign &design = run.designs[i];
      const std::string origin = withSide(run.folder + "#" + std::to_string(design.id));
      outcomes[i] = emitFromRun({backend, level, run.store->space(), design.design, origin},
                                *binding, folderOf(run, design));
    }
  };
  const unsigned wanted = jobs > 0 ? unsigned(jobs) : std::thread::hardware_concurrency();
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::min<size_t>(wanted, outcomes.size()); ++i)
    threads.emplace_back(work);
  work();
  for (std::thread &thread : threads)
    thread.join();
  return show(run, outcomes);
}

int showTargets() {
  for (const backends::Backend *backend : backends::all())
    llvm::outs() << llvm::left_justify(backend->name, 22) << backend->summary << '\n';
  return Done;
}

} // namespace

int run_emit() {
  if (listTargets)
    return showTargets();
  const backends::Backend *backend = backends::find(target);
  if (backend && !output.empty() && specFile.empty() != runDesigns.empty())
    return runDesigns.empty() ? emitSpec(*backend) : emitRun(*backend);
  std::vector<llvm::StringRef> names;
  for (const backends::Backend *known : backends::all())
    names.push_back(known->name);
  llvm::StringRef near = backend ? "" : closestName(target, names);
  llvm::errs() << (backend ? "error: `wsc emit TARGET FILE -o DIR`, or `--design RUN#front` in "
                             "place of FILE\n"
                           : "error: there is no target `" + target + "`\n")
               << (near.empty() ? "help: `wsc emit --list` lists the targets\n"
                                : "help: did you mean `" + near.str() + "`?\n");
  return WrongUsage;
}

} // namespace wsc::tool
