// From the ranges of constants to those of answers.
#include "tools/wsc/Uncertain.h"

#include "feasibility/Robust.h"
#include "ir/Ranges.h"
#include "tools/wsc/Json.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/Verdict.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::tool {

/// Whether any constant is known only to a range.
static bool hasRanges(const ir::Space &space) {
  return llvm::any_of(space.constants, [](const auto &constant) { return !!constant.range; });
}

KnownValue knownValue(const ir::Space &space, const ir::Node *node, llvm::ArrayRef<double> point) {
  return knownValues(space, node, point)[0];
}

std::vector<KnownValue> knownValues(const ir::Space &space, llvm::ArrayRef<const ir::Node *> nodes,
                                    llvm::ArrayRef<double> point) {
  std::vector<KnownValue> results;
  for (double nominal : valuesAt(space, nodes, point))
    results.push_back({nominal, {}});
  if (!hasRanges(space))
    return results;
  for (auto [node, result] : llvm::zip(nodes, results)) {
    ir::Ranges ranges(space, node, point);
    if (!node->type().isNumber() || ranges.empty())
      continue;
    // What is left of a constant in a branch that is not taken is rounding.
    Interval range = ranges.over();
    if (!(range.hi - range.lo <= 1e-12 * std::fabs(result.nominal)))
      result.range = range;
  }
  return results;
}

void showValue(const ir::Space &space, llvm::StringRef name, const ir::Type &type,
               const KnownValue &value) {
  llvm::outs() << "  " << aligned(name, ir::formatValue(space, type, value.nominal));
  if (value.range)
    llvm::outs() << "  (" << ir::formatValue(space, type, value.range->lo) << " .. "
                 << ir::formatValue(space, type, value.range->hi) << ')';
  llvm::outs() << '\n';
}

llvm::json::Object toJson(const ir::Space &space, const ir::Type &type, const KnownValue &value) {
  llvm::json::Object object = *quantityJson(space, type, value.nominal).getAsObject();
  if (value.range) {
    object["low"] = numberOrNull(value.range->lo);
    object["high"] = numberOrNull(value.range->hi);
  }
  return object;
}

Doubt doubtOf(const ir::Space &space, const ir::Node *node, llvm::ArrayRef<double> point) {
  Doubt doubt;
  if (!hasRanges(space))
    return doubt;
  ir::Ranges truth(space, node, point);
  if (truth.empty() || truth.at({}) != 1) // at a metric, or within rounding
    return doubt;
  for (unsigned constant : truth.constants())
    if (truth.at({{constant, false}}) != 1 || truth.at({{constant, true}}) != 1)
      doubt.constants.push_back(constant);
  if (!doubt.constants.empty()) {
    doubt.kind = Doubt::Broken;
    return doubt;
  }
  if (truth.over().certainlyTrue())
    return doubt;
  // No constant breaks it alone; all together may.
  constexpr uint64_t maxDivisions = 1000;
  feasibility::WorstCase worst = feasibility::worstCase(space, node, point, maxDivisions);
  if (worst.kind == feasibility::WorstCase::Holds)
    return doubt;
  doubt.kind = worst.kind == feasibility::WorstCase::Fails ? Doubt::Broken : Doubt::Undecided;
  for (const auto &[constant, value] : worst.values)
    doubt.constants.push_back(constant);
  if (doubt.kind == Doubt::Undecided)
    doubt.constants = truth.constants().vec();
  return doubt;
}

std::string toText(const ir::Space &space, const Doubt &doubt) {
  if (doubt.kind == Doubt::None)
    return "";
  constexpr size_t most = 3;
  std::vector<std::string> names;
  for (unsigned constant : llvm::ArrayRef(doubt.constants).take_front(most))
    names.push_back(space.constants[constant].name +
                    (space.constants[constant].provenance.assumed ? " (assumed)" : ""));
  std::string rest = doubt.constants.size() > most
                         ? " and " + std::to_string(doubt.constants.size() - most) + " more"
                         : "";
  return std::string("holds at nominal values; ") +
         (doubt.kind == Doubt::Broken ? "not" : "perhaps not") + " over the range of " +
         llvm::join(names, ", ") + rest;
}

llvm::json::Object toJson(const ir::Space &space, const std::string &requirement,
                          const Doubt &doubt) {
  llvm::json::Array constants;
  for (unsigned constant : doubt.constants)
    constants.push_back(space.constants[constant].name);
  return llvm::json::Object{{"requirement", requirement},
                            {"certain", doubt.kind == Doubt::Broken},
                            {"constants", std::move(constants)}};
}

} // namespace wsc::tool
