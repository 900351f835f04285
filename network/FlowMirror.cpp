// Images of nodes and channels.
#include "network/FlowMirror.h"

#include "network/FlowUniform.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/bit.h"

namespace wsc::network::flow {

double Mirror::sizeOfAll(const Routes &routes, llvm::ArrayRef<Flow> flows, bool areAlike) {
  const Network &network = routes.network();
  const size_t nodes = network.nodes();
  const bool isByTable = routes.routing() == Routing::Table;
  if (isByTable || flows.empty() || flows.size() != nodes * (nodes - 1) || !isWholeMesh(network))
    return 0;
  if (areAlike)
    return flows[0].flits;
  llvm::BitVector pairs(nodes * nodes);
  for (const auto &[source, destination, flits] : flows) {
    const size_t pair = source * nodes + destination;
    if (source == destination || flits != flows[0].flits || pairs.test(pair))
      return 0;
    pairs.set(pair);
  }
  return flows[0].flits;
}

/// The image of each node if rows, or columns, are counted from the other end.
static std::vector<uint32_t> turned(const GridShape &shape, bool rows) {
  std::vector<uint32_t> images;
  for (unsigned row = 0; row < shape.rows; ++row)
    for (unsigned col = 0; col < shape.cols; ++col)
      images.push_back(rows ? shape.at(shape.rows - 1 - row, col)
                            : shape.at(row, shape.cols - 1 - col));
  return images;
}

/// The same for the same messages, in whatever order: a sum of numbers that are mixed as in
/// SplitMix64 (Steele, Lea, Flood 2014).
template <typename ImageOf>
static uint64_t sumOf(llvm::ArrayRef<Flow> flows, size_t nodes, ImageOf imageOf) {
  uint64_t sum = 0;
  for (const auto &[source, destination, flits] : flows) {
    const uint64_t pair = imageOf(source) * nodes + imageOf(destination);
    uint64_t mixed = llvm::bit_cast<uint64_t>(flits) + pair * 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    sum += mixed ^ (mixed >> 31);
  }
  return sum;
}

bool Mirror::isOf(const Routes &routes, const Program &program) {
  const Network &network = routes.network();
  const size_t nodes = network.nodes();
  const auto repeats = [](const Step &step) { return step.times > 1; };
  const auto streams = [](const Step &step) { return step.streams || step.multicast; };
  if (llvm::none_of(program.steps, repeats) || llvm::any_of(program.steps, streams) ||
      routes.routing() == Routing::Table || !isWholeMesh(network))
    return false;
  const GridShape &shape = *network.shape();
  for (const bool rows : {true, false}) {
    if ((rows ? shape.rows : shape.cols) % 2)
      continue;
    const std::vector<uint32_t> images = turned(shape, rows);
    for (const Step &step : program.steps)
      if (sumOf(step.flows, nodes, [](uint32_t node) { return node; }) !=
          sumOf(step.flows, nodes, [&](uint32_t node) { return images[node]; }))
        return false;
  }
  return shape.rows % 2 == 0 || shape.cols % 2 == 0;
}

uint32_t Mirror::leaving(const Network &network, uint32_t router, uint32_t channel) {
  const auto &[from, to, wire] = network.channels()[channel];
  if (from == router)
    return channel;
  return *llvm::find_if(network.outgoing(router), [&, from = from](uint32_t back) {
    return network.channels()[back].to == from;
  });
}

/// Whether a row or column is in the half that the other one stands for.
static bool isBeyond(unsigned place, unsigned size) { return size % 2 == 0 && place >= size / 2; }

uint32_t Mirror::image(uint32_t node, uint32_t router) const {
  const unsigned row = shape_.row(node), col = shape_.col(node);
  return shape_.at(isBeyond(shape_.row(router), shape_.rows) ? shape_.rows - 1 - row : row,
                   isBeyond(shape_.col(router), shape_.cols) ? shape_.cols - 1 - col : col);
}

Direction Mirror::image(Direction direction, uint32_t router) const {
  const bool isAlongRow = direction == Direction::East || direction == Direction::West;
  const bool isBack = isAlongRow ? isBeyond(shape_.col(router), shape_.cols)
                                 : isBeyond(shape_.row(router), shape_.rows);
  return static_cast<Direction>(static_cast<unsigned>(direction) ^ isBack);
}

Mirror::Mirror(const Network &network)
    : shape_(*network.shape()), nodes_(network.nodes()), channels_(network.channels().size()),
      images_((network.shape()->rows % 2 ? 1 : 2) * (network.shape()->cols % 2 ? 1 : 2)) {
  const GridShape &shape = *network.shape();
  // From one router to the next, by direction.
  constexpr int down[directions] = {0, 0, 1, -1}, right[directions] = {1, -1, 0, 0};
  for (unsigned row = 0; row < shape.rows; ++row)
    for (unsigned col = 0; col < shape.cols; ++col) {
      auto imageIf = [&](bool turnsRows, bool turnsCols) {
        return shape.at(turnsRows ? shape.rows - 1 - row : row,
                        turnsCols ? shape.cols - 1 - col : col);
      };
      const uint32_t router = shape.at(row, col);
      nodes_[router] = imageIf(isBeyond(row, shape.rows), isBeyond(col, shape.cols));
      for (unsigned d = 0; d < directions; ++d) {
        const uint32_t channel = network.channel(router, static_cast<Direction>(d));
        if (channel == none)
          continue;
        const bool turnsRows = isBeyond(row + down[d], shape.rows);
        const bool turnsCols = isBeyond(col + right[d], shape.cols);
        const bool isBack = down[d] ? turnsRows : turnsCols;
        channels_[channel] = network.channel(imageIf(turnsRows, turnsCols),
                                             static_cast<Direction>(isBack ? d ^ 1 : d));
      }
    }
}

} // namespace wsc::network::flow
