// From designs of one Space to designs of another.
#include "tools/wsc/Reuse.h"

#include <cmath>
#include <set>

namespace wsc::tool {

using feasibility::Design;

namespace {

/// Finds designs of the old Space in the new one.
class Translation {
public:
  Translation(const ir::Space &from, const ir::Space &to) : from_(from), to_(to) {
    std::vector<const ir::Node *> nodes;
    for (const ir::Param &param : to.params) {
      const ir::Quantity *quantity = from.findQuantity(param.name);
      const bool fits = quantity && quantity->node->type().kind == param.type.kind;
      nodes.push_back(fits ? quantity->node : nullptr);
      if (!fits)
        isPossible_ = false;
    }
    if (isPossible_)
      tape_.emplace(from, nodes);
    types_.reserve(nodes.size());
    for (const ir::Node *node : nodes)
      types_.push_back(node ? node->type() : ir::Type());
  }

  /// Empty where a field has a value that the new Space does not offer, or none.
  std::optional<Design> operator()(llvm::ArrayRef<unsigned> choice) const {
    if (!isPossible_)
      return std::nullopt;
    std::vector<double> values(to_.params.size());
    const std::vector<double> metrics(from_.metrics.size(), NAN);
    tape_->evaluate(valuesOf(from_, Design{choice.vec()}), metrics, values);
    Design design;
    for (unsigned p = 0; p < values.size(); ++p) {
      auto index = indexOf(to_.params[p], types_[p], values[p]);
      if (!index)
        return std::nullopt;
      design.choice.push_back(*index);
    }
    return design;
  }

private:
  /// Enumerators by name: their order may be another.
  std::optional<unsigned> indexOf(const ir::Param &param, const ir::Type &type,
                                  double value) const {
    for (unsigned i = 0; i < param.values.size(); ++i) {
      const bool isIt = type.isEnum() ? ir::formatValue(to_, param.type, param.values[i]) ==
                                            ir::formatValue(from_, type, value)
                                      : param.values[i] == value;
      if (isIt)
        return i;
    }
    return std::nullopt;
  }

  const ir::Space &from_, &to_;
  bool isPossible_ = true;
  std::optional<ir::Tape> tape_; ///< the parameters of the new Space, in the old one
  std::vector<ir::Type> types_;
};

} // namespace

Reused reuse(const runs::RunStore &old, const feasibility::Problem &problem,
             const runs::Inputs &inputs) {
  const ir::Space &space = problem.space();
  const Translation translate(old.space(), space);
  const Judge judge(space);
  std::set<std::pair<Design, std::string>> seen; // old designs may differ in fields that are gone
  Reused result;
  for (const runs::Record *record : old.records()) {
    const std::optional<Design> design = translate(record->choice);
    if (!design || !problem.verify(*design).feasible) {
      ++result.infeasible;
      continue;
    }
    if (inputs.digest(valuesOf(space, *design)) != record->answer->inputs) {
      ++result.changed;
      continue;
    }
    if (!seen.insert({*design, record->answer->fidelity}).second)
      continue;
    runs::Answer answer = *record->answer;
    // As the metrics of the new Space.
    answer.metrics.assign(space.metrics.size(), NAN);
    for (unsigned i = 0; i < space.metrics.size(); ++i)
      for (unsigned j = 0; j < old.space().metrics.size(); ++j)
        if (space.metrics[i].name == old.space().metrics[j].name)
          answer.metrics[i] = record->answer->metrics[j];
    if (answer.origin.empty())
      answer.origin = old.folder().str();
    runs::Record taken = judge.judge(*design, answer);
    taken.id = result.entries.size() + 1;
    taken.cost = 0;
    result.entries.push_back({std::move(taken), std::move(answer)});
  }
  return result;
}

} // namespace wsc::tool
