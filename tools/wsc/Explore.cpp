// wsc explore: searches for the Pareto front and keeps every evaluation in a run folder.
#include "ir/Parse.h"
#include "ir/Print.h"
#include "passes/Pass.h"
#include "report/Terminal.h"
#include "tools/wsc/Evaluation.h"
#include "tools/wsc/Interrupt.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Progress.h"
#include "tools/wsc/Reuse.h"
#include "tools/wsc/RunFolder.h"
#include "tools/wsc/SearchEvaluators.h"
#include "tools/wsc/Verdict.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<std::string> timeLimit("time", cl::value_desc("duration"),
                                      cl::desc("Stop after this long: 90s, 10min, 2h; `--resume` "
                                               "goes on"),
                                      cl::sub(exploreCommand()));
static cl::opt<double> leastGrowth("until-growth", cl::value_desc("percent"), cl::init(0),
                                   cl::desc("Stop when the next design is expected to add less "
                                            "than this to the hypervolume (bayes, ehvi)"),
                                   cl::sub(exploreCommand()));
static cl::opt<std::string> output("o", cl::value_desc("dir"),
                                   cl::desc("The run folder (default: wsc-run, wsc-run-2, ...)"),
                                   cl::sub(exploreCommand()));
static cl::opt<std::string> resume("resume", cl::value_desc("dir"),
                                   cl::desc("Go on with the run in this folder"),
                                   cl::sub(exploreCommand()));
static cl::opt<std::string> from("from", cl::value_desc("dir"),
                                 cl::desc("Take over what this run evaluated, where the inputs of "
                                          "the evaluator are the same"),
                                 cl::sub(exploreCommand()));

static const std::string algorithmHelp =
    "Who chooses the designs, one of\n" + search::algorithmList();
static const char *const algorithmNames[] = {
#define ALGORITHM(create, name, summary) name,
#include "search/Algorithms.def"
};
static cl::opt<std::string> algorithm("algorithm", cl::value_desc("name"),
                                      cl::init(algorithmNames[0]), cl::desc(algorithmHelp),
                                      cl::sub(exploreCommand()));
static cl::opt<unsigned> jobs("jobs", cl::value_desc("n"), cl::init(1),
                              cl::desc("Choose and evaluate so many designs at a time (default 1)"),
                              cl::sub(exploreCommand()));

namespace {

constexpr unsigned mostJobs = 256;
/// Batches in a row of which little is expected, before a search stops for that.
constexpr unsigned patience = 3;

std::string freeFolder() {
  std::string name = "wsc-run";
  for (unsigned i = 2; llvm::sys::fs::exists(name); ++i)
    name = "wsc-run-" + std::to_string(i);
  return name;
}

/// Whether the arguments make sense together; says what does not.
bool checkUsage(const CommonOptions &options) {
  bool resumes = !resume.empty();
  std::string problem;
  if (options.file.empty() != resumes)
    problem = "give a spec to explore or `--resume` a run, not both";
  else if (resumes &&
           (!options.settings.empty() || options.seedGiven || !output.empty() || !from.empty() ||
            algorithm.getNumOccurrences() || jobs.getNumOccurrences() || isFidelityGiven()))
    problem = "a run that is resumed keeps its spec, its seed, its algorithm, its jobs and its "
              "folder, its fidelity and what it took over";
  else if (givenBudget() == 0u)
    problem = "a budget is at least 1";
  else if (jobs == 0 || jobs > mostJobs)
    problem = "there are 1 to 256 jobs";
  else if (timeLimit.getNumOccurrences() && !durationOf(timeLimit))
    problem = "`--time " + timeLimit + "` is not a duration; write `90s`, `10min` or `2h`";
  else if (!search::isAlgorithm(algorithm))
    problem = "there is no such algorithm; `--algorithm` takes one of\n" + search::algorithmList();
  if (!problem.empty())
    llvm::errs() << "error: " << problem << '\n';
  return problem.empty();
}

/// Loads the spec, which must have something to explore.  Otherwise says what is wrong and returns
/// the exit code.
std::optional<Exit> loadExplored(Session &session) {
  if (!loadSpace(session))
    return SpecErrors;
  if (session.space->objectives.empty()) {
    session.diagnostics.report(DiagKind::NothingToDo, {}, "the spec states no objective")
        .suggest("add an `explore` block with `maximize ...` or `minimize ...`");
    showDiagnostics(session.diagnostics, session.options.form);
    return SpecErrors;
  }
  Exit exit;
  if (!chooseDesign(session, exit)) // no run without a design
    return exit;
  return std::nullopt;
}

void showJson(const runs::RunStore &store, const std::string &stopped) {
  const ir::Space &space = store.space();
  const report::Front found(store);
  llvm::json::Array front;
  for (const runs::Record *record : found.best) {
    llvm::json::Object objectives;
    for (unsigned j = 0; j < space.objectives.size(); ++j)
      objectives[space.objectives[j].name] =
          quantityJson(space, space.objectives[j].node->type(), record->objectives[j]);
    front.push_back(llvm::json::Object{{"id", record->id},
                                       {"objectives", std::move(objectives)},
                                       {"design", designJson(space, {record->choice})}});
  }
  llvm::outs() << llvm::formatv(
      "{0:2}\n", llvm::json::Value(llvm::json::Object{{"format_version", 1},
                                                      {"run", store.folder()},
                                                      {"evaluations", found.evaluated.size()},
                                                      {"stopped", stopped},
                                                      {"reproduce", reproduction(store)},
                                                      {"front", std::move(front)}}));
}

/// One call of `wsc explore`.
class Exploration {
public:
  int run();

private:
  std::optional<Exit> begin();
  std::optional<Exit> prepare();
  std::unique_ptr<runs::RunStore> start();
  std::string search();
  std::string enough();
  void show(const std::string &stopped);

