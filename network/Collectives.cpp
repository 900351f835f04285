// Where groups are, and which program a collective is.
#include "network/CollectivesBuild.h"

#include <cassert>
#include <utility>

namespace wsc::network {

Groups Groups::onGrid(const GridShape &shape, unsigned rows, unsigned cols, unsigned rowStride,
                      unsigned colStride) {
  Groups groups;
  groups.rows = rows;
  groups.cols = cols;
  groups.rowStep = rowStride * shape.cols;
  groups.colStep = colStride;
  const unsigned height = rows * rowStride, width = cols * colStride;
  groups.wrapsRows = shape.wrapsRows && height == shape.rows;
  groups.wrapsCols = shape.wrapsCols && width == shape.cols;
  for (unsigned top = 0; top + height <= shape.rows; top += height)
    for (unsigned left = 0; left + width <= shape.cols; left += width)
      for (unsigned row = 0; row < rowStride; ++row)
        for (unsigned col = 0; col < colStride; ++col)
          groups.origins.push_back(shape.at(top + row, left + col));
  return groups;
}

llvm::StringRef name(Algorithm algorithm) {
  switch (algorithm) {
  case Algorithm::Ring: return "ring";
  case Algorithm::Rings2D: return "2-D rings";
  case Algorithm::Tree: return "tree";
  case Algorithm::Exchange: return "exchange";
  case Algorithm::Direct: return "direct";
  case Algorithm::Chain: return "chain";
  case Algorithm::TwoPhase: return "two-phase";
  case Algorithm::BinaryTree: return "binary tree";
  case Algorithm::Star: return "star";
  }
  llvm_unreachable("covered switch");
}

static bool isPlane(const Groups &groups) { return groups.rows > 1 && groups.cols > 1; }

bool has(Collective kind, Algorithm algorithm, const Groups &groups) {
  const bool reduces = kind == Collective::AllReduce || kind == Collective::Reduce;
  const bool isHalf = kind == Collective::ReduceScatter || kind == Collective::AllGather;
  switch (algorithm) {
  case Algorithm::Ring: return isHalf || kind == Collective::AllReduce;
  case Algorithm::Rings2D: return isPlane(groups) && (isHalf || kind == Collective::AllReduce);
  case Algorithm::Tree: return reduces || kind == Collective::Broadcast;
  case Algorithm::Exchange: return kind == Collective::AllReduce;
  case Algorithm::Direct: return kind == Collective::AllToAll;
  case Algorithm::Chain: return reduces || kind == Collective::Broadcast;
  case Algorithm::TwoPhase:
  case Algorithm::BinaryTree:
  case Algorithm::Star: return reduces;
  }
  llvm_unreachable("covered switch");
}

namespace collectives {

void Builder::step(double times, bool streams, bool multicast) {
  Step step;
  step.times = times;
  step.streams = streams && !std::exchange(waits_, false);
  step.multicast = multicast;
  program_.steps.push_back(std::move(step));
}

void Builder::send(unsigned from, unsigned to, double flits) {
  std::vector<Flow> &flows = program_.steps.back().flows;
  for (const uint32_t origin : groups.origins)
    flows.push_back({groups.node(origin, from), groups.node(origin, to), flits});
}

static void build(Builder &builder, Collective kind, Algorithm algorithm, double flits) {
  const bool reduces = kind == Collective::AllReduce || kind == Collective::Reduce ||
                       kind == Collective::ReduceScatter;
  const bool spreads = kind == Collective::AllReduce || kind == Collective::Broadcast ||
                       kind == Collective::AllGather;
  switch (algorithm) {
  case Algorithm::Ring: return ring(builder, flits, unsigned(reduces) + unsigned(spreads));
  case Algorithm::Exchange: return exchange(builder, flits);
  case Algorithm::Direct: return direct(builder, flits);
  case Algorithm::Rings2D:
    if (reduces)
      rings2D(builder, flits, Half::Scatter);
    if (spreads)
      rings2D(builder, flits, Half::Gather);
    return;
  case Algorithm::Tree:
    if (reduces)
      toCentre(builder, flits);
    if (spreads)
      fromCentre(builder, flits);
    return;
  case Algorithm::Chain:
  case Algorithm::TwoPhase:
  case Algorithm::BinaryTree:
  case Algorithm::Star:
    if (reduces)
      reduceToFirst(builder, algorithm, flits);
    if (spreads)
      multicast(builder, flits);
    return;
  }
}

} // namespace collectives

Program programOf(Collective kind, Algorithm algorithm, const Groups &groups, double flits,
                  const CollectiveOptions &options) {
  assert(has(kind, algorithm, groups));
  Program program;
  program.relay = options.relay;
  program.packet = options.packet;
  if (groups.members() < 2)
    return program;
  collectives::Builder builder(groups, program);
  collectives::build(builder, kind, algorithm, flits);
  llvm::erase_if(program.steps, [](const Step &step) { return step.flows.empty(); });
  return program;
}

} // namespace wsc::network
