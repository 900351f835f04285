// JSON of runs.
#include "report/Data.h"

#include "ir/Json.h"
#include "ir/Tape.h"
#include "report/Importance.h"
#include "report/Slack.h"
#include "report/Terminal.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace wsc::report {

namespace json = llvm::json;
using runs::Record;
using runs::RunStore;

bool sameObjectives(const ir::Space &a, const ir::Space &b) {
  return llvm::equal(a.objectives, b.objectives, [&](const auto &x, const auto &y) {
    return x.name == y.name && x.maximize == y.maximize &&
           a.units.baseUnit(x.node->type().dim) == b.units.baseUnit(y.node->type().dim);
  });
}

static json::Array objectivesJson(const ir::Space &space) {
  json::Array array;
  for (const ir::Objective &objective : space.objectives)
    array.push_back(json::Object{{"name", objective.name},
                                 {"unit", space.units.baseUnit(objective.node->type().dim)},
                                 {"maximize", objective.maximize}});
  return array;
}

/// Open fields with the texts of their values.
static json::Array fieldsJson(const Front &front) {
  const ir::Space &space = front.space;
  std::vector<std::vector<double>> shares;
  for (unsigned k = 0; k < space.objectives.size(); ++k)
    shares.push_back(importance(front, k));
  const std::vector<unsigned> varying = front.varying();
  json::Array fields;
  for (unsigned p = 0; p < space.params.size(); ++p) {
    const ir::Param &param = space.params[p];
    json::Array values, share;
    for (double value : param.values)
      values.push_back(ir::formatValue(space, param.type, value));
    for (const auto &objective : shares)
      share.push_back(objective[p]);
    fields.push_back(json::Object{{"name", param.name},
                                  {"values", std::move(values)},
                                  {"importance", std::move(share)},
                                  {"varies", llvm::is_contained(varying, p)}});
  }
  return fields;
}

static json::Object pointJson(const ir::Space &space, const Record &record, bool isBest) {
  json::Array texts;
  for (unsigned k = 0; k < record.objectives.size(); ++k)
    texts.push_back(formatObjective(space, k, record.objectives[k]));
  return json::Object{{"id", record.id},
                      {"objectives", ir::numbersJson(record.objectives)},
                      {"texts", std::move(texts)},
                      {"choice", json::Array(record.choice)},
                      {"feasible", record.feasible},
                      {"best", isBest},
                      {"taken_over", record.cost == 0}};
}

/// What a run is, its points and how its front came about.
static json::Object runJson(const RunStore &store, const Front &front, const Scale &scale,
                            const std::string &command) {
  const runs::Settings &settings = store.settings();
  json::Array points, steps;
  for (const Record *record : front.evaluated)
    points.push_back(pointJson(front.space, *record, llvm::is_contained(front.best, record)));
  double cost = 0;
  for (const Step &step : convergence(store, scale)) {
    steps.push_back(json::Array{step.cost, step.volume});
    cost = step.cost;
  }
  json::Object facts;
  for (const auto &[key, value] : settings.facts)
    facts[key] = value;
  return json::Object{{"folder", store.folder()},
                      {"algorithm", settings.algorithm},
                      {"fidelity", settings.fidelity},
                      {"seed", settings.seed},
                      {"jobs", settings.batch},
                      {"budget", settings.budget},
                      {"facts", std::move(facts)},
                      {"command", command},
                      {"cost", cost},
                      {"usable", front.usable.size()},
                      {"hypervolume", scale.volume(front)},
                      {"points", std::move(points)},
                      {"convergence", std::move(steps)}};
}

static json::Array slacksJson(const ir::Space &space, const Record &record) {
  json::Array array;
  for (const Slack &slack : slacksOf(space, record)) {
    json::Object object{{"name", slack.constraint->name},
                        {"reason", slack.constraint->reason},
                        {"measured", slack.constraint->isMeasured()}};
    if (auto share = slack.share()) {
      object["share"] = *share;
      object["left"] = ir::formatValue(space, slack.type, *slack.left);
      object["right"] = ir::formatValue(space, slack.type, *slack.right);
    }
    array.push_back(std::move(object));
  }
  return array;
}

