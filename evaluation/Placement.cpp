// Tiling the wafers with ranks and groups, and the networks that result.
#include "evaluation/Groups.h"

#include "evaluation/Collectives.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace wsc::evaluation {

Tiling tile(double n, const Grid &within) {
  Tiling best{{0, 0}, {0, 0}};
  // Ascending; what is equal goes to fewer rows.
  auto keyOf = [n](const Tiling &tiling) {
    const Grid &tile = tiling.tile;
    return std::tuple(-tiling.count.cells(), tile.rows + tile.cols, tile.cells() != n,
                      std::abs(tile.rows - tile.cols));
  };
  for (double rows = 1; rows <= std::min(n, within.rows); ++rows) {
    const double cols = std::ceil(n / rows);
    if (cols > within.cols)
      continue;
    const Tiling next{{rows, cols},
                      {std::floor(within.rows / rows), std::floor(within.cols / cols)}};
    if (best.tile.cells() == 0 || keyOf(next) < keyOf(best))
      best = next;
  }
  return best;
}

double Regions::handover(const Chip &chip, double bytes) const {
  const double edges = std::floor((cores.rows - 1) / chip.coreRows);
  const double latency = cores.rows * chip.coreHopLatency + edges * chip.waferHopLatency;
  return (count - 1) * (latency + bytes / (cores.cols * chip.coreLinkBandwidth));
}

namespace {

/// One ring or tree through all ranks; groups beside it share the ports between wafers.
GroupCost allReduceThroughSwitches(const Group &group, double bytes) {
  Fabric system = group.system;
  const double inside = group.local.ranks(), wafers = system.ranks();
  system.cols.bandwidth *= std::min(1.0, inside / group.sharers);
  const NetworkCost cost = allReduceOnSwitches(group.local, system, bytes);
  // Each rank but one sends the vector on, once for the sums and once for the result.
  Usage usage;
  usage.waferByteHops = 2 * wafers * (inside - 1) * bytes;
  usage.systemBytes = 2 * (wafers - 1) * bytes;
  return {cost.time, usage, cost.algorithm};
}

} // namespace

GroupCost allReduce(const Group &group, double bytes) {
  const double wafers = group.system.ranks();
  if (wafers == 1) {
    const NetworkCost cost = costOf(Collective::AllReduce, group.local, bytes);
    Usage usage;
    usage.waferByteHops = cost.byteHops;
    return {cost.time, usage, cost.algorithm};
  }
  if (group.local.isSwitch && group.system.isSwitch)
    return allReduceThroughSwitches(group, bytes);
  const NetworkCost scatter = costOf(Collective::ReduceScatter, group.local, bytes);
  const NetworkCost gather = costOf(Collective::AllGather, group.local, bytes);
  // Each local rank is left with its share; everything on the wafer goes through one port.
  const double shard = bytes / group.local.ranks();
  const NetworkCost between = costOf(Collective::AllReduce, group.system, shard * group.sharers);
  Usage usage;
  usage.waferByteHops = wafers * (scatter.byteHops + gather.byteHops);
  usage.systemBytes = between.byteHops / group.sharers * group.local.ranks();
  const bool local = !scatter.algorithm.empty();
  return {scatter.time + between.time + gather.time, usage,
          local ? scatter.algorithm : between.algorithm};
}

