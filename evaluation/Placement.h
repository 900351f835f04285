// Where the ranks of a strategy sit, and what their groups communicate over.
//
// Rectangles are tiled with rectangles, level by level: reticles into ranks, ranks into
// tensor-parallel groups, those into the stages of a pipeline, pipelines into data-parallel
// replicas.  A level that no longer fits on a wafer continues over the system network.
#pragma once

#include "evaluation/StageLink.h"

namespace wsc::evaluation {

/// Rectangular tiles of n cells within a rectangle.
struct Tiling {
  Grid tile;
  Grid count; ///< tiles along each side; 0 cells when n does not fit
};

/// Of all rectangles that hold n cells, the one of which most fit; then that with the shortest ways
/// between its corners, and of these one that holds just n.
Tiling tile(double n, const Grid &within);

/// A group of ranks that run a collective: alike parts on `system` wafers.
struct Group {
  Fabric local;       ///< the ranks on one wafer
  Fabric system;      ///< the wafers
  double sharers = 1; ///< members of such groups on one wafer, all sending at once

  double ranks() const { return local.ranks() * system.ranks(); }
};

/// What a collective of a group takes, with the bytes of the whole group.
struct GroupCost {
  double time = 0;
  Usage usage;
  llvm::StringRef algorithm; ///< on the wafer, or between wafers if there is no other
};

/// All-reduce of a vector of `bytes`: reduce-scatter on each wafer, all-reduce between wafers,
/// all-gather on each wafer.
GroupCost allReduce(const Group &group, double bytes);

/// The meshes of cores that hold the layers of a stage.  A micro-batch goes through them in turn,
/// so that one of them works at a time.
struct Regions {
  Grid cores;       ///< of each
  double count = 1; ///< as many as weights and activations need

  /// Time to hand the residual stream, `bytes`, from each region to the next.
  double handover(const Chip &chip, double bytes) const;
};

struct Placement {
  Grid rank;        ///< reticles of one rank
  Group tensor;     ///< ranks that share a layer
  Group data;       ///< ranks that hold the same weights, but for those of experts
  Group context;    ///< of these, neighbours that share a sequence
  Group experts;    ///< of these, neighbours that share the experts of a layer
  Group expertData; ///< of these, ranks that hold the same experts
  StageLink stage;  ///< the slowest step between stages
  Regions regions, decodeRegions;
  double wafersPerReplica = 1; ///< that weights come in through

  const Regions &regionsOf(Phase phase) const {
    return phase == Phase::Decode ? decodeRegions : regions;
  }
};

/// Where the ranks that share a layer sit, which only `tp` and the reticles of a rank decide; empty
/// where they do not fit.
std::optional<Group> tensorGroup(const Chip &chip, const Strategy &strategy);

/// Places a strategy; empty, with a reason, if it does not fit the system.  `network`, where there
/// is one, times the collectives of the groups, and must outlive them.
std::optional<Placement> place(const Design &design, std::vector<std::string> &reasons,
                               const NetworkModel *network = nullptr);

} // namespace wsc::evaluation
