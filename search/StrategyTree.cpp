// Growing the tree of strategies.
#include "search/StrategyTree.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

namespace wsc::search {

StrategyTree::StrategyTree(const ir::Space &space, const ir::PointProgram &program,
                           std::vector<Level> levels)
    : space_(space), program_(program), levels_(std::move(levels)), values_(program.constants()) {
  for (const Level &level : levels_) {
    choices_.emplace_back(space.params[level.field].values.size());
    std::iota(choices_.back().begin(), choices_.back().end(), 0);
  }
  for (const Level &level : levels_)
    for (const Condition &condition : level.conditions)
      dropHopeless(condition);
  if (!levels_.empty())
    root_ = grow(nullptr, 0);
}

void StrategyTree::choose(unsigned level, unsigned index) {
  if (const auto &[field, slot, nodes, conditions, kept] = levels_[level]; slot)
    values_[*slot] = space_.params[field].values[index];
}

void StrategyTree::evaluate(unsigned level) { program_.run(levels_[level].nodes, values_); }

bool StrategyTree::holds(llvm::ArrayRef<Condition> conditions) const {
  return llvm::all_of(conditions,
                      [&](const Condition &condition) { return values_[condition.slot] == 1; });
}

/// Drops values of single fields with which a requirement cannot be met: replicas that do not
/// divide the batch, whatever the micro-batches.
void StrategyTree::dropHopeless(const Condition &condition) {
  constexpr unsigned most = 1 << 14; // combinations that are tried
  unsigned combinations = 1;
  for (unsigned level : condition.levels)
    combinations = std::min<uint64_t>(most + 1, uint64_t(combinations) * choices_[level].size());
  if (combinations > most)
    return;
  std::vector<llvm::BitVector> useful;
  for (unsigned level : condition.levels)
    useful.emplace_back(space_.params[levels_[level].field].values.size());
  for (unsigned i = 0; i < combinations; ++i) {
    std::vector<unsigned> chosen;
    unsigned rest = i;
    for (unsigned level : condition.levels) {
      chosen.push_back(choices_[level][rest % choices_[level].size()]);
      rest /= choices_[level].size();
      choose(level, chosen.back());
    }
    for (unsigned level = 0; level <= condition.levels.back(); ++level)
      evaluate(level);
    if (holds(condition))
      for (auto [values, index] : llvm::zip(useful, chosen))
        values.set(index);
  }
  for (auto [level, values] : llvm::zip(condition.levels, useful))
    llvm::erase_if(choices_[level], [&](unsigned index) { return !values[index]; });
}

std::unique_ptr<StrategyTree::Node> StrategyTree::grow(const Node *parent, unsigned place) {
  auto node = std::make_unique<Node>();
  node->parent = parent;
  node->place = place;
  node->level = parent ? parent->level + 1 : 0;
  for (const Node *each = node.get(); each->parent; each = each->parent)
    choose(each->parent->level, each->parent->choices[each->place]);
  for (unsigned level = 0; level < node->level; ++level)
    evaluate(level);
  const Level &level = levels_[node->level];
  for (unsigned index : choices_[node->level]) {
    choose(node->level, index);
    evaluate(node->level);
    if (!holds(level.conditions))
      continue;
    node->choices.push_back(index);
    for (unsigned slot : level.kept)
      node->kept.push_back(values_[slot]);
  }
  return node;
}

const StrategyTree::Node &StrategyTree::next(const Node &node, unsigned place) {
  if (node.next.empty())
    node.next.resize(node.choices.size());
  std::unique_ptr<Node> &next = node.next[place];
  if (!next)
    next = grow(&node, place);
  return *next;
}

} // namespace wsc::search
