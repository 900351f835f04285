// What of a Space the loops over the fields of a strategy compute when.
#include "search/BestStrategy.h"

#include "evaluation/StrategyBounds.h"
#include "feasibility/Problem.h"
#include "ir/Monotone.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

namespace wsc::search {

using evaluation::Metric;
using evaluation::StrategyBounds;

static bool isOfStrategy(llvm::StringRef path) { return path.starts_with("strategy."); }

BestStrategy::BestStrategy(const ir::Space &space, evaluation::Binding binding, Goals goals)
    : space_(space), binding_(std::move(binding)), box_(ir::designBox(space)), measured_(space) {
  for (unsigned i = 0; i < space.params.size(); ++i)
    if (isOfStrategy(space.params[i].name))
      fields_.push_back(i);
  for (const ir::Constraint &constraint : space.constraints)
    if (constraint.isHard() && !constraint.isMeasured())
      requirements_.push_back(constraint.node);
  findGoals(goals);
  const ir::Monotone monotone(space, requirements_, box_);
  orderFields(monotone);
  divideNodes(monotone);
  asksEnergy_ = needsEnergy();
}

void BestStrategy::findGoals(Goals goals) {
  isBounded_ = !binding_.prefill(); // bounds know one chip
  unsigned measured = 0;
  for (const ir::Objective &objective : space_.objectives) {
    const bool isMeasured = objective.node->bindingTime() == ir::BindingTime::Measured;
    if (goals == Goals::All || (isMeasured && measured == 0))
      goals_.emplace_back(space_, objective);
    measured += isMeasured;
  }
  if (goals_.empty())
    goals_.emplace_back();
  dividesTimes_ = (goals == Goals::All && measured > 1) ||
                  llvm::any_of(goals_, [](auto &goal) { return goal.isExpression(); });
}

/// Joules of layers take longer to find than their times.
bool BestStrategy::needsEnergy() const {
  auto isOfEnergy = [](Metric metric) {
    return metric == Metric::Power || metric == Metric::PeakPower ||
           metric == Metric::TokenEnergy || metric == Metric::TokenCost;
  };
  return llvm::any_of(
             goals_,
             [&](const StrategyGoal &goal) { return llvm::any_of(goal.metrics(), isOfEnergy); }) ||
         llvm::any_of(thresholds_,
                      [&](const Threshold &threshold) { return isOfEnergy(threshold.metric); });
}

namespace {

/// The order of loops over `fields` in which their bodies compute fewest of the nodes that `roots`
/// depend on, if each body is run for all values.
std::vector<unsigned> cheapestOrder(const ir::Space &space, llvm::ArrayRef<const ir::Node *> roots,
                                    std::vector<unsigned> fields) {
  constexpr unsigned most = 6; // whose orders are tried
  if (fields.size() > most)
    return fields;
  std::vector<unsigned> nodes(1 << fields.size()); // by the set of fields that they depend on
  llvm::DenseMap<const ir::Node *, unsigned> sets;
  for (const ir::Node *node : ir::Space::reachable(roots)) {
    unsigned set = 0;
    for (unsigned i = 0; i < fields.size(); ++i)
      set |= (node->op() == ir::Op::Param && node->index() == fields[i]) << i;
    for (const ir::Node *operand : node->operands())
      set |= sets.lookup(operand);
    sets[node] = set;
    ++nodes[set];
  }
  auto work = [&](llvm::ArrayRef<unsigned> order) {
    double sum = 0, runs = 1;
    unsigned chosen = 0;
    for (unsigned place : order) {
      runs *= space.params[fields[place]].values.size();
      for (unsigned set = 0; set < nodes.size(); ++set)
        if ((set & ~(chosen | 1 << place)) == 0 && (set & 1 << place))
          sum += runs * nodes[set];
      chosen |= 1 << place;
    }
    return sum;
  };
  std::vector<unsigned> order(fields.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<unsigned> best = order;
  while (std::next_permutation(order.begin(), order.end()))
    if (work(order) < work(best))
      best = order;
  for (unsigned &place : best)
    place = fields[place];
  return best;
}

} // namespace

/// Of what the loops compute, what a bound or the requirements on the fields before it need.
std::vector<const ir::Node *> BestStrategy::earlyNodes() const {
  std::vector<const ir::Node *> early;
  const llvm::ArrayRef<unsigned> late = llvm::ArrayRef(fields_).drop_front(boundedFields_);
  for (const ir::Node *requirement : requirements_)
    if (llvm::none_of(ir::Space::reachable(requirement), [&](const ir::Node *node) {
          return node->op() == ir::Op::Param && llvm::is_contained(late, node->index());
        }))
      early.push_back(requirement);
  for (auto [index, node] : llvm::enumerate(binding_.nodes()))
    if (StrategyBounds::useOf(index) != StrategyBounds::Use::Never)
      early.push_back(node);
  return early;
}

/// First those that the bound needs.  Of the others, those last of which greater values break most
/// requirements, as these end a loop.
void BestStrategy::orderFields(const ir::Monotone &monotone) {
  std::vector<unsigned> needed;
  for (auto [index, read] : llvm::enumerate(binding_.nodes()))
    if (StrategyBounds::useOf(index) < StrategyBounds::Use::WhenKnown)
      for (const ir::Node *node : ir::Space::reachable(read))
        if (node->op() == ir::Op::Param)
          needed.push_back(node->index());
  auto ends = [&](unsigned field) {
    unsigned count = 0;
    for (unsigned root = 0; root < requirements_.size(); ++root)
      count += monotone.of(root, field) == ir::Trend::Decreasing;
    return count;
  };
  auto later = std::stable_partition(fields_.begin(), fields_.end(), [&](unsigned field) {
    return llvm::is_contained(needed, field);
  });
  boundedFields_ = later - fields_.begin();
  llvm::copy(cheapestOrder(space_, earlyNodes(), {fields_.begin(), later}), fields_.begin());
  std::stable_sort(later, fields_.end(), [&](unsigned a, unsigned b) { return ends(a) < ends(b); });
}

} // namespace wsc::search
