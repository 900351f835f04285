// Expected improvements against numerical integration, and where doubles end.
#include "search/Improvement.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace wsc::search {
namespace {

/// E[max(0, bound - Y)] by the midpoint rule over 12 deviations to each side.
double byIntegration(double bound, const Marginal &y) {
  constexpr unsigned steps = 40000;
  double total = 0;
  for (unsigned i = 0; i < steps; ++i) {
    const double z = -12 + 24 * (i + 0.5) / steps, at = y.mean + y.deviation * z;
    total += std::max(0.0, bound - Marginal{at, 0, y.scale}.middle()) * std::exp(-z * z / 2) /
             std::sqrt(2 * M_PI) * 24 / steps;
  }
  return total;
}

const Scale scales[] = {Scale::Linear, Scale::Log, Scale::NegativeLog};

TEST(SearchImprovement, ExpectedBelowIsTheIntegral) {
  for (Scale scale : scales)
    for (double mean : {-0.5, 0.2, 2.0})
      for (double deviation : {0.05, 0.3, 1.5})
        for (double bound : {-20.0, -3.0, -1.0, -0.1, 0.0, 0.1, 1.0, 3.0, 20.0}) {
          const Marginal marginal{mean, deviation, scale};
          const double expected = byIntegration(bound, marginal);
          if (expected > 1e-10) {
            EXPECT_NEAR(std::exp(logExpectedBelow(bound, marginal)) / expected, 1, 1e-5)
                << bound << " of " << mean << " +- " << deviation << " scale " << int(scale);
          }
        }
}

TEST(SearchImprovement, LogarithmsGoOnWhereValuesVanish) {
  // Continuous, and increasing with the bound, through all branches and far below 1e-308.
  for (Scale scale : scales)
    for (double deviation : {1e-9, 1e-7, 1e-3, 0.1}) {
      const Marginal marginal{1, deviation, scale};
      const double middle = marginal.middle(), unit = deviation * std::fabs(middle);
      double last = -HUGE_VAL;
      for (double z = scale == Scale::Log && deviation == 0.1 ? -9.9 : -50; z < 8; z += 0.01) {
        const double value = logExpectedBelow(middle + z * unit, marginal);
        ASSERT_TRUE(std::isfinite(value)) << z;
        EXPECT_GE(value, last - 1e-7 * std::fabs(last)) << "z " << z << " deviation " << deviation;
        last = value;
      }
    }
  EXPECT_NEAR(logImprovement(-10), std::log(7.4745603e-25), 1e-6);
  EXPECT_NEAR(logNormalProbability(-10), std::log(7.6198530241605e-24), 1e-10);
  EXPECT_NEAR(logNormalProbability(-4.999), logNormalProbability(-5.001), 0.011);
}

TEST(SearchImprovement, OfTheHypervolumeIsTheMeanOverDraws) {
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  for (unsigned m = 1; m <= 4; ++m)
    for (Scale scale : scales) {
      Points front(8, m);
      for (unsigned i = 0; i < front.size(); ++i)
        front.data()[i] = (std::fabs(normal(random)) + 0.1);
      const std::vector<double> reference(m, scale == Scale::NegativeLog ? -0.2 : 2.5);
      if (scale == Scale::NegativeLog)
        front = 0.1 - front;
      std::vector<Marginal> marginals;
      for (unsigned k = 0; k < m; ++k)
        marginals.push_back({scale == Scale::Linear ? 0.6 + 0.1 * k : -0.5 + 0.2 * k, 0.4, scale});
      if (m > 2)
        marginals[2].deviation = 0; // computed, not modelled
      ExpectedImprovement improvement(undominatedBoxes(front, reference));
      const double before = hypervolume(front, reference);
      constexpr unsigned draws = 40000;
      double sum = 0, squares = 0;
      Points with(9, m);
      with.topRows(8) = front;
      for (unsigned draw = 0; draw < draws; ++draw) {
        for (unsigned k = 0; k < m; ++k) {
          const double value = marginals[k].mean + marginals[k].deviation * normal(random);
          with(8, k) = Marginal{value, 0, scale}.middle();
        }
        const double gain = hypervolume(with, reference) - before;
        sum += gain;
        squares += gain * gain;
      }
      const double mean = sum / draws;
      const double error = std::sqrt((squares / draws - mean * mean) / draws);
      EXPECT_NEAR(std::exp(improvement.log(marginals)), mean, 4 * error) << m << " objectives";
    }
}

/// Of independent objectives, each a mixture: the mean over what either model says of each.
TEST(SearchImprovement, OfMixturesIsTheMeanOverModels) {
  Points front(3, 2);
  front << -1, -0.2, -0.5, -0.5, -0.2, -1;
  ExpectedImprovement improvement(undominatedBoxes(front, {-0.1, -0.1}));
  for (Scale scale : scales)
    for (double far : {0.0, 60.0}) { // where doubles end
      const Marginal one{0.1 + far, 0.3, scale}, other{-0.4 + far, 0.05, scale};
      const Marginal both{0, 0, scale, {{0.25, one.mean, 0.3}, {0.75, other.mean, 0.05}}};
      if (scale == Scale::NegativeLog || far == 0) {
        EXPECT_NEAR(std::exp(logExpectedBelow(0.5, both)),
                    0.25 * std::exp(logExpectedBelow(0.5, one)) +
                        0.75 * std::exp(logExpectedBelow(0.5, other)),
                    1e-12 * std::exp(one.mean));
      }
      std::vector<double> logs;
      for (const auto &[share, first] : {std::pair(0.25, one), std::pair(0.75, other)})
        for (const auto &[share2, second] : {std::pair(0.25, one), std::pair(0.75, other)})
          logs.push_back(std::log(share * share2) + improvement.log({first, second}));
      const double most = *std::max_element(logs.begin(), logs.end());
      double sum = 0;
      for (double log : logs)
        sum += std::exp(log - most);
      const double expected = most + std::log(sum);
      if (std::isfinite(expected)) {
        EXPECT_NEAR(improvement.log({both, both}), expected, 1e-9 * std::fabs(expected) + 1e-9);
      }
    }
}

TEST(SearchImprovement, OrdersWhatIsHopeless) {
  Points front(2, 2);
  front << 0, 1, 1, 0;
  ExpectedImprovement improvement(undominatedBoxes(front, {2, 2}));
  double last = 0;
  for (double mean : {2.0, 3.0, 4.0, 8.0}) {
    const double value = improvement.log({{mean, 0.05}, {mean, 0.05}});
    EXPECT_TRUE(std::isfinite(value));
    EXPECT_LT(value, last);
    last = value;
  }
}

} // namespace
} // namespace wsc::search
