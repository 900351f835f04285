// The mesh that a program sees on a wafer with dead cores.
//
// Every row of cores of a reticle closes up around its dead cores, as many as it has spares: its
// k-th core is the k-th that works (Lauterbach, IEEE Micro 41(6), 2021; Koren and Koren, Proc. IEEE
// 86(9), 1998).  Dead cores beyond the spares are holes in the mesh.
#pragma once

#include "network/Defects.h"
#include "network/Network.h"

namespace wsc::network {

class Remap {
public:
  Remap(const WaferShape &wafer, const DefectMap &defects);

  /// Rows and columns that a program sees; a tile is a reticle.
  const GridShape &shape() const { return shape_; }
  /// Cores of that mesh which are dead, with all cores of dead reticles.
  const llvm::BitVector &holes() const { return holes_; }
  /// The column of the physical core that plays a core of the mesh, also of a hole.
  unsigned physicalCol(uint32_t core) const;

  /// Rows of cores of some reticles in which one is dead, ascending, counted from their top.
  std::vector<unsigned> rowsWithDeadCores(unsigned reticleRow, unsigned reticleRows,
                                          unsigned reticleCol, unsigned reticleCols) const;

  /// Pitches of cores that a link is longer than on a wafer without defects; the neighbour must
  /// exist.  Between rows, where one has closed up and the other not, the link has a bend.
  unsigned detour(uint32_t core, Direction direction) const;
  /// Whether a link works: neither end is a hole, and no physical link that it passes is dead.  A
  /// link between rows goes down first.
  bool isAlive(uint32_t core, Direction direction) const;

  /// The mesh without holes and dead links.  A link takes one further cycle for each pitch that it
  /// is longer.
  Network network(const Wire &wire, const Wire &border) const;

private:
  llvm::ArrayRef<uint32_t> deadOf(unsigned row, unsigned reticleCol) const;
  bool isPathAlive(uint32_t core, uint32_t other) const;

  WaferShape wafer_;
  DefectMap defects_;
  GridShape shape_;
  llvm::BitVector holes_;
};

} // namespace wsc::network
