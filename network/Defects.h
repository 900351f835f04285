// Which parts of a wafer are dead: maps drawn from yields.
//
// Defects fall on silicon with a density that varies from place to place: given the density, parts
// fail independently (Poisson); over all places it has a Gamma distribution, so that a part fails
// as the negative binomial yield model says (Stapper, Armstrong, Saji, Proc. IEEE 71(4), 1983).
// Places as small as a core leave cores independent, places as large as a reticle make them fail
// together: small-area and large-area clustering (Koren and Koren, Proc. IEEE 86(9), 1998).
#pragma once

#include "llvm/ADT/BitVector.h"
#include <cstdint>
#include <vector>

namespace wsc::network {

/// Cores as they are made: reticles side by side, spares in every row of cores of a reticle.
struct WaferShape {
  unsigned reticleRows = 1, reticleCols = 1;
  unsigned rows = 1, cols = 1; ///< of cores of a reticle that a program sees
  unsigned spares = 0;         ///< further cores in each row of a reticle, at its right end

  unsigned reticles() const { return reticleRows * reticleCols; }
  unsigned colsMade() const { return cols + spares; } ///< of a reticle
  unsigned physicalRows() const { return reticleRows * rows; }
  unsigned physicalCols() const { return reticleCols * colsMade(); }
  uint32_t physicalCores() const { return physicalRows() * physicalCols(); }
  /// The reticle of a physical core, row by row.
  unsigned reticleOf(uint32_t core) const {
    return core / physicalCols() / rows * reticleCols + core % physicalCols() / colsMade();
  }
};

/// How parts fail.
struct DefectModel {
  double core = 0;    ///< probability that a core is dead
  double link = 0;    ///< ... that a link between neighbouring cores is, in both directions
  double reticle = 0; ///< ... that a reticle is, as by a bond that fails
  /// Reticles are tested before they are placed: those whose rows have more dead cores than spares
  /// are thrown away.
  bool testedFirst = false;
  /// Shape (alpha) of the Gamma distribution of the density that the cores of a reticle share,
  /// small where defects cluster; 0: each core has a density of its own.
  double clustering = 0;
};

/// Dead parts of one wafer; cores are numbered row by row.
struct DefectMap {
  std::vector<uint32_t> cores; ///< ascending
  std::vector<uint32_t> east;  ///< cores whose link to the next in their row is dead; ascending
  std::vector<uint32_t> south; ///< ... to the next in their column
  llvm::BitVector reticles;    ///< dead as a whole, whatever their cores

  bool empty() const { return cores.empty() && east.empty() && south.empty() && reticles.none(); }
};

/// Map `index` of a series: the same whatever other maps are drawn.  Where reticles are tested
/// first and none of a thousand passes, the reticle counts as dead.
DefectMap drawDefects(const WaferShape &shape, const DefectModel &model, uint64_t seed,
                      uint64_t index);

/// Probability that all rows of a reticle have no more dead cores than spares: in closed form where
/// cores are independent, else its integral over the density, by quadrature.
double rowsYield(const WaferShape &shape, const DefectModel &model);

/// Probability that no reticle of a wafer is dead and all rows can be repaired.  Dead links are not
/// looked at: there are ways around them.
double waferYield(const WaferShape &shape, const DefectModel &model);

} // namespace wsc::network