namespace {

/// The squarest grid of exactly n cells.
Grid nearSquare(double n) {
  double rows = std::floor(std::sqrt(n));
  while (std::fmod(n, rows) != 0)
    --rows;
  return {rows, n / rows};
}

/// The part of a wafer's ports that some of its reticles are next to.
double portShare(const Chip &chip, double reticles) {
  if (chip.systemPorts == 0)
    return 1;
  return std::min(1.0, std::ceil(reticles * chip.systemPorts / chip.reticlesPerWafer()) /
                           chip.systemPorts);
}

/// The network between wafers, for a group on `count` of them, of which `sharers` reticles send.
Fabric systemFabric(const Chip &chip, double count, double sharers) {
  Fabric fabric;
  Axis axis{1, false, chip.systemRate() * portShare(chip, sharers), chip.systemHopLatency};
  if (chip.systemTopology == Topology::Switch) {
    fabric.isSwitch = true;
    fabric.rows = fabric.cols = axis;
    fabric.cols.size = count;
    return fabric;
  }
  // A wafer's bandwidth is shared by its links.
  const Grid all = nearSquare(chip.wafers);
  // Of more members than wafers, those on the same one count once.
  const Grid used = tile(std::min(count, chip.wafers), all).tile;
  axis.bandwidth /= all.rows > 1 ? 4 : 2;
  auto wraps = [&](double size, double whole) {
    return chip.systemTopology == Topology::Torus && size == whole;
  };
  fabric.rows = fabric.cols = axis;
  fabric.rows.size = used.rows;
  fabric.cols.size = used.cols;
  fabric.rows.wraps = wraps(used.rows, all.rows);
  fabric.cols.wraps = wraps(used.cols, all.cols);
  fabric.hop = {axis.bandwidth, axis.latency};
  return fabric;
}

/// Members of a group at a distance of `stride` ranks, `count` of them, on one wafer.  The ranks
/// in between belong to other groups, which use the same links at the same time.
Fabric waferFabric(const Chip &chip, double reticlesPerRank, const Grid &rank, const Grid &stride,
                   const Grid &count) {
  Fabric fabric;
  if (chip.waferTopology == Topology::Switch) {
    fabric.isSwitch = true;
    fabric.rows.size = 1;
    fabric.cols = {count.cells(), false, reticlesPerRank * chip.waferRate(), chip.waferHopLatency};
    fabric.protocol = {chip.collectiveLatency, chip.bulkLatency, chip.eagerEfficiency};
    return fabric;
  }
  // A rank of r rows of reticles has r links to its neighbour on the right.
  auto axis = [&](double count, double stride, double along, double across, double whole) {
    const double hops = stride * along;
    return Axis{count, chip.waferTopology == Topology::Torus && count * hops == whole,
                across * chip.waferRate() / stride, hops * chip.waferHopLatency, hops};
  };
  fabric.rows = axis(count.rows, stride.rows, rank.rows, rank.cols, chip.reticleRows);
  fabric.cols = axis(count.cols, stride.cols, rank.cols, rank.rows, chip.reticleCols);
  fabric.hop = {chip.waferRate(), chip.waferHopLatency};
  fabric.lanes = rank.cells();
  fabric.isOnWafer = true;
  return fabric;
}

/// The slowest neighbour among the directions in which a pipeline of this shape steps.
StageLink localStageLink(const Fabric &steps, double groupRanks) {
  if (steps.isSwitch)
    return {steps.cols.bandwidth * groupRanks, steps.cols.latency};
  const bool down = steps.rows.size > 1, along = steps.cols.size > 1;
  // Bandwidths of an axis are those of one rank, with all ranks of its group sending.
  const double bandwidth =
      std::min(down ? steps.rows.bandwidth : HUGE_VAL, along ? steps.cols.bandwidth : HUGE_VAL);
  return {bandwidth * groupRanks,
          std::max(down ? steps.rows.latency : 0, along ? steps.cols.latency : 0),
          std::max(down ? steps.rows.hops : 0, along ? steps.cols.hops : 0)};
}

/// To the next of groups on whole wafers, or on the next wafer.
StageLink systemStageLink(const Fabric &group) {
  if (group.isSwitch)
    return {group.ranks() * group.cols.bandwidth, group.cols.latency, 1, true};
  // Links across the shorter side of the rectangle.
  const double side = std::min(group.rows.size, group.cols.size);
  const double hops = std::max(group.rows.size, group.cols.size);
  return {side * group.cols.bandwidth, hops * group.cols.latency, hops, true};
}

/// The tilings of the levels, and how many wafers they take.
struct Layout {
  Tiling rank, tensor, pipeline;
  double wafersPerGroup = 1; ///< that a tensor-parallel group spans
  bool pipelineFits = false; ///< all stages of a pipeline are on one wafer
  double wafers = 0;         ///< needed in all

