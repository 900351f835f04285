// What holes cost networks: loads and hops of traffic that is routed on a map, against a map
// without defects.
#pragma once

#include "evaluation/Compute.h"
#include "network/Detour.h"
#include "network/Program.h"
#include "network/Remap.h"

namespace wsc::evaluation {

/// Over those of a network without defects, at least 1.
struct Slowdown {
  double load = 1; ///< of the busiest channel
  double hops = 1;

  void worsen(const Slowdown &other);
};

/// A rank of a wafer: its first reticle, counted by rows, and how many.
struct RankPlace {
  unsigned row = 0, col = 0;
  unsigned rows = 1, cols = 1;

  bool has(unsigned reticleRow, unsigned reticleCol) const {
    return reticleRow >= row && reticleRow < row + rows && reticleCol >= col &&
           reticleCol < col + cols;
  }
};

/// Rows of cores of a rank that have a hole, ascending, counted from its top.
std::vector<unsigned> rowsWithHoles(const network::WaferShape &wafer, const network::Remap &remap,
                                    const RankPlace &rank);

/// Of neighbours in the mesh of cores of a rank, whose rows with holes are given up: hops are those
/// along the longest row or column of cores, the load that of the busiest link beside a hole.
Slowdown betweenCores(const network::WaferShape &wafer, const network::Remap &remap,
                      const RankPlace &rank, llvm::ArrayRef<unsigned> givenUp);

/// The reticles of a wafer with dead parts: links as wide as what works of them, ways around what
/// is dead, and the places of ranks.
struct ReticleMap {
  /// `grid` is the network of a wafer without defects.
  ReticleMap(const network::WaferShape &wafer, const network::Remap &remap,
             const llvm::BitVector &dead, const network::GridShape &grid);
  ReticleMap(const ReticleMap &) = delete; // `detour` refers to `network`

  /// Puts what reticles of the design send to the places where their ranks are; drops what is not
  /// of a rank.
  void move(std::vector<network::Flow> &flows) const;

  llvm::BitVector dead;
  network::Network network;
  network::Detour detour;
  /// Of each reticle of the design, by rows: the one that does its work; `none`: no rank.
  std::vector<uint32_t> placeOf;
};

/// Between the reticles that ranks use: the worse of neighbours, which go on to the next one, and
/// of all that send to all.  Both count the links of cores that cross a border and work. Empty
/// where reticles are cut off from each other.
std::optional<Slowdown> betweenReticles(const ReticleMap &map);

} // namespace wsc::evaluation
