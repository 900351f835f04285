// Binding the evaluator to a spec, and printing what it says.
#include "tools/wsc/Evaluation.h"

#include "search/MeasuredRequirements.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/StrategyChoice.h"
#include "tools/wsc/Uncertain.h"
#include "tools/wsc/Verdict.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <ctime>

namespace wsc::tool {

static llvm::cl::opt<bool> bestStrategy(
    "best-strategy",
    llvm::cl::desc("Of the open fields of the strategy, take the values that serve the "
                   "first measured objective best, or throughput"),
    llvm::cl::sub(evaluateCommand()), llvm::cl::sub(emitCommand()));

static llvm::cl::opt<evaluation::Fidelity> fidelity(
    "fidelity", llvm::cl::desc("How closely to look at the network:"),
    llvm::cl::values(clEnumValN(evaluation::Fidelity::Analytic, "analytic", "closed formulas"),
                     clEnumValN(evaluation::Fidelity::Flow, "flow",
                                "collectives routed over links that they share"),
                     clEnumValN(evaluation::Fidelity::Cycle, "cycle", "flit by flit")),
    llvm::cl::init(evaluation::Fidelity::Analytic), llvm::cl::sub(evaluateCommand()),
    llvm::cl::sub(exploreCommand()), llvm::cl::sub(sweepCommand()));

std::string format(const ir::Space &space, double value, evaluation::UnitKind unit) {
  auto parsed = space.units.parseUnit(evaluation::symbol(unit));
  return space.units.format(value, std::get<Unit>(parsed).dim);
}

llvm::json::Object metricsJson(const ir::Space &space, const evaluation::Measurement &measurement) {
  llvm::json::Object metrics;
  const std::vector<double> values = evaluation::metricsOf(space, measurement);
  for (unsigned i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i]))
      metrics[space.metrics[i].name] = quantityJson(space, space.metrics[i].type, values[i]);
  return metrics;
}

namespace {

using evaluation::Evaluation;
using evaluation::Item;
using llvm::outs;

void showItem(const ir::Space &space, const Item &item, double whole, unsigned depth) {
  if (item.value == 0 && depth > 0)
    return;
  std::string name = std::string(2 * depth + 2, ' ') + item.name.str();
  outs() << llvm::formatv("{0,-34} {1,14}", name, format(space, item.value, item.unit));
  if (depth > 0 && whole > 0)
    outs() << llvm::formatv(" {0,7:P1}", item.value / whole);
  if (!item.note.empty())
    outs() << "  " << item.note;
  outs() << '\n';
  for (const Item &part : item.parts)
    showItem(space, part, whole, depth + 1);
}

llvm::json::Object toJson(const Item &item) {
  llvm::json::Object object{{"name", item.name},
                            {"value", numberOrNull(item.value)},
                            {"unit", evaluation::symbol(item.unit)}};
  if (!item.note.empty())
    object["note"] = item.note;
  llvm::json::Array parts;
  for (const Item &part : item.parts)
    parts.push_back(toJson(part));
  if (!parts.empty())
    object["parts"] = std::move(parts);
  return object;
}

void showJson(const Session &session, const feasibility::Design &design, const Evaluation &result,
              llvm::json::Object extra) {
  const ir::Space &space = *session.space;
  llvm::json::Object quantities;
  std::vector<double> point = valuesOf(space, design);
  for (const ir::Quantity *quantity : headlines(space))
    quantities[quantity->name] =
        toJson(space, quantity->node->type(), knownValue(space, quantity->node, point));
  llvm::json::Object requirements;
  if (result.status == evaluation::Status::Ok)
    for (const ir::Constraint *requirement : search::measuredRequirements(space))
      requirements[requirement->name] =
          valueAt(space, requirement->node, point, evaluation::metricsOf(space, result)) == 1;
  auto texts = [](const std::vector<std::string> &list) { return llvm::json::Array(list); };
  llvm::json::Object object{{"format_version", 1},
                            {"status", evaluation::name(result.status)},
                            {"reasons", texts(result.reasons)},
                            {"notes", texts(result.notes)},
                            {"design", designJson(space, design)},
                            {"quantities", std::move(quantities)},
                            {"metrics", metricsJson(space, result)},
                            {"requirements", std::move(requirements)}};
  for (auto &[key, value] : itemsJson(result))
    object[key] = std::move(value);
  for (auto &[key, value] : extra)
    object[key] = std::move(value);
  outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
}

} // namespace

