// Images of nodes and channels.
#include "network/FlowMirror.h"

#include "network/FlowUniform.h"
#include "llvm/ADT/BitVector.h"

namespace wsc::network::flow {

double Mirror::sizeOfAll(const Routes &routes, llvm::ArrayRef<Flow> flows) {
  const Network &network = routes.network();
  const size_t nodes = network.nodes();
  const bool hasOneOrder = routes.routing() == Routing::XY || routes.routing() == Routing::YX;
  if (!hasOneOrder || flows.empty() || flows.size() != nodes * (nodes - 1) || !isWholeMesh(network))
    return 0;
  llvm::BitVector pairs(nodes * nodes);
  for (const auto &[source, destination, flits] : flows) {
    const size_t pair = source * nodes + destination;
    if (source == destination || flits != flows[0].flits || pairs.test(pair))
      return 0;
    pairs.set(pair);
  }
  return flows[0].flits;
}

uint32_t Mirror::node(uint32_t number) const {
  unsigned row = shape_.row(number), col = shape_.col(number);
  if (isBeyond(row, shape_.rows))
    row = shape_.rows - 1 - row;
  if (isBeyond(col, shape_.cols))
    col = shape_.cols - 1 - col;
  return shape_.at(row, col);
}

uint32_t Mirror::channel(uint32_t number) const {
  const auto &[from, to, wire] = network_.channels()[number];
  unsigned row = shape_.row(from), col = shape_.col(from), direction = 0;
  while (network_.channel(from, static_cast<Direction>(direction)) != number)
    ++direction;
  auto image = static_cast<Direction>(direction);
  if (isBeyond(shape_.row(to), shape_.rows)) {
    row = shape_.rows - 1 - row;
    if (image == Direction::South || image == Direction::North)
      image = image == Direction::South ? Direction::North : Direction::South;
  }
  if (isBeyond(shape_.col(to), shape_.cols)) {
    col = shape_.cols - 1 - col;
    if (image == Direction::East || image == Direction::West)
      image = image == Direction::East ? Direction::West : Direction::East;
  }
  return network_.channel(shape_.at(row, col), image);
}

} // namespace wsc::network::flow
