// A run as people look at it: the designs that can be used, those that none of them beats, and how
// much that is.
#pragma once

#include "runs/RunStore.h"

namespace wsc::report {

/// The objectives of a record as numbers to minimize.
std::vector<double> minimized(const ir::Space &space, const runs::Record &record);

/// The values of the fields of a design.
std::vector<double> valuesOf(const ir::Space &space, llvm::ArrayRef<unsigned> choice);

struct Front {
  /// Of the fidelity that the run is about.
  explicit Front(const runs::RunStore &store);

  const ir::Space &space;
  std::vector<const runs::Record *> evaluated; ///< by id
  std::vector<const runs::Record *> usable;    ///< those that meet every requirement
  std::vector<const runs::Record *> best; ///< that no other dominates; the first objective leads

  /// Open fields in which the best designs differ.
  std::vector<unsigned> varying() const;
  /// The best design that is nearest to being best in everything, where objectives are measured by
  /// their range on the front; null where there is none.
  const runs::Record *knee() const;
};

/// The box in which fronts are measured, all objectives minimized.
struct Scale {
  std::vector<double> ideal;     ///< the best of each objective
  std::vector<double> reference; ///< a tenth of the range beyond the worst on a front

  /// Common to the fronts of runs with the same objectives, of which one is not empty.
  explicit Scale(llvm::ArrayRef<const Front *> fronts);
  Scale() = default;

  /// The share of the box that designs dominate: the hypervolume over that of the ideal point.
  double volume(llvm::ArrayRef<std::vector<double>> points) const;
  double volume(const Front &front) const;
};

/// How the front came about: after each design that changed it what was spent and what is
/// dominated.
struct Step {
  unsigned id;
  double cost, volume;
};
/// Designs of cheaper fidelities cost, too; the last step is the end of the run.
std::vector<Step> convergence(const runs::RunStore &store, const Scale &scale);

/// The share of the hypervolume of a front, in its own box, that the last fifth of what was spent
/// so far brought.
double recentShare(const runs::RunStore &store, const Front &front);

} // namespace wsc::report
