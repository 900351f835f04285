// Fitting and prediction.
#include "search/GaussianProcess.h"

#include "search/Minimize.h"
#include <cmath>
#include <numbers>

namespace wsc::search {

namespace {

constexpr double shortest = 0.02, longest = 50;
/// Relative to the signal.
constexpr double firstJitter = 1e-10, lastJitter = 1e-2;

struct NoisePrior {
  double mean, deviation, least, most; ///< of log g
};
NoisePrior priorOf(Noise noise) {
  return noise == Noise::Tiny ? NoisePrior{std::log(1e-5), 2, std::log(1e-8), std::log(0.1)}
                              : NoisePrior{std::log(1e-2), 2, std::log(1e-6), std::log(10.0)};
}

/// Squared distances between columns; of rounding errors none is negative.
Matrix squaredDistances(const Matrix &a, const Matrix &b) {
  Matrix result = -2 * a.transpose() * b;
  result.colwise() += a.colwise().squaredNorm().transpose();
  result.rowwise() += b.colwise().squaredNorm();
  return result.cwiseMax(0);
}

/// Of the logarithm of a length.
struct Normal {
  double mean, variance;
};
/// Distances, and so lengths, grow with the root of the number of fields.
Normal priorOf(Lengths lengths, unsigned fields) {
  const double root = std::sqrt(double(fields));
  return lengths == Lengths::Alike ? Normal{std::log(1.5 * root), 1}
                                   : Normal{std::log(0.2 * root), 3};
}

unsigned evaluationsFor(Eigen::Index n) { return n <= 100 ? 40 : 20; }

} // namespace

GaussianProcess::GaussianProcess(std::vector<unsigned> groups, Noise noise)
    : groups_(std::move(groups)), noise_(noise) {
  for (unsigned group : groups_)
    fields_ = std::max(fields_, group + 1);
  theta_.setConstant(fields_ + 1, priorOf(Lengths::Alike, fields_).mean);
  theta_[fields_] = priorOf(noise).mean;
}

Vector GaussianProcess::scales(const Vector &theta, double caution) const {
  Vector result(groups_.size());
  for (size_t c = 0; c < groups_.size(); ++c)
    result[c] = caution * std::exp(-theta[groups_[c]]);
  return result;
}

Matrix GaussianProcess::covariance(const Matrix &a, const Matrix &b) {
  Matrix result = squaredDistances(a, b);
  Eigen::ArrayXd r(a.cols());
  for (auto column : result.colwise()) { // which stays in the cache
    r = (5 * column.array()).sqrt();
    column = (1 + r + 5.0 / 3 * column.array()) * (-r).exp();
  }
  return result;
}

double GaussianProcess::negativeLogPosterior(const Vector &theta, Vector &gradient) const {
  const Eigen::Index n = values_.size();
  const double g = std::exp(theta[fields_]);
  const Matrix scaled = scales(theta).asDiagonal() * features_;
  // Of symmetric matrices only the part below the diagonal is looked at.
  Matrix k = squaredDistances(scaled, scaled), slopes(n, n);
  Eigen::ArrayXd r, decay;
  for (Eigen::Index j = 0; j < n; ++j) {
    auto squares = k.col(j).tail(n - j).array();
    r = (5 * squares).sqrt();
    decay = (-r).exp();
    slopes.col(j).tail(n - j) = 5.0 / 3 * (1 + r) * decay;
    squares = (1 + r + 5.0 / 3 * squares) * decay;
  }
  k.diagonal().setConstant(1 + g + firstJitter);
  const Eigen::LLT<Matrix> factor(k);
  if (factor.info() != Eigen::Success)
    return HUGE_VAL;
  const Matrix q = factor.matrixL().solve(regressors_.transpose());
  const Vector w = factor.matrixL().solve(values_);
  const Vector b = (q.transpose() * q).ldlt().solve(q.transpose() * w);
  const Vector e = w - q * b;
  const double s2 = e.squaredNorm() / n;
  if (!(s2 > 0))
    return HUGE_VAL;
  const Vector alpha = factor.matrixU().solve(e);
  const Matrix root = factor.matrixL().solve(Matrix::Identity(n, n));
  Matrix gap = Matrix::Zero(n, n); // covariance^-1 - alpha alpha' / s2
  gap.selfadjointView<Eigen::Lower>().rankUpdate(root.transpose());
  gap.selfadjointView<Eigen::Lower>().rankUpdate(alpha, -1 / s2);
  double value = 0.5 * n * std::log(s2);
  for (Eigen::Index i = 0; i < n; ++i)
    value += std::log(factor.matrixLLT()(i, i));

  gradient.setZero(fields_ + 1);
  gradient[fields_] = g / 2 * gap.trace();
  for (Eigen::Index j = 0; j < n; ++j)
    gap.col(j).tail(n - j).array() *= slopes.col(j).tail(n - j).array();
  const auto v = gap.selfadjointView<Eigen::Lower>();
  const Vector sums = v * Vector::Ones(n);
  const Matrix product = scaled * v;
  for (size_t c = 0; c < groups_.size(); ++c)
    gradient[groups_[c]] +=
        scaled.row(c).array().square().matrix().dot(sums) - product.row(c).dot(scaled.row(c));

  const Normal lengths = priorOf(lengths_, fields_);
  const Vector gaps = theta.head(fields_).array() - lengths.mean;
  value += gaps.squaredNorm() / (2 * lengths.variance);
  gradient.head(fields_) += gaps / lengths.variance;
  const NoisePrior prior = priorOf(noise_);
  const double z = (theta[fields_] - prior.mean) / prior.deviation;
  gradient[fields_] += z / prior.deviation;
  return value + z * z / 2;
}

void GaussianProcess::fit(const Matrix &features, const Matrix &regressors, const Vector &values,
                          unsigned restarts) {
  features_ = features;
  regressors_ = regressors;
  values_ = values;
  if (values.size() > regressors.rows() + 1) {
    const NoisePrior prior = priorOf(noise_);
    Vector lower = Vector::Constant(fields_ + 1, std::log(shortest));
    Vector upper = Vector::Constant(fields_ + 1, std::log(longest));
    lower[fields_] = prior.least;
    upper[fields_] = prior.most;
    const Smooth function = [&](const Vector &theta, Vector &gradient) {
      return negativeLogPosterior(theta, gradient);
    };
    Minimum best{theta_, HUGE_VAL};
    for (unsigned start = 0; start <= restarts; ++start) {
      Vector from = theta_;
      if (start > 0) // fixed places: short and long lengths
        from.head(fields_).setConstant(start % 2 ? std::log(0.3) : std::log(3.0));
      Minimum found = minimize(function, from, lower, upper, evaluationsFor(values.size()));
      if (found.value < best.value)
        best = std::move(found);
    }
    theta_ = best.point;
  }
  factor();
  solve();
}

void GaussianProcess::factor() {
  caution_ = wantedCaution_;
  scaled_ = scales(theta_, caution_).asDiagonal() * features_;
  Matrix k = covariance(scaled_, scaled_);
  for (double jitter = firstJitter; jitter <= lastJitter; jitter *= 10) {
    diagonal_ = 1 + std::exp(theta_[fields_]) + jitter;
    k.diagonal().setConstant(diagonal_);
    const Eigen::LLT<Matrix> llt(k);
    if (llt.info() != Eigen::Success)
      continue;
    lower_ = llt.matrixL();
    if (lower_.diagonal().minCoeff() > 1e-7)
      return;
  }
}

void GaussianProcess::condition(const Matrix &features, const Matrix &regressors,
                                const Vector &values) {
  Eigen::Index same = 0;
  while (same < std::min(features.cols(), features_.cols()) &&
         features.col(same) == features_.col(same))
    ++same;
  const bool isFresh = lower_.rows() != features_.cols() || caution_ != wantedCaution_;
  features_ = features;
  regressors_ = regressors;
  values_ = values;
  if (isFresh || same < features.cols() / 2) {
    factor();
  } else {
    scaled_.conservativeResize(Eigen::NoChange, same);
    lower_.conservativeResize(same, same);
    for (Eigen::Index i = same; i < features.cols(); ++i)
      append(i);
  }
  solve();
}

/// One more row of the factor; all anew where rounding errors make that impossible.
void GaussianProcess::append(Eigen::Index i) {
  if (lower_.rows() != i)
    return; // `factor` has done the rest
  scaled_.conservativeResize(Eigen::NoChange, i + 1);
  scaled_.col(i) = scales(theta_, caution_).asDiagonal() * features_.col(i);
  Vector row = covariance(scaled_.leftCols(i), scaled_.col(i));
  lower_.triangularView<Eigen::Lower>().solveInPlace(row);
  const double rest = diagonal_ - row.squaredNorm();
  if (rest < 1e-8)
    return factor();
  lower_.conservativeResize(i + 1, i + 1);
  lower_.col(i).setZero();
  lower_.row(i).head(i) = row.transpose();
  lower_(i, i) = std::sqrt(rest);
}

void GaussianProcess::solve() {
  const auto lower = lower_.triangularView<Eigen::Lower>();
  const Matrix q = lower.solve(regressors_.transpose());
  const Vector w = lower.solve(values_);
  q_ = q.transpose();
  normal_.compute(q_ * q);
  coefficients_ = normal_.solve(q_ * w);
  const Vector e = w - q * coefficients_;
  // A few observations say less about the variance than they fit.
  const Eigen::Index freedom = values_.size() - regressors_.rows();
  variance_ = std::max(e.squaredNorm() / std::max<Eigen::Index>(freedom, 1),
                       1e-16 * (1e-280 + values_.squaredNorm()));
  weights_ = lower_.transpose().triangularView<Eigen::Upper>().solve(e);
}

Predictions GaussianProcess::predict(const Matrix &features, const Matrix &regressors) const {
  const Matrix scaled = scales(theta_, caution_).asDiagonal() * features;
  Matrix k = covariance(scaled_, scaled);
  Predictions result;
  result.mean = regressors.transpose() * coefficients_ + k.transpose() * weights_;
  lower_.triangularView<Eigen::Lower>().solveInPlace(k);
  const Matrix gap = regressors - q_ * k;
  const Vector explained = k.colwise().squaredNorm();
  const Vector trend = gap.cwiseProduct(normal_.solve(gap)).colwise().sum();
  result.variance = variance_ * (1 - explained.array() + trend.array()).max(1e-12).matrix();
  return result;
}

/// What takes values to the weights of observations, whatever the coefficients.
Matrix GaussianProcess::projection() const {
  const Eigen::Index n = values_.size();
  const Matrix inverse = lower_.triangularView<Eigen::Lower>().solve(Matrix::Identity(n, n));
  const Matrix reduced = inverse.transpose() * q_.transpose();
  return inverse.transpose() * inverse - reduced * normal_.solve(reduced.transpose());
}

/// With K the covariance of the values and g that of their noise, what is left of the covariance of
/// the quantity is g - g K^-1 g, and g P g with P for K^-1 where coefficients were solved for.
Matrix GaussianProcess::draw(const Matrix &normals) const {
  const Eigen::Index n = values_.size();
  const double noise = diagonal_ - 1;
  Matrix rest = Matrix::Identity(n, n) - noise * projection();
  Eigen::LLT<Matrix> factor;
  for (double jitter = firstJitter; jitter <= 1; jitter *= 10) {
    rest.diagonal().array() += jitter;
    if (factor.compute(rest).info() == Eigen::Success)
      break;
  }
  Matrix result = factor.matrixL() * (std::sqrt(variance_ * noise) * normals);
  result.colwise() += values_ - noise * weights_;
  return result;
}

GaussianProcess GaussianProcess::withoutNoise() const {
  GaussianProcess result = *this;
  result.theta_[fields_] = priorOf(Noise::Tiny).least;
  result.factor();
  result.solve();
  result.variance_ = variance_;
  return result;
}

Matrix GaussianProcess::means(const Matrix &values, const Matrix &features,
                              const Matrix &regressors) const {
  const auto lower = lower_.triangularView<Eigen::Lower>();
  const Matrix w = lower.solve(values), b = normal_.solve(q_ * w);
  const Matrix weights = lower.transpose().solve(w - q_.transpose() * b);
  const Matrix k = covariance(scaled_, scales(theta_, caution_).asDiagonal() * features);
  return regressors.transpose() * b + k.transpose() * weights;
}

Predictions GaussianProcess::leaveOneOut() const {
  const Matrix projection = this->projection();
  const Vector precision = projection.diagonal().cwiseMax(1e-300);
  return {values_ - (projection * values_).cwiseQuotient(precision),
          variance_ * precision.cwiseInverse()};
}

double GaussianProcess::leaveOneOutDensity() const {
  const auto [mean, variance] = leaveOneOut();
  return -0.5 * ((2 * std::numbers::pi * variance.array()).log() +
                 (values_ - mean).array().square() / variance.array())
                    .sum();
}

} // namespace wsc::search
