// What follows from several fields together (areas, powers, counts of wafers), as features: a model
// need not find out by itself that a wafer is a product of five fields.
#pragma once

#include "feasibility/Problem.h"
#include "search/GaussianProcess.h"

namespace wsc::search {

/// Quantities of a Space, at most twelve: those that most fields enter first, none that is nearly
/// a linear function of one that is there.  Which, and their ranges, are taken from a sample of
/// feasible designs.
class DerivedFeatures {
public:
  /// `fields`: the features of fields, a column for each design.
  DerivedFeatures(const feasibility::Problem &problem,
                  llvm::function_ref<Matrix(llvm::ArrayRef<feasibility::Design>)> fields);

  unsigned count() const { return axes_.size(); }
  /// One column for each design, mostly in 0..1; positive quantities by their logarithms.
  Matrix of(llvm::ArrayRef<feasibility::Design> designs) const;

private:
  struct Axis {
    bool isLog;
    double least, most; ///< of logarithms, if so
    double place(double value) const;
  };
  /// The values of the roots of a tape, a column for each design.
  Matrix valuesOf(const ir::Tape &tape, llvm::ArrayRef<feasibility::Design> designs) const;
  static Axis axisOf(const Vector &values);

  const ir::Space &space_;
  std::vector<Axis> axes_;
  std::optional<ir::Tape> tape_; ///< a root for each axis
};

} // namespace wsc::search