llvm::json::Object itemsJson(const Evaluation &evaluation) {
  llvm::json::Array breakdown, bounds;
  for (const Item &item : evaluation.breakdown)
    breakdown.push_back(toJson(item));
  for (const Item &item : evaluation.bounds)
    bounds.push_back(toJson(item));
  return llvm::json::Object{{"breakdown", std::move(breakdown)},
                            {"lower_bounds", std::move(bounds)}};
}

namespace {
struct RoleField {
  llvm::StringRef role, path;
};
const RoleField roleFields[] = {
#define CHIP(type, member, path, kind) {"chip", path},
#define MODEL(type, member, path, kind) {"model", path},
#define WORKLOAD(type, member, path, kind) {"workload", path},
#define STRATEGY(type, member, path, kind) {"strategy", path},
#include "evaluation/Fields.def"
};

/// Roles of which the Space has no field that the evaluators read.
llvm::SmallVector<llvm::StringRef, 4> absentRoles(const ir::Space &space) {
  llvm::SmallVector<llvm::StringRef, 4> absent;
  for (llvm::StringRef role : {"chip", "model", "workload", "strategy"})
    if (llvm::none_of(roleFields, [&](const RoleField &field) {
          return field.role == role && space.findQuantity(field.path);
        }))
      absent.push_back(role);
  return absent;
}

/// Also of a field of `chip.prefill` or `strategy.prefill`.
llvm::StringRef roleOf(llvm::StringRef path) {
  const auto *field = llvm::find_if(roleFields, [&](const RoleField &f) { return f.path == path; });
  if (field != std::end(roleFields))
    return field->role;
  return path.starts_with("strategy.") ? "strategy" : "chip";
}
} // namespace

evaluation::Fidelity chosenFidelity() { return fidelity; }
bool isFidelityGiven() { return fidelity.getNumOccurrences() != 0; }

bool isWorkloadGiven(const ir::Space &space) { return absentRoles(space).empty(); }

/// The component of the main file that plays a role: the one that the command line or the spec
/// chose, or else the last one there is.  No place for IR text.
static Range placeOf(const Session &session, llvm::StringRef role) {
  const CommonOptions &options = session.options;
  const std::tuple<llvm::StringRef, ast::Role, llvm::StringRef> roles[] = {
      {"chip", ast::Role::Chip, options.chip},
      {"model", ast::Role::Model, options.model},
      {"workload", ast::Role::Workload, options.workload},
      {"strategy", ast::Role::Strategy, options.strategy}};
  Range place;
  if (!session.program)
    return place;
  llvm::StringRef explored;
  for (const ast::Decl &decl : session.program->main->file->decls)
    if (auto *explore = decl.as<ast::ExploreDecl>())
      for (const auto &setting : explore->settings)
        if (setting.name.text == role)
          explored = setting.value->name.text;
  for (auto [word, kind, option] : roles)
    for (const ast::Decl &decl : session.program->main->file->decls) {
      auto *component = decl.as<ast::ComponentDecl>();
      llvm::StringRef wanted = option.empty() ? explored : option;
      if (word == role && component && component->role == kind &&
          (wanted.empty() || component->name.text == wanted))
        place = component->name.range;
    }
  return place;
}

/// More fields than this are missing together: it is another kind of chip.
static constexpr size_t maxListed = 6;

static void reportMissing(Session &session, llvm::ArrayRef<evaluation::BindProblem> problems) {
  std::string names;
  for (const auto &problem : problems.take_front(maxListed))
    names += (names.empty() ? "`" : ", `") + problem.path + "`";
  session.diagnostics
      .report(DiagKind::MissingField, placeOf(session, roleOf(problems[0].path)),
              "the analytic evaluator needs " + std::to_string(problems.size()) +
                  " fields that are not there: " + names + " ...")
      .suggest(
          "chips that refine `std.wafer` or `std.gpu` have them; other chips can be checked, and "
          "explored over objectives that follow from their own fields");
}