  Session session_;
  std::unique_ptr<runs::RunStore> store_; ///< of a run that is resumed, at first
  std::unique_ptr<ir::Space> optimized_;  ///< what is searched
  runs::Settings settings_;
  SearchEvaluators evaluators_;
  std::unique_ptr<feasibility::Problem> problem_;
  std::unique_ptr<search::Task> task_;
  std::unique_ptr<search::Algorithm> algorithm_;
  unsigned littleInARow_ = 0; ///< batches of which little was expected
};

/// A new run searches the Space as it is read back from its folder, so that it does what a
/// resumed one would.
std::optional<Exit> Exploration::begin() {
  if (!resume.empty()) {
    store_ = openRun(resume, runs::RunStore::Access::Write);
    if (!store_)
      return OutputFailed;
    settings_ = store_->settings();
    if (auto budget = givenBudget())
      settings_.budget = *budget;
    if (leastGrowth.getNumOccurrences())
      settings_.leastGrowth = leastGrowth;
    optimized_ = passes::runDefault(store_->space());
    return std::nullopt;
  }
  if (auto exit = loadExplored(session_))
    return exit;
  session_.space = llvm::cantFail(ir::parse(ir::toText(*session_.space)));
  optimized_ = passes::runDefault(*session_.space);
  settings_.seed = session_.options.seed;
  settings_.budget = budgetFor(*session_.space);
  settings_.algorithm = algorithm;
  settings_.batch = jobs;
  settings_.leastGrowth = leastGrowth;
  settings_.fidelity = name(chosenFidelity());
  settings_.facts = factsOf(session_);
  return std::nullopt;
}

std::optional<Exit> Exploration::prepare() {
  // Runs without a workload have the fidelity `static`, whatever was asked for.
  const auto fidelity = evaluation::fidelityNamed(settings_.fidelity);
  evaluators_ =
      evaluatorsFor(session_, *optimized_, fidelity.value_or(evaluation::Fidelity::Analytic));
  if (evaluators_.evaluators.empty())
    return SpecErrors;
  settings_.fidelity = name(evaluators_.evaluators.back()->fidelity());
  problem_ = std::make_unique<feasibility::Problem>(*optimized_);
  task_ = std::make_unique<search::Task>(*problem_, evaluators_.estimate);
  task_->costs = evaluators_.costs;
  task_->refinement = evaluators_.refinement;
  std::string error;
  algorithm_ = search::createAlgorithm(settings_.algorithm, *task_, settings_.seed, error);
  if (algorithm_)
    return std::nullopt;
  llvm::errs() << "error: " << error << '\n';
  return WrongUsage;
}

/// The store of a new run; null after saying why there is none.
std::unique_ptr<runs::RunStore> Exploration::start() {
  std::vector<runs::RunStore::Entry> known;
  if (!from.empty()) {
    auto old = openRun(from, runs::RunStore::Access::Read);
    if (!old)
      return nullptr;
    Reused reused = reuse(*old, *problem_, *evaluators_.inputs);
    llvm::errs() << llvm::formatv(
        "{0} of {1} evaluations of {2} are reused; {3} are no designs any more, of {4} the "
        "evaluator reads something else\n",
        reused.entries.size(), old->records().size(), from, reused.infeasible, reused.changed);
    known = std::move(reused.entries);
    settings_.facts["from"] = from;
  }
  const std::string folder = output.empty() ? freeFolder() : output.getValue();
  std::string error;
  auto store = runs::RunStore::create(folder, *session_.space, settings_, sourcesOf(session_),
                                      std::move(known), error);
  if (!store)
    llvm::errs() << "error: cannot use the run folder `" << folder << "`: " << error << '\n';
  return store;
}

/// Why the search ended before its budget was spent; empty otherwise.
std::string Exploration::search() {
  std::vector<const evaluation::Evaluator *> evaluators;
  for (const auto &evaluator : evaluators_.evaluators)
    evaluators.push_back(evaluator.get());
  RunEvaluations evaluate(*optimized_, evaluators, evaluators_.costs, *evaluators_.inputs, *store_);
  for (const search::Point &point : evaluate.takenOver())
    algorithm_->know(point);
  Interrupt interrupt(durationOf(timeLimit));
  Progress progress(*store_, settings_.budget, session_.options.form != Form::Text);
  search::ExploreOptions options;
  options.budget = settings_.budget;
  options.batch = settings_.batch;
  std::string stopped;
  const search::ExploreResult result = search::explore(
      *task_, *algorithm_, options,
      [&](llvm::ArrayRef<search::Question> batch) -> std::optional<std::vector<search::Outcome>> {
        stopped = enough();
        if (stopped.empty() && !evaluate.isKnown(batch))
          stopped = interrupt.reason();
        if (!stopped.empty())
          return std::nullopt;
        auto outcomes = evaluate(batch);
        progress.update();
        return outcomes;
      });
  progress.finish();
  if (!evaluate.error.empty())
    llvm::errs() << "error: cannot go on with the run `" << store_->folder()
                 << "`: " << evaluate.error << '\n';
  return !evaluate.error.empty() ? "error" : stopped.empty() ? result.stopped : stopped;
}

/// Why nothing more is expected of the search; empty to go on.  The same whenever it is asked of
/// the same answers, so that a run that is resumed stops there, too.
std::string Exploration::enough() {
  const std::optional<double> growth = algorithm_->expectedGrowth();
  const bool isLittle = growth && *growth * 100 < settings_.leastGrowth;
  littleInARow_ = isLittle ? littleInARow_ + 1 : 0;
  if (settings_.leastGrowth == 0 || littleInARow_ < patience)
    return "";
  return llvm::formatv("the next design is expected to add less than {0} % to the hypervolume",
                       ir::formatShortest(settings_.leastGrowth));
}

void Exploration::show(const std::string &stopped) {
  switch (session_.options.form) {
  case Form::Text:
    report::showRun(*store_, stopped, terminalColumns(), llvm::outs());
    llvm::outs() << "run: " << store_->folder() << "\nagain: " << reproduction(*store_) << '\n';
    break;
  case Form::Json: showJson(*store_, stopped); break;
  case Form::Sarif: showDiagnostics(session_.diagnostics, Form::Sarif); break;
  }
}

int Exploration::run() {
  if (!checkUsage(session_.options))
    return WrongUsage;
  if (auto exit = begin())
    return *exit;
  if (auto exit = prepare())
    return *exit;
  if (!store_ && !(store_ = start()))
    return OutputFailed;
  std::string error;
  if (!store_->setEnd(settings_.budget, settings_.leastGrowth, error)) {
    llvm::errs() << "error: cannot write to the run: " << error << '\n';
    return OutputFailed;
  }
  const std::string stopped = search();
  if (stopped == "error")
    return OutputFailed;
  show(stopped);
  return Done;
}

} // namespace

int run_explore() { return Exploration().run(); }

} // namespace wsc::tool
