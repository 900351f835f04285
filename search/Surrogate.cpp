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

/// Answers near each other are not independent, so that each counts for less in the shares; what
/// would have less than the smallest share of the best is not in use.
static constexpr double weight = 0.3, smallestShare = 0.02;
/// Of more answers, whose square predictions cost, only the best process is in use.
static constexpr Eigen::Index mostShared = 100;
/// Density of what cannot be computed.
static constexpr double worst = -1e300;

Surrogate::Surrogate(const std::vector<unsigned> &groups, unsigned withoutSteps, Noise noise)
    : hasSteps_(groups.size() > withoutSteps), averages_(hasSteps_ && noise == Noise::Tiny) {
  std::vector<unsigned> counts = {withoutSteps};
  if (hasSteps_)
    counts.push_back(groups.size());
  for (unsigned features : counts)
    for (bool isAided : {false, true})
      for (Lengths lengths : {Lengths::Alike, Lengths::Unlike}) {
        GaussianProcess process({groups.begin(), groups.begin() + features}, noise);
        process.setLengths(lengths);
        models_.push_back({std::move(process), features, lengths, isAided});
      }
}

const Surrogate::Model &Surrogate::best() const {
  return *llvm::max_element(models_,
                            [](const Model &a, const Model &b) { return a.share < b.share; });
}

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
void Surrogate::chooseScale(const Model &model, const Matrix &features, const Vector &values) {
  const Matrix ones = Matrix::Ones(1, values.size());
  const Vector ranks = ranksOf(values.cwiseAbs());
  auto disorder = [&](Scale scale) {
    scale_ = scale;
    GaussianProcess trial = model.process;
    const Vector target = transformed(values);
    trial.fit(features.topRows(model.features), ones, target, 0);
    const double sign = scale == Scale::Linear && values.maxCoeff() < 0 ? -1 : 1;
    return (ranksOf(sign * trial.leaveOneOut().mean) - ranks).squaredNorm();
  };
  const Scale other = scaleOf(values);
  scale_ =
      other != Scale::Linear && disorder(other) <= disorder(Scale::Linear) ? other : Scale::Linear;
}

void Surrogate::fit(const Matrix &features, const Vector &values, const Vector &estimates) {
  const bool isAnew = fits_++ % restartEvery == 0;
  // Where there are estimates, first designs are those that these like, and so not all over.
  const Lengths likely = estimates.array().isFinite().any() ? Lengths::Unlike : Lengths::Alike;
  if (isAnew)
    chooseScale(
        *llvm::find_if(models_,
                       [&](const Model &model) { return hasSteps_ || model.lengths == likely; }),
        features, values);
  else if (!fits(scale_, values))
    scale_ = Scale::Linear;
  const Vector target = transformed(values);
  const bool canBe = canBeAided(values, estimates);
  const double handicap = values.size() < fewObservations ? evidence : 0;
  auto isOut = [&](const Model &model) {
    return (model.isAided && !canBe) || (!hasSteps_ && model.lengths != likely);
  };
  const bool anyLeft =
      llvm::any_of(models_, [&](const Model &m) { return m.share > 0 && !isOut(m); });
  std::vector<double> densities;
  for (Model &model : models_) {
    densities.push_back(-HUGE_VAL);
    if (isOut(model) || (model.share == 0 && anyLeft && !isAnew))
      continue;
    model.process.fit(features.topRows(model.features), regressors(estimates, model.isAided),
                      target, isAnew ? restarts : 0);
    const double density = model.process.leaveOneOutDensity() + (model.isAided ? handicap : 0);
    densities.back() = std::isfinite(density) ? density : worst;
  }
  share(densities, values.size());
}

void Surrogate::share(llvm::ArrayRef<double> logDensities, Eigen::Index count) {
  const bool isOne = !averages_ || count > mostShared;
  const double most = *llvm::max_element(logDensities), smallest = isOne ? 1 : smallestShare;
  double sum = 0;
  for (auto [model, density] : llvm::zip_equal(models_, logDensities)) {
    model.share = std::exp(weight * (density - most));
    if (model.share < smallest)
      model.share = 0;
    sum += model.share;
  }
  for (Model &model : models_)
    model.share /= sum;
}

void Surrogate::condition(const Matrix &features, const Vector &values, const Vector &estimates) {
  const bool canBe = canBeAided(values, estimates);
  if (!fits(scale_, values) || llvm::any_of(models_, [&](const Model &model) {
        return model.share > 0 && model.isAided && !canBe;
      }))
    return fit(features, values, estimates);
  for (Model &model : models_)
    if (model.share > 0)
      model.process.condition(features.topRows(model.features),
                              regressors(estimates, model.isAided), transformed(values));
}

Predictions Surrogate::predict(const Model &model, const Matrix &features,
                               const Vector &estimates) const {
  return model.process.predict(features.topRows(model.features),
                               regressors(estimates, model.isAided));
}

std::vector<Marginal> Surrogate::predict(const Matrix &features, const Vector &estimates) const {
  std::vector<Marginal> result(features.cols(), {0, 0, scale_});
  for (const Model &model : models_) {
    if (model.share == 0)
      continue;
    const Predictions predicted = predict(model, features, estimates);
    for (auto [i, marginal] : llvm::enumerate(result))
      marginal.parts.push_back({model.share, predicted.mean[i], std::sqrt(predicted.variance[i])});
  }
  for (Marginal &marginal : result) {
    double square = 0;
    for (const Marginal::Part &part : marginal.parts)
      marginal.mean += part.share * part.mean;
    for (const auto &[share, mean, deviation] : marginal.parts)
      square += share * (deviation * deviation + std::pow(mean - marginal.mean, 2));
    marginal.deviation = std::sqrt(square);
    if (marginal.parts.size() == 1)
      marginal.parts.clear();
  }
  return result;
}

void Surrogate::draw(unsigned count, uint64_t seed) {
  Random random(seed);
  const GaussianProcess &process = best().process;
  Matrix normals(process.size(), count);
  for (double &z : normals.reshaped())
    z = standardNormal(random);
  draws_ = {process.withoutNoise(), process.draw(normals)};
}

std::vector<std::vector<Marginal>> Surrogate::predictDrawn(const Matrix &features,
                                                           const Vector &estimates) const {
  const auto &[process, values] = *draws_;
  const Matrix seen = features.topRows(best().features);
  const Matrix given = regressors(estimates, isAided());
  const Matrix means = process.means(values, seen, given);
  const Vector deviations = process.predict(seen, given).variance.cwiseSqrt();
  std::vector<std::vector<Marginal>> result(values.cols());
  for (Eigen::Index d = 0; d < means.cols(); ++d)
    for (Eigen::Index i = 0; i < means.rows(); ++i)
      result[d].push_back({means(i, d), deviations[i], scale_});
  return result;
}

} // namespace wsc::search
