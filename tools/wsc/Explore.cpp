// wsc explore: searches for the Pareto front and keeps every evaluation in a run folder.
#include "runs/RunStore.h"
#include "search/Estimates.h"
#include "search/Explorer.h"
#include "tools/wsc/Evaluation.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Progress.h"
#include "tools/wsc/Verdict.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <thread>

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::opt<unsigned> budget("budget", cl::value_desc("n"),
                                cl::desc("How many designs to evaluate (default: the spec's "
                                         "`budget`, else 200)"),
                                cl::sub(exploreCommand()));
static cl::opt<std::string> output("o", cl::value_desc("dir"),
                                   cl::desc("The run folder (default: wsc-run, wsc-run-2, ...)"),
                                   cl::sub(exploreCommand()));
static cl::opt<std::string> resume("resume", cl::value_desc("dir"),
                                   cl::desc("Go on with the run in this folder"),
                                   cl::sub(exploreCommand()));

static cl::opt<std::string>
    algorithm("algorithm", cl::value_desc("name"), cl::init("bayes"),
              cl::desc("Who chooses the designs: bayes (default), ehvi, nsga2, "
                       "front, random"),
              cl::sub(exploreCommand()));
static cl::opt<unsigned> jobs("jobs", cl::value_desc("n"), cl::init(1),
                              cl::desc("Choose and evaluate so many designs at a time (default 1)"),
                              cl::sub(exploreCommand()));

namespace {

constexpr unsigned mostJobs = 256;

std::string freeFolder() {
  std::string name = "wsc-run";
  for (unsigned i = 2; llvm::sys::fs::exists(name); ++i)
    name = "wsc-run-" + std::to_string(i);
  return name;
}

unsigned budgetOf(const Session &session) {
  if (budget.getNumOccurrences())
    return budget;
  return session.space->budget.value_or(200);
}

/// Evaluates designs of one Space, through the run store.
class Evaluations {
public:
  Evaluations(const ir::Space &space, evaluation::Evaluator &evaluator, runs::RunStore &store)
      : space_(space), evaluator_(evaluator), store_(store),
        objectives_(space, search::objectiveNodes(space)), measured_(space, measuredNodes()),
        margins_(space) {}

  /// Empty when the store cannot be written; `error` says why.
  std::optional<std::vector<search::Outcome>> operator()(llvm::ArrayRef<search::Question> asked) {
    std::vector<std::optional<runs::Record>> fresh(asked.size());
    auto evaluate = [&](size_t i) { fresh[i] = recordOf(asked[i].design); };
    std::vector<std::thread> threads; // all but the first design
    for (size_t i = asked.size(); i-- > 0;)
      if (!store_.find(asked[i].design.choice)) {
        if (i == 0)
          evaluate(i);
        else
          threads.emplace_back(evaluate, i);
      }
    for (std::thread &thread : threads)
      thread.join();
    std::vector<search::Outcome> outcomes;
    for (size_t i = 0; i < asked.size(); ++i) {
      if (fresh[i] && !store_.add(std::move(*fresh[i]), error))
        return std::nullopt;
      const runs::Record &record = *store_.find(asked[i].design.choice);
      outcomes.push_back({record.feasible, record.objectives,
                          margins_.of(valuesOf(space_, asked[i].design), record.metrics)});
    }
    return outcomes;
  }

  std::string error;

private:
  runs::Record recordOf(const feasibility::Design &design) const {
    std::vector<double> point = valuesOf(space_, design);
    evaluation::Evaluation result = evaluator_.evaluate(point);
    runs::Record record;
    record.choice = design.choice;
    record.fidelity = name(evaluator_.fidelity()).str();
    record.status = name(result.status).str();
    record.reasons = result.reasons;
    record.metrics = evaluation::metricsOf(space_, result);
    record.objectives.resize(objectives_.rootCount());
    objectives_.evaluate(point, record.metrics, record.objectives);
    record.feasible = result.status == evaluation::Status::Ok && meetsMeasured(point, record);
    return record;
  }
  std::vector<const ir::Node *> measuredNodes() {
    std::vector<const ir::Node *> nodes;
    for (const ir::Constraint &constraint : space_.constraints)
      if (constraint.isHard() && constraint.isMeasured()) {
        requirements_.push_back(&constraint);
        nodes.push_back(constraint.node);
      }
    return nodes;
  }
  /// Names the measured requirements that the design misses among its reasons.
  bool meetsMeasured(llvm::ArrayRef<double> point, runs::Record &record) const {
    std::vector<double> truth(measured_.rootCount());
    measured_.evaluate(point, record.metrics, truth);
    bool met = llvm::all_of(record.objectives, [](double v) { return std::isfinite(v); });
    for (unsigned i = 0; i < requirements_.size(); ++i)
      if (truth[i] != 1) {
        record.reasons.push_back("`" + requirements_[i]->name + "` does not hold");
        met = false;
      }
    return met;
  }

