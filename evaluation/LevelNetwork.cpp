// Latencies and bandwidths in cycles and flits.
#include "evaluation/LevelNetwork.h"

#include "network/Cycle.h"
#include <algorithm>
#include <cmath>
#include <tuple>

namespace wsc::evaluation {

namespace {

/// Cycles on the wire of a hop that takes so long with the router before it.
uint32_t wireOf(const Chip &chip, double latency) {
  const double cycles = std::max(1.0, std::round(latency * chip.clock));
  return static_cast<uint32_t>(std::max(1.0, cycles - chip.pipeline));
}

/// The stages that a pipeline of so many cycles has, the last ones first.
network::Router routerOf(const Chip &chip, unsigned wire) {
  network::Router router;
  const auto stages = static_cast<unsigned>(chip.pipeline);
  router.traversal = std::min(stages, 1U);
  router.allocateSwitch = std::min(stages - router.traversal, 1U);
  router.allocateChannel = std::min(stages - router.traversal - router.allocateSwitch, 1U);
  router.routing = stages - router.traversal - router.allocateSwitch - router.allocateChannel;
  router.virtualChannels = static_cast<unsigned>(chip.virtualChannels);
  // A flit's slot is free again after its way to the router, through it, and the credit's way back.
  const unsigned roundTrip = 2 * wire + router.pipeline() + router.credit;
  router.buffer = chip.buffer > 0 ? static_cast<unsigned>(chip.buffer) : roundTrip;
  return router;
}

/// Cycles and flits beyond which a router is a mistake rather than a design.
constexpr double mostOfAnything = 1e6;

} // namespace

void findUnmodelledRouters(const Chip &chip, Fidelity fidelity, std::vector<std::string> &reasons) {
  const double mostChannels =
      fidelity == Fidelity::Cycle ? network::cycle::maxVirtualChannels : mostOfAnything;
  const std::tuple<const char *, double, double> limits[] = {
      {"virtual_channels", chip.virtualChannels, mostChannels},
      {"buffer", chip.buffer, mostOfAnything},
      {"pipeline", chip.pipeline, mostOfAnything},
      {"packet", chip.packet, mostOfAnything}};
  for (const auto &[field, value, most] : limits)
    if (value > most)
      reasons.push_back("`network." + std::string(field) + "` is " + formatNumber(value) +
                        "; the fidelity `" + name(fidelity).str() + "` takes up to " +
                        formatNumber(most));
}

Topology topologyOf(const Chip &chip, Level level) {
  switch (level) {
  case Level::Reticle: return chip.coreTopology;
  case Level::Wafer: return chip.waferTopology;
  case Level::Cores: return std::max(chip.coreTopology, chip.waferTopology);
  }
  llvm_unreachable("covered switch");
}

LevelNetwork routedGrid(const Chip &chip, network::GridShape shape, const Hop &hop,
                        unsigned ports) {
  LevelNetwork level;
  level.cycle = 1 / chip.clock;
  level.flit = hop.bandwidth * level.cycle;
  shape.wire.latency = wireOf(chip, hop.latency);
  level.shape = shape;
  level.router = routerOf(chip, shape.wire.latency);
  level.router.ports = ports;
  return level;
}

/// All cores of a wafer.  Each row and column of cores ends in a link to the next reticle; of
/// `wafer.link_bandwidth`, that of the shorter side, each has its part.
static LevelNetwork coresOfWafer(const Chip &chip) {
  LevelNetwork level = networkOf(chip, Level::Reticle);
  network::GridShape &shape = level.shape;
  shape.tileRows = shape.rows;
  shape.tileCols = shape.cols;
  shape.rows *= static_cast<unsigned>(chip.reticleRows);
  shape.cols *= static_cast<unsigned>(chip.reticleCols);
  const double links = std::min(chip.coreRows, chip.coreCols);
  const double rate = chip.waferRate() / links * level.cycle / level.flit;
  shape.border = {wireOf(chip, chip.waferHopLatency), static_cast<float>(std::min(1.0, rate))};
  // Room for the round trip of the longer wires.
  level.router = routerOf(chip, std::max(shape.wire.latency, shape.border.latency));
  level.router.ports = 1;
  return level;
}

LevelNetwork networkOf(const Chip &chip, Level level) {
  if (level == Level::Cores)
    return coresOfWafer(chip);
  const bool isWafer = level == Level::Wafer;
  network::GridShape shape;
  shape.rows = static_cast<unsigned>(isWafer ? chip.reticleRows : chip.coreRows);
  shape.cols = static_cast<unsigned>(isWafer ? chip.reticleCols : chip.coreCols);
  shape.wrapsRows = shape.wrapsCols = topologyOf(chip, level) == Topology::Torus;
  const Hop hop = isWafer
                      ? Hop{chip.waferRate(), chip.waferHopLatency}
                      : Hop{chip.coreLinkBandwidth * chip.coreLinkEfficiency, chip.coreHopLatency};
  // A core has one way into its router.
  return routedGrid(chip, shape, hop, isWafer ? network::directions : 1);
}

} // namespace wsc::evaluation
