// A column for each fidelity, a line for each metric and kind of communication.
#include "tools/wsc/Compare.h"

#include "evaluation/ModelEvaluator.h"
#include "evaluation/Pools.h"
#include "tools/wsc/Output.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <ctime>

namespace wsc::tool {

using evaluation::Evaluation;
using evaluation::Fidelity;
using evaluation::Item;
using evaluation::UnitKind;
using llvm::outs;

std::vector<FidelityResult> compareFidelities(const EvaluatedDesign &evaluated) {
  std::vector<FidelityResult> results;
  for (Fidelity fidelity : {Fidelity::Analytic, Fidelity::Flow, Fidelity::Cycle}) {
    if (fidelity == chosenFidelity()) {
      results.push_back({fidelity, evaluated.evaluation, evaluated.seconds});
      continue;
    }
    const std::clock_t start = std::clock();
    Evaluation evaluation = evaluated.pools ? evaluation::analyse(*evaluated.pools, fidelity)
                                            : evaluation::analyse(*evaluated.fields, fidelity);
    const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
    results.push_back({fidelity, std::move(evaluation), seconds});
  }
  return results;
}

namespace {

/// The parts of `time` that the fidelities look at differently, by their place in the breakdown.
void collect(const Item &item, std::string path, std::map<std::string, double> &values) {
  path += (path.empty() ? "" : ", ") + item.name.str();
  values[path] = item.value;
  for (const Item &part : item.parts)
    collect(part, path, values);
}

std::map<std::string, double> timesOf(const Evaluation &evaluation) {
  std::map<std::string, double> values;
  if (const Item *time = evaluation.find("time"))
    for (const Item &part : time->parts)
      collect(part, "", values);
  return values;
}

void addMetrics(const ir::Space &space, llvm::ArrayRef<FidelityResult> results, Columns &lines) {
  std::vector<std::vector<double>> values;
  for (const FidelityResult &result : results)
    values.push_back(evaluation::metricsOf(space, result.evaluation));
  for (unsigned i = 0; i < space.metrics.size(); ++i) {
    std::vector<std::string> cells;
    bool any = false;
    for (const auto &metrics : values) {
      any |= std::isfinite(metrics[i]);
      cells.push_back(std::isfinite(metrics[i])
                          ? ir::formatValue(space, space.metrics[i].type, metrics[i])
                          : "-");
    }
    if (any)
      lines.add(space.metrics[i].name, std::move(cells));
  }
}

/// Parts of the time of an iteration in which the fidelities differ.
void addDifferences(const ir::Space &space, llvm::ArrayRef<FidelityResult> results,
                    Columns &lines) {
  std::vector<std::map<std::string, double>> times;
  for (const FidelityResult &result : results)
    times.push_back(timesOf(result.evaluation));
  for (const auto &[path, value] : times[0]) {
    std::vector<std::string> cells;
    bool differs = false;
    for (auto &other : times) {
      auto found = other.find(path);
      differs |= found != other.end() && found->second != value;
      cells.push_back(found != other.end() ? format(space, found->second, UnitKind::Seconds) : "-");
    }
    if (differs)
      lines.add(path, std::move(cells));
  }
}

} // namespace

void showComparison(const ir::Space &space, llvm::ArrayRef<FidelityResult> results) {
  std::vector<std::string> names, states, costs;
  for (const FidelityResult &result : results) {
    names.push_back(evaluation::name(result.fidelity).str());
    states.push_back(evaluation::name(result.evaluation.status).str());
    costs.push_back(format(space, result.seconds, UnitKind::Seconds));
  }
  outs() << "by fidelity\n";
  Columns lines(/*name=*/32, /*cell=*/14);
  lines.add("", std::move(names));
  lines.add("workload", std::move(states));
  addMetrics(space, results, lines);
  addDifferences(space, results, lines);
  lines.add("processor time", std::move(costs));
  lines.show();
  for (const FidelityResult &result : results)
    for (const std::string &reason : result.evaluation.reasons)
      outs() << "  " << evaluation::name(result.fidelity) << ": " << reason << '\n';
}

llvm::json::Object toJson(const ir::Space &space, llvm::ArrayRef<FidelityResult> results) {
  llvm::json::Object object;
  for (const FidelityResult &result : results) {
    object[evaluation::name(result.fidelity)] =
        llvm::json::Object{{"status", evaluation::name(result.evaluation.status)},
                           {"metrics", metricsJson(space, result.evaluation)}};
  }
  return object;
}

} // namespace wsc::tool
