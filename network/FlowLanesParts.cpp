// Parts of queues, one for each node or line that something is going to.
#include "network/FlowLanes.h"

#include "llvm/ADT/STLExtras.h"

namespace wsc::network::flow {

/// Parts that are worth their time, for each queue.
static constexpr double mostParts = 8;
/// Parts for lines, in all: each leads to one for each line of the other dimension.
static constexpr double mostPartsOfLines = 4096;

/// Each hop of a message adds a part at most.
bool Lanes::areFew(llvm::ArrayRef<Flow> flows) const {
  const double most = mostParts * queues();
  double hops = 0;
  for (const Flow &flow : flows) {
    if (flow.flits > 0)
      routes_.walk(network_.routerOf(flow.source), network_.routerOf(flow.destination), Order::XY,
                   [&](uint32_t) { ++hops; });
    if (hops > most)
      return false;
  }
  return true;
}

/// Of each queue as many as half of a dimension has places.
bool Lanes::hasFewLines() const {
  const GridShape &shape = *network_.shape();
  return double(shape.nodes()) * (shape.rows + shape.cols) * orders() <= mostPartsOfLines;
}

bool Lanes::isFor(uint32_t part, uint32_t target) const {
  const uint32_t key = targetOfPart_[part], queue = queueOfPart_[part];
  if (key == none || isNode(queue))
    return true;
  if (!byLine_)
    return key == target;
  const GridShape &shape = *network_.shape();
  const auto &[from, to, wire] = network_.channels()[queue / perChannel_];
  const uint32_t end = network_.routerOf(target);
  return key == (shape.row(from) == shape.row(to) ? shape.col(end) : shape.row(end));
}

uint32_t Lanes::partFor(uint32_t queue) {
  if (!separates_ || isNode(queue))
    return queue;
  const auto [entry, isNew] = partFor_.try_emplace({queue, key_}, turns_.size());
  if (isNew) {
    turns_.emplace_back();
    queueOfPart_.push_back(queue);
    targetOfPart_.push_back(key_);
  }
  return entry->second;
}

void Lanes::sortParts() {
  std::vector<uint32_t> parts;
  for (uint32_t part = firstNode_; part < turns_.size(); ++part)
    parts.push_back(part);
  llvm::stable_sort(parts,
                    [&](uint32_t a, uint32_t b) { return queueOfPart_[a] < queueOfPart_[b]; });
  std::vector<uint32_t> numbers(turns_.size(), none), queues, targets;
  std::vector<llvm::SmallVector<Turn, 4>> turns;
  for (const uint32_t part : parts) {
    numbers[part] = turns.size();
    turns.push_back(std::move(turns_[part]));
    queues.push_back(queueOfPart_[part]);
    targets.push_back(targetOfPart_[part]);
  }
  for (llvm::SmallVector<Turn, 4> &some : turns)
    for (Turn &turn : some)
      turn = {numbers[turn.from], numbers[turn.to], turn.flits, turn.choice};
  firstPartOfNodes_ = numbers[firstNode_];
  turns_ = std::move(turns);
  queueOfPart_ = std::move(queues);
  targetOfPart_ = std::move(targets);
}

} // namespace wsc::network::flow
