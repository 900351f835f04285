// What of a Space the loops over the fields of a strategy compute when.
#include "search/BestStrategy.h"

#include "evaluation/StrategyBounds.h"
#include "feasibility/Problem.h"
#include "ir/Monotone.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

namespace wsc::search {

using evaluation::Metric;

namespace {
bool isOfStrategy(llvm::StringRef path) { return path.starts_with("strategy."); }

/// Whether a bound reads a field of Fields.def, if it is known.
bool isEarly(unsigned index) {
  const llvm::StringRef path = evaluation::pathOf(index);
  return path == "strategy.recompute" || path == "strategy.micro_batch_size" ||
         llvm::is_contained(evaluation::StrategyBounds::fieldsOfRoofline(), index);
}
} // namespace

BestStrategy::BestStrategy(const ir::Space &space, evaluation::Binding binding)
    : space_(space), binding_(std::move(binding)) {
  for (unsigned i = 0; i < space.params.size(); ++i)
    if (isOfStrategy(space.params[i].name))
      fields_.push_back(i);
  for (const ir::Constraint &constraint : space.constraints)
    if (constraint.isHard() && !constraint.isMeasured())
      requirements_.push_back(constraint.node);
  findObjective();
  const ir::Monotone monotone(space, requirements_, ir::designBox(space));
  orderFields(monotone);
  divideNodes(monotone);
  compileMeasured();
}

void BestStrategy::findObjective() {
  for (const ir::Objective &objective : space_.objectives)
    if (!objective_ && objective.node->bindingTime() == ir::BindingTime::Measured) {
      objective_ = objective.node;
      maximize_ = objective.maximize;
    }
  isBounded_ = !objective_ ||
               (objective_->op() == ir::Op::Metric && maximize_ &&
                space_.metrics[objective_->index()].name == evaluation::name(Metric::Throughput));
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
    if (isEarly(index))
      early.push_back(node);
  return early;
}

/// First those that the bound needs.  Of the others, those last of which greater values break most
/// requirements, as these end a loop.
void BestStrategy::orderFields(const ir::Monotone &monotone) {
  std::vector<unsigned> needed;
  for (unsigned field : evaluation::StrategyBounds::fieldsOfRoofline())
    for (const ir::Node *node : ir::Space::reachable(binding_.nodes()[field]))
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

namespace {

using Slots = llvm::DenseMap<const ir::Node *, unsigned>;

/// Places in a tape of what `root` depends on and `known` does not have, ascending.
std::vector<unsigned> missing(const ir::Node *root, const Slots &slots,
                              const llvm::BitVector &known) {
  std::vector<unsigned> places;
  for (const ir::Node *node : ir::Space::reachable(root))
    if (unsigned slot = slots.lookup(node); !known[slot])
      places.push_back(slot);
  return places;
}

/// `least <= metric`, of hard requirements.
std::vector<std::pair<Metric, const ir::Node *>> thresholdsOf(const ir::Space &space) {
  std::vector<std::pair<Metric, const ir::Node *>> found;
  for (const ir::Constraint &constraint : space.constraints) {
    const ir::Node *node = constraint.node;
    if (!constraint.isHard() || node->op() != ir::Op::Le ||
        node->operand(1)->op() != ir::Op::Metric ||
        node->operand(0)->bindingTime() == ir::BindingTime::Measured)
      continue;
    const llvm::StringRef name = space.metrics[node->operand(1)->index()].name;
    for (Metric metric : {Metric::Throughput, Metric::Mfu})
      if (name == evaluation::name(metric))
        found.push_back({metric, node->operand(0)});
  }
  return found;
}

/// `dividend mod (a b ...) == 0`, which each of the factors alone has to meet.
struct WholeDivision {
  const ir::Node *dividend;
  std::vector<unsigned> factors; ///< parameters
};

/// If all factors are integers.
std::optional<WholeDivision> wholeDivision(const ir::Space &space, const ir::Node *requirement) {
  if (requirement->op() != ir::Op::Eq)
    return std::nullopt;
  auto isZero = [](const ir::Node *node) {
    return node->isConstant() && node->value() == Rational(0);
  };
  const ir::Node *remainder = requirement->operand(0);
  if (isZero(remainder))
    remainder = requirement->operand(1);
  else if (!isZero(requirement->operand(1)))
    return std::nullopt;
  if (remainder->op() != ir::Op::Mod)
    return std::nullopt;
  WholeDivision division{remainder->operand(0), {}};
  std::vector<const ir::Node *> factors{remainder->operand(1)};
  while (!factors.empty()) {
    const ir::Node *factor = factors.back();
    factors.pop_back();
    if (factor->op() == ir::Op::Mul)
      llvm::append_range(factors, factor->operands());
    else if (factor->op() == ir::Op::Param &&
             llvm::all_of(space.params[factor->index()].domain, isInteger))
      division.factors.push_back(factor->index());
    else
      return std::nullopt;
  }
  return division;
}

} // namespace

/// Each node goes to the level of the last field of the strategy that it depends on; those that no
/// bound needs, behind it.
void BestStrategy::divideNodes(const ir::Monotone &monotone) {
  std::vector<const ir::Node *> roots(binding_.nodes());
  llvm::append_range(roots, requirements_);
  const auto thresholds = thresholdsOf(space_);
  for (const auto &[metric, least] : thresholds)
    roots.push_back(least);
  tape_.emplace(space_, roots);
  Slots slots;
  llvm::DenseSet<const ir::Node *> early;
  if (boundedFields_ < fields_.size())
    for (const ir::Node *node : ir::Space::reachable(earlyNodes()))
      early.insert(node);
  llvm::DenseMap<const ir::Node *, unsigned> levels;
  std::vector<std::vector<unsigned>> nodes(fields_.size() + 1);
  for (auto [slot, node] : llvm::enumerate(ir::Space::reachable(roots))) {
    unsigned level = 0;
    if (node->op() == ir::Op::Param)
      if (auto field = llvm::find(fields_, node->index()); field != fields_.end())
        level = field - fields_.begin() + 1;
    for (const ir::Node *operand : node->operands())
      level = std::max(level, levels.lookup(operand));
    if (level > 0 && boundedFields_ < fields_.size() && !early.contains(node))
      level = std::max(level, boundedFields_ + 1);
    levels[node] = level;
    slots[node] = slot;
    nodes[level].push_back(slot);
  }
  levels_.resize(nodes.size());
  for (auto [index, node] : llvm::enumerate(binding_.nodes())) {
    const unsigned level = levels.lookup(node);
    const llvm::StringRef path = evaluation::pathOf(index);
    levels_[level].reads.push_back({static_cast<unsigned>(index), slots.lookup(node)});
    // What is kept of a chip and its workload must not depend on the strategy.
    isBounded_ &= level == 0 || isOfStrategy(path);
    if (path == "strategy.recompute")
      recomputeLevel_ = level;
    if (path == "strategy.micro_batch_size") {
      microBatchLevel_ = level;
      if (level > boundedFields_ && node->op() == ir::Op::Param)
        microBatches_ = space_.params[node->index()].values;
    }
  }

  llvm::BitVector known(tape_->size());
  for (unsigned level = 0; level < nodes.size(); ++level) {
    std::vector<const ir::Node *> here;
    llvm::copy_if(requirements_, std::back_inserter(here),
                  [&](const ir::Node *node) { return levels.lookup(node) == level; });
    llvm::stable_sort(here, [&](const ir::Node *a, const ir::Node *b) {
      return missing(a, slots, known).size() < missing(b, slots, known).size();
    });
    auto add = [&](std::vector<unsigned> places, std::optional<unsigned> requirement, bool ends) {
      for (unsigned slot : places)
        known.set(slot);
      levels_[level].steps.push_back({std::move(places), requirement, ends});
    };
    for (const ir::Node *requirement : here) {
      const unsigned root = llvm::find(requirements_, requirement) - requirements_.begin();
      const bool ends = level > 0 && monotone.of(root, fields_[level - 1]) == ir::Trend::Decreasing;
      add(missing(requirement, slots, known), slots.lookup(requirement), ends);
    }
    llvm::erase_if(nodes[level], [&](unsigned slot) { return known[slot]; });
    add(std::move(nodes[level]), std::nullopt, false);
  }
  for (const auto &[metric, least] : thresholds)
    if (levels.lookup(least) == 0)
      thresholds_.push_back({metric, slots.lookup(least)});
  for (const ir::Node *requirement : requirements_)
    if (const auto division = wholeDivision(space_, requirement))
      if (levels.lookup(division->dividend) == 0)
        for (auto [i, field] : llvm::enumerate(fields_))
          if (llvm::is_contained(division->factors, field))
            levels_[i + 1].multiples.push_back(slots.lookup(division->dividend));
}

void BestStrategy::compileMeasured() {
  std::vector<const ir::Node *> measured;
  if (objective_)
    measured.push_back(objective_);
  for (const ir::Constraint &constraint : space_.constraints)
    if (constraint.isHard() && constraint.isMeasured())
      measured.push_back(constraint.node);
  measured_.emplace(space_, measured);
}

} // namespace wsc::search
