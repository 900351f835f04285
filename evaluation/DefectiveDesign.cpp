// Reading how parts fail, and taking from a design what a map takes from its hardware.
#include "evaluation/DefectiveDesign.h"

#include "evaluation/LevelNetwork.h"
#include "evaluation/Placement.h"
#include "evaluation/SingleOperator.h"
#include "ir/Tape.h"
#include <cmath>

namespace wsc::evaluation {

namespace {

struct Field {
  llvm::StringRef path;
  bool isShare; ///< a probability; else at least 0
};
enum FieldIndex : unsigned { CoreYield, LinkYield, Spares, BondYield, Tested, Clustering };
const Field fields[] = {{"core.yield", true},
                        {"core.link_yield", true},
                        {"wafer.spare_cores", false},
                        {"wafer.bond_yield", true},
                        {"wafer.tested_reticles", true},
                        {"wafer.defect_clustering", false}};

constexpr double mostCores = 1e8; ///< of a wafer: a map has a bit for each

/// The value of the interface's field at a point; NaN where there is none.
double valueOf(const ir::Space &space, llvm::StringRef path, llvm::ArrayRef<double> parameters) {
  const ir::Quantity *quantity = space.findQuantity(path);
  const ir::Node *node = quantity ? quantity->node : nullptr;
  for (const ir::InterfaceField &field : space.interface)
    if (!node && field.path == path)
      node = field.fallback;
  if (!node || node->bindingTime() == ir::BindingTime::Measured)
    return std::nan("");
  const std::vector<double> metrics(space.metrics.size(), std::nan(""));
  double value;
  ir::Tape(space, node).evaluate(parameters, metrics, value);
  return value;
}

/// A rectangle of reticles for a rank, and what is left of it.
struct Place {
  unsigned wafer;
  RankPlace rank;
  std::vector<unsigned> givenUp; ///< rows of cores
};

/// One wafer of the system with its map.
struct Wafer {
  network::DefectMap map;
  network::Remap remap;

