// What holes cost networks: loads and hops of traffic that is routed on a map, against a map
// without defects.
#pragma once

#include "evaluation/Compute.h"
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

/// Between the reticles that work: the worse of neighbours, which go on to the next reticle that
/// works, and of all that send to all.  Both count the links of cores that cross a border and work.
/// Empty where reticles are cut off from each other.
std::optional<Slowdown> betweenReticles(const network::WaferShape &wafer,
                                        const network::Remap &remap,
                                        const llvm::BitVector &deadReticles,
                                        const llvm::BitVector &used, bool torus);

} // namespace wsc::evaluation
