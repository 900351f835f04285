// The Gaussian process against formulas written out, and its gradient against differences.
#include "search/GaussianProcess.h"

#include <Eigen/LU>

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace wsc::search {
namespace {

/// Observations of two numbers and a category of three values, and of a trend.
struct Sample {
  Matrix features, regressors;
  Vector values;
};
const std::vector<unsigned> groups = {0, 1, 2, 2, 2};

Sample sampleOf(unsigned n, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform;
  Sample sample{Matrix::Zero(5, n), Matrix::Ones(2, n), Vector(n)};
  for (unsigned i = 0; i < n; ++i) {
    auto column = sample.features.col(i);
    column[0] = uniform(random);
    column[1] = uniform(random);
    const unsigned category = random() % 3;
    column[2 + category] = std::sqrt(0.5);
    sample.regressors(1, i) = std::sin(3 * column[0]);
    sample.values[i] = 10 + 4 * sample.regressors(1, i) + column[1] * column[1] +
                       (category == 1 ? column[0] : 0) + 0.01 * uniform(random);
  }
  return sample;
}

Sample head(const Sample &sample, unsigned n) {
  return {sample.features.leftCols(n), sample.regressors.leftCols(n), sample.values.head(n)};
}

TEST(SearchGaussianProcess, GradientIsThatOfDifferences) {
  for (Noise noise : {Noise::Tiny, Noise::Unknown}) {
    GaussianProcess process(groups, noise);
    const Sample sample = sampleOf(25, 3);
    process.fit(sample.features, sample.regressors, sample.values, 0);
    std::mt19937_64 random(4);
    std::normal_distribution<double> normal;
    for (unsigned trial = 0; trial < 10; ++trial) {
      Vector theta(4), gradient, unused;
      theta << normal(random) - 0.5, normal(random), normal(random), normal(random) - 4;
      process.negativeLogPosterior(theta, gradient);
      for (unsigned i = 0; i < 4; ++i) {
        Vector up = theta, down = theta;
        const double step = 1e-5;
        up[i] += step;
        down[i] -= step;
        const double slope = (process.negativeLogPosterior(up, unused) -
                              process.negativeLogPosterior(down, unused)) /
                             (2 * step);
        EXPECT_NEAR(gradient[i], slope, 1e-5 * (1 + std::fabs(slope)));
      }
    }
  }
}

TEST(SearchGaussianProcess, AppendedIsFactored) {
  const Sample sample = sampleOf(60, 5), other = sampleOf(20, 6);
  GaussianProcess once(groups, Noise::Tiny), steps(groups, Noise::Tiny);
  once.fit(sample.features, sample.regressors, sample.values, 0);
  // The same hyperparameters; then other observations, and back one by one.
  steps.fit(sample.features, sample.regressors, sample.values, 0);
  for (unsigned n : {40u, 41u, 50u, 45u, 60u}) {
    const Sample part = head(sample, n);
    steps.condition(part.features, part.regressors, part.values);
  }
  const Predictions a = once.predict(other.features, other.regressors);
  const Predictions b = steps.predict(other.features, other.regressors);
  for (unsigned i = 0; i < 20; ++i) {
    EXPECT_NEAR(a.mean[i], b.mean[i], 1e-7);
    EXPECT_NEAR(a.variance[i], b.variance[i], 1e-7);
  }
}

/// Universal kriging as textbooks have it, with every matrix inverted.
TEST(SearchGaussianProcess, PredictsWhatTheFormulaSays) {
  const unsigned n = 15;
  const Sample sample = sampleOf(n, 7), other = sampleOf(6, 8);
  GaussianProcess process(groups, Noise::Tiny);
  process.fit(sample.features, sample.regressors, sample.values, 1);
  const Vector theta = process.hyperparameters();
  auto kernel = [&](const Vector &a, const Vector &b) {
    double squares = 0;
    for (unsigned c = 0; c < 5; ++c)
      squares += std::pow((a[c] - b[c]) / std::exp(theta[groups[c]]), 2);
    const double r = std::sqrt(5 * squares);
    return (1 + r + 5 * squares / 3) * std::exp(-r);
  };
  Matrix k(n, n);
  for (unsigned i = 0; i < n; ++i)
    for (unsigned j = 0; j < n; ++j)
      k(i, j) = kernel(sample.features.col(i), sample.features.col(j)) +
                (i == j ? std::exp(theta[3]) + 1e-10 : 0);
  const Matrix inverse = k.inverse(), h = sample.regressors.transpose();
  const Matrix normal = (h.transpose() * inverse * h).inverse();
  const Vector b = normal * h.transpose() * inverse * sample.values;
  const Vector error = sample.values - h * b;
  const double s2 = error.dot(inverse * error) / (n - 2);
  const Predictions predicted = process.predict(other.features, other.regressors);
  for (unsigned p = 0; p < 6; ++p) {
    Vector c(n);
    for (unsigned i = 0; i < n; ++i)
      c[i] = kernel(sample.features.col(i), other.features.col(p));
    const Vector at = other.regressors.col(p), gap = at - h.transpose() * inverse * c;
    EXPECT_NEAR(predicted.mean[p], at.dot(b) + c.dot(inverse * error), 1e-6);
    EXPECT_NEAR(predicted.variance[p], s2 * (1 - c.dot(inverse * c) + gap.dot(normal * gap)),
                1e-6 * s2);
  }
}

/// Of the quantity at noisy observations, with every matrix inverted; and what follows from a draw.
TEST(SearchGaussianProcess, DrawsFromThePosterior) {
  const unsigned n = 12;
  const Sample sample = sampleOf(n, 11), other = sampleOf(4, 12);
  GaussianProcess process(groups, Noise::Unknown);
  process.fit(sample.features, sample.regressors, sample.values, 0);
  const Predictions at = process.predict(sample.features, sample.regressors);
  const Matrix mean = process.draw(Matrix::Zero(n, 1));
  Matrix root = process.draw(Matrix::Identity(n, n));
  root.colwise() -= mean.col(0);
  const Matrix covariance = root * root.transpose();
  for (unsigned i = 0; i < n; ++i) {
    EXPECT_NEAR(mean(i, 0), at.mean[i], 1e-7);
    EXPECT_NEAR(covariance(i, i), at.variance[i], 1e-6 * at.variance.maxCoeff());
  }
  const GaussianProcess quiet = process.withoutNoise();
  GaussianProcess same = quiet;
  const Matrix draws = process.draw(Matrix::Identity(n, 2));
  const Matrix means = quiet.means(draws, other.features, other.regressors);
  for (unsigned d = 0; d < 2; ++d) {
    same.condition(sample.features, sample.regressors, draws.col(d));
    const Predictions given = same.predict(other.features, other.regressors);
    for (unsigned i = 0; i < 4; ++i)
      EXPECT_NEAR(means(i, d), given.mean[i], 1e-8);
  }
  const Matrix back = quiet.means(draws, sample.features, sample.regressors);
  EXPECT_LT((back - draws).cwiseAbs().maxCoeff(), 1e-3 * std::sqrt(at.variance.maxCoeff()));
  const Predictions known = quiet.predict(sample.features, sample.regressors);
  EXPECT_LT(known.variance.maxCoeff(), 1e-3 * at.variance.minCoeff());
  // All that is left to know elsewhere is what is left with the values known, and what those are.
  const Predictions far = process.predict(other.features, other.regressors);
  const Predictions less = quiet.predict(other.features, other.regressors);
  Matrix moved =
      quiet.means(process.draw(Matrix::Identity(n, n)), other.features, other.regressors);
  moved.colwise() -= quiet.means(mean, other.features, other.regressors).col(0);
  for (unsigned i = 0; i < 4; ++i)
    EXPECT_NEAR(moved.row(i).squaredNorm() + less.variance[i], far.variance[i],
                1e-3 * far.variance[i]);
}

TEST(SearchGaussianProcess, LeavesOneOut) {
  const unsigned n = 20;
  const Sample sample = sampleOf(n, 9);
  GaussianProcess process(groups, Noise::Unknown);
  process.fit(sample.features, sample.regressors, sample.values, 0);
  double total = 0;
  const double noise = std::exp(process.hyperparameters()[3]);
  // The variance is that of all observations, so that it is taken from where nothing is known.
  const Predictions far = process.predict(Matrix::Constant(5, 1, 1e6), Matrix::Zero(2, 1));
  for (unsigned out = 0; out < n; ++out) {
    Sample rest{Matrix(5, n - 1), Matrix(2, n - 1), Vector(n - 1)};
    for (unsigned i = 0, j = 0; i < n; ++i)
      if (i != out) {
        rest.features.col(j) = sample.features.col(i);
        rest.regressors.col(j) = sample.regressors.col(i);
        rest.values[j++] = sample.values[i];
      }
    GaussianProcess left = process;
    left.condition(rest.features, rest.regressors, rest.values);
    const Predictions at = left.predict(sample.features.col(out), sample.regressors.col(out));
    const Predictions leftFar = left.predict(Matrix::Constant(5, 1, 1e6), Matrix::Zero(2, 1));
    const double variance = (at.variance[0] / leftFar.variance[0] + noise) * far.variance[0];
    const double error = sample.values[out] - at.mean[0];
    total -= 0.5 * (std::log(2 * M_PI * variance) + error * error / variance);
  }
  EXPECT_NEAR(process.leaveOneOutDensity(), total, 1e-5 * std::fabs(total));
}

TEST(SearchGaussianProcess, SurvivesObservationsThatAreTheSame) {
  Sample sample = sampleOf(30, 10);
  for (unsigned i = 1; i < 30; ++i)
    sample.features.col(i) = sample.features.col(i % 3);
  GaussianProcess process(groups, Noise::Tiny);
  process.fit(sample.features, sample.regressors, sample.values, 1);
  const Predictions predicted = process.predict(sample.features, sample.regressors);
  EXPECT_TRUE(predicted.mean.allFinite() && predicted.variance.allFinite());
  EXPECT_GE(predicted.variance.minCoeff(), 0);
}

} // namespace
} // namespace wsc::search
