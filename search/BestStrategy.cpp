// Nested loops over the fields of a strategy, and branch and bound over what they find.
#include "search/BestStrategy.h"

#include "evaluation/Bounds.h"
#include "evaluation/Pipeline.h"
#include "feasibility/Problem.h"
#include "ir/Monotone.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <cmath>
#include <map>

namespace wsc::search {

using evaluation::Measurement;
using evaluation::Metric;
using evaluation::Status;

BestStrategy::BestStrategy(const ir::Space &space, evaluation::Binding binding)
    : space_(space), binding_(std::move(binding)) {
  for (unsigned i = 0; i < space.params.size(); ++i)
    if (llvm::StringRef(space.params[i].name).starts_with("strategy."))
      fields_.push_back(i);
  findObjective();
  divideNodes();
  compileMeasured();
}

void BestStrategy::findObjective() {
  for (const ir::Objective &objective : space_.objectives)
    if (!objective_ && objective.node->bindingTime() == ir::BindingTime::Measured) {
      objective_ = objective.node;
      maximize_ = objective.maximize;
    }
  isThroughput_ = !objective_ || (objective_->op() == ir::Op::Metric && maximize_ &&
                                  space_.metrics[objective_->index()].name ==
                                      evaluation::name(Metric::Throughput));
}

namespace {

/// Places in a tape of what `root` depends on and `known` does not have, ascending.
std::vector<unsigned> missing(const ir::Node *root,
                              const llvm::DenseMap<const ir::Node *, unsigned> &slots,
                              const llvm::BitVector &known) {
  std::vector<unsigned> places;
  for (const ir::Node *node : ir::Space::reachable(root))
    if (unsigned slot = slots.lookup(node); !known[slot])
      places.push_back(slot);
  return places;
}

} // namespace

/// Each node goes to the level of the last field of the strategy that it depends on.
void BestStrategy::divideNodes() {
  std::vector<const ir::Node *> roots(binding_.nodes()), requirements;
  for (const ir::Constraint &constraint : space_.constraints)
    if (constraint.isHard() && !constraint.isMeasured())
      requirements.push_back(constraint.node);
  llvm::append_range(roots, requirements);
  tape_.emplace(space_, roots);
  llvm::DenseMap<const ir::Node *, unsigned> levels, slots;
  std::vector<std::vector<unsigned>> nodes(fields_.size() + 1);
  for (auto [slot, node] : llvm::enumerate(ir::Space::reachable(roots))) {
    unsigned level = 0;
    if (node->op() == ir::Op::Param)
      if (auto field = llvm::find(fields_, node->index()); field != fields_.end())
        level = field - fields_.begin() + 1;
    for (const ir::Node *operand : node->operands())
      level = std::max(level, levels.lookup(operand));
    levels[node] = level;
    slots[node] = slot;
    nodes[level].push_back(slot);
  }
  for (const ir::Node *node : binding_.nodes())
    readFields_.push_back({slots.lookup(node), levels.lookup(node)});
  if (isThroughput_)
    for (unsigned field : evaluation::fieldsOfGreatestThroughput())
      boundedFields_ = std::max(boundedFields_, levels.lookup(binding_.nodes()[field]));

  const ir::Monotone monotone(space_, requirements, ir::designBox(space_));
  auto endsLoop = [&](const ir::Node *requirement, unsigned level) {
    const unsigned root = llvm::find(requirements, requirement) - requirements.begin();
    return level > 0 && monotone.of(root, fields_[level - 1]) == ir::Trend::Decreasing;
  };
  llvm::BitVector known(tape_->size());
  for (unsigned level = 0; level < nodes.size(); ++level) {
    Level steps;
    auto isHere = [&](const ir::Node *node) { return levels.lookup(node) == level; };
    std::vector<const ir::Node *> here;
    llvm::copy_if(requirements, std::back_inserter(here), isHere);
    llvm::stable_sort(here, [&](const ir::Node *a, const ir::Node *b) {
      return missing(a, slots, known).size() < missing(b, slots, known).size();
    });
    for (const ir::Node *requirement : here) {
      steps.push_back({missing(requirement, slots, known), slots.lookup(requirement),
                       endsLoop(requirement, level)});
      for (unsigned slot : steps.back().nodes)
        known.set(slot);
    }
    llvm::erase_if(nodes[level], [&](unsigned slot) { return known[slot]; });
    for (unsigned slot : nodes[level])
      known.set(slot);
    steps.push_back({std::move(nodes[level]), std::nullopt, false});
    levels_.push_back(std::move(steps));
  }
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

/// One run of the loops for one chip.
class BestStrategy::Loops {
public:
  Loops(const BestStrategy &search, const feasibility::Design &design)
      : search_(search), choice_(design.choice),
        params_(feasibility::valuesOf(search.space_, design)),
        metrics_(search.space_.metrics.size(), std::nan("")), values_(search.tape_->size()),
        truth_(search.measured_->rootCount()) {}

  std::optional<Found> run() {
    choose(0, search_.boundedFields_, [&] { addBeginning(); });
    llvm::stable_sort(beginnings_,
                      [](const Beginning &a, const Beginning &b) { return a.bound > b.bound; });
    for (const Beginning &beginning : beginnings_) {
      if (best_ && beginning.bound <= best_->objective)
        break;
      complete(beginning);
    }
    if (best_)
      best_->evaluated = evaluated_;
    return std::move(best_);
  }

private:
  /// The first fields of the strategy, chosen so that all requirements on them hold.
  struct Beginning {
    double bound;   ///< on the throughput of all that begin like this
    unsigned first; ///< of its choices in `chosen_`
  };

  void set(unsigned field, unsigned index) {
    choice_[field] = index;
    params_[field] = search_.space_.params[field].values[index];
  }

  enum class Holds { Yes, No, NoMore };

  /// Computes what depends on the field before `level` and those before it, as long as all
  /// requirements hold.  NoMore: neither do they for greater values of that field.
  Holds compute(unsigned level) {
    for (const Step &step : search_.levels_[level]) {
      search_.tape_->evaluateNodes(step.nodes, params_, metrics_, values_);
      if (!step.requirement || values_[*step.requirement] == 1)
        continue;
      // Undefined is not false: it says nothing about greater values.
      const bool isFalse = values_[*step.requirement] == 0;
      return step.endsLoop && isFalse ? Holds::NoMore : Holds::No;
    }
    return Holds::Yes;
  }

  /// Calls `done` for each choice of the fields from `level` to `last`; those before are chosen.
  Holds choose(unsigned level, unsigned last, llvm::function_ref<void()> done) {
    if (Holds holds = compute(level); holds != Holds::Yes)
      return holds;
    if (level == last) {
      done();
      return Holds::Yes;
    }
    const unsigned field = search_.fields_[level];
    for (unsigned i = 0, end = search_.space_.params[field].values.size(); i < end; ++i) {
      set(field, i);
      if (choose(level + 1, last, done) == Holds::NoMore)
        break;
    }
    return Holds::Yes;
  }

  void addBeginning() {
    double bound = HUGE_VAL;
    if (search_.isThroughput_) {
      if (!read(search_.boundedFields_))
        return;
      bound = evaluation::greatestThroughput(fields_);
    }
    beginnings_.push_back({bound, static_cast<unsigned>(chosen_.size())});
    for (unsigned i = 0; i < search_.boundedFields_; ++i)
      chosen_.push_back(choice_[search_.fields_[i]]);
  }

  void complete(const Beginning &beginning) {
    const unsigned fields = search_.boundedFields_;
    for (unsigned i = 0; i < fields; ++i) {
      set(search_.fields_[i], chosen_[beginning.first + i]);
      compute(i + 1);
    }
    choose(fields, search_.fields_.size(), [&] {
      if (read(search_.fields_.size()) && !isBeaten())
        consider();
    });
  }

  /// Updates the fields that the evaluator reads, as far as they are known at `level`; those of the
  /// chip once.  False if one has no valid value.
  bool read(unsigned level) {
    for (auto [i, field] : llvm::enumerate(search_.readFields_)) {
      const bool isNew = field.level > 0 || !chipIsRead_;
      if (isNew && field.level <= level && !search_.binding_.set(fields_, i, values_[field.slot]))
        return false;
    }
    chipIsRead_ = true;
    return true;
  }

  /// Whether the time of the layers alone says that the best found is better.
  bool isBeaten() {
    const auto &[chip, model, workload, strategy] = fields_;
    if (!search_.isThroughput_ || !best_ || workload.kind != evaluation::WorkloadKind::Training)
      return false;
    const double microBatches = workload.batch / (strategy.dp * strategy.microBatch);
    const double least =
        microBatches * layersTime() / strategy.pp * evaluation::leastPipelineOverhead(fields_);
    return workload.tokens() / least <= best_->objective;
  }

  /// Of one micro-batch; kept for all strategies that differ only in what it does not depend on.
  double layersTime() {
    using namespace evaluation;
    Strategy strategy = fields_.strategy;
    strategy.pp = strategy.dp = 0;
    strategy.weightMemory = strategy.gradientMemory = strategy.optimizerMemory = 0;
    strategy.activationMemory = strategy.cacheMemory = 0;
    std::vector<double> key;
#define STRATEGY(type, member, path, kind) key.push_back(static_cast<double>(strategy.member));
#include "evaluation/Fields.def"
    if (auto known = layersTimes_.find(key); known != layersTimes_.end())
      return known->second;
    std::vector<std::string> reasons;
    const auto placement = place(fields_, reasons);
    if (!placement)
      return 0; // others of the key may have a place
    return layersTimes_[std::move(key)] =
               evaluation::layersTime(fields_, *placement, Phase::Training);
  }

  void consider() {
    ++evaluated_;
    const Measurement measurement = evaluation::measure(fields_);
    if (measurement.status != Status::Ok)
      return;
    const std::optional<double> objective = objectiveOf(measurement);
    if (objective && (!best_ || isBetter(*objective, best_->objective)))
      best_ = Found{{choice_}, measurement, *objective};
  }

  bool isBetter(double a, double b) const { return search_.maximize_ ? a > b : a < b; }

  /// Empty where a measured requirement does not hold.
  std::optional<double> objectiveOf(const Measurement &measurement) {
    metrics_ = evaluation::metricsOf(search_.space_, measurement);
    search_.measured_->evaluate(params_, metrics_, truth_);
    llvm::ArrayRef<double> requirements(truth_);
    double objective = measurement[Metric::Throughput];
    if (search_.objective_) {
      objective = requirements.front();
      requirements = requirements.drop_front();
    }
    const bool met = llvm::all_of(requirements, [](double value) { return value == 1; });
    return met && std::isfinite(objective) ? std::optional(objective) : std::nullopt;
  }

  const BestStrategy &search_;
  std::vector<unsigned> choice_;
  std::vector<double> params_, metrics_, values_, truth_;
  evaluation::Design fields_; ///< as the evaluator sees them
  bool chipIsRead_ = false;
  std::map<std::vector<double>, double> layersTimes_;
  std::vector<Beginning> beginnings_;
  std::vector<unsigned> chosen_;
  std::optional<Found> best_;
  uint64_t evaluated_ = 0;
};

std::optional<BestStrategy::Found> BestStrategy::find(const feasibility::Design &design) const {
  return Loops(*this, design).run();
}

} // namespace wsc::search
