// One run of the loops for each workload.
#include "search/ChipRefinement.h"

#include "search/BestStrategy.h"

namespace wsc::search {

using feasibility::Design;

namespace {

/// Strategies of two chips that are tried one by one in a search over chips.
constexpr double mostTried = 4000;
/// Workloads that the loops are run for.
constexpr double mostWorkloads = 32;

std::vector<unsigned> openFields(const ir::Space &space, llvm::StringRef prefix) {
  std::vector<unsigned> fields;
  for (unsigned i = 0; i < space.params.size(); ++i)
    if (llvm::StringRef(space.params[i].name).starts_with(prefix))
      fields.push_back(i);
  return fields;
}

double combinations(const ir::Space &space, llvm::ArrayRef<unsigned> fields) {
  double count = 1;
  for (unsigned field : fields)
    count *= space.params[field].values.size();
  return count;
}

/// Whether a single objective is measured, and no other depends on these fields.
bool areDecided(const ir::Space &space, llvm::ArrayRef<unsigned> fields) {
  unsigned measured = 0;
  for (const ir::Objective &objective : space.objectives)
    if (objective.node->bindingTime() == ir::BindingTime::Measured)
      ++measured;
    else
      for (const ir::Node *node : ir::Space::reachable(objective.node))
        if (node->op() == ir::Op::Param && llvm::is_contained(fields, node->index()))
          return false;
  return measured == 1;
}

class ChipRefinement {
public:
  ChipRefinement(const ir::Space &space, const evaluation::Binding &binding,
                 std::vector<unsigned> workload)
      : space_(space), workload_(std::move(workload)),
        strategies_(space, binding, BestStrategy::Goals::All) {}

  std::optional<Valued> best(Design design, Worth worth) {
    best_.reset();
    vary(design, worth, workload_);
    return std::move(best_);
  }

private:
  /// Tries all values of some fields of the workload.
  void vary(Design &design, Worth worth, llvm::ArrayRef<unsigned> fields) {
    if (fields.empty()) {
      auto found = strategies_.find(design, worth, best_ ? best_->worth : worthless);
      if (found && (!best_ || found->worth > best_->worth))
        best_ = Valued{std::move(found->design), found->worth};
      return;
    }
    for (unsigned i = 0; i < space_.params[fields[0]].values.size(); ++i) {
      design.choice[fields[0]] = i;
      vary(design, worth, fields.drop_front());
    }
  }

  const ir::Space &space_;
  std::vector<unsigned> workload_; ///< its open fields
  BestStrategy strategies_;
  std::optional<Valued> best_;
};

} // namespace

Task::Refinement refineChips(const ir::Space &space, const evaluation::Binding &binding) {
  const std::vector<unsigned> strategy = openFields(space, "strategy.");
  // Two strategies at a time, without bounds, would take longer than choosing the next chip.
  const double most = binding.prefill() ? mostTried / combinations(space, strategy) : mostWorkloads;
  if (most < 1)
    return {};
  const bool isDecided = areDecided(space, strategy);
  std::vector<unsigned> workload = openFields(space, "workload.");
  // Of a chip that is asked about once only, what the workload does would not be seen.
  if (isDecided || combinations(space, workload) > std::min(most, mostWorkloads))
    workload.clear();
  std::vector<unsigned> fields = strategy;
  fields.insert(fields.end(), workload.begin(), workload.end());
  if (fields.empty())
    return {};
  // Most algorithms never ask.
  auto best = [&space, binding, workload, refinement = std::shared_ptr<ChipRefinement>()](
                  const Design &design, Worth worth) mutable {
    if (!refinement)
      refinement = std::make_shared<ChipRefinement>(space, binding, workload);
    return refinement->best(design, worth);
  };
  return {std::move(best), std::move(fields), isDecided};
}

} // namespace wsc::search
