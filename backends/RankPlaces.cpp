// Walking the rectangles of Placement.cpp from reticles up to replicas.
#include "backends/RankPlaces.h"

namespace wsc::backends {

namespace {

using evaluation::Grid;

/// A cell as the tile that it is in and its place there; tiles beyond `count` are not used.
struct Step {
  unsigned tile, inside;
  unsigned tileRow, tileCol;
  bool used;
};
Step enter(unsigned row, unsigned col, const Grid &tile, const Grid &count) {
  const unsigned rows = tile.rows, cols = tile.cols;
  const unsigned tileRow = row / rows, tileCol = col / cols;
  return {tileRow * unsigned(count.cols) + tileCol, row % rows * cols + col % cols, tileRow,
          tileCol, tileRow < count.rows && tileCol < count.cols};
}

Grid within(const Grid &whole, const Grid &tile) {
  return {std::floor(whole.rows / tile.rows), std::floor(whole.cols / tile.cols)};
}

} // namespace

std::vector<std::optional<RankPlace>> rankPlaces(const evaluation::Design &design,
                                                 const evaluation::Placement &placement) {
  const evaluation::Chip &chip = design.chip;
  const evaluation::Strategy &strategy = design.strategy;
  const bool isSwitch = chip.waferTopology == evaluation::Topology::Switch;
  const Grid wafer =
      isSwitch ? Grid{1, chip.reticlesPerWafer()} : Grid{chip.reticleRows, chip.reticleCols};
  const Grid ranks = within(wafer, placement.rank);
  // A group that does not fit on a wafer takes all of it.
  const Grid group{placement.tensor.local.rows.size, placement.tensor.local.cols.size};
  const Grid groups = within(ranks, group);
  evaluation::Tiling pipeline = evaluation::tile(strategy.pp, groups);
  // Stages that are packed one after the other, over several wafers, are a pipeline as long as it
  // takes.
  const bool isPacked =
      pipeline.count.cells() == 0 || pipeline.count.cells() * chip.wafers < strategy.replicas();
  std::vector<std::optional<RankPlace>> places;
  for (unsigned row = 0; row < wafer.rows; ++row)
    for (unsigned col = 0; col < wafer.cols; ++col) {
      const Step rank = enter(row, col, placement.rank, ranks);
      const Step inGroup = enter(rank.tileRow, rank.tileCol, group, groups);
      std::optional<RankPlace> &place = places.emplace_back();
      if (!rank.used || !inGroup.used || inGroup.inside >= strategy.tp ||
          rank.inside >= strategy.reticlesPerRank)
        continue;
      RankPlace found{inGroup.inside, inGroup.tile % unsigned(strategy.pp),
                      inGroup.tile / unsigned(strategy.pp)};
      if (!isPacked) {
        const Step stage = enter(inGroup.tileRow, inGroup.tileCol, pipeline.tile, pipeline.count);
        if (!stage.used)
          continue;
        found.stage = evaluation::stageAt(stage.inside / unsigned(pipeline.tile.cols),
                                          stage.inside % unsigned(pipeline.tile.cols),
                                          unsigned(pipeline.tile.cols));
        found.replica = stage.tile;
      }
      if (found.stage < strategy.pp && found.replica < strategy.replicas())
        place = found;
    }
  return places;
}

} // namespace wsc::backends