  Wafer(const network::WaferShape &shape, network::DefectMap drawn)
      : map(std::move(drawn)), remap(shape, map) {}
};

bool isAlive(const network::WaferShape &shape, const network::DefectMap &map,
             const RankPlace &rank) {
  for (unsigned reticle : map.reticles.set_bits())
    if (rank.has(reticle / shape.reticleCols, reticle % shape.reticleCols))
      return false;
  return true;
}

/// Where ranks fit without dead reticles, those that lost fewest rows first.
std::vector<Place> placesOf(const network::WaferShape &shape, llvm::ArrayRef<Wafer> wafers,
                            const Tiling &tiling) {
  std::vector<Place> places;
  const unsigned rows = tiling.tile.rows, cols = tiling.tile.cols;
  for (auto [index, wafer] : llvm::enumerate(wafers))
    for (unsigned r = 0; r < tiling.count.rows; ++r)
      for (unsigned c = 0; c < tiling.count.cols; ++c)
        if (const RankPlace rank{r * rows, c * cols, rows, cols}; isAlive(shape, wafer.map, rank))
          places.push_back({unsigned(index), rank, rowsWithHoles(shape, wafer.remap, rank)});
  llvm::stable_sort(
      places, [](const Place &a, const Place &b) { return a.givenUp.size() < b.givenUp.size(); });
  return places;
}

/// Lays layers out on the rows of cores that are left.  Empty if the memory of these suffices.
std::string shrink(Design &design, double rowsOfRank, double givenUp) {
  Strategy &strategy = design.strategy;
  const double rows = rowsOfRank - givenUp;
  if (givenUp == 0)
    return "";
  if (rows < 1)
    return "no row of cores of a rank is whole";
  strategy.coreRows = strategy.coreRows > 0 ? std::min(strategy.coreRows, rows) : rows;
  strategy.decodeCoreRows = std::min(strategy.decodeCoreRows, rows);
  const double needed = strategy.weightMemory + strategy.gradientMemory + strategy.optimizerMemory +
                        strategy.activationMemory + strategy.cacheMemory;
  const double left = strategy.reticlesPerRank * design.chip.memory * rows / rowsOfRank;
  if (needed > left)
    return "a rank needs " + formatNumber(needed / 1e9) + " GB and has " +
           formatNumber(left / 1e9) + " GB without the rows that are given up";
  return "";
}

/// Links between cores and between reticles as slow as the worst.
void slowDown(Chip &chip, const Slowdown &cores, const Slowdown &reticles) {
  chip.coreLinkBandwidth /= cores.load;
  chip.coreHopLatency *= cores.hops;
  chip.waferLinkBandwidth /= reticles.load;
  chip.waferHopLatency *= reticles.hops;
}

} // namespace

std::optional<DefectFields> readDefects(const ir::Space &space, llvm::ArrayRef<double> parameters,
                                        const Design &design, std::vector<std::string> &reasons) {
  const Chip &chip = design.chip;
  double values[std::size(fields)];
  const std::string chipPath = design.workload.side == Side::Prompts ? "prefill." : "";
  for (auto [field, value] : llvm::zip_equal(fields, values)) {
    const std::string path = chipPath + field.path.str();
    value = valueOf(space, path, parameters);
    if (!(value >= 0 && (!field.isShare || value <= 1)))
      reasons.push_back("`" + path + "` is " + formatNumber(value) + ", must be " +
                        (field.isShare ? "between 0 and 1" : "at least 0"));
  }
  if (chip.coreTopology == Topology::Switch)
    reasons.push_back("the cores of a reticle share a cache: what is left of one with dead cores "
                      "is not modelled");
  if (isTraffic(design.workload))
    reasons.push_back("random traffic is not evaluated on maps");
  if (chip.reticlesPerWafer() > network::mostTableRouters)
    reasons.push_back("a wafer has " + formatNumber(chip.reticlesPerWafer()) +
                      " reticles; ways around dead ones are looked for among at most " +
                      std::to_string(network::mostTableRouters));
  const double cores = chip.reticlesPerWafer() * chip.coreRows * (chip.coreCols + values[Spares]);
  if (cores > mostCores)
    reasons.push_back("a wafer has " + formatNumber(cores) + " cores; maps are drawn of at most " +
                      formatNumber(mostCores));
  if (!reasons.empty())
    return std::nullopt;
  DefectFields result;
  result.shape = {unsigned(chip.reticleRows), unsigned(chip.reticleCols), unsigned(chip.coreRows),
                  unsigned(chip.coreCols), unsigned(values[Spares])};
  result.model.core = 1 - values[CoreYield];
  result.model.link = 1 - values[LinkYield];
  result.model.reticle = 1 - values[BondYield];
  result.model.testedFirst = values[Tested] != 0;
  result.model.clustering = values[Clustering];
  return result;
}

namespace {

/// The wafers of a system on their maps, and what they count up to.
std::vector<Wafer> drawWafers(const DefectFields &fields, unsigned count, uint64_t seed,
                              uint64_t index, DefectiveDesign &result) {
  std::vector<Wafer> wafers;
  for (unsigned wafer = 0; wafer < count; ++wafer) {
    wafers.emplace_back(fields.shape, network::drawDefects(fields.shape, fields.model, seed,
                                                           index * count + wafer));
    const Wafer &drawn = wafers.back();
    result.wholeWafers += drawn.remap.holes().none();
    result.deadCores += double(drawn.map.cores.size()) / count;
    result.deadReticles += double(drawn.map.reticles.count()) / count;
  }
  return wafers;
}

/// Ranks stay where they are; those at places that are not used take others that are.
void assign(ReticleMap &map, const network::WaferShape &shape, const Tiling &tiling,
            llvm::ArrayRef<RankPlace> chosen) {
  const unsigned cols = unsigned(tiling.count.cols), count = unsigned(tiling.count.cells());
  std::vector<const RankPlace *> at(count);
  for (const RankPlace &place : chosen)
    at[place.row / place.rows * cols + place.col / place.cols] = &place;
  auto spare = at.begin() + chosen.size();
  for (unsigned rank = 0; rank < chosen.size(); ++rank) {
    if (!at[rank]) {
      spare = std::find_if(spare, at.end(), [](const RankPlace *place) { return place; });
      at[rank] = *spare++;
    }
    const RankPlace &place = *at[rank];
    const unsigned row = rank / cols * place.rows, col = rank % cols * place.cols;
    for (unsigned r = 0; r < place.rows; ++r)
      for (unsigned c = 0; c < place.cols; ++c)
        map.placeOf[(row + r) * shape.reticleCols + col + c] =
            (place.row + r) * shape.reticleCols + place.col + c;
  }
}

/// The wafers that have lost something between reticles.
std::vector<std::shared_ptr<const ReticleMap>> mapsOf(const DefectFields &fields, const Chip &chip,
                                                      llvm::ArrayRef<Wafer> wafers,
                                                      const Tiling &tiling,
                                                      llvm::ArrayRef<Place> places) {
  std::vector<std::shared_ptr<const ReticleMap>> maps;
  if (chip.waferTopology == Topology::Switch)
    return maps;
  const network::GridShape grid = networkOf(chip, Level::Wafer).shape;
  for (auto [index, wafer] : llvm::enumerate(wafers)) {
    // Where all links work, they are those of the design.
    if (wafer.remap.holes().none() && wafer.map.east.empty() && wafer.map.south.empty())
      continue;
    auto map = std::make_shared<ReticleMap>(fields.shape, wafer.remap, wafer.map.reticles, grid);
    std::vector<RankPlace> chosen;
    for (const Place &place : places)
      if (place.wafer == index)
        chosen.push_back(place.rank);
    assign(*map, fields.shape, tiling, chosen);
    maps.push_back(std::move(map));
  }
  return maps;
}

} // namespace

DefectiveDesign degrade(const Design &design, const DefectFields &fields, uint64_t seed,
                        uint64_t index) {
  DefectiveDesign result;
  result.design = design;
  const network::WaferShape &shape = fields.shape;
  std::vector<Wafer> wafers = drawWafers(fields, unsigned(design.chip.wafers), seed, index, result);
  const Tiling tiling =
      tile(design.strategy.reticlesPerRank, {double(shape.reticleRows), double(shape.reticleCols)});
  std::vector<Place> places = placesOf(shape, wafers, tiling);
  const double ranks = isSingle(design.workload) ? 1 : design.strategy.ranks();
  if (places.size() < ranks) {
    result.reason = "dead reticles leave room for " + std::to_string(places.size()) + " of " +
                    formatNumber(ranks) + " ranks";
    return result;
  }
  places.resize(size_t(ranks));
  result.rowsGivenUp = places.empty() ? 0 : double(places.back().givenUp.size());
  result.reason = shrink(result.design, shape.rows * tiling.tile.rows, result.rowsGivenUp);
  if (!result.reason.empty())
    return result; // ways around so many holes would take long, too
  Slowdown cores;
  for (const Place &place : places)
    cores.worsen(betweenCores(shape, wafers[place.wafer].remap, place.rank, place.givenUp));
  result.hops = cores.hops;
  result.maps = mapsOf(fields, design.chip, wafers, tiling, places);
  Slowdown reticles;
  for (const auto &map : result.maps) {
    const std::optional<Slowdown> worse = betweenReticles(*map);
    if (!worse) {
      result.reason = "dead reticles cut others off";
      return result;
    }
    reticles.worsen(*worse);
  }
  slowDown(result.design.chip, cores, reticles);
  return result;
}

} // namespace wsc::evaluation
