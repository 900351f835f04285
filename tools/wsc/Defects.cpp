// Evaluating maps, and what their metrics come to.
#include "tools/wsc/Defects.h"

#include "evaluation/ModelEvaluator.h"
#include "tools/wsc/Json.h"
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

/// What a map leaves, with ways around what is dead where packets are looked at.
static evaluation::Evaluation evaluateOn(const evaluation::DefectiveDesign &left,
                                         const evaluation::Chip &whole,
                                         evaluation::Fidelity fidelity) {
  using evaluation::RoutedNetwork;
  if (fidelity == evaluation::Fidelity::Analytic)
    return evaluation::analyse(left.design, fidelity);
  return evaluation::analyse(left.design,
                             std::make_shared<const RoutedNetwork>(whole, fidelity, left.maps));
}

DefectStudy studyDefects(const ir::Space &space, const evaluation::Design &design,
                         const evaluation::DefectFields &fields, unsigned maps, uint64_t seed,
                         evaluation::Fidelity fidelity) {
  DefectStudy study;
  study.maps = maps;
  study.seed = seed;
  study.wafers = maps * static_cast<unsigned>(design.chip.wafers);
  study.closedForm = network::waferYield(fields.shape, fields.model);
  std::vector<std::vector<double>> values(space.metrics.size());
  for (unsigned map = 0; map < maps; ++map) {
    evaluation::DefectiveDesign left = evaluation::degrade(design, fields, seed, map);
    study.wholeWafers += left.wholeWafers;
    study.deadCores += left.deadCores / maps;
    study.deadReticles += left.deadReticles / maps;
    evaluation::Evaluation evaluation;
    if (left.reason.empty()) {
      evaluation = evaluateOn(left, design.chip, fidelity);
      if (!evaluation.reasons.empty())
        left.reason = evaluation.reasons[0];
    }
    if (!left.reason.empty()) {
      if (study.reason.empty())
        study.reason = left.reason;
      continue;
    }
    ++study.runs;
    study.mostRowsGivenUp = std::max(study.mostRowsGivenUp, unsigned(left.rowsGivenUp));
    study.mostHops = std::max(study.mostHops, left.hops);
    for (auto [all, value] : llvm::zip_equal(values, evaluation::metricsOf(space, evaluation)))
      all.push_back(value);
  }
  const std::vector<double> whole =
      evaluation::metricsOf(space, evaluation::analyse(design, fidelity));
  for (unsigned metric = 0; metric < whole.size(); ++metric)
    if (std::isfinite(whole[metric]) && study.runs > 0)
      study.metrics.push_back(summarize(metric, whole[metric], std::move(values[metric])));
  return study;
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
  out << llvm::formatv("  {0,-18} {1,16} {2,16} {3,16} {4,16} {5,16} {6,16} {7,16}\n",
                       "over maps that run", "no defects", "mean", "min", "25 %", "median", "75 %",
                       "max");
  for (const MetricOverMaps &each : study.metrics) {
    const auto &[name, type, where] = space.metrics[each.metric];
    auto text = [&, &type = type](double value) { return ir::formatValue(space, type, value); };
    out << llvm::formatv("  {0,-18} {1,16} {2,16}", name, text(each.whole), text(each.mean));
    for (double value : each.quantiles)
      out << llvm::formatv(" {0,16}", text(value));
    out << '\n';
  }
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
