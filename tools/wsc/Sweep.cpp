// wsc sweep: how the best design changes with a field.
#include "tools/wsc/Sweep.h"

#include "search/Task.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/SearchEvaluators.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace cl = llvm::cl;

namespace wsc::tool {

static cl::list<std::string>
    over("over", cl::value_desc("field=a,b,..."),
         cl::desc("The field and its values; without values, all of its domain (twice: each "
                  "combination of two fields)"),
         cl::sub(sweepCommand()));
static cl::list<std::string> show("show", cl::value_desc("name,..."), cl::CommaSeparated,
                                  cl::desc("Metrics and fields of the best design to show after "
                                           "the objectives"),
                                  cl::sub(sweepCommand()));
static cl::list<std::string> outputs("o", cl::value_desc("file"),
                                     cl::desc("Write a figure (.svg) or the numbers (.csv)"),
                                     cl::sub(sweepCommand()));

namespace {

constexpr size_t mostPoints = 256;

struct Axis {
  std::string field;
  std::vector<std::string> values;
};

bool wrong(const llvm::Twine &problem) {
  llvm::errs() << "error: " << problem << '\n';
  return false;
}

/// The item with this name, or the only one whose name ends in it; null if there is none.
template <typename Items>
const typename Items::value_type *named(const Items &items, llvm::StringRef name) {
  const typename Items::value_type *found = nullptr;
  for (const auto &item : items) {
    if (item.name == name)
      return &item;
    if (!llvm::StringRef(item.name).ends_with(("." + name).str()))
      continue;
    if (found)
      return nullptr;
    found = &item;
  }
  return found;
}

/// One call of `wsc sweep`.
class Sweeping {
public:
  int run();

private:
  bool readAxes();
  bool readDomain(Axis &axis);
  Exit evaluate(std::vector<std::string> at);
  bool findColumns(const ir::Space &space);
  void measure(const ir::Space &space, const BestDesign &best, SweepPoint &point);
  Exit write() const;

