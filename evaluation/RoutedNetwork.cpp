// From what ranks send to a program of messages between routers, and its time.
#include "evaluation/RoutedNetwork.h"

#include "evaluation/EdgeMemory.h"
#include "network/Cycle.h"
#include "network/Flow.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>
#include <optional>
#include <tuple>

namespace wsc::evaluation {

network::Collective programOf(Collective kind) {
  switch (kind) {
  case Collective::AllReduce: return network::Collective::AllReduce;
  case Collective::ReduceScatter: return network::Collective::ReduceScatter;
  case Collective::AllGather: return network::Collective::AllGather;
  case Collective::AllToAll: return network::Collective::AllToAll;
  }
  llvm_unreachable("covered switch");
}

network::Algorithm programOf(llvm::StringRef algorithm) {
  return llvm::StringSwitch<network::Algorithm>(algorithm)
      .Case("ring", network::Algorithm::Ring)
      .Case("2-D rings", network::Algorithm::Rings2D)
      .Case("tree", network::Algorithm::Tree)
      .Case("exchange", network::Algorithm::Exchange)
      .Default(network::Algorithm::Direct);
}

namespace {

/// What the flit level is given of one collective.  Larger vectors take as long as two smaller ones
/// say, along a line: past the first packets, time grows with the bytes.
constexpr double mostFlitHops = 2e7;

/// Packets that a memory port sends, of which the second half say how fast.
constexpr double memoryPackets = 1024;

/// Of one collective.  A wafer has some hundreds of reticles.
constexpr double mostRouters = 1 << 16;

/// A rectangle of reticles or wafers.
network::GridShape shapeOf(double rows, double cols, bool wrapsRows, bool wrapsCols) {
  network::GridShape shape;
  shape.rows = static_cast<unsigned>(rows);
  shape.cols = static_cast<unsigned>(cols);
  shape.wrapsRows = wrapsRows;
  shape.wrapsCols = wrapsCols;
  return shape;
}

/// The rectangle that the ranks of a group lie on, with the routers between them.
network::GridShape shapeOf(const Fabric &fabric) {
  const auto &[rows, cols] = std::tie(fabric.rows, fabric.cols);
  return shapeOf(rows.size * rows.hops, cols.size * cols.hops, rows.wraps, cols.wraps);
}

/// The rectangle that the stages of a pipeline lie on.
network::GridShape shapeOf(const StageGrid &grid, const Chip &chip) {
  const Grid reticles = grid.reticles();
  const bool isTorus = chip.waferTopology == Topology::Torus;
  return shapeOf(reticles.rows, reticles.cols, isTorus && reticles.rows == chip.reticleRows,
                 isTorus && reticles.cols == chip.reticleCols);
}

/// A program on a network, for messages of any size.
class Runner {
public:
  using ProgramOf = llvm::function_ref<network::Program(double flits)>;

  Runner(const LevelNetwork &level, network::Routing routing, const ReticleMap *map,
         ProgramOf programOf)
      : level_(level), map_(map), programOf_(programOf) {
    if (map)
      return;
    network_.emplace(network::Network::grid(level.shape));
    routes_.emplace(*network_, routing);
  }

  network::ProgramResult flow(double flits) const {
    return network::flow::run(routes(), level_.router, programOf(flits));
  }
  /// All of it, or two parts of it and a line through them.
  network::ProgramResult cycle(double flits) const {
    const network::ProgramResult whole = flow(flits);
    if (whole.flitHops <= mostFlitHops)
      return simulate(flits);
    const double part = flits * mostFlitHops / whole.flitHops;
    network::ProgramResult more = simulate(part);
    const network::ProgramResult less = simulate(part / 2);
    const double perFlit = (more.cycles - less.cycles) / (part / 2);
    more.cycles += perFlit * (flits - part);
    more.flitHops = whole.flitHops;
    more.channelFlits = whole.channelFlits;
    if (more.ending == network::Ending::Done)
      more.ending = less.ending;
    return more;
  }

private:
  network::ProgramResult simulate(double flits) const {
    return network::cycle::run(routes(), level_.router, programOf(flits));
  }
  const network::Routes &routes() const { return map_ ? map_->detour.routes() : *routes_; }

  network::Program programOf(double flits) const {
    network::Program program = programOf_(flits);
    if (map_)
      for (network::Step &step : program.steps)
        map_->move(step.flows);
    return program;
  }

