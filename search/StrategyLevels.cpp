// What of a Space is computed when: what depends on the chip by the loops, on the strategy alone by
// the tree, for the evaluator alone at the end.
#include "search/BestStrategy.h"

#include "evaluation/StrategyBounds.h"
#include "ir/Monotone.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace wsc::search {

using evaluation::StrategyBounds;

namespace {

/// Whether all values of an open field are those that the evaluator wants.
bool isValid(unsigned index, const ir::Node *node, const ir::Space &space) {
  return node->op() == ir::Op::Param &&
         llvm::all_of(space.params[node->index()].values,
                      [&](double value) { return evaluation::Binding::isValid(index, value); });
}

/// Places in the program of what `root` depends on and `known` does not have, ascending.
template <typename Places>
std::vector<unsigned> missing(const ir::Node *root, const Places &places,
                              const llvm::BitVector &known) {
  std::vector<unsigned> slots;
  for (const ir::Node *node : ir::Space::reachable(root))
    if (const unsigned slot = places.find(node)->second.slot; !known[slot])
      slots.push_back(slot);
  return slots;
}

} // namespace

/// `least <= metric` and `metric <= most`, of hard requirements, with the number's node.
std::vector<std::pair<BestStrategy::Threshold, const ir::Node *>>
BestStrategy::thresholdsOf(const ir::Space &space) {
  std::vector<std::pair<Threshold, const ir::Node *>> found;
  for (const ir::Constraint &constraint : space.constraints) {
    if (!constraint.isHard() || constraint.node->op() != ir::Op::Le)
      continue;
    for (unsigned side : {0, 1}) {
      const ir::Node *metric = constraint.node->operand(side);
      const ir::Node *number = constraint.node->operand(1 - side);
      if (metric->op() != ir::Op::Metric || number->bindingTime() == ir::BindingTime::Measured)
        continue;
      if (auto bounded = boundedMetric(space.metrics[metric->index()].name, side == 1))
        found.push_back({{*bounded, side == 1, 0}, number});
    }
  }
  return found;
}

BestStrategy::Places BestStrategy::placesOf(llvm::ArrayRef<const ir::Node *> roots) const {
  Places places;
  for (auto [slot, node] : llvm::enumerate(ir::Space::reachable(roots))) {
    Place place{static_cast<unsigned>(slot)};
    if (node->op() == ir::Op::Param) {
      const auto field = llvm::find(fields_, node->index());
      place.onChip = field == fields_.end();
      place.level = place.onChip ? 0 : field - fields_.begin() + 1;
    }
    for (const ir::Node *operand : node->operands()) {
      const Place &before = places.find(operand)->second;
      place.level = std::max(place.level, before.level);
      place.onChip |= before.onChip;
    }
    places.insert({node, place});
  }
  return places;
}

/// Each node goes to the level of the last field of the strategy that it depends on.
void BestStrategy::divideNodes(const ir::Monotone &monotone) {
  std::vector<const ir::Node *> roots(binding_.nodes());
  llvm::append_range(roots, requirements_);
  const auto thresholds = thresholdsOf(space_);
  for (const auto &[threshold, number] : thresholds)
    roots.push_back(number);
  program_.emplace(space_, roots);
  const Places places = placesOf(roots);
  levels_.resize(fields_.size() + 1);
  std::vector<const ir::Node *> reads = divideReads(places);
  tree_.emplace(space_, *program_, sharedLevels(places, reads));
  divideSteps(places, reads, monotone);
  for (const auto &[threshold, number] : thresholds)
    if (const Place &place = places.find(number)->second; place.level == 0)
      thresholds_.push_back({threshold.metric, threshold.isLeast, place.slot});
}

/// The fields go to the level after which they are known.  Returns those that the loops read.
std::vector<const ir::Node *> BestStrategy::divideReads(const Places &places) {
  std::vector<const ir::Node *> early, late;
  for (auto [index, node] : llvm::enumerate(binding_.nodes())) {
    const auto [slot, level, onChip] = places.find(node)->second;
    const llvm::StringRef path = evaluation::pathOf(index);
    const auto use = StrategyBounds::useOf(index);
    const bool isRead = level == 0 || use != StrategyBounds::Use::Never;
    (isRead ? levels_[level].reads : lateReads_)
        .push_back({static_cast<unsigned>(index), slot, isValid(index, node, space_)});
    (isRead ? early : late).push_back(node);
    // What is kept of a chip and its workload must not depend on the strategy.
    isBounded_ &= level == 0 || path.starts_with("strategy.");
    if (path == "strategy.recompute")
      recomputeLevel_ = level;
    else if (path == "strategy.micro_batch_size")
      microBatchLevel_ = level;
    else if (use == StrategyBounds::Use::Always)
      stagesLevel_ = std::max(stagesLevel_, level);
  }
  std::vector<unsigned> slots;
  for (const ir::Node *node : ir::Space::reachable(late))
    if (const Place &place = places.find(node)->second; place.level > 0)
      slots.push_back(place.slot);
  llvm::sort(slots);
  lateNodes_ = program_->add(ir::PointProgram::Step{std::move(slots)});
  return early;
}