  bool spans() const { return wafersPerGroup > 1; }
};

/// As far as the tensor-parallel group.
Layout layoutOfGroup(const Chip &chip, const Strategy &strategy) {
  Layout layout;
  const bool isSwitch = chip.waferTopology == Topology::Switch;
  const Grid wafer =
      isSwitch ? Grid{1, chip.reticlesPerWafer()} : Grid{chip.reticleRows, chip.reticleCols};
  layout.rank = tile(strategy.reticlesPerRank, wafer);
  const double perWafer = layout.rank.count.cells();
  if (perWafer == 0)
    return layout;
  layout.wafersPerGroup = std::ceil(strategy.tp / perWafer);
  layout.tensor =
      layout.spans() ? Tiling{layout.rank.count, {1, 1}} : tile(strategy.tp, layout.rank.count);
  return layout;
}

Layout layoutOf(const Chip &chip, const Strategy &strategy) {
  Layout layout = layoutOfGroup(chip, strategy);
  if (layout.rank.count.cells() == 0)
    return layout;
  if (layout.spans()) {
    layout.wafers = layout.wafersPerGroup * strategy.pp * strategy.replicas();
    return layout;
  }
  // Whole pipelines on a wafer if that suffices, else stages packed one after the other.
  layout.pipeline = tile(strategy.pp, layout.tensor.count);
  const double pipelines = layout.pipeline.count.cells();
  const double groups = layout.tensor.count.cells();
  layout.pipelineFits = groups > 0 && pipelines * chip.wafers >= strategy.replicas();
  if (layout.pipelineFits)
    layout.wafers = std::ceil(strategy.replicas() / pipelines);
  else
    layout.wafers = groups > 0 ? std::ceil(strategy.pp * strategy.replicas() / groups) : HUGE_VAL;
  return layout;
}

/// As many meshes as hold what a rank keeps in memory.
Regions regionsOf(const Design &design, const Grid &rank, Phase phase) {
  const Strategy &strategy = design.strategy;
  Regions regions{layerCores(design, rank, phase)};
  const double share = regions.cores.cells() / coresOf(design.chip, rank).cells();
  if (share == 1)
    return regions;
  const double needed = strategy.weightMemory + strategy.gradientMemory + strategy.optimizerMemory +
                        strategy.activationMemory + strategy.cacheMemory;
  const double each = share * strategy.reticlesPerRank * design.chip.memory;
  regions.count = std::max(1.0, std::ceil(needed / each));
  return regions;
}

bool fitsRank(const Grid &mesh, const Grid &rank, std::vector<std::string> &reasons) {
  if (mesh.rows <= rank.rows && mesh.cols <= rank.cols)
    return true;
  auto text = [](const Grid &grid) {
    return formatNumber(grid.rows) + " x " + formatNumber(grid.cols);
  };
  reasons.push_back("a mesh of " + text(mesh) + " cores does not fit on a rank of " + text(rank) +
                    " cores");
  return false;
}

bool fits(const Layout &layout, const Design &design, std::vector<std::string> &reasons) {
  const Chip &chip = design.chip;
  const bool rankFits = layout.rank.count.cells() > 0;
  if (rankFits && layout.wafers <= chip.wafers)
    return true;
  const std::string reticles = formatNumber(design.strategy.reticlesPerRank);
  if (!rankFits)
    reasons.push_back("a rank of " + reticles + " reticles does not fit on a wafer of " +
                      formatNumber(chip.reticleRows) + " x " + formatNumber(chip.reticleCols));
  else
    reasons.push_back("the ranks, as rectangles of " + reticles + " reticles in groups of " +
                      formatNumber(design.strategy.tp) + ", do not fit on " +
                      formatNumber(chip.wafers) + (chip.wafers == 1 ? " wafer" : " wafers"));
  return false;
}

} // namespace

