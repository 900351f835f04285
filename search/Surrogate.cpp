// Logarithms, and the choice of the mean.
#include "search/Surrogate.h"

#include <cmath>

namespace wsc::search {

/// Values that span this factor are modelled by their logarithms.
static constexpr double decade = 10;
/// Before so many observations nothing shows that estimates mislead; after, so many nats do.
static constexpr unsigned fewObservations = 10;
static constexpr double evidence = 2;
/// How often a fit looks for other optima.
static constexpr unsigned restartEvery = 10, restarts = 2;

static Scale scaleOf(const Vector &values) {
  const double least = values.cwiseAbs().minCoeff(), most = values.cwiseAbs().maxCoeff();
  if (!(least > 0 && most > decade * least))
    return Scale::Linear;
  return values.minCoeff() > 0   ? Scale::Log
         : values.maxCoeff() < 0 ? Scale::NegativeLog
                                 : Scale::Linear;
}

/// Whether values can be on a scale.
static bool fits(Scale scale, const Vector &values) {
  return scale == Scale::Linear ||
         (scale == Scale::Log ? values.minCoeff() > 0 : values.maxCoeff() < 0);
}

Vector Surrogate::transformed(const Vector &values) const {
  return scale_ == Scale::Linear ? values : Vector(values.array().abs().log());
}

Matrix Surrogate::regressors(const Vector &estimates, bool isAided) const {
  Matrix result = Matrix::Ones(isAided ? 2 : 1, estimates.size());
  if (isAided)
    result.row(1) = transformed(estimates).transpose();
  return result;
}

/// Estimates that are all there, have logarithms where these are needed, and are not all the same.
bool Surrogate::canBeAided(const Vector &values, const Vector &estimates) const {
  if (!estimates.allFinite() || !fits(scale_, estimates))
    return false;
  const Vector used = transformed(estimates);
  return used.size() > 3 && used.maxCoeff() - used.minCoeff() > 1e-9 * used.cwiseAbs().maxCoeff();
}

void Surrogate::fit(const Matrix &features, const Vector &values, const Vector &estimates) {
  scale_ = scaleOf(values);
  const Vector target = transformed(values);
  const bool canBe = canBeAided(values, estimates);
  const unsigned others = fits_++ % restartEvery == 0 ? restarts : 0;
  const bool mayBePlain = !canBe || values.size() >= fewObservations;
  if (mayBePlain)
    plain_.fit(features, regressors(estimates, false), target, others);
  isAided_ = canBe;
  if (!canBe)
    return;
  aided_.fit(features, regressors(estimates, true), target, others);
  isAided_ = !mayBePlain || aided_.leaveOneOut() + evidence >= plain_.leaveOneOut();
}

void Surrogate::condition(const Matrix &features, const Vector &values, const Vector &estimates) {
  if (!fits(scale_, values) || (isAided_ && !canBeAided(values, estimates)))
    return fit(features, values, estimates);
  GaussianProcess &used = isAided_ ? aided_ : plain_;
  used.condition(features, regressors(estimates, isAided_), transformed(values));
}

std::vector<Marginal> Surrogate::predict(const Matrix &features, const Vector &estimates) const {
  const Predictions predicted = process().predict(features, regressors(estimates, isAided_));
  std::vector<Marginal> result;
  for (Eigen::Index i = 0; i < features.cols(); ++i)
    result.push_back({predicted.mean[i], std::sqrt(predicted.variance[i]), scale_});
  return result;
}

} // namespace wsc::search