/// The sizes that a floorplan is drawn from, in metres and counts: those that the chip has, or its
/// part that reads prompts (`prefill.`).
static json::Object floorplanJson(const ir::Space &space, const Record &record,
                                  llvm::StringRef part = "") {
  std::vector<const ir::Quantity *> quantities;
  std::vector<const ir::Node *> nodes;
  for (const char *name :
       {"wafer.rows", "wafer.cols", "wafer.width", "wafer.height", "reticle.rows", "reticle.cols",
        "reticle.width", "reticle.height", "wafer.spare_cores", "system.wafers"})
    if (const ir::Quantity *quantity = space.findQuantity((part + name).str());
        quantity && quantity->node->bindingTime() != ir::BindingTime::Measured) {
      quantities.push_back(quantity);
      nodes.push_back(quantity->node);
    }
  std::vector<double> values(nodes.size());
  ir::Tape(space, nodes).evaluate(valuesOf(space, record.choice), record.answer->metrics, values);
  json::Object plan;
  for (auto [quantity, value] : llvm::zip_equal(quantities, values))
    if (std::isfinite(value))
      plan[quantity->name.substr(part.size())] = value;
  return plan;
}

/// What is behind the designs of the front, by number.
static json::Object detailsJson(const Front &front) {
  const ir::Space &space = front.space;
  json::Object details;
  for (const Record *record : front.best) {
    json::Object metrics;
    for (auto [metric, value] : llvm::zip_equal(space.metrics, record->answer->metrics))
      if (std::isfinite(value))
        metrics[metric.name] = ir::formatValue(space, metric.type, value);
    auto items = json::parse(record->answer->breakdown);
    if (!items)
      llvm::consumeError(items.takeError());
    details[std::to_string(record->id)] =
        json::Object{{"metrics", std::move(metrics)},
                     {"items", items ? std::move(*items) : json::Value(nullptr)},
                     {"slacks", slacksJson(space, *record)},
                     {"floorplan", floorplanJson(space, *record)}};
    if (json::Object plan = floorplanJson(space, *record, "prefill."); plan.get("wafer.rows"))
      details.getObject(std::to_string(record->id))->insert({"prefill_floorplan", std::move(plan)});
  }
  return details;
}

/// Named constants that anything rests on.
static json::Array constantsJson(const ir::Space &space) {
  llvm::DenseSet<unsigned> used;
  for (const ir::Node *node : space.reachable())
    if (node->op() == ir::Op::Named)
      used.insert(node->index());
  json::Array array;
  for (auto [i, constant] : llvm::enumerate(space.constants)) {
    if (!used.contains(i))
      continue;
    auto text = [&, &constant = constant](const Rational &value) {
      return ir::formatValue(space, constant.type, toDouble(value));
    };
    json::Object object{{"name", constant.name},
                        {"value", text(constant.value)},
                        {"assumed", constant.provenance.assumed},
                        {"source", constant.provenance.source}};
    if (constant.range)
      object["range"] = text(constant.range->first) + " .. " + text(constant.range->second);
    array.push_back(std::move(object));
  }
  return array;
}

json::Object dataOf(llvm::ArrayRef<const RunStore *> runs, llvm::ArrayRef<std::string> commands) {
  std::vector<Front> fronts;
  for (const RunStore *run : runs)
    fronts.emplace_back(*run);
  std::vector<const Front *> pointers;
  for (const Front &front : fronts)
    pointers.push_back(&front);
  const Scale scale(pointers);
  json::Array all;
  for (unsigned i = 0; i < runs.size(); ++i)
    all.push_back(runJson(*runs[i], fronts[i], scale, commands[i]));
  const Record *knee = fronts[0].knee();
  return json::Object{{"format_version", 1},
                      {"objectives", objectivesJson(fronts[0].space)},
                      {"fields", fieldsJson(fronts[0])},
                      {"runs", std::move(all)},
                      {"knee", knee ? json::Value(knee->id) : nullptr},
                      {"details", detailsJson(fronts[0])},
                      {"constants", constantsJson(fronts[0].space)}};
}

} // namespace wsc::report
