// Evaluating maps, and what their metrics come to.
#include "tools/wsc/Defects.h"

#include "evaluation/ModelEvaluator.h"
#include "evaluation/Pools.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Output.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::tool {

namespace {

/// Of sorted values, interpolated between neighbours.
double quantile(llvm::ArrayRef<double> sorted, double share) {
  const double at = share * (sorted.size() - 1);
  const size_t below = static_cast<size_t>(at);
  return sorted[below] +
         (at - below) * (sorted[std::min(below + 1, sorted.size() - 1)] - sorted[below]);
}

MetricOverMaps summarize(unsigned metric, double whole, std::vector<double> values) {
  MetricOverMaps result{metric, whole, 0, {}};
  llvm::sort(values);
  for (double value : values)
    result.mean += value / values.size();
  for (auto [i, each] : llvm::enumerate(result.quantiles))
    each = quantile(values, i / 4.0);
  return result;
}

/// In which the probability of a share lies with 95 % confidence (Wilson 1927).
std::pair<double, double> intervalOf(double hits, double count) {
  constexpr double z = 1.959964;
  const double share = hits / count, scale = 1 / (1 + z * z / count);
  const double middle = (share + z * z / (2 * count)) * scale;
  const double half =
      z * scale * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

const char *const quantileNames[] = {"min", "lower_quartile", "median", "upper_quartile", "max"};

} // namespace

namespace {

using evaluation::DefectiveDesign;
using evaluation::Evaluation;
using evaluation::Fidelity;
using evaluation::RoutedNetwork;

/// What a map leaves, with ways around what is dead where packets are looked at.
Evaluation evaluateOn(llvm::ArrayRef<DefectiveDesign> left, llvm::ArrayRef<DefectPart> parts,
                      Fidelity fidelity) {
  auto routed = [&](unsigned part) {
    return RoutedNetwork(parts[part].design.chip, fidelity, left[part].maps);
  };
  const bool isClosed = fidelity == Fidelity::Analytic;
  if (parts.size() == 2) {
    const evaluation::Pools pools{left[0].design, left[1].design};
    return isClosed ? analyse(pools, fidelity) : analyse(pools, routed(0), routed(1));
  }
  return isClosed ? analyse(left[0].design, fidelity)
                  : analyse(left[0].design, std::make_shared<const RoutedNetwork>(routed(0)));
}

/// What counts whether it runs or not.
void count(llvm::ArrayRef<DefectiveDesign> left, llvm::ArrayRef<DefectPart> parts,
           DefectStudy &study) {
  for (const auto &[each, part] : llvm::zip_equal(left, parts)) {
    const double share = part.design.chip.wafers / study.wafers; // of all that are drawn
    study.wholeWafers += each.wholeWafers;
    study.deadCores += each.deadCores * share;
    study.deadReticles += each.deadReticles * share;
  }
}

/// Why a strategy does not run; of two chips, on which of them.
std::string reasonOf(llvm::ArrayRef<DefectiveDesign> left) {
  const DefectiveDesign *stopped =
      llvm::find_if(left, [](const DefectiveDesign &each) { return !each.reason.empty(); });
  if (stopped == left.end())
    return "";
  const llvm::StringRef side = left.size() == 1          ? ""
                               : stopped == left.begin() ? "prefill: "
                                                         : "decode: ";
  return (side + stopped->reason).str();
}

} // namespace

DefectStudy studyDefects(const ir::Space &space, llvm::ArrayRef<DefectPart> parts, unsigned maps,
                         uint64_t seed, Fidelity fidelity) {
  DefectStudy study;
  study.maps = maps;
  study.seed = seed;
  std::vector<DefectiveDesign> whole;
  for (const DefectPart &part : parts) {
    const double wafers = part.design.chip.wafers;
    study.wafers += maps * static_cast<unsigned>(wafers);
    study.closedForm += wafers * network::waferYield(part.fields.shape, part.fields.model);
    whole.emplace_back().design = part.design;
  }
  study.closedForm *= double(maps) / study.wafers;
  std::vector<std::vector<double>> values(space.metrics.size());
  for (unsigned map = 0; map < maps; ++map) {
    std::vector<DefectiveDesign> left;
    for (auto [i, part] : llvm::enumerate(parts))
      left.push_back(evaluation::degrade(part.design, part.fields, seed + i, map));
    count(left, parts, study);
    std::string reason = reasonOf(left);
    Evaluation evaluation;
    if (reason.empty()) {
      evaluation = evaluateOn(left, parts, fidelity);
      if (!evaluation.reasons.empty())
        reason = evaluation.reasons[0];
    }
    if (!reason.empty()) {
      if (study.reason.empty())
        study.reason = reason;
      continue;
    }
    ++study.runs;
    for (const DefectiveDesign &each : left) {
      study.mostRowsGivenUp = std::max(study.mostRowsGivenUp, unsigned(each.rowsGivenUp));
      study.mostHops = std::max(study.mostHops, each.hops);
    }
    for (auto [all, value] : llvm::zip_equal(values, evaluation::metricsOf(space, evaluation)))
      all.push_back(value);
  }
  const std::vector<double> before =
      evaluation::metricsOf(space, evaluateOn(whole, parts, fidelity));
  for (unsigned metric = 0; metric < before.size(); ++metric)
    if (std::isfinite(before[metric]) && study.runs > 0)
      study.metrics.push_back(summarize(metric, before[metric], std::move(values[metric])));
  return study;
}

/// A line for each metric, in columns as wide as their cells.
static void showMetrics(const ir::Space &space, const DefectStudy &study) {
  Columns lines(/*name=*/18, /*cell=*/16);
  lines.add("over maps that run", {"no defects", "mean", "min", "25 %", "median", "75 %", "max"});
  for (const MetricOverMaps &each : study.metrics) {
    const auto &metric = space.metrics[each.metric];
    std::vector<std::string> cells;
    auto add = [&](double value) { cells.push_back(ir::formatValue(space, metric.type, value)); };
    add(each.whole);
    add(each.mean);
    llvm::for_each(each.quantiles, add);
    lines.add(metric.name, std::move(cells));
  }
  lines.show();
}

void showDefects(const ir::Space &space, const DefectStudy &study) {
  auto &out = llvm::outs();
  auto line = [&](llvm::StringRef name, const std::string &value) {
    out << llvm::formatv("  {0,-32} {1,14}\n", name, value);
  };
  auto share = [](double value) { return llvm::formatv("{0:P1}", value).str(); };
  out << "defects over " << study.maps << " maps, seed " << study.seed << '\n';
  line("dead cores of a wafer", formatNumber(study.deadCores));
  if (study.deadReticles > 0)
    line("dead reticles of a wafer", formatNumber(study.deadReticles));
  const auto [low, high] = intervalOf(study.wholeWafers, study.wafers);
  out << llvm::formatv("  {0,-32} {1,14}  (95 %: {2} .. {3}; closed form {4})\n", "whole wafers",
                       share(double(study.wholeWafers) / study.wafers), share(low), share(high),
                       share(study.closedForm));
  line("maps on which it runs", share(double(study.runs) / study.maps));
  if (!study.reason.empty())
    out << "    elsewhere: " << study.reason << '\n';
  if (study.runs == 0)
    return;
  line("rows of cores given up, at most", std::to_string(study.mostRowsGivenUp));
  line("longest line, at most", llvm::formatv("{0:f3} x", study.mostHops).str());
  showMetrics(space, study);
}

llvm::json::Object toJson(const ir::Space &space, const DefectStudy &study) {
  const auto [low, high] = intervalOf(study.wholeWafers, study.wafers);
  llvm::json::Object metrics;
  for (const MetricOverMaps &each : study.metrics) {
    const auto &metric = space.metrics[each.metric];
    llvm::json::Object object = *quantityJson(space, metric.type, each.whole).getAsObject();
    object["without_defects"] = std::move(object["value"]);
    object.erase("value");
    object["mean"] = numberOrNull(each.mean);
    for (auto [name, value] : llvm::zip_equal(quantileNames, each.quantiles))
      object[name] = numberOrNull(value);
    metrics[metric.name] = std::move(object);
  }
  return llvm::json::Object{
      {"maps", study.maps},
      {"seed", study.seed},
      {"dead_cores", study.deadCores},
      {"dead_reticles", study.deadReticles},
      {"whole_wafers", llvm::json::Object{{"share", double(study.wholeWafers) / study.wafers},
                                          {"low", low},
                                          {"high", high},
                                          {"closed_form", study.closedForm}}},
      {"runs", double(study.runs) / study.maps},
      {"does_not_run", study.reason.empty() ? llvm::json::Value(nullptr) : study.reason},
      {"rows_given_up", study.mostRowsGivenUp},
      {"longest_line", study.mostHops},
      {"metrics", std::move(metrics)}};
}

} // namespace wsc::tool