namespace {

Fabric fabricOf(const Chip &chip, const Strategy &strategy, const Layout &layout,
                const Grid &stride, const Grid &count) {
  return waferFabric(chip, strategy.reticlesPerRank, layout.rank.tile, stride, count);
}

Group tensorGroupOf(const Chip &chip, const Strategy &strategy, const Layout &layout) {
  const double onWafer = std::min(strategy.tp, layout.rank.count.cells());
  return {fabricOf(chip, strategy, layout, {1, 1}, layout.tensor.tile),
          systemFabric(chip, layout.wafersPerGroup, strategy.reticlesPerRank * onWafer), onWafer};
}

} // namespace

std::optional<Group> tensorGroup(const Chip &chip, const Strategy &strategy) {
  const Layout layout = layoutOfGroup(chip, strategy);
  if (layout.rank.count.cells() == 0 || layout.tensor.tile.cells() == 0)
    return std::nullopt;
  return tensorGroupOf(chip, strategy, layout);
}

std::optional<Placement> place(const Design &design, std::vector<std::string> &reasons,
                               const NetworkModel *network) {
  const auto &[chip, model, workload, strategy] = design;
  const Layout layout = layoutOf(chip, strategy);
  if (!fits(layout, design, reasons))
    return std::nullopt;
  auto fabric = [&, &chip = chip, &strategy = strategy](const Grid &stride, const Grid &count) {
    return fabricOf(chip, strategy, layout, stride, count);
  };
  const Grid &reticles = layout.rank.tile;
  const Regions regions = regionsOf(design, reticles, Phase::Prefill),
                decodeRegions = regionsOf(design, reticles, Phase::Decode);
  for (const Regions *each : {&regions, &decodeRegions})
    if (!fitsRank(each->cores, coresOf(chip, reticles), reasons))
      return std::nullopt;
  const Grid one{1, 1};
  const double ranksPerWafer = layout.rank.count.cells();
  Placement placement;
  placement.rank = reticles;
  placement.wafersPerReplica = std::max(1.0, layout.wafers / strategy.dp);
  placement.regions = regions;
  placement.decodeRegions = decodeRegions;
  placement.tensor = tensorGroupOf(chip, strategy, layout);
  placement.tensor.local.model = placement.tensor.system.model = network;

  // Without a whole pipeline on a wafer, the ranks of a data-parallel group sit on different ones.
  const Grid &group = layout.tensor.tile, &stages = layout.pipeline.tile;
  const double local =
      layout.pipelineFits ? std::min(strategy.replicas(), layout.pipeline.count.cells()) : 1;
  placement.data = {
      local > 1 ? fabric({group.rows * stages.rows, group.cols * stages.cols},
                         tile(local, layout.pipeline.count).tile)
                : fabric(one, one),
      systemFabric(chip, std::ceil(strategy.replicas() / local),
                   strategy.reticlesPerRank * std::min(ranksPerWafer, strategy.ranks())),
      std::min(ranksPerWafer, strategy.ranks())};
  placement.data.local.model = placement.data.system.model = network;
  placement.context = neighbours(placement.data, strategy.cp);
  placement.experts = neighbours(placement.data, strategy.ep);
  placement.expertData = strided(placement.data, strategy.ep);

  if (layout.pipelineFits) {
    const Fabric steps = fabric(group, stages);
    placement.stage = localStageLink(steps, strategy.tp);
    if (!steps.isSwitch && strategy.pp > 1) {
      placement.stage.model = network;
      placement.stage.grid = {reticles,    group,      stages, strategy.reticlesPerRank,
                              strategy.tp, strategy.pp};
    }
  } else
    placement.stage = systemStageLink(systemFabric(chip, layout.wafersPerGroup, HUGE_VAL));
  return placement;
}

} // namespace wsc::evaluation
