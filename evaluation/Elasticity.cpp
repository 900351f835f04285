// Differences of logarithms.
#include "evaluation/Elasticity.h"

#include <cmath>

namespace wsc::evaluation {

namespace {
constexpr double step = 0.01;
/// What is below is the rounding of differences.
constexpr double noise = 1e-9;

double elasticity(double lower, double at, double upper) {
  const double below = std::log1p(-step), above = std::log1p(step);
  if (at == lower && at == upper)
    return 0;
  auto change = [&](double from, double to, double distance) {
    double slope = std::log(to / from) / distance;
    return std::fabs(slope) < noise ? 0 : slope;
  };
  if (std::isnan(lower))
    return change(at, upper, above);
  if (std::isnan(upper))
    return change(at, lower, below);
  return change(lower, upper, above - below);
}
} // namespace

std::optional<std::vector<double>>
elasticities(double x, llvm::ArrayRef<double> outputs,
             llvm::function_ref<std::vector<double>(double)> response) {
  if (x == 0)
    return std::nullopt;
  const std::vector<double> lower = response(x * (1 - step)), upper = response(x * (1 + step));
  std::vector<double> result;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!std::isnan(outputs[i]) && std::isnan(lower[i]) && std::isnan(upper[i]))
      return std::nullopt;
    result.push_back(elasticity(lower[i], outputs[i], upper[i]));
  }
  return result;
}

} // namespace wsc::evaluation
