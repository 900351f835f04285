// Choosing a strategy for a chip; where none serves, one search for each measured requirement says
// how near the best comes.
#include "tools/wsc/StrategyChoice.h"

#include "feasibility/Demand.h"
#include "ir/Components.h"
#include "search/BestStrategy.h"
#include "search/MeasuredRequirements.h"
#include "tools/wsc/Output.h"
#include "tools/wsc/Verdict.h"
#include "llvm/Support/raw_ostream.h"

namespace wsc::tool {

namespace {

using Found = std::optional<search::BestStrategy::Found>;

/// A Space without its measured requirements, as long as this lives.
class WithoutMeasured {
public:
  explicit WithoutMeasured(ir::Space &space)
      : space_(space), constraints_(space.constraints), objectives_(space.objectives) {
    for (const ir::Constraint *requirement : search::measuredRequirements(space))
      measured_.push_back(*requirement);
    llvm::erase_if(space.constraints, [](const ir::Constraint &constraint) {
      return constraint.isHard() && constraint.isMeasured();
    });
  }
  ~WithoutMeasured() {
    space_.constraints = std::move(constraints_);
    space_.objectives = std::move(objectives_);
  }
  WithoutMeasured(const WithoutMeasured &) = delete;

  llvm::ArrayRef<ir::Constraint> measured() const { return measured_; }

  Found best(const evaluation::Binding &binding, const feasibility::Design &design) const {
    return search::BestStrategy(space_, binding).find(design);
  }

  /// The strategy with which the side of a comparison that is no limit is best.
  Found nearest(const evaluation::Binding &binding, const feasibility::Design &design,
                const ir::Node *comparison) {
    const bool isLimitLeft = feasibility::isLimitLeft(comparison);
    const ir::Node *side = comparison->operand(isLimitLeft ? 1 : 0);
    space_.objectives = {{"nearest", side, /*maximize=*/isLimitLeft, {}}};
    return best(binding, design);
  }

private:
  ir::Space &space_;
  std::vector<ir::Constraint> constraints_, measured_;
  std::vector<ir::Objective> objectives_;
};

/// The best that any strategy reaches of what each measured requirement compares, alone.
void showNearest(const ir::Space &space, WithoutMeasured &without,
                 const evaluation::Binding &binding, const feasibility::Design &design) {
  bool allMet = true;
  for (const ir::Constraint &requirement : without.measured())
    for (const ir::Node *part : ir::conjunctsOf(requirement.node)) {
      const Found found =
          isComparison(part) ? without.nearest(binding, design, part) : std::nullopt;
      if (!found) {
        allMet = false;
        continue;
      }
      const std::vector<double> point = valuesOf(space, found->design);
      const auto metrics = evaluation::metricsOf(space, found->measurement);
      const bool isMet = valueAt(space, part, point, metrics) == 1;
      allMet &= isMet;
      llvm::errs() << "  "
                   << aligned(requirement.name, "at best " +
                                                    comparisonText(space, part, point, metrics) +
                                                    (isMet ? "" : ", missed"))
                   << '\n';
    }
  if (allMet)
    llvm::errs() << "each of them can be met, but not all by one strategy\n";
}

/// Why the strategy of `design` does not run, which may be the chip's fault.
void showReasons(const ir::Space &space, const evaluation::Binding &binding,
                 const feasibility::Design &design) {
  const auto evaluator = evaluation::createEvaluator(evaluation::Fidelity::Analytic, binding);
  const evaluation::Evaluation result = evaluator->evaluate(valuesOf(space, design));
  llvm::errs() << "the one that `wsc check` gives: " << name(result.status) << '\n';
  for (const std::string &reason : result.reasons)
    llvm::errs() << "  " << reason << '\n';
}

/// That no strategy serves, and how near the best comes.
void explain(ir::Space &space, const evaluation::Binding &binding,
             const feasibility::Design &design) {
  WithoutMeasured without(space);
  const bool anyRuns = !without.measured().empty() && without.best(binding, design);
  llvm::errs() << "no strategy of the open fields runs on this chip"
               << (anyRuns ? " and meets the measured requirements" : "")
               << "; `wsc explore` changes the chip too\n";
  if (anyRuns)
    showNearest(space, without, binding, design);
  else
    showReasons(space, binding, design);
}

} // namespace

bool chooseStrategy(ir::Space &space, const evaluation::Binding &binding,
                    feasibility::Design &design, Exit &exit) {
  const Found found = search::BestStrategy(space, binding).find(design);
  if (found && feasibility::Problem(space).verify(found->design).feasible) {
    design = found->design;
    return true;
  }
  exit = found ? Unknown : Infeasible;
  if (found) {
    llvm::errs()
        << "the best strategy misses a requirement by a rounding error; try other values\n";
    return false;
  }
  explain(space, binding, design);
  return false;
}

} // namespace wsc::tool