  const LevelNetwork &level_;
  const ReticleMap *map_;
  ProgramOf programOf_;
  std::optional<network::Network> network_;
  std::optional<network::Routes> routes_;
};

} // namespace

static std::string problemOf(network::Ending ending, const std::string &what) {
  switch (ending) {
  case network::Ending::Done: break;
  case network::Ending::Limit: return what + " takes more cycles than are simulated";
  case network::Ending::Deadlock:
    return what + " ends in a deadlock of its packets: give `network.virtual_channels` or "
                  "`network.routing` another value";
  case network::Ending::Unroutable: return what + " has packets that no way leads on";
  }
  llvm_unreachable("it ended well");
}

RoutedProgram::Key RoutedProgram::keyOf(Collective kind, const Fabric &fabric, double bytes,
                                        llvm::StringRef algorithm) {
  const Axis &rows = fabric.rows, &cols = fabric.cols;
  return {0,
          double(kind),
          double(programOf(algorithm)),
          rows.size,
          cols.size,
          rows.hops,
          cols.hops,
          double(rows.wraps),
          double(cols.wraps),
          fabric.hop.bandwidth,
          fabric.hop.latency,
          fabric.lanes,
          bytes};
}

RoutedProgram::Key RoutedProgram::keyOf(StageTransfer transfer, const StageGrid &grid,
                                        double bytes) {
  return {1,
          double(transfer),
          grid.rank.rows,
          grid.rank.cols,
          grid.group.rows,
          grid.group.cols,
          grid.line.rows,
          grid.line.cols,
          grid.reticlesPerRank,
          grid.ranksPerStage,
          grid.stages,
          bytes};
}

NetworkCost RoutedProgram::cost() const {
  return {result.cycles * level.cycle, result.flitHops * level.flit / units, algorithm};
}

NetworkCost RoutedNetwork::costOf(const RoutedProgram::Key &key, llvm::StringRef name,
                                  double routers, bool isOnWafer, const NetworkCost &closed,
                                  Run run) const {
  if (routers > mostRouters) {
    problems_.push_back(name.str() + " goes over " + formatNumber(routers) + " routers; up to " +
                        formatNumber(mostRouters) + " are looked at one by one");
    return closed;
  }
  auto [known, isNew] = known_.try_emplace(key, programs_.size());
  if (!isNew)
    return programs_[known->second].cost();
  // A wafer that has lost ranks is not faster than one that is whole.
  RoutedProgram slowest = run(nullptr);
  if (isOnWafer)
    for (const auto &map : maps_)
      if (RoutedProgram each = run(map.get()); each.result.cycles > slowest.result.cycles)
        slowest = std::move(each);
  slowest.key = key;
  programs_.push_back(std::move(slowest));
  return programs_.back().cost();
}

network::ProgramResult RoutedNetwork::run(const LevelNetwork &level, const ReticleMap *map,
                                          double flits,
                                          llvm::function_ref<network::Program(double)> programOf,
                                          llvm::StringRef what) const {
  const Runner runner(level, chip_.routing, map, programOf);
  network::ProgramResult result =
      fidelity_ == Fidelity::Cycle ? runner.cycle(flits) : runner.flow(flits);
  if (result.ending != network::Ending::Done)
    problems_.push_back(problemOf(result.ending, what.str()));
  return result;
}

NetworkCost RoutedNetwork::refine(Collective kind, const Fabric &fabric, double bytes,
                                  const NetworkCost &closed) const {
  const llvm::StringRef algorithm = closed.algorithm;
  // What is known of links at large slows those of a map down itself.
  const Hop hop = fabric.isOnWafer ? Hop{chip_.waferRate(), chip_.waferHopLatency} : fabric.hop;
  auto run = [&](const ReticleMap *map) {
    const LevelNetwork level =
        map ? networkOf(chip_, Level::Wafer) : routedGrid(chip_, shapeOf(fabric), hop);
    const auto groups = network::Groups::onGrid(level.shape, fabric.rows.size, fabric.cols.size,
                                                fabric.rows.hops, fabric.cols.hops);
    auto programOf = [&](double flits) {
      return network::programOf(evaluation::programOf(kind), evaluation::programOf(algorithm),
                                groups, flits, {0, static_cast<unsigned>(chip_.packet)});
    };
    return RoutedProgram{{},
                         name(kind),
                         algorithm,
                         bytes,
                         groups.origins.size() / fabric.lanes,
                         level,
                         this->run(level, map, bytes / fabric.lanes / level.flit, programOf,
                                   name(kind).str() + " (" + algorithm.str() + ")")};
  };
  return costOf(RoutedProgram::keyOf(kind, fabric, bytes, algorithm), name(kind),
                fabric.ranks() * fabric.rows.hops * fabric.cols.hops, fabric.isOnWafer, closed,
                run);
}

NetworkCost RoutedNetwork::refine(StageTransfer transfer, const StageGrid &grid, double bytes,
                                  const NetworkCost &closed) const {
  auto run = [&](const ReticleMap *map) {
    const LevelNetwork level =
        map ? networkOf(chip_, Level::Wafer)
            : routedGrid(chip_, shapeOf(grid, chip_), {chip_.waferRate(), chip_.waferHopLatency});
    auto programOf = [&](double flits) {
      network::Program program{{{stageFlows(level.shape, grid, transfer, flits)}}};
      program.packet = static_cast<unsigned>(chip_.packet);
      return program;
    };
    const double pipelines = std::floor(level.shape.rows / grid.reticles().rows) *
                             std::floor(level.shape.cols / grid.reticles().cols);
    return RoutedProgram{
        {},
        name(transfer),
        "",
        bytes,
        pipelines * stepsOf(transfer, grid),
        level,
        this->run(level, map, bytes / grid.senders() / level.flit, programOf, name(transfer))};
  };
  return costOf(RoutedProgram::keyOf(transfer, grid, bytes), name(transfer),
                grid.reticles().cells(), true, closed, run);
}

double RoutedNetwork::memoryShare() const {
  if (chip_.memoryPorts == MemoryPorts::None)
    return 1;
  if (!memoryShare_)
    memoryShare_ = std::min(1.0, rateOfPorts());
  return *memoryShare_;
}

double RoutedNetwork::rateOfPorts() const {
  LevelNetwork level = networkOf(chip_, Level::Wafer);
  const EdgeGrid grid = withPorts(chip_, level.shape);
  level.shape = grid.shape;
  auto programOf = [&](double flits) {
    network::Program program{{{farthestFlows(chip_, grid, flits)}}};
    program.packet = static_cast<unsigned>(chip_.packet);
    return program;
  };
  const double flits = memoryPackets * chip_.packet;
  const network::ProgramResult whole =
      run(level, nullptr, flits, programOf, "what memory ports send");
  const network::ProgramResult half =
      run(level, nullptr, flits / 2, programOf, "what memory ports send");
  const bool areDone =
      whole.ending == network::Ending::Done && half.ending == network::Ending::Done;
  // Past the first packets, time grows with the flits.
  return areDone ? flits / 2 / (whole.cycles - half.cycles) : 1;
}

} // namespace wsc::evaluation
