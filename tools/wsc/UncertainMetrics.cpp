// The ranges of constants carried to the metrics, as text and JSON.
#include "tools/wsc/UncertainMetrics.h"

#include "evaluation/Probe.h"
#include "ir/Ranges.h"
#include "tools/wsc/Json.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::tool {

namespace {
constexpr unsigned sampleCount = 256;
constexpr size_t mostShares = 4;
constexpr double leastShare = 0.005; ///< half a percent is not worth a line

/// The constants known to a range that fields of the evaluator depend on.
std::vector<unsigned> rangedConstants(const ir::Space &space, const evaluation::Binding &binding) {
  llvm::SmallBitVector used(space.constants.size());
  for (const ir::Node *node : binding.allNodes())
    for (unsigned constant : ir::constantsOf(node))
      if (space.constants[constant].range)
        used.set(constant);
  return {used.set_bits_begin(), used.set_bits_end()};
}

/// Inputs by their share in the variance of an output, greatest first, as far as it matters.
std::vector<unsigned> byShare(const evaluation::Spread &output) {
  std::vector<unsigned> inputs;
  for (unsigned i = 0; i < output.shares.size(); ++i)
    if (output.shares[i] >= leastShare)
      inputs.push_back(i);
  llvm::stable_sort(inputs,
                    [&](unsigned a, unsigned b) { return output.shares[a] > output.shares[b]; });
  return inputs;
}

std::string nameOf(const ir::NamedConstant &constant) {
  return constant.name + (constant.provenance.assumed ? " (assumed)" : "");
}
} // namespace

UncertainMetrics uncertainMetrics(const ir::Space &space, const evaluation::Binding &binding,
                                  llvm::ArrayRef<double> parameters, uint64_t seed) {
  UncertainMetrics result;
  const evaluation::Probe probe(space, &binding, {});
  std::vector<double> point = evaluation::Probe::nominal(space, parameters);
  const std::vector<double> nominal = probe(point);
  for (unsigned i = 0; i < nominal.size(); ++i)
    if (std::isfinite(nominal[i]))
      result.metrics.push_back(i);
  result.constants = rangedConstants(space, binding);
  std::vector<evaluation::Known> inputs;
  for (unsigned constant : result.constants) {
    const ir::NamedConstant &c = space.constants[constant];
    inputs.push_back({toDouble(c.range->first), toDouble(c.value), toDouble(c.range->second)});
  }
  auto response = [&](llvm::ArrayRef<double> values) {
    for (auto [constant, value] : llvm::zip_equal(result.constants, values))
      point[space.params.size() + constant] = value;
    std::vector<double> all = probe(point), wanted;
    for (unsigned metric : result.metrics)
      wanted.push_back(all[metric]);
    return wanted;
  };
  result.spread = evaluation::spread(inputs, response, sampleCount, seed);
  return result;
}

void showUncertain(const ir::Space &space, const UncertainMetrics &uncertain) {
  auto &out = llvm::outs();
  out << "metrics over the ranges of " << uncertain.constants.size()
      << " constants: what corners and " << uncertain.spread.samples
      << " samples reached, not a proof\n";
  if (uncertain.spread.undefined)
    out << "  in " << uncertain.spread.undefined << " of the samples the design cannot run\n";
  for (auto [metric, output] : llvm::zip_equal(uncertain.metrics, uncertain.spread.outputs)) {
    auto text = [&, &type = space.metrics[metric].type](double value) {
      return ir::formatValue(space, type, value);
    };
    out << llvm::formatv("  {0,-32} {1,14}", space.metrics[metric].name, text(output.nominal));
    if (output.low == output.high) {
      out << "  certain\n";
      continue;
    }
    out << "  (" << text(output.low) << " .. " << text(output.high) << "; 90 % of samples "
        << text(output.percentile5) << " .. " << text(output.percentile95) << ")\n";
    const std::vector<unsigned> inputs = byShare(output);
    for (unsigned input : llvm::ArrayRef(inputs).take_front(mostShares))
      out << llvm::formatv("    {0,6:P1}  {1}\n", output.shares[input],
                           nameOf(space.constants[uncertain.constants[input]]));
    for (unsigned input : output.notMonotone)
      out << "    not monotone in " << nameOf(space.constants[uncertain.constants[input]]) << '\n';
  }
}

llvm::json::Object toJson(const ir::Space &space, const UncertainMetrics &uncertain) {
  llvm::json::Object metrics;
  for (auto [metric, output] : llvm::zip_equal(uncertain.metrics, uncertain.spread.outputs)) {
    llvm::json::Object object =
        *quantityJson(space, space.metrics[metric].type, output.nominal).getAsObject();
    object["low"] = output.low;
    object["high"] = output.high;
    object["percentile_5"] = output.percentile5;
    object["percentile_95"] = output.percentile95;
    llvm::json::Array shares, notMonotone;
    for (unsigned input : byShare(output))
      shares.push_back(
          llvm::json::Object{{"constant", space.constants[uncertain.constants[input]].name},
                             {"share", output.shares[input]}});
    for (unsigned input : output.notMonotone)
      notMonotone.push_back(space.constants[uncertain.constants[input]].name);
    object["shares"] = std::move(shares);
    object["not_monotone_in"] = std::move(notMonotone);
    metrics[space.metrics[metric].name] = std::move(object);
  }
  return llvm::json::Object{{"samples", uncertain.spread.samples},
                            {"samples_that_cannot_run", uncertain.spread.undefined},
                            {"metrics", std::move(metrics)}};
}

} // namespace wsc::tool