std::optional<evaluation::Binding> bindFields(Session &session, const ir::Space &space) {
  auto binding = evaluation::Binding::create(space);
  if (auto *ready = std::get_if<evaluation::Binding>(&binding))
    return std::move(*ready);
  llvm::SmallVector<llvm::StringRef, 4> absent = absentRoles(space);
  for (llvm::StringRef role : absent)
    session.diagnostics
        .report(DiagKind::NothingToDo, {},
                role == "chip" ? "there is no chip with fields that the analytic evaluator reads"
                               : "there is no " + role.str() + " to evaluate the chip with")
        .suggest("declare one, or name it in an `explore` block or with `--" + role.str() + "`");
  std::vector<evaluation::BindProblem> problems;
  for (auto &problem : std::get<std::vector<evaluation::BindProblem>>(binding))
    if (!llvm::is_contained(absent, roleOf(problem.path)))
      problems.push_back(problem);
  if (problems.size() > maxListed) {
    reportMissing(session, problems);
    problems.clear();
  }
  for (const auto &problem : problems) {
    auto &d = session.diagnostics.report(
        DiagKind::MissingField, placeOf(session, roleOf(problem.path)),
        "the analytic evaluator needs `" + problem.path + "`, which " + problem.problem);
    if (!problem.meaning.empty())
      d.suggest("`" + problem.path + "`: " + problem.meaning);
  }
  showDiagnostics(session.diagnostics, session.options.form);
  return std::nullopt;
}

std::optional<EvaluatedDesign> evaluateSpec(Session &session, Exit &exit) {
  exit = SpecErrors;
  if (!loadSpace(session))
    return std::nullopt;
  auto binding = bindFields(session, *session.space);
  if (!binding)
    return std::nullopt;
  auto design = chooseDesign(session, exit);
  if (!design || (bestStrategy && !chooseStrategy(*session.space, *binding, *design, exit)))
    return std::nullopt;
  std::vector<double> point = valuesOf(*session.space, *design);
  std::vector<std::string> reasons; // the evaluation has them too
  auto fields = binding->read(point, reasons);
  std::optional<evaluation::Pools> pools;
  if (binding->prefill())
    pools = binding->readPools(point, reasons);
  auto evaluator = evaluation::createEvaluator(fidelity, *binding);
  const std::clock_t start = std::clock();
  evaluation::Evaluation result = evaluator->evaluate(point);
  const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
  return EvaluatedDesign{std::move(*design), std::move(*binding), std::move(fields),
                         std::move(pools),   std::move(result),   seconds};
}

void showEvaluation(const Session &session, const feasibility::Design &design,
                    const Evaluation &result, llvm::json::Object extra) {
  if (session.options.form == Form::Json)
    return showJson(session, design, result, std::move(extra));
  if (session.options.form == Form::Sarif)
    return showDiagnostics(session.diagnostics, Form::Sarif);
  const ir::Space &space = *session.space;
  if (!space.params.empty()) {
    outs() << "design\n";
    showDesign(space, design, outs());
  }
  std::vector<double> point = valuesOf(space, design);
  showHeadlines(space, point, "chip");
  outs() << "workload: " << evaluation::name(result.status) << '\n';
  for (const std::string &reason : result.reasons)
    outs() << "  " << reason << '\n';
  std::vector<double> metrics = evaluation::metricsOf(space, result);
  for (unsigned i = 0; i < metrics.size(); ++i)
    if (std::isfinite(metrics[i]))
      outs() << "  "
             << aligned(space.metrics[i].name,
                        ir::formatValue(space, space.metrics[i].type, metrics[i]))
             << '\n';
  if (result.status == evaluation::Status::Ok)
    showMeasured(space, point, metrics);
  for (const std::string &note : result.notes)
    outs() << "note: " << note << '\n';
  for (const Item &item : result.breakdown) {
    outs() << item.name << '\n';
    showItem(space, item, item.value, 0);
  }
  if (!result.bounds.empty())
    outs() << "lower bounds\n";
  for (const Item &item : result.bounds)
    showItem(space, item, 0, 0);
}

} // namespace wsc::tool