  const ir::Space &space_;
  evaluation::Evaluator &evaluator_;
  runs::RunStore &store_;
  std::vector<const ir::Constraint *> requirements_; ///< measured, in the order of `measured_`
  ir::Tape objectives_, measured_;
  search::Margins margins_;
};

/// The front, best in the first objective first.
std::vector<unsigned> ordered(const ir::Space &space, const search::ExploreResult &result) {
  std::vector<unsigned> front = result.front;
  double sign = space.objectives[0].maximize ? -1 : 1;
  llvm::stable_sort(front, [&](unsigned a, unsigned b) {
    return sign * result.points[a].outcome.objectives[0] <
           sign * result.points[b].outcome.objectives[0];
  });
  return front;
}

/// The open fields in which the designs of the front differ; the others are the same in all.
std::vector<bool> varying(const ir::Space &space, const search::ExploreResult &result) {
  std::vector<bool> varies(space.params.size());
  for (unsigned i : result.front)
    for (unsigned p = 0; p < space.params.size(); ++p)
      varies[p] = varies[p] || result.points[i].design.choice[p] !=
                                   result.points[result.front[0]].design.choice[p];
  return varies;
}

void showFields(const ir::Space &space, const feasibility::Design &design,
                const std::vector<bool> &which) {
  for (unsigned p = 0; p < space.params.size(); ++p) {
    const ir::Param &param = space.params[p];
    if (which[p])
      llvm::outs() << "  " << param.name << '='
                   << ir::formatValue(space, param.type, param.values[design.choice[p]]);
  }
  llvm::outs() << '\n';
}

void showFront(const ir::Space &space, const search::ExploreResult &result) {
  auto &out = llvm::outs();
  std::vector<unsigned> front = ordered(space, result);
  unsigned usable = llvm::count_if(result.points, [](auto &p) { return p.outcome.feasible; });
  out << result.points.size() << " designs evaluated, " << usable << " usable, " << front.size()
      << " on the Pareto front\n";
  if (front.empty())
    return;
  out << llvm::formatv("{0,6}", "id");
  for (const ir::Objective &objective : space.objectives)
    out << llvm::formatv("  {0,16}", objective.name);
  out << "  design\n";
  std::vector<bool> varies = varying(space, result);
  for (unsigned i : front) {
    const search::Point &point = result.points[i];
    out << llvm::formatv("{0,6}", i + 1);
    for (unsigned j = 0; j < space.objectives.size(); ++j)
      out << llvm::formatv("  {0,16}", ir::formatValue(space, space.objectives[j].node->type(),
                                                       point.outcome.objectives[j]));
    showFields(space, point.design, varies);
  }
  varies.flip();
  if (llvm::is_contained(varies, true)) {
    out << "in all of them:";
    showFields(space, result.points[front[0]].design, varies);
  }
}

void showJson(const ir::Space &space, const search::ExploreResult &result, llvm::StringRef folder) {
  llvm::json::Array front;
  for (unsigned i : ordered(space, result)) {
    llvm::json::Object objectives;
    for (unsigned j = 0; j < space.objectives.size(); ++j)
      objectives[space.objectives[j].name] = quantityJson(space, space.objectives[j].node->type(),
                                                          result.points[i].outcome.objectives[j]);
    front.push_back(llvm::json::Object{{"id", i + 1},
                                       {"objectives", std::move(objectives)},
                                       {"design", designJson(space, result.points[i].design)}});
  }
  llvm::outs() << llvm::formatv(
      "{0:2}\n", llvm::json::Value(llvm::json::Object{{"format_version", 1},
                                                      {"run", folder},
                                                      {"evaluations", result.points.size()},
                                                      {"stopped", result.stopped},
                                                      {"front", std::move(front)}}));
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

/// Null after saying why the run that is resumed cannot be opened, or a new one cannot be started.
std::unique_ptr<runs::RunStore> openRun(llvm::StringRef folder, const ir::Space *newSpace,
                                        const runs::Settings &settings) {
  std::string error;
  auto store = newSpace ? runs::RunStore::create(folder, *newSpace, settings, error)
                        : runs::RunStore::open(folder, error);
  if (!store)
    llvm::errs() << "error: cannot use the run folder `" << folder << "`: " << error << '\n';
  return store;
}

/// Who evaluates designs, and what is known of them before.
struct Evaluators {
  std::unique_ptr<evaluation::Evaluator> evaluator;
  search::Task::Estimate estimate = nullptr;
};

/// No evaluator after saying why the designs cannot be evaluated.
Evaluators evaluatorsFor(Session &session, const ir::Space &space) {
  auto measured = [](const auto &item) {
    return item.node->bindingTime() == ir::BindingTime::Measured;
  };
  if (!isWorkloadGiven(space) && llvm::none_of(space.objectives, measured) &&
      llvm::none_of(space.constraints, measured))
    return {evaluation::createStaticEvaluator()};
  auto binding = bindFields(session, space);
  if (!binding)
    return {nullptr};
  return {evaluation::createEvaluator(evaluation::Fidelity::Analytic, *binding),
          search::estimateByBounds(space, *binding)};
}

/// Whether the arguments make sense together; says what does not.
bool checkUsage(const CommonOptions &options) {
  bool resumes = !resume.empty();
  std::string problem;
  if (options.file.empty() != resumes)
    problem = "give a spec to explore or `--resume` a run, not both";
  else if (resumes && (!options.settings.empty() || options.seedGiven || !output.empty() ||
                       algorithm.getNumOccurrences() || jobs.getNumOccurrences()))
    problem = "a run that is resumed keeps its spec, its seed, its algorithm, its jobs and its "
              "folder";
  else if (budget.getNumOccurrences() && budget == 0)
    problem = "a budget is at least 1";
  else if (jobs == 0 || jobs > mostJobs)
    problem = "there are 1 to 256 jobs";
  else if (!search::isAlgorithm(algorithm))
    problem = "there is no such algorithm; `--algorithm` takes one of\n" + search::algorithmList();
  if (!problem.empty())
    llvm::errs() << "error: " << problem << '\n';
  return problem.empty();
}

} // namespace

int run_explore() {
  Session session;
  if (!checkUsage(session.options))
    return WrongUsage;
  std::unique_ptr<runs::RunStore> store;
  const bool isNew = resume.empty();
  if (isNew) {
    if (auto exit = loadExplored(session))
      return *exit;
  } else {
    store = openRun(resume, nullptr, {});
    if (!store)
      return OutputFailed;
  }
  const ir::Space &space = isNew ? *session.optimized : store->space();
  const runs::Settings settings =
      isNew ? runs::Settings{session.options.seed, budgetOf(session), algorithm.getValue(), jobs}
            : store->settings();
  auto [evaluator, estimate] = evaluatorsFor(session, space);
  if (!evaluator)
    return SpecErrors;
  const feasibility::Problem problem(space);
  const search::Task task(problem, std::move(estimate));
  std::string error;
  auto searcher = search::createAlgorithm(settings.algorithm, task, settings.seed, error);
  if (!searcher) {
    llvm::errs() << "error: " << error << '\n';
    return WrongUsage;
  }
  const std::string folder = !isNew ? resume : output.empty() ? freeFolder() : output.getValue();
  if (isNew && !(store = openRun(folder, &space, settings)))
    return OutputFailed;

  search::ExploreOptions options;
  options.budget = budget.getNumOccurrences() ? budget : settings.budget;
  options.batch = settings.batch;
  Evaluations evaluate(space, *evaluator, *store);
  Progress progress(options.budget, session.options.form != Form::Text);
  search::ExploreResult result =
      search::explore(task, *searcher, options, [&](llvm::ArrayRef<search::Question> asked) {
        auto outcomes = evaluate(asked);
        if (outcomes)
          for (const search::Outcome &outcome : *outcomes)
            progress.step(outcome.feasible);
        return outcomes;
      });
  progress.finish();
  if (!evaluate.error.empty()) {
    llvm::errs() << "error: cannot write to the run: " << evaluate.error << '\n';
    return OutputFailed;
  }
  switch (session.options.form) {
  case Form::Text:
    showFront(space, result);
    llvm::outs() << "run: " << folder << (result.stopped.empty() ? "" : "; " + result.stopped)
                 << '\n';
    break;
  case Form::Json: showJson(space, result, folder); break;
  case Form::Sarif: showDiagnostics(session.diagnostics, Form::Sarif); break;
  }
  return Done;
}

} // namespace wsc::tool
