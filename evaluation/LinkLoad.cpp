// The traffic of an iteration, how often each part happens, and the links that it takes.
//
// What an iteration moves between reticles is linear in what each collective and each transfer
// between stages moves.  So a network in which only one of them moves anything, one byte over one
// link, tells how often that one happens.
#include "evaluation/LinkLoad.h"

#include "evaluation/Analytic.h"
#include "evaluation/EdgeMemory.h"
#include "evaluation/Placement.h"
#include "evaluation/SingleOperator.h"
#include "llvm/ADT/BitVector.h"
#include <cmath>

namespace wsc::evaluation {

namespace {

/// Moves one byte over one link in one program, and nothing in the others.
class Counter final : public NetworkModel {
public:
  explicit Counter(const RoutedProgram *counted) : counted_(counted) {}

  NetworkCost refine(Collective kind, const Fabric &fabric, double bytes,
                     const NetworkCost &closed) const override {
    return count(RoutedProgram::keyOf(kind, fabric, bytes, closed.algorithm), closed);
  }
  NetworkCost refine(StageTransfer transfer, const StageGrid &grid, double bytes,
                     const NetworkCost &closed) const override {
    return count(RoutedProgram::keyOf(transfer, grid, bytes), closed);
  }
  double memoryShare() const override { return 1; }

private:
  NetworkCost count(const RoutedProgram::Key &key, NetworkCost cost) const {
    cost.byteHops = counted_ && counted_->key == key ? 1 : 0;
    return cost;
  }

  const RoutedProgram *counted_;
};

/// Bytes times hops between reticles of all wafers.
double movedBy(const Design &design, const RoutedProgram *counted) {
  const Counter network(counted);
  return iterationOf(design, &network)->usage.waferByteHops;
}

/// Reticles of a wafer that ranks work on: as many as it has room for, row by row.
llvm::BitVector workingReticles(const Design &design, const Grid &wafer, const Tiling &ranks) {
  llvm::BitVector working(unsigned(wafer.cells()));
  for (unsigned row = 0; row < wafer.rows; ++row)
    for (unsigned col = 0; col < wafer.cols; ++col) {
      const double r = std::floor(row / ranks.tile.rows), c = std::floor(col / ranks.tile.cols);
      if (r < ranks.count.rows && c < ranks.count.cols &&
          r * ranks.count.cols + c < design.strategy.ranks())
        working.set(unsigned(row * wafer.cols) + col);
    }
  return working;
}

/// The links of a wafer, and how long each is busy in an iteration.
class Links {
public:
  explicit Links(const network::GridShape &shape)
      : wafer_(network::Network::grid(shape)), busy_(wafer_.channels().size()) {}

  /// Adds what a program leaves on the links of its rectangle to each such rectangle.
  void add(const RoutedProgram &routed, double times) {
    const network::GridShape &part = routed.level.shape, &whole = *wafer_.shape();
    for (unsigned r = 0; r + part.rows <= whole.rows; r += part.rows)
      for (unsigned c = 0; c + part.cols <= whole.cols; c += part.cols)
        addAt(r, c, routed, times);
  }
  /// Adds seconds to the links between two reticles of a row or column, or from beyond its end.
  void add(int row, int col, int toRow, int toCol, double seconds) {
    const int down = (toRow > row) - (toRow < row), right = (toCol > col) - (toCol < col);
    const auto direction = right
                               ? (right > 0 ? network::Direction::East : network::Direction::West)
                               : (down > 0 ? network::Direction::South : network::Direction::North);
    const network::GridShape &shape = *wafer_.shape();
    for (; row != toRow || col != toCol; row += down, col += right)
      if (unsigned(row) < shape.rows && unsigned(col) < shape.cols)
        busy_[wafer_.channel(shape.at(row, col), direction)] += seconds;
  }

  /// Seconds of each channel.
  const std::vector<double> &busy() const { return busy_; }

private:
  void addAt(unsigned row, unsigned col, const RoutedProgram &routed, double times) {
    const network::GridShape &part = routed.level.shape, &whole = *wafer_.shape();
    const network::Network network = network::Network::grid(part);
    for (uint32_t router = 0; router < network.routers(); ++router)
      for (unsigned d = 0; d < network::directions; ++d) {
        const auto direction = static_cast<network::Direction>(d);
        const uint32_t from = network.channel(router, direction);
        const uint32_t to =
            wafer_.channel(whole.at(row + part.row(router), col + part.col(router)), direction);
        if (from != network::none && to != network::none)
          busy_[to] += times * routed.result.channelFlits[from] * routed.level.cycle;
      }
  }

  const network::Network wafer_;
  std::vector<double> busy_;
};

/// What memory ports send to the reticles that work.  It does not turn, whatever the routing.
LinkUser addMemory(const Design &design, double bytes, const network::GridShape &shape,
                   Links &links) {
  const Chip &chip = design.chip;
  const Grid wafer{chip.reticleRows, chip.reticleCols};
  const Tiling ranks = tile(design.strategy.reticlesPerRank, wafer);
  const llvm::BitVector working = workingReticles(design, wafer, ranks);
  const EdgeGrid grid = withPorts(chip, shape);
  const double each = bytes / (design.strategy.ranks() * ranks.tile.cells());
  double flits = 0;
  for (const auto &[source, destination, share] : edgeFlows(chip, grid, 1)) {
    const int row = grid.shape.row(source) - grid.top, col = grid.shape.col(source) - grid.left;
    const int toRow = grid.shape.row(destination) - grid.top;
    const int toCol = grid.shape.col(destination) - grid.left;
    if (!working[toRow * shape.cols + toCol])
      continue;
    links.add(row, col, toRow, toCol, each * share / chip.waferRate());
    flits += each * share * (std::abs(toRow - row) + std::abs(toCol - col)) * chip.clock /
             chip.waferRate();
  }
  return {"memory", "", each, 1, flits};
}

} // namespace

std::optional<LinkLoad> linkLoad(const Design &design, const RoutedNetwork &routed,
                                 std::string &reason) {
  if (design.chip.waferTopology == Topology::Switch) {
    reason = "the reticles of a wafer are behind a switch: its ports are its only links";
    return std::nullopt;
  }
  if (isTraffic(design.workload)) {
    reason = "packets at random have no iteration whose links could be shown";
    return std::nullopt;
  }
  const std::optional<Iteration> iteration = iterationOf(design, &routed);
  if (!iteration || !routed.problems().empty()) {
    reason = iteration ? routed.problems()[0] : "the design cannot be evaluated";
    return std::nullopt;
  }
  const Chip &chip = design.chip;
  LinkLoad load{networkOf(chip, Level::Wafer).shape, {}, {}};
  Links links(load.shape);
  const double others = movedBy(design, nullptr);
  for (const RoutedProgram &program : routed.programs()) {
    const network::GridShape &part = program.level.shape;
    const double parts = load.shape.rows / part.rows * (load.shape.cols / part.cols);
    const double times =
        (movedBy(design, &program) - others) / (chip.wafers * parts * program.units);
    // Programs between wafers move nothing here.
    if (times <= 0)
      continue;
    links.add(program, times);
    load.users.push_back({program.name, program.algorithm, program.bytes, times,
                          times * parts * program.result.flitHops});
  }
  if (chip.memoryPorts != MemoryPorts::None)
    load.users.push_back(addMemory(design, iteration->usage.dramBytes, load.shape, links));
  for (const double seconds : links.busy())
    load.use.push_back(seconds / iteration->time);
  return load;
}

} // namespace wsc::evaluation
