// Ranges of outputs and elasticities against functions whose answer is known.
#include "evaluation/Spread.h"
#include "evaluation/Elasticity.h"
#include "evaluation/Suite.h"
#include <cmath>
#include <gtest/gtest.h>

namespace wsc::evaluation {
namespace {

using Values = std::vector<double>;

TEST(Spread, CornersAreExactForAMonotoneResponse) {
  const Known inputs[] = {{1, 2, 4}, {0.5, 1, 3}, {7, 8, 9}};
  auto response = [](llvm::ArrayRef<double> x) {
    return Values{x[0] / x[1], 5 * x[1], x[2] / x[2]};
  };
  SpreadResult result = spread(inputs, response, 200, 1);
  EXPECT_EQ(result.outputs[0].low, 1.0 / 3);
  EXPECT_EQ(result.outputs[0].nominal, 2);
  EXPECT_EQ(result.outputs[0].high, 8);
  EXPECT_TRUE(result.outputs[0].notMonotone.empty());
  EXPECT_GT(result.outputs[0].percentile5, result.outputs[0].low);
  EXPECT_LT(result.outputs[0].percentile95, result.outputs[0].high);
  EXPECT_EQ(result.outputs[1].shares, (Values{0, 1, 0}));
  EXPECT_EQ(result.outputs[2].low, result.outputs[2].high);
  EXPECT_EQ(result.outputs[2].shares, (Values{0, 0, 0}));
}

TEST(Spread, SharesAreThoseOfASum) {
  // Effects 2 and 1 over the ranges: 4 : 1 in variance, as for independent uniform inputs.
  const Known inputs[] = {{-1, 0, 1}, {-1, 0, 1}};
  auto response = [](llvm::ArrayRef<double> x) { return Values{2 * x[0] + x[1]}; };
  EXPECT_EQ(spread(inputs, response, 10, 1).outputs[0].shares, (Values{0.8, 0.2}));
}

TEST(Spread, PercentilesOfAUniformInput) {
  // A stratum holds one sample, so a percentile is off by one stratum at most.
  const Known input{0, 50, 100};
  SpreadResult result = spread(input, [](llvm::ArrayRef<double> x) { return x.vec(); }, 1000, 7);
  EXPECT_NEAR(result.outputs[0].percentile5, 5, 0.1);
  EXPECT_NEAR(result.outputs[0].percentile95, 95, 0.1);
}

TEST(Spread, SaysWhatIsNotMonotone) {
  // The minimum lies inside the range of the first input: both ends are above it.
  const Known inputs[] = {{-1, 0, 1}, {0, 1, 2}};
  auto response = [](llvm::ArrayRef<double> x) { return Values{x[0] * x[0] + x[1]}; };
  Spread output = spread(inputs, response, 100, 1).outputs[0];
  EXPECT_EQ(output.notMonotone, std::vector<unsigned>{0});
  EXPECT_EQ(output.high, 3);
}

TEST(Spread, SamplesWidenWhatCornersMiss) {
  // Neither input has an effect alone.
  const Known inputs[] = {{-1, 0, 1}, {-1, 0, 1}};
  auto response = [](llvm::ArrayRef<double> x) { return Values{x[0] * x[1]}; };
  Spread output = spread(inputs, response, 100, 1).outputs[0];
  EXPECT_LT(output.low, -0.3);
  EXPECT_GT(output.high, 0.3);
  EXPECT_EQ(output.notMonotone, (std::vector<unsigned>{0, 1}));
}

TEST(Spread, CountsSamplesThatCannotRun) {
  const Known input{0, 1, 4};
  auto response = [](llvm::ArrayRef<double> x) { return Values{x[0] > 2 ? std::nan("") : x[0]}; };
  SpreadResult result = spread(input, response, 100, 1);
  EXPECT_EQ(result.undefined, 50u);
  EXPECT_LE(result.outputs[0].high, 2);
}

TEST(Spread, IsTheSameForTheSameSeed) {
  const Known inputs[] = {{0, 1, 4}, {0, 1, 2}};
  auto response = [](llvm::ArrayRef<double> x) { return Values{std::sin(x[0]) * x[1]}; };
  Spread a = spread(inputs, response, 64, 3).outputs[0],
         b = spread(inputs, response, 64, 3).outputs[0];
  Spread c = spread(inputs, response, 64, 4).outputs[0];
  EXPECT_EQ(a.percentile5, b.percentile5);
  EXPECT_NE(a.percentile5, c.percentile5);
}

TEST(Elasticity, OfPowersIsTheExponent) {
  auto response = [](double x) { return Values{7 * std::pow(x, 3), 1 / x, 5, std::nan("")}; };
  auto result = elasticities(2, response(2), response);
  ASSERT_TRUE(result);
  EXPECT_NEAR((*result)[0], 3, 1e-12);
  EXPECT_NEAR((*result)[1], -1, 1e-12);
  EXPECT_EQ((*result)[2], 0);
  EXPECT_TRUE(std::isnan((*result)[3]));
}

TEST(Elasticity, OneSideIsEnough) {
  auto share = [](double x) { return Values{x > 1 ? std::nan("") : x * x}; };
  EXPECT_NEAR((*elasticities(1, share(1), share))[0], 2, 1e-12);
}

TEST(Elasticity, IntegersHaveNone) {
  auto count = [](double x) { return Values{x == std::floor(x) ? x : std::nan("")}; };
  EXPECT_FALSE(elasticities(8, count(8), count));
  EXPECT_FALSE(elasticities(0, count(0), count));
}

TEST(Suite, BestFactorIsTheBest) {
  const double x[] = {1, 2, 5, 9}, y[] = {2, 5, 8, 20};
  auto error = [&](double c) {
    double sum = 0;
    for (int i = 0; i < 4; ++i)
      sum += std::fabs(c * x[i] / y[i] - 1);
    return sum;
  };
  const double best = bestFactor(x, y);
  for (double c = 0.5; c < 4; c += 0.001)
    EXPECT_LE(error(best), error(c) + 1e-12);
  EXPECT_TRUE(std::isnan(bestFactor({}, {})));
  EXPECT_TRUE(std::isnan(bestFactor({1, std::nan("")}, {1, 2})));
}

} // namespace
} // namespace wsc::evaluation
