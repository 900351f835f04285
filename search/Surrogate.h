// A model of one objective, or of one margin, learnt from evaluations.
#pragma once

#include "search/GaussianProcess.h"
#include "search/Improvement.h"
#include <optional>

namespace wsc::search {

/// Gaussian processes of the values, or of their logarithms where they have one sign, span a factor
/// of ten and are predicted better so.  They differ in what they assume: whether numbers of a few
/// values are categories as well and lengths alike, where there are such numbers, and, where there
/// are estimates, whether a scale and shift of these is their mean.  A few answers do not tell
/// which is right, and whoever settles on one is too sure.  So what is expected is a mixture:
/// shares grow with the leave-one-out density of what was observed (pseudo Bayesian model
/// averaging: Y. Yao, A. Vehtari, D. Simpson and A. Gelman, Bayesian Analysis 13, 2018), and those
/// that mislead have none.
class Surrogate {
public:
  /// `groups`: as GaussianProcess has them; so many of the first features are without numbers as
  /// categories.  Where there are no others, and with noise, of which draws are made, only the
  /// process of the greatest density is in use.
  Surrogate(const std::vector<unsigned> &groups, unsigned withoutSteps, Noise noise);

  /// Learns from observations, a column each; estimates are NaN where there are none.
  void fit(const Matrix &features, const Vector &values, const Vector &estimates);

  /// The same without fitting hyperparameters; for observations that are little more than the last.
  void condition(const Matrix &features, const Vector &values, const Vector &estimates);

  /// As GaussianProcess::setCaution.
  void setCaution(double factor) {
    for (Model &model : models_)
      model.process.setCaution(factor);
  }

  std::vector<Marginal> predict(const Matrix &features, const Vector &estimates) const;

  /// Draws what the quantity is at the observations, without noise: `count` times, the same ones
  /// for the same observations and seed.  Valid until the next `fit` or `condition`.
  void draw(unsigned count, uint64_t seed);
  /// What is expected with each draw, by draw.
  std::vector<std::vector<Marginal>> predictDrawn(const Matrix &features,
                                                  const Vector &estimates) const;

  bool isFitted() const { return fits_ > 0; }
  /// Whether the process of the largest share has estimates as its mean.
  bool isAided() const { return best().isAided; }
  /// By what these are multiplied there, on the scale of the predictions.
  double slope() const { return isAided() ? best().process.coefficients()[1] : 0; }

private:
  struct Model {
    GaussianProcess process;
    unsigned features; ///< so many of the first ones
    Lengths lengths;   ///< a priori
    bool isAided;
    double share = 0; ///< 0 where it is not in use
  };
  void chooseScale(const Model &model, const Matrix &features, const Vector &values);
  bool canBeAided(const Vector &values, const Vector &estimates) const;
  Vector transformed(const Vector &values) const;
  Matrix regressors(const Vector &estimates, bool isAided) const;
  Predictions predict(const Model &model, const Matrix &features, const Vector &estimates) const;
  /// Of the processes; -infinity where one was not fitted.  `count`: of observations.
  void share(llvm::ArrayRef<double> logDensities, Eigen::Index count);
  const Model &best() const;

  struct Draws {
    GaussianProcess process; ///< without noise
    Matrix values;           ///< a column for each
  };

  bool hasSteps_, averages_;
  std::vector<Model> models_;
  std::optional<Draws> draws_;
  unsigned fits_ = 0;
  Scale scale_ = Scale::Linear;
};

} // namespace wsc::search
