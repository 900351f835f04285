// Comparing predictions with measurements.
#include "evaluation/Suite.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include <cmath>

namespace wsc::evaluation {

namespace {
constexpr llvm::StringLiteral prefix = "suite.";

const ir::Node *find(const ir::Space &space, llvm::StringRef field) {
  const ir::Quantity *quantity = space.findQuantity((llvm::Twine(prefix) + field).str());
  return quantity ? quantity->node : nullptr;
}

std::vector<const ir::Node *> figuresOf(const ir::Space &space) {
  std::vector<const ir::Node *> nodes{find(space, "measured"), find(space, "predicted")};
  if (const ir::Node *null = find(space, "null_model"))
    nodes.push_back(null);
  return nodes;
}

/// Those of the suite say which rows it is about.  Those of chip, model, workload and strategy say
/// what can run, which a figure that takes no run does not ask: the memory of a rank that has too
/// little.
std::vector<const ir::Constraint *> requirementsOf(const ir::Space &space) {
  std::vector<const ir::Constraint *> requirements;
  for (const ir::Constraint &constraint : space.constraints)
    if (constraint.isHard() && !constraint.isMeasured() &&
        (Suite::isMeasured(space) || llvm::StringRef(constraint.name).starts_with(prefix)))
      requirements.push_back(&constraint);
  // Whether a row applies comes before what is wrong with it.
  llvm::stable_sort(requirements, [](auto *a, auto *b) {
    return llvm::StringRef(a->name).starts_with(prefix) >
           llvm::StringRef(b->name).starts_with(prefix);
  });
  return requirements;
}

std::vector<const ir::Node *> nodesOf(llvm::ArrayRef<const ir::Constraint *> constraints) {
  std::vector<const ir::Node *> nodes;
  for (const ir::Constraint *constraint : constraints)
    nodes.push_back(constraint->node);
  return nodes;
}

/// The value of a field that is the same for all rows, or NaN.
double constantOf(const ir::Space &space, llvm::StringRef field) {
  const ir::Node *node = find(space, field);
  if (!node || node->bindingTime() != ir::BindingTime::Constant)
    return std::nan("");
  double value;
  ir::Tape(space, node).evaluate({}, {}, value);
  return value;
}
} // namespace

bool Score::isMet() const {
  bool hasTarget = !std::isnan(target) || !std::isnan(worstTarget) || !std::isnan(totalTarget);
  return hasTarget && compared > 0 && failed == 0 && !(mape > target) &&
         !(std::fabs(worstError) > worstTarget) && !(std::fabs(totalError()) > totalTarget);
}

std::vector<std::string> Suite::missingFields(const ir::Space &space) {
  std::vector<std::string> missing;
  for (const char *field : {"measured", "predicted"})
    if (!find(space, field))
      missing.push_back(field);
  return missing;
}

bool Suite::isMeasured(const ir::Space &space) {
  return llvm::any_of(figuresOf(space), [](const ir::Node *node) {
    return node->bindingTime() == ir::BindingTime::Measured;
  });
}

std::optional<Fidelity> Suite::fidelity(const ir::Space &space) {
  const ir::Node *node = find(space, "fidelity");
  if (!node)
    return Fidelity::Analytic;
  const double value = constantOf(space, "fidelity");
  if (!node->type().isEnum() || std::isnan(value))
    return std::nullopt;
  return fidelityNamed(space.enums[node->type().enumIndex].values[static_cast<size_t>(value)]);
}

Suite::Suite(const ir::Space &space, std::unique_ptr<Evaluator> evaluator)
    : space_(space), evaluator_(std::move(evaluator)), requirements_(requirementsOf(space)),
      figures_(figuresOf(space)), holds_(space, nodesOf(requirements_)),
      compared_(space, figures_) {}

/// `` `suite.k` is empty`` for the parameters that a tape reads.
std::string Suite::emptyCells(llvm::ArrayRef<double> row, const ir::Tape &tape) const {
  std::string text;
  auto hasDefault = [&](const std::string &name) {
    return llvm::any_of(space_.params,
                        [&](const ir::Param &p) { return p.name == name + ".given"; });
  };
  for (unsigned param : tape.params())
    if (std::isnan(row[param]) && !hasDefault(space_.params[param].name))
      text += (text.empty() ? "" : ", ") + ("`" + space_.params[param].name + "` is empty");
  return text.empty() ? "a figure is undefined" : text;
}

std::optional<RowResult> Suite::rejected(llvm::ArrayRef<double> row) const {
  std::vector<double> truth(requirements_.size());
  std::vector<double> noMetrics(space_.metrics.size(), std::nan(""));
  holds_.evaluate(row, noMetrics, truth);
  for (auto [requirement, holds] : llvm::zip_equal(requirements_, truth)) {
    if (holds == 1)
      continue;
    std::string name = "`" + requirement->name + "`";
    if (std::isnan(holds))
      return RowResult{RowResult::Failed,
                       name + " is undefined: " + emptyCells(row, {space_, requirement->node})};
    bool isOther = llvm::StringRef(requirement->name).starts_with(prefix);
    std::string reason = requirement->reason.empty() ? "" : ": " + requirement->reason;
    return RowResult{isOther ? RowResult::DoesNotApply : RowResult::Failed,
                     name + " does not hold" + reason};
  }
  return std::nullopt;
}

RowResult Suite::compare(llvm::ArrayRef<double> row) const {
  if (auto result = rejected(row))
    return *result;
  Evaluation evaluation = evaluator_->evaluate(row);
  if (evaluation.status != Status::Ok) {
    std::string reasons = name(evaluation.status).str();
    for (const std::string &reason : evaluation.reasons)
      reasons += (&reason == &evaluation.reasons[0] ? ": " : "; ") + reason;
    return {RowResult::Failed, reasons};
  }
  double values[3] = {0, 0, std::nan("")};
  compared_.evaluate(row, metricsOf(space_, evaluation),
                     llvm::MutableArrayRef(values).take_front(figures_.size()));
  RowResult result{RowResult::Compared, "", values[0], values[1], values[2]};
  if (!std::isfinite(result.error()))
    return {RowResult::Failed,
            result.measured == 0 ? "`suite.measured` is zero" : emptyCells(row, compared_)};
  return result;
}

Score Suite::score(llvm::ArrayRef<RowResult> rows) const {
  Score score;
  std::vector<double> nulls, measured;
  for (size_t i = 0; i < rows.size(); ++i) {
    const RowResult &row = rows[i];
    score.failed += row.status == RowResult::Failed;
    score.others += row.status == RowResult::DoesNotApply;
    if (row.status != RowResult::Compared)
      continue;
    ++score.compared;
    score.mape += std::fabs(row.error());
    score.bias += row.error();
    score.measuredTotal += row.measured;
    score.predictedTotal += row.predicted;
    if (std::fabs(row.error()) >= std::fabs(score.worstError))
      score.worst = i, score.worstError = row.error();
    nulls.push_back(row.null);
    measured.push_back(row.measured);
  }
  score.mape /= score.compared;
  score.bias /= score.compared;
  score.nullFactor = bestFactor(nulls, measured);
  score.nullMape = 0;
  for (auto [null, value] : llvm::zip_equal(nulls, measured))
    score.nullMape += std::fabs(score.nullFactor * null / value - 1) / score.compared;
  score.target = constantOf(space_, "target");
  score.worstTarget = constantOf(space_, "worst_target");
  score.totalTarget = constantOf(space_, "total_target");
  return score;
}

double bestFactor(llvm::ArrayRef<double> x, llvm::ArrayRef<double> y) {
  std::vector<std::pair<double, double>> ratios; // and their weights
  double total = 0;
  for (auto [a, b] : llvm::zip_equal(x, y)) {
    if (!(a > 0 && b > 0))
      return std::nan("");
    ratios.push_back({b / a, a / b});
    total += a / b;
  }
  llvm::sort(ratios);
  double below = 0;
  for (auto [ratio, weight] : ratios)
    if ((below += weight) >= total / 2)
      return ratio;
  return std::nan("");
}

} // namespace wsc::evaluation
