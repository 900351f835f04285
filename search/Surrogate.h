// A model of one objective, or of one margin, learnt from evaluations.
#pragma once

#include "search/GaussianProcess.h"
#include "search/Improvement.h"
#include <optional>

namespace wsc::search {

/// A Gaussian process of the values, or of their logarithms where they have one sign, span a factor
/// of ten and are predicted better so.  Where there are estimates, a scale and shift of these is
/// its mean; a leave-one-out comparison drops them where they mislead.
class Surrogate {
public:
  Surrogate(const std::vector<unsigned> &groups, Noise noise)
      : plain_(groups, noise), aided_(groups, noise) {
    aided_.setLengths(Lengths::Unlike);
  }

  /// Learns from observations, a column each; estimates are NaN where there are none.
  void fit(const Matrix &features, const Vector &values, const Vector &estimates);

  /// The same without fitting hyperparameters; for observations that are little more than the last.
  void condition(const Matrix &features, const Vector &values, const Vector &estimates);

  /// As GaussianProcess::setCaution.
  void setCaution(double factor) {
    plain_.setCaution(factor);
    aided_.setCaution(factor);
  }

  std::vector<Marginal> predict(const Matrix &features, const Vector &estimates) const;

  /// Draws what the quantity is at the observations, without noise: `count` times, the same ones
  /// for the same observations and seed.  Valid until the next `fit` or `condition`.
  void draw(unsigned count, uint64_t seed);
  /// What is expected with each draw, by draw.
  std::vector<std::vector<Marginal>> predictDrawn(const Matrix &features,
                                                  const Vector &estimates) const;

  bool isFitted() const { return fits_ > 0; }
  /// Whether the estimates are in use.
  bool isAided() const { return isAided_; }
  /// By what they are multiplied, on the scale of the predictions.
  double slope() const { return isAided_ ? aided_.coefficients()[1] : 0; }

private:
  void chooseScale(const Matrix &features, const Vector &values);
  bool canBeAided(const Vector &values, const Vector &estimates) const;
  Vector transformed(const Vector &values) const;
  Matrix regressors(const Vector &estimates, bool isAided) const;
  const GaussianProcess &process() const { return isAided_ ? aided_ : plain_; }

  struct Draws {
    GaussianProcess process; ///< without noise
    Matrix values;           ///< a column for each
  };

  GaussianProcess plain_, aided_;
  std::optional<Draws> draws_;
  unsigned fits_ = 0;
  Scale scale_ = Scale::Linear;
  bool isAided_ = false;
};

} // namespace wsc::search