  std::vector<Axis> axes_;
  SweepTable table_;
  std::unique_ptr<Session> first_; ///< `table_` has its Space
};

bool Sweeping::readDomain(Axis &axis) {
  Session session;
  if (!loadSpace(session))
    return false;
  const ir::Param *param = named(session.space->params, axis.field);
  if (!param)
    return wrong("no one open field is called `" + axis.field +
                 "`; name values with `--over field=a,b,...`");
  for (double value : param->values)
    axis.values.push_back(ir::formatValue(*session.space, param->type, value));
  return true;
}

bool Sweeping::readAxes() {
  for (llvm::StringRef file : outputs)
    if (!file.ends_with(".svg") && !file.ends_with(".csv"))
      return wrong("`-o " + file + "` is neither a figure (.svg) nor numbers (.csv)");
  if (over.empty() || over.size() > 2)
    return wrong("give one or two fields with `--over`");
  if (givenBudget() == 0u)
    return wrong("a budget is at least 1");
  size_t points = 1;
  for (const std::string &text : over) {
    auto [field, values] = llvm::StringRef(text).split('=');
    Axis axis{field.trim().str(), {}};
    for (llvm::StringRef value : llvm::split(values, ','))
      if (!value.trim().empty())
        axis.values.push_back(value.trim().str());
    if (axis.values.empty() && !readDomain(axis))
      return false;
    points *= axis.values.size();
    table_.fields.push_back(axis.field);
    axes_.push_back(std::move(axis));
  }
  if (points <= mostPoints)
    return true;
  return wrong(llvm::formatv("{0} values are too many; name up to {1} with `--over field=a,b,...`",
                             points, mostPoints));
}

/// Objectives, and what `--show` names.
bool Sweeping::findColumns(const ir::Space &space) {
  table_.space = &space;
  for (const ir::Objective &objective : space.objectives)
    table_.columns.push_back({objective.name, objective.node->type()});
  auto addOnce = [this](const std::string &name, ir::Type type) {
    if (llvm::none_of(table_.columns, [&](const auto &column) { return column.name == name; }))
      table_.columns.push_back({name, type});
  };
  for (llvm::StringRef name : show) {
    if (const ir::MetricDef *metric = named(space.metrics, name))
      addOnce(metric->name, metric->type);
    else if (const ir::Quantity *quantity = named(space.quantities, name))
      addOnce(quantity->name, quantity->node->type());
    else
      return wrong("`--show " + name + "` is no metric, and no one field has this name");
  }
  const ir::Objective &first = space.objectives[0];
  table_.caption = llvm::formatv("{0} {1}, best of {2} designs at each value",
                                 first.maximize ? "most" : "least", first.name, budgetFor(space));
  return true;
}

void Sweeping::measure(const ir::Space &space, const BestDesign &best, SweepPoint &point) {
  std::vector<const ir::Node *> nodes = search::objectiveNodes(space);
  const size_t objectives = nodes.size();
  for (size_t i = objectives; i < table_.columns.size(); ++i) {
    const ir::Quantity *quantity = space.findQuantity(table_.columns[i].name);
    nodes.push_back(quantity ? quantity->node : nodes[0]); // a metric: replaced below
  }
  ir::Tape(space, nodes)
      .evaluate(feasibility::valuesOf(space, best.design), best.metrics, point.values);
  for (size_t i = objectives; i < table_.columns.size(); ++i)
    for (auto [metric, value] : llvm::zip_equal(space.metrics, best.metrics))
      if (metric.name == table_.columns[i].name)
        point.values[i] = value;
  point.design = designJson(space, best.design);
}

Exit Sweeping::evaluate(std::vector<std::string> at) {
  auto session = std::make_unique<Session>();
  for (unsigned i = 0; i < axes_.size(); ++i)
    session->options.settings.push_back(axes_[i].field + "=" + at[i]);
  if (!loadSpace(*session))
    return SpecErrors;
  const ir::Space &space = *session->space;
  if (space.objectives.empty()) {
    session->diagnostics.report(DiagKind::NothingToDo, {}, "the spec does not say what is best")
        .suggest("add an `explore` block with `maximize ...` or `minimize ...`");
    showDiagnostics(session->diagnostics, session->options.form);
    return SpecErrors;
  }
  if (table_.columns.empty() && !findColumns(space))
    return WrongUsage;
  SweepPoint point{std::move(at), "", std::vector<double>(table_.columns.size(), NAN), {}};
  if (auto best = findBest(*session, budgetFor(space), point.problem))
    measure(space, *best, point);
  else if (session->diagnostics.hasErrors())
    return SpecErrors;
  table_.points.push_back(std::move(point));
  if (!first_)
    first_ = std::move(session);
  return Done;
}

Exit Sweeping::write() const {
  for (llvm::StringRef file : outputs)
    if (!writeFile(file, file.ends_with(".svg") ? figureOf(table_) : csvOf(table_)))
      return OutputFailed;
  if (commonOptions().form == Form::Json)
    llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(toJson(table_)));
  else
    showSweep(table_, llvm::outs());
  const bool isEmpty =
      llvm::all_of(table_.points, [](const SweepPoint &p) { return !p.problem.empty(); });
  return isEmpty ? Infeasible : Done;
}

int Sweeping::run() {
  if (!readAxes())
    return WrongUsage;
  const std::vector<std::string> none{""};
  const bool isTerminal = llvm::errs().is_displayed();
  for (const std::string &first : axes_[0].values)
    for (const std::string &second : axes_.size() > 1 ? axes_[1].values : none) {
      if (isTerminal)
        llvm::errs() << "\r\033[K" << first << ' ' << second;
      std::vector<std::string> at{first, second};
      at.resize(axes_.size());
      if (const Exit exit = evaluate(std::move(at)); exit != Done)
        return exit;
    }
  if (isTerminal)
    llvm::errs() << "\r\033[K";
  return write();
}

} // namespace

int run_sweep() { return Sweeping().run(); }

} // namespace wsc::tool