/// What the loops need of the strategy alone.
std::vector<StrategyTree::Level>
BestStrategy::sharedLevels(const Places &places, llvm::ArrayRef<const ir::Node *> reads) {
  std::vector<const ir::Node *> roots(reads);
  llvm::append_range(roots, requirements_);
  const auto nodes = ir::Space::reachable(roots);
  llvm::DenseSet<const ir::Node *> kept(reads.begin(), reads.end());
  for (const ir::Node *node : nodes)
    if (places.find(node)->second.onChip)
      kept.insert(node->operands().begin(), node->operands().end());

  std::vector<StrategyTree::Level> levels;
  for (unsigned field : fields_)
    levels.push_back({field, std::nullopt});
  std::vector<std::vector<unsigned>> slots(levels.size());
  for (const ir::Node *node : nodes) {
    const Place &place = places.find(node)->second;
    if (!place.isShared())
      continue;
    StrategyTree::Level &level = levels[place.level - 1];
    slots[place.level - 1].push_back(place.slot);
    if (node->op() == ir::Op::Param)
      level.slot = place.slot;
    if (kept.contains(node))
      level.kept.push_back(place.slot);
    if (!llvm::is_contained(requirements_, node))
      continue;
    level.conditions.push_back({place.slot, {}});
    for (const ir::Node *field : ir::Space::reachable(node))
      if (field->op() == ir::Op::Param)
        level.conditions.back().levels.push_back(places.find(field)->second.level - 1);
    llvm::sort(level.conditions.back().levels);
  }
  for (auto [level, nodes] : llvm::zip_equal(levels, slots)) {
    llvm::sort(nodes);
    llvm::sort(level.kept);
    level.nodes = program_->add(ir::PointProgram::Step{std::move(nodes)});
  }
  return levels;
}

/// The rest of what the loops need.
void BestStrategy::divideSteps(const Places &places, llvm::ArrayRef<const ir::Node *> reads,
                               const ir::Monotone &monotone) {
  llvm::BitVector known(places.size());
  std::vector<std::vector<unsigned>> read(levels_.size()); // and all of the chip
  for (const auto &[node, place] : places) {
    if (place.isShared())
      known.set(place.slot);
    if (place.level == 0)
      read[0].push_back(place.slot);
  }
  for (const ir::Node *node : ir::Space::reachable(reads))
    if (const Place &place = places.find(node)->second; place.level > 0)
      read[place.level].push_back(place.slot);

  for (auto [level, here] : llvm::enumerate(levels_)) {
    std::vector<const ir::Node *> requirements;
    for (auto [root, node] : llvm::enumerate(requirements_))
      if (const Place &place = places.find(node)->second;
          place.level == level && !place.isShared()) {
        requirements.push_back(node);
        if (level > 0 && monotone.of(root, fields_[level - 1]) == ir::Trend::Decreasing)
          here.ends.push_back(place.slot);
      }
    llvm::stable_sort(requirements, [&](const ir::Node *a, const ir::Node *b) {
      return missing(a, places, known).size() < missing(b, places, known).size();
    });
    std::vector<ir::PointProgram::Step> steps;
    auto add = [&](std::vector<unsigned> slots, std::optional<unsigned> requirement) {
      if (slots.empty() && !requirement)
        return;
      for (unsigned slot : slots)
        known.set(slot);
      llvm::sort(slots);
      steps.push_back({std::move(slots), requirement});
    };
    for (const ir::Node *node : requirements)
      add(missing(node, places, known), places.find(node)->second.slot);
    llvm::erase_if(read[level], [&](unsigned slot) { return known[slot]; });
    add(std::move(read[level]), std::nullopt);
    here.steps = program_->add(steps);
    if (level > 1)
      keepSteps(here, steps, places);
  }
}

/// Where it pays: how many replicas and stages there are decides about the place of a rank only by
/// how many share a wafer.
void BestStrategy::keepSteps(Level &level, const std::vector<ir::PointProgram::Step> &steps,
                             const Places &places) const {
  llvm::BitVector computed(places.size()), inputs(places.size()), outputs(places.size());
  for (const ir::PointProgram::Step &step : steps)
    for (unsigned slot : step.nodes)
      computed.set(slot);
  for (const auto &[node, place] : places)
    for (const ir::Node *operand : node->operands()) {
      const Place &before = places.find(operand)->second;
      if (computed[place.slot] && !computed[before.slot] && before.level > 0)
        inputs.set(before.slot);
      else if (computed[before.slot] && !computed[place.slot])
        outputs.set(before.slot);
    }
  for (const ReadField &field : level.reads)
    if (computed[field.slot])
      outputs.set(field.slot);
  if (inputs.count() > mostInputs || computed.count() < 3 * (inputs.count() + outputs.count()))
    return;
  level.inputs.assign(inputs.set_bits_begin(), inputs.set_bits_end());
  level.outputs.assign(outputs.set_bits_begin(), outputs.set_bits_end());
}

} // namespace wsc::search
