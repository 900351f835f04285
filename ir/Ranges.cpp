// Evaluation with constants that are known only to a range.
#include "ir/Ranges.h"

#include <cmath>

namespace wsc::ir {

std::vector<unsigned> constantsOf(const Node *node) {
  std::vector<unsigned> result;
  for (const Node *part : Space::reachable(node))
    if (part->op() == Op::Named)
      result.push_back(part->index());
  llvm::sort(result);
  return result;
}

Ranges::Ranges(const Space &space, const Node *node)
    : space_(space), tape_(space, node, Tape::Constants::Open) {
  for (unsigned i : constantsOf(node))
    if (space.constants[i].range)
      constants_.push_back(i);
}

Interval Ranges::over(llvm::ArrayRef<double> params) {
  box_.clear();
  for (double value : params)
    box_.push_back(Interval::point(value));
  for (const NamedConstant &constant : space_.constants)
    box_.push_back(constant.range ? Interval{enclose(constant.range->first).lo,
                                             enclose(constant.range->second).hi}
                                  : enclose(constant.value));
  RoundUp rounding;
  Interval result;
  tape_.evaluate(box_, workspace_, result);
  return result;
}

double Ranges::at(llvm::ArrayRef<double> params, llvm::ArrayRef<Choice> choices) {
  point_.assign(params.begin(), params.end());
  for (const NamedConstant &constant : space_.constants)
    point_.push_back(toDouble(constant.value));
  for (const Choice &choice : choices)
    point_[params.size() + choice.constant] = choice.value;
  std::vector<double> metrics(space_.metrics.size(), NAN);
  double result;
  tape_.evaluate(point_, metrics, result);
  return result;
}

} // namespace wsc::ir
