// Designs as points, so that distances mean something: what a Gaussian process sees.
#pragma once

#include "feasibility/Problem.h"
#include "search/DerivedFeatures.h"

namespace wsc::search {

/// Each open field becomes one feature in 0..1: positive numbers that span a factor of 8 or more by
/// their logarithm, other numbers by their value.  Of more than two categories each has a feature
/// of its own, so that any two are at distance 1.  Quantities that fields determine together
/// follow.
///
/// Where there are none and `Steps::Possible`, nothing is known of how fields act: one may do
/// nothing but at one of its values, as switches do.  Numbers of a few values then are categories
/// as well, with a length of their own, so that what happens at a value need not be known from the
/// next one.
class Encoding {
public:
  enum class Steps { None, Possible };

  /// `left`: parameters that are left out.
  explicit Encoding(const feasibility::Problem &problem, Steps steps = Steps::None,
                    llvm::ArrayRef<unsigned> left = {});

  /// For each feature the field it belongs to, counted among those that are open, or a number of
  /// its own.
  const std::vector<unsigned> &groups() const { return groups_; }
  /// So many of the features are without numbers as categories.
  unsigned placeCount() const { return count_ + derived_->count(); }
  /// Parameters that have several values and are not left out.
  const std::vector<unsigned> &open() const { return open_; }
  bool isCategory(unsigned param) const { return positions_[param].empty(); }

  /// One column for each design.
  Matrix features(llvm::ArrayRef<feasibility::Design> designs) const;
  Matrix features(const feasibility::Design &design) const {
    return features(llvm::ArrayRef(design));
  }
  /// The first of these, without numbers as categories: in which designs are near each other or
  /// far.
  Matrix places(llvm::ArrayRef<feasibility::Design> designs) const;

private:
  void addSteps(const feasibility::Problem &problem);
  Matrix fieldsOf(llvm::ArrayRef<feasibility::Design> designs) const;

  std::vector<unsigned> open_, groups_;
  std::vector<std::vector<double>> positions_; ///< by parameter and value; none of categories
  unsigned count_ = 0;                         ///< features of fields
  std::optional<DerivedFeatures> derived_;
  /// A parameter that is a category as well, and its first feature.
  struct Step {
    unsigned param, feature;
  };
  std::vector<Step> steps_;
};

} // namespace wsc::search
