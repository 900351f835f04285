// What the stages of a pipeline hand on to each other, in closed form and as messages.
//
// Stages are rectangles of ranks, side by side in rows of which every other one goes backwards: so
// the next stage is a neighbour.  Each reticle sends to the one at its place there.
#pragma once

#include "evaluation/Network.h"
#include "network/Program.h"

namespace wsc::evaluation {

/// Which stages send at the same time.
enum class StageTransfer : uint8_t {
  Next,   ///< each to the next one
  Around, ///< the last one to the first one as well, which interleaved schedules go on at
  Ends    ///< the first and the last one to each other
};
/// As reports have it.  Static text.
llvm::StringRef name(StageTransfer transfer);

/// A pipeline on the reticles of a wafer.
struct StageGrid {
  Grid rank;  ///< reticles of a rank
  Grid group; ///< ranks of a stage
  Grid line;  ///< stages of the pipeline
  // Of the cells of each rectangle, those that are used: the first ones.
  double reticlesPerRank = 1, ranksPerStage = 1, stages = 1;

  Grid reticles() const {
    return {rank.rows * group.rows * line.rows, rank.cols * group.cols * line.cols};
  }
  double senders() const { return reticlesPerRank * ranksPerStage; } ///< of a stage
};

/// The number of the stage at a place in the rectangle of a pipeline.
inline unsigned stageAt(unsigned row, unsigned col, unsigned cols) {
  return row * cols + (row % 2 ? cols - 1 - col : col);
}

/// What one such transfer of a pipeline consists of, as `NetworkCost` counts it.
double stepsOf(StageTransfer transfer, const StageGrid &grid);

/// Messages of all pipelines that a grid of reticles has room for; each sender sends so many flits.
std::vector<network::Flow> stageFlows(const network::GridShape &shape, const StageGrid &grid,
                                      StageTransfer transfer, double flits);

/// From one stage to the next, for all ranks of a tensor-parallel group.
struct StageLink {
  double bandwidth = 0; ///< for all that a group sends
  double latency = 0;
  double hops = 1;
  bool betweenWafers = false;

  // For a closer look than the closed form, on meshes and tori.
  const NetworkModel *model = nullptr; ///< none: closed form
  StageGrid grid = {};

  /// Where a group hands on `bytes`: until the slowest stage is done, and bytes times hops of one
  /// step from stage to stage (of the exchange of both ends).
  NetworkCost cost(StageTransfer transfer, double bytes) const;
};

} // namespace wsc::evaluation
