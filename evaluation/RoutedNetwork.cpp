// From a collective of ranks to a program of messages between routers, and its time.
#include "evaluation/RoutedNetwork.h"

#include "network/Cycle.h"
#include "network/Flow.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>
#include <optional>

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

/// Of one collective.  A wafer has some hundreds of reticles.
constexpr double mostRouters = 1 << 16;

/// The rectangle that the ranks of a group lie on, with the routers between them.
network::GridShape shapeOf(const Fabric &fabric) {
  network::GridShape shape;
  shape.rows = static_cast<unsigned>(fabric.rows.size * fabric.rows.hops);
  shape.cols = static_cast<unsigned>(fabric.cols.size * fabric.cols.hops);
  shape.wrapsRows = fabric.rows.wraps;
  shape.wrapsCols = fabric.cols.wraps;
  return shape;
}

/// A collective that can be run with vectors of any size.
class Runner {
public:
  /// On the rectangle that a group lies on, or on a wafer with dead parts.
  Runner(Collective kind, llvm::StringRef algorithm, const Fabric &fabric, const Chip &chip,
         const ReticleMap *map)
      : level(map ? networkOf(chip, Level::Wafer) : routedGrid(chip, shapeOf(fabric), fabric.hop)),
        groups(network::Groups::onGrid(level.shape, fabric.rows.size, fabric.cols.size,
                                       fabric.rows.hops, fabric.cols.hops)),
        kind_(evaluation::programOf(kind)), algorithm_(evaluation::programOf(algorithm)),
        packet_(static_cast<unsigned>(chip.packet)), map_(map) {
    if (map)
      return;
    network_.emplace(network::Network::grid(level.shape));
    routes_.emplace(*network_, chip.routing);
  }

  network::ProgramResult flow(double flits) const {
    return network::flow::run(routes(), level.router, programOf(flits));
  }
  network::ProgramResult cycle(double flits) const {
    return network::cycle::run(routes(), level.router, programOf(flits));
  }

  const LevelNetwork level;
  const network::Groups groups;

private:
  const network::Routes &routes() const { return map_ ? map_->detour.routes() : *routes_; }

  network::Program programOf(double flits) const {
    network::Program program = network::programOf(kind_, algorithm_, groups, flits, {0, packet_});
    if (map_)
      for (network::Step &step : program.steps)
        map_->move(step.flows);
    return program;
  }

  network::Collective kind_;
  network::Algorithm algorithm_;
  unsigned packet_;
  const ReticleMap *map_;
  std::optional<network::Network> network_;
  std::optional<network::Routes> routes_;
};

/// All of it, or two parts of it and a line through them.
network::ProgramResult cycles(const Runner &runner, double flits) {
  const network::ProgramResult whole = runner.flow(flits);
  if (whole.flitHops <= mostFlitHops)
    return runner.cycle(flits);
  const double part = flits * mostFlitHops / whole.flitHops;
  network::ProgramResult more = runner.cycle(part);
  const network::ProgramResult less = runner.cycle(part / 2);
  const double perFlit = (more.cycles - less.cycles) / (part / 2);
  more.cycles += perFlit * (flits - part);
  more.flitHops = whole.flitHops;
  more.channelFlits = whole.channelFlits;
  if (more.ending == network::Ending::Done)
    more.ending = less.ending;
  return more;
}

} // namespace

static std::string problemOf(network::Ending ending, Collective kind, llvm::StringRef algorithm) {
  const std::string what = name(kind).str() + " (" + algorithm.str() + ")";
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

RoutedCollective::Key RoutedCollective::keyOf(Collective kind, const Fabric &fabric, double bytes,
                                              llvm::StringRef algorithm) {
  const Axis &rows = fabric.rows, &cols = fabric.cols;
  return {double(kind),
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

NetworkCost RoutedCollective::cost() const {
  return {result.cycles * level.cycle, result.flitHops * level.flit / groups, algorithm};
}

NetworkCost RoutedNetwork::refine(Collective kind, const Fabric &fabric, double bytes,
                                  const NetworkCost &closed) const {
  const llvm::StringRef algorithm = closed.algorithm;
  if (const double routers = fabric.ranks() * fabric.rows.hops * fabric.cols.hops;
      routers > mostRouters) {
    problems_.push_back(name(kind).str() + " goes over " + formatNumber(routers) +
                        " routers; up to " + formatNumber(mostRouters) +
                        " are looked at one by one");
    return closed;
  }
  const RoutedCollective::Key key = RoutedCollective::keyOf(kind, fabric, bytes, algorithm);
  auto [known, isNew] = known_.try_emplace(key, collectives_.size());
  if (!isNew)
    return collectives_[known->second].cost();
  // A wafer that has lost ranks is not faster than one that is whole, which what is known of links
  // at large does not slow down.
  Fabric whole = fabric;
  if (fabric.isOnWafer)
    whole.hop = {chip_.waferRate(), chip_.waferHopLatency};
  RoutedCollective slowest = run(kind, whole, bytes, algorithm, nullptr);
  if (fabric.isOnWafer)
    for (const auto &map : maps_)
      if (RoutedCollective each = run(kind, whole, bytes, algorithm, map.get());
          each.result.cycles > slowest.result.cycles)
        slowest = std::move(each);
  slowest.key = key;
  collectives_.push_back(std::move(slowest));
  return collectives_.back().cost();
}

RoutedCollective RoutedNetwork::run(Collective kind, const Fabric &fabric, double bytes,
                                    llvm::StringRef algorithm, const ReticleMap *map) const {
  const Runner runner(kind, algorithm, fabric, chip_, map);
  const double flits = bytes / fabric.lanes / runner.level.flit;
  network::ProgramResult result =
      fidelity_ == Fidelity::Cycle ? cycles(runner, flits) : runner.flow(flits);
  if (result.ending != network::Ending::Done)
    problems_.push_back(problemOf(result.ending, kind, algorithm));
  return {{},
          kind,
          algorithm,
          bytes,
          runner.groups.origins.size() / fabric.lanes,
          runner.level,
          std::move(result)};
}

} // namespace wsc::evaluation
