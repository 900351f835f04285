// Matching figures by name, and a table of them.
#include "tools/wsc/EvaluatorFigures.h"

#include "llvm/Support/FormatVariadic.h"

namespace wsc::tool {

static const backends::Figure *find(llvm::ArrayRef<backends::Figure> figures,
                                    llvm::StringRef name) {
  auto found = llvm::find_if(figures, [&](const auto &figure) { return figure.name == name; });
  return found == figures.end() ? nullptr : found;
}

std::optional<double> ComparedFigure::deviation() const {
  if (!expected || !computed || (*expected == 0 && *computed != 0))
    return std::nullopt;
  return *expected == *computed ? 0 : *computed / *expected - 1;
}

std::vector<ComparedFigure> figuresOf(const EmissionRecord &record) {
  std::vector<ComparedFigure> figures;
  for (const backends::Figure &figure : record.expected) {
    ComparedFigure compared{record.target, figure.name, figure.unit, figure.value, {}};
    if (const backends::Figure *result = find(record.results, figure.name))
      compared.computed = result->value;
    figures.push_back(std::move(compared));
  }
  for (const backends::Figure &result : record.results)
    if (!find(record.expected, result.name))
      figures.push_back({record.target, result.name, result.unit, {}, result.value});
  return figures;
}

void showFigures(llvm::ArrayRef<ComparedFigure> figures, llvm::raw_ostream &out) {
  auto text = [](std::optional<double> value) { return value ? formatNumber(*value) : "-"; };
  out << llvm::formatv("{0,-36} {1,-20} {2,-8} {3,14} {4,14} {5,9}\n", "figure", "evaluator",
                       "unit", "wsc", "evaluator", "off");
  for (const ComparedFigure &figure : figures) {
    const std::optional<double> off = figure.deviation();
    out << llvm::formatv("{0,-36} {1,-20} {2,-8} {3,14} {4,14} {5,9}\n", figure.name,
                         figure.evaluator, figure.unit, text(figure.expected),
                         text(figure.computed),
                         off ? llvm::formatv("{0}{1:P1}", *off > 0 ? "+" : "", *off).str() : "-");
  }
}

} // namespace wsc::tool
