// The traffic of an iteration, how often each part happens, and the links that it takes.
//
// What an iteration moves between reticles is linear in what each collective and each transfer
// between stages moves.  So a network in which only one of them moves anything, one byte over one
// link, tells how often that one happens.
#include "evaluation/LinkLoad.h"

#include "evaluation/Analytic.h"
#include "evaluation/EdgeMemory.h"

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
  /// The same with the ports around the wafer, which are left out.
  void add(const RoutedProgram &memory, const EdgeGrid &grid, double times) {
    addAt(-int(grid.top), -int(grid.left), memory, times);
  }

  /// Seconds of each channel.
  const std::vector<double> &busy() const { return busy_; }

private:
  void addAt(int row, int col, const RoutedProgram &routed, double times) {
    const network::GridShape &part = routed.level.shape, &whole = *wafer_.shape();
    const network::Network network = network::Network::grid(part);
    for (uint32_t router = 0; router < network.routers(); ++router) {
      const unsigned r = row + part.row(router), c = col + part.col(router);
      if (r >= whole.rows || c >= whole.cols)
        continue;
      for (unsigned d = 0; d < network::directions; ++d) {
        const auto direction = static_cast<network::Direction>(d);
        const uint32_t from = network.channel(router, direction);
        const uint32_t to = wafer_.channel(whole.at(r, c), direction);
        if (from != network::none && to != network::none)
          busy_[to] += times * routed.result.channelFlits[from] * routed.level.cycle;
      }
    }
  }

  const network::Network wafer_;
  std::vector<double> busy_;
};

} // namespace

std::optional<LinkLoad> linkLoad(const Design &design, const RoutedNetwork &routed,
                                 std::string &reason) {
  if (design.chip.waferTopology == Topology::Switch) {
    reason = "the reticles of a wafer are behind a switch: its ports are its only links";
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
  if (const RoutedProgram *memory = routed.memory()) {
    const double times = iteration->usage.dramBytes / (chip.reticles() * memory->bytes);
    links.add(*memory, withPorts(chip, load.shape), times);
    load.users.push_back(
        {memory->name, memory->algorithm, memory->bytes, times, times * memory->result.flitHops});
  }
  for (const double seconds : links.busy())
    load.use.push_back(seconds / iteration->time);
  return load;
}

} // namespace wsc::evaluation
