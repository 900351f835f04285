// Expectations below a bound, and sums of their products over boxes.
#include "search/Improvement.h"

#include <cmath>
#include <numbers>

namespace wsc::search {

namespace {

using std::numbers::pi;

const double logSqrt2Pi = 0.5 * std::log(2 * pi);

/// exp(x^2) erfc(x) for x >= 0.
double scaledErfc(double x) {
  if (x < 25)
    return std::exp(x * x) * std::erfc(x);
  const double y = 1 / (2 * x * x);
  return (1 - y * (1 - 3 * y * (1 - 5 * y))) / (x * std::sqrt(pi));
}

double normalProbability(double z) { return 0.5 * std::erfc(-z * std::numbers::sqrt2 / 2); }

/// Phi(z) / phi(z), for z that are not much above 0.
double millsRatio(double z) {
  return z > 0 ? normalProbability(z) * std::exp(0.5 * z * z + logSqrt2Pi)
               : std::sqrt(pi / 2) * scaledErfc(-z / std::numbers::sqrt2);
}

/// log(1 - exp(-x)) for x >= 0.
double log1mexp(double x) {
  return x < std::numbers::ln2 ? std::log(-std::expm1(-x)) : std::log1p(-std::exp(-x));
}

/// E[max(0, bound - exp(X))] and E[max(0, exp(X) - bound)] of a normal X, for positive bounds: the
/// prices of a put and of a call (F. Black and M. Scholes, J. Political Economy 81, 1973).
double logNormalBeyond(double bound, double mean, double s, bool isBelow) {
  const double sign = isBelow ? 1 : -1, logBound = std::log(bound);
  const double d = sign * (logBound - mean) / s;
  if (s < 1e-6) // no difference to the tangent
    return logBound + std::log(s) + logImprovement(d);
  const double other = d - sign * s;
  if (std::max(d, other) > 1)
    return std::log(sign * (bound * normalProbability(d) -
                            std::exp(mean + s * s / 2) * normalProbability(other)));
  // bound phi(d) = exp(mean + s^2 / 2) phi(other)
  return logBound - d * d / 2 - logSqrt2Pi + std::log(sign * (millsRatio(d) - millsRatio(other)));
}

} // namespace

double logImprovement(double z) {
  if (z > -1)
    return std::log(std::exp(-z * z / 2 - logSqrt2Pi) + z * normalProbability(z));
  const double a = -z, logDensity = -z * z / 2 - logSqrt2Pi;
  if (a < 35)
    return logDensity + std::log1p(-a * millsRatio(z));
  const double y = 1 / (a * a);
  return logDensity + std::log(y * (1 - 3 * y * (1 - 5 * y)));
}

double logNormalProbability(double z) {
  return z > -5 ? std::log(normalProbability(z))
                : -z * z / 2 - logSqrt2Pi + std::log(millsRatio(z));
}

double logSum(llvm::ArrayRef<double> logs, double over) {
  double most = -HUGE_VAL;
  for (double log : logs)
    most = std::max(most, log);
  if (!(most > -HUGE_VAL))
    return most;
  double sum = 0;
  for (double log : logs)
    sum += std::exp(log - most);
  return most + std::log(sum / over);
}

double Marginal::middle() const {
  return scale == Scale::Linear ? mean : scale == Scale::Log ? std::exp(mean) : -std::exp(mean);
}

double logExpectedBelow(double bound, const Marginal &marginal) {
  const auto &[mean, deviation, scale, parts] = marginal;
  if (!parts.empty()) {
    std::vector<double> logs;
    for (const Marginal::Part &part : parts)
      logs.push_back(std::log(part.share) +
                     logExpectedBelow(bound, {part.mean, part.deviation, scale}));
    return logSum(logs);
  }
  if (bound == -HUGE_VAL || (scale == Scale::Log && bound <= 0))
    return -HUGE_VAL;
  if (!(deviation > 0)) {
    const double gap = bound - marginal.middle();
    return gap > 0 ? std::log(gap) : -HUGE_VAL;
  }
  if (scale == Scale::Linear)
    return std::log(deviation) + logImprovement((bound - mean) / deviation);
  if (scale == Scale::Log)
    return logNormalBeyond(bound, mean, deviation, /*isBelow=*/true);
  if (bound >= 0) // all of it
    return std::log(bound + std::exp(mean + deviation * deviation / 2));
  return logNormalBeyond(-bound, mean, deviation, /*isBelow=*/false);
}

/// The same itself, where a double holds it; with few calls of special functions.
static double expectedBelow(double bound, const Marginal &marginal) {
  const auto &[mean, deviation, scale, parts] = marginal;
  if (!parts.empty()) {
    double sum = 0;
    for (const Marginal::Part &part : parts)
      sum += part.share * expectedBelow(bound, {part.mean, part.deviation, scale});
    return sum;
  }
  if (scale != Scale::Linear || !(deviation > 0))
    return std::exp(logExpectedBelow(bound, marginal));
  constexpr double certain = 9, hopeless = -37; // no difference to z, and to 0
  const double z = (bound - mean) / deviation;
  if (z > certain || z < hopeless)
    return std::max(0.0, z) * deviation;
  return deviation * (std::exp(-z * z / 2 - logSqrt2Pi) + z * normalProbability(z));
}

double ExpectedImprovement::log(llvm::ArrayRef<Marginal> marginals) {
  const unsigned m = boxes_.dimensions();
  expected_.resize(m);
  for (unsigned k = 0; k < m; ++k) {
    expected_[k].clear();
    for (double level : boxes_.levels[k])
      expected_[k].push_back(expectedBelow(level, marginals[k]));
  }
  double sum = 0;
  for (const Boxes::Side *side = boxes_.sides.data(), *end = side + boxes_.sides.size();
       side != end;) {
    double product = 1;
    for (unsigned k = 0; k < m; ++k, ++side)
      product *= expected_[k][side->upper] - expected_[k][side->lower];
    sum += product;
  }
  constexpr double precise = 1e-200;
  return sum > precise ? std::log(sum) : logBySums(marginals);
}

/// Where the products are no numbers of double precision.
double ExpectedImprovement::logBySums(llvm::ArrayRef<Marginal> marginals) {
  const unsigned m = boxes_.dimensions();
  logs_.resize(m);
  for (unsigned k = 0; k < m; ++k) {
    logs_[k].clear();
    for (double level : boxes_.levels[k])
      logs_[k].push_back(logExpectedBelow(level, marginals[k]));
  }
  std::vector<double> terms;
  for (size_t b = 0; b < boxes_.size(); ++b) {
    double term = 0;
    for (unsigned k = 0; k < m; ++k) {
      const auto [lower, upper] = boxes_.sides[b * m + k];
      const double high = logs_[k][upper], low = logs_[k][lower];
      term += high > -HUGE_VAL ? high + log1mexp(std::max(0.0, high - low)) : -HUGE_VAL;
    }
    terms.push_back(term);
  }
  return logSum(terms);
}

} // namespace wsc::search
