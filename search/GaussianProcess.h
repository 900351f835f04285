// Gaussian process regression for designs whose fields are numbers and categories: what an
// objective may be at designs that were not evaluated.
//
//   y(x) = h(x)' b + sqrt(s2) f(x),   cov(f(x), f(x')) = M(r) + g [same observation],
//   M(r) = (1 + sqrt5 r + 5/3 r^2) exp(-sqrt5 r)   (Matern 5/2),
//   r^2 = sum over columns c of (x_c - x'_c)^2 / l_group(c)^2   (one length for each field).
//
// `h` is the constant 1 and, where there is one, what a cheap model says of x: the process then is
// about what that misses (M. Kennedy and A. O'Hagan, Biometrika 87, 2000).  b and s2 are solved for
// (C. Rasmussen and C. Williams, Gaussian Processes for Machine Learning, 2.7 and 5.4); lengths and
// g maximize the posterior under log-normal priors: that of a length grows with the number of
// fields (C. Hvarfner, E. Hellsten and L. Nardi, ICML 2024).
#pragma once

#include <Eigen/Cholesky>
#include <vector>

namespace wsc::search {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// What is known of the ratio g of noise to signal variance.
enum class Noise {
  Tiny,   ///< a deterministic evaluator: roundings to whole numbers at most
  Unknown ///< measurements
};

/// What is known of the lengths of fields before there are answers.
enum class Lengths {
  Alike, ///< most fields do something: else a few answers say that one does nothing, and what is
         ///< then predicted far from them is wrong and thought to be certain
  Unlike ///< some fields may do much and most nothing, as in what estimates miss
};

/// Means and variances (of the quantity, without noise), one for each column asked for.
struct Predictions {
  Vector mean, variance;
};

class GaussianProcess {
public:
  /// `groups`: for each feature, the field that it belongs to (0, 1, ...).
  GaussianProcess(std::vector<unsigned> groups, Noise noise);

  /// Observations, a column each: features, regressors `h`, and the values.  Hyperparameters are
  /// fitted from where they are and from `restarts` other points.
  void fit(const Matrix &features, const Matrix &regressors, const Vector &values,
           unsigned restarts);

  /// The same with the hyperparameters as they are.  Observations that the last call had at the
  /// same place cost nothing, others O(n^2) each.
  void condition(const Matrix &features, const Matrix &regressors, const Vector &values);

  /// From the next `fit` on.
  void setLengths(Lengths lengths) { lengths_ = lengths; }

  /// Divides lengths by a factor from the next `fit` or `condition` on, after fitting: less is
  /// taken to be known between observations.
  void setCaution(double factor) { wantedCaution_ = factor; }

  Predictions predict(const Matrix &features, const Matrix &regressors) const;

  /// Joint draws of the quantity, without noise, at the observations: a column for each column of
  /// independent standard normal numbers, one for each observation.
  Matrix draw(const Matrix &normals) const;
  /// The process that would be if the values were those of the quantity, without noise.
  GaussianProcess withoutNoise() const;
  /// The means that there would be with other values at the observations: a column for each column
  /// of those.
  Matrix means(const Matrix &values, const Matrix &features, const Matrix &regressors) const;

  /// Each value given all others, noise included, with the hyperparameters as they are (O. Dubrule,
  /// Mathematical Geology 15, 1983).
  Predictions leaveOneOut() const;
  /// The sum of the logarithms of the densities of the values there.
  double leaveOneOutDensity() const;

  /// Logarithms of the lengths, then of g.
  const Vector &hyperparameters() const { return theta_; }
  /// Minus the logarithm of the posterior density up to a constant, and its gradient; infinite
  /// where the covariance is numerically singular.
  double negativeLogPosterior(const Vector &theta, Vector &gradient) const;

  /// b, as last solved for.
  const Vector &coefficients() const { return coefficients_; }

  size_t size() const { return values_.size(); }

private:
  Matrix projection() const;
  Vector scales(const Vector &theta, double caution = 1) const;
  static Matrix covariance(const Matrix &a, const Matrix &b);
  void factor();
  void append(Eigen::Index i);
  void solve();

  std::vector<unsigned> groups_;
  Noise noise_;
  Lengths lengths_ = Lengths::Alike;
  unsigned fields_ = 0;
  Vector theta_;
  double wantedCaution_ = 1, caution_ = 1; ///< asked for, and in the factor

  Matrix features_, regressors_; ///< a column for each observation
  Vector values_;
  Matrix scaled_;                 ///< features by lengths
  Matrix lower_;                  ///< Cholesky factor of the covariance
  double diagonal_ = 1;           ///< 1 + g + what makes the factor exist
  Matrix q_;                      ///< lower^-1 times regressors, transposed
  Eigen::LDLT<Matrix> normal_;    ///< q' q
  Vector coefficients_, weights_; ///< b; covariance^-1 (y - h' b)
  double variance_ = 1;           ///< s2
};

} // namespace wsc::search
