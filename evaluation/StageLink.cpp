// The places of stages, and who sends to whom.
#include "evaluation/StageLink.h"

#include <cmath>

namespace wsc::evaluation {

llvm::StringRef name(StageTransfer transfer) {
  switch (transfer) {
  case StageTransfer::Next: return "stage transfer";
  case StageTransfer::Around: return "interleaved stage transfer";
  case StageTransfer::Ends: return "exchange of the first and the last stage";
  }
  llvm_unreachable("covered switch");
}

double stepsOf(StageTransfer transfer, const StageGrid &grid) {
  switch (transfer) {
  case StageTransfer::Next: return grid.stages - 1;
  case StageTransfer::Around: return grid.stages;
  case StageTransfer::Ends: return 1;
  }
  llvm_unreachable("covered switch");
}

/// Hops from the first stage to the last one: down the rows, and along one if they are odd.
static double hopsBetweenEnds(const StageGrid &grid) {
  const bool isAcross = std::fmod(grid.line.rows, 2) == 1;
  return (grid.line.rows - 1) * grid.group.rows * grid.rank.rows +
         (isAcross ? (grid.line.cols - 1) * grid.group.cols * grid.rank.cols : 0);
}

NetworkCost StageLink::cost(StageTransfer transfer, double bytes) const {
  NetworkCost closed{latency + bytes / bandwidth, bytes * hops};
  if (transfer == StageTransfer::Ends) {
    const double steps = grid.stages > 1 ? hopsBetweenEnds(grid) / hops : 1;
    closed = {steps * latency + bytes / bandwidth, 2 * steps * bytes * hops};
  }
  return model ? model->refine(transfer, grid, bytes, closed) : closed;
}

namespace {

/// A cell of a grid.
struct Place {
  unsigned row, col;
};

/// The first cells of a rectangle, row by row.
std::vector<Place> firstCells(const Grid &grid, double count) {
  std::vector<Place> cells;
  for (unsigned i = 0; i < count; ++i)
    cells.push_back({i / unsigned(grid.cols), i % unsigned(grid.cols)});
  return cells;
}

/// The senders of a stage, by reticles from its corner.
std::vector<Place> sendersOf(const StageGrid &grid) {
  std::vector<Place> senders;
  for (const Place &rank : firstCells(grid.group, grid.ranksPerStage))
    for (const Place &reticle : firstCells(grid.rank, grid.reticlesPerRank))
      senders.push_back({rank.row * unsigned(grid.rank.rows) + reticle.row,
                         rank.col * unsigned(grid.rank.cols) + reticle.col});
  return senders;
}

/// The corner of each stage, by reticles from that of the pipeline.
std::vector<Place> cornersOf(const StageGrid &grid) {
  const unsigned rows = grid.rank.rows * grid.group.rows, cols = grid.rank.cols * grid.group.cols;
  std::vector<Place> corners(size_t(grid.line.cells()));
  for (const Place &cell : firstCells(grid.line, grid.line.cells()))
    corners[stageAt(cell.row, cell.col, unsigned(grid.line.cols))] = {cell.row * rows,
                                                                      cell.col * cols};
  corners.resize(size_t(grid.stages));
  return corners;
}

/// The stages that send, and to which.
std::vector<std::pair<unsigned, unsigned>> pairsOf(StageTransfer transfer, unsigned stages) {
  const unsigned last = stages - 1;
  if (transfer == StageTransfer::Ends)
    return {{0, last}, {last, 0}};
  std::vector<std::pair<unsigned, unsigned>> pairs;
  for (unsigned stage = 0; stage < last; ++stage)
    pairs.emplace_back(stage, stage + 1);
  if (transfer == StageTransfer::Around)
    pairs.emplace_back(last, 0);
  return pairs;
}

} // namespace

std::vector<network::Flow> stageFlows(const network::GridShape &shape, const StageGrid &grid,
                                      StageTransfer transfer, double flits) {
  const std::vector<Place> senders = sendersOf(grid), corners = cornersOf(grid);
  const auto pairs = pairsOf(transfer, unsigned(grid.stages));
  const unsigned rows = grid.reticles().rows, cols = grid.reticles().cols;
  std::vector<network::Flow> flows;
  for (unsigned row = 0; row + rows <= shape.rows; row += rows)
    for (unsigned col = 0; col + cols <= shape.cols; col += cols)
      for (const auto &[from, to] : pairs)
        for (const Place &sender : senders) {
          auto at = [&](const Place &corner) {
            return shape.at(row + corner.row + sender.row, col + corner.col + sender.col);
          };
          flows.push_back({at(corners[from]), at(corners[to]), flits});
        }
  return flows;
}

} // namespace wsc::evaluation
