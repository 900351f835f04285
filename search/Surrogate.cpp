// Logarithms, and the choice of the mean.
#include "search/Surrogate.h"

#include "support/Normal.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <numeric>

namespace wsc::search {

/// Values that span this factor are modelled by their logarithms.
static constexpr double decade = 10;
/// Less than this share of the greatest is as good as 0, and has no logarithm that means something.
static constexpr double nothing = 1e-6;
/// So many nats have to speak against estimates while there are few observations.
static constexpr unsigned fewObservations = 10;
static constexpr double evidence = 2;
/// How often a fit looks for other optima.
static constexpr unsigned restartEvery = 10, restarts = 2;

static Scale scaleOf(const Vector &values) {
  const double least = values.cwiseAbs().minCoeff(), most = values.cwiseAbs().maxCoeff();
  if (!(least > nothing * most && most > decade * least))
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

/// Of each value its place in the order of all.
static Vector ranksOf(const Vector &values) {
  std::vector<Eigen::Index> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::stable_sort(order, [&](Eigen::Index a, Eigen::Index b) { return values[a] < values[b]; });
  Vector ranks(values.size());
  for (Eigen::Index i = 0; i < values.size(); ++i)
    ranks[order[i]] = i;
  return ranks;
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

/// Logarithms where they may be taken and values, each left out in turn, are ordered better by what
/// is predicted for them.  Densities would not do: a value near 0 alone decides these.
void Surrogate::chooseScale(const Matrix &features, const Vector &values) {
  const Matrix ones = Matrix::Ones(1, values.size());
  const Vector ranks = ranksOf(values.cwiseAbs());
  auto disorder = [&](Scale scale) {
    scale_ = scale;
    GaussianProcess trial = plain_;
    const Vector target = transformed(values);
    trial.fit(features, ones, target, 0);
    const double sign = scale == Scale::Linear && values.maxCoeff() < 0 ? -1 : 1;
    return (ranksOf(sign * trial.leaveOneOut().mean) - ranks).squaredNorm();
  };
  const Scale other = scaleOf(values);
  scale_ =
      other != Scale::Linear && disorder(other) <= disorder(Scale::Linear) ? other : Scale::Linear;
}

void Surrogate::fit(const Matrix &features, const Vector &values, const Vector &estimates) {
  // Where there are estimates, first designs are those that these like, and so not all over.
  plain_.setLengths(estimates.array().isFinite().any() ? Lengths::Unlike : Lengths::Alike);
  const unsigned others = fits_++ % restartEvery == 0 ? restarts : 0;
  if (others > 0)
    chooseScale(features, values);
  else if (!fits(scale_, values))
    scale_ = Scale::Linear;
  const Vector target = transformed(values);
  const bool canBe = canBeAided(values, estimates);
  plain_.fit(features, regressors(estimates, false), target, others);
  isAided_ = canBe;
  if (!canBe)
    return;
  aided_.fit(features, regressors(estimates, true), target, others);
  const double handicap = values.size() < fewObservations ? evidence : 0;
  isAided_ = aided_.leaveOneOutDensity() + handicap >= plain_.leaveOneOutDensity();
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

void Surrogate::draw(unsigned count, uint64_t seed) {
  Random random(seed);
  Matrix normals(process().size(), count);
  for (double &z : normals.reshaped())
    z = standardNormal(random);
  draws_ = {process().withoutNoise(), process().draw(normals)};
}

std::vector<std::vector<Marginal>> Surrogate::predictDrawn(const Matrix &features,
                                                           const Vector &estimates) const {
  const auto &[process, values] = *draws_;
  const Matrix given = regressors(estimates, isAided_);
  const Matrix means = process.means(values, features, given);
  const Vector deviations = process.predict(features, given).variance.cwiseSqrt();
  std::vector<std::vector<Marginal>> result(values.cols());
  for (Eigen::Index d = 0; d < means.cols(); ++d)
    for (Eigen::Index i = 0; i < means.rows(); ++i)
      result[d].push_back({means(i, d), deviations[i], scale_});
  return result;
}

} // namespace wsc::search
