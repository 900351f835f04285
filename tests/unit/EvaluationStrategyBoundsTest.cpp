// Bounds on what a strategy can reach, against what it reaches.
#include "EvaluationRandomDesigns.h"
#include "evaluation/Analytic.h"
#include "evaluation/Placement.h"
#include "evaluation/StrategyBounds.h"

#include <gtest/gtest.h>
#include <iostream>
#include <map>

namespace wsc::evaluation {
namespace {

TEST(EvaluationStrategyBounds, noStrategyBeatsThem) {
  RandomDesigns designs;
  unsigned measured = 0;
  double tightest = 0;
  for (unsigned trial = 0; trial < 20000; ++trial) {
    const Design design = designs.next();
    const Measurement result = measure(design);
    if (result.status != Status::Ok)
      continue;
    ++measured;
    StrategyBounds bounds(design, {});
    const double of = result[Metric::Throughput];
    auto throughput = [&](StrategyBounds::Known known) {
      return bounds.best(Metric::Throughput, design, known);
    };
    const double anyGroup = throughput({});
    const double anyRecompute = throughput({.group = true});
    const double anySize = throughput({.group = true, .recompute = true});
    const double whole = throughput(StrategyBounds::whole);
    ASSERT_TRUE(bounds.learnLayers(design));
    const double layers = throughput(StrategyBounds::whole);
    ASSERT_GE(whole, of) << trial;
    ASSERT_GE(anySize, whole) << trial;
    ASSERT_GE(anyRecompute, anySize) << trial;
    ASSERT_GE(anyGroup, anyRecompute) << trial;
    ASSERT_GE(layers, of) << trial;
    tightest = std::max(tightest, of / layers);
  }
  EXPECT_GT(measured, 2000u);
  EXPECT_GT(tightest, 0.95);
}

/// The roofline of strategies whose micro-batch is not known rests on it.
TEST(EvaluationStrategyBounds, noSumTakesMoreForEachByteOfALongerVector) {
  RandomDesigns designs;
  unsigned placed = 0, spanning = 0;
  for (unsigned trial = 0; trial < 2000; ++trial) {
    const Design design = designs.next();
    const auto group = tensorGroup(design.chip, design.strategy);
    if (!group || group->ranks() == 1)
      continue;
    ++placed;
    spanning += group->system.ranks() > 1;
    double before = HUGE_VAL;
    for (double bytes = 1; bytes < 1e12; bytes *= 3) {
      const double each = allReduce(*group, bytes).time / bytes;
      ASSERT_LE(each, before * (1 + 1e-12)) << trial << ' ' << bytes;
      before = each;
    }
  }
  EXPECT_GT(placed, 500u);
  EXPECT_GT(spanning, 10u);
}

/// In either direction, whatever the algorithm: what one half of the ranks adds up and what the
/// other does.
TEST(EvaluationStrategyBounds, sumsCrossTheMiddleOfTheirGroup) {
  RandomDesigns designs;
  unsigned placed = 0;
  double tightest = 0;
  for (unsigned trial = 0; trial < 4000; ++trial) {
    const Design design = designs.next();
    const Chip &chip = design.chip;
    const auto group = tensorGroup(chip, design.strategy);
    if (!group || group->ranks() == 1 || chip.waferTopology == Topology::Switch)
      continue;
    ++placed;
    const double links = (chip.waferTopology == Topology::Torus ? 2 : 1) *
                         std::max(chip.reticleRows, chip.reticleCols) * chip.waferLinkBandwidth;
    const double cut = std::max(links, chip.wafers > 1 ? chip.systemLinkBandwidth : 0);
    for (double bytes = 1; bytes < 1e12; bytes *= 10) {
      const double time = allReduce(*group, bytes).time;
      ASSERT_GE(time, bytes / cut) << trial << ' ' << bytes;
      tightest = std::max(tightest, bytes / cut / time);
    }
  }
  EXPECT_GT(placed, 500u);
  EXPECT_GT(tightest, 0.2);
}

TEST(EvaluationStrategyBounds, theMiddleOfAGroupIsNarrowerThanTheLinksOfLargeRanks) {
  Design design = gptTraining();
  design.chip = wse2();
  design.chip.reticleRows = design.chip.reticleCols = 8;
  design.chip.memory = 1e15;
  design.strategy = strategyOf(4, 1, 1);
  design.strategy.reticlesPerRank = 16;
  const auto &[chip, model, workload, strategy] = design;
  const double vector =
      workload.batch * workload.sequence * model.hidden * workload.activationBytes();
  const double bound = lowerBoundsOf(design).network.tensor;
  EXPECT_DOUBLE_EQ(bound, 4 * model.layers * vector / (8 * chip.waferLinkBandwidth));
  EXPECT_GE(measure(design)[Metric::IterationTime], bound);
}

/// What bounds are of what they bound, of many designs.
struct Tightness {
  std::vector<double> shares;

  void add(double share) { shares.push_back(share); }
  double greatest() const { return *llvm::max_element(shares); }
  double median() {
    std::nth_element(shares.begin(), shares.begin() + shares.size() / 2, shares.end());
    return shares[shares.size() / 2];
  }
};

/// With whatever is known of them, in training and in serving.
TEST(EvaluationStrategyBounds, noMetricBeatsItsBound) {
  RandomDesigns designs;
  std::array<Tightness, metricCount> rooflines, layers;
  unsigned measured = 0;
  for (unsigned trial = 0; trial < 40000; ++trial) {
    const Design design = trial % 4 ? designs.nextServing() : designs.next();
    const Measurement result = measure(design);
    ASSERT_NE(result.status, Status::InternalError) << trial;
    if (result.status != Status::Ok)
      continue;
    ++measured;
    StrategyBounds bounds(design, {}, /*energy=*/true);
    auto compare = [&](StrategyBounds::Known known, auto *tightness) {
      Design beginning = design;
      if (!known.group)
        beginning.strategy.tp = beginning.strategy.reticlesPerRank = 0;
      const Least least = bounds.least(beginning, known);
      for (unsigned i = 0; i < metricCount; ++i) {
        const Metric metric{static_cast<uint8_t>(i)};
        const bool maximize = StrategyBounds::bounds(metric, true);
        const double value = result[metric];
        if ((!maximize && !StrategyBounds::bounds(metric, false)) || std::isnan(value))
          continue;
        const Interval any = bounds.range(metric, design, known, least);
        ASSERT_LE(any.lo, value) << name(metric).str() << ' ' << trial;
        ASSERT_GE(any.hi, value) << name(metric).str() << ' ' << trial;
        // If no iteration is allowed to take longer.
        const Interval range =
            bounds.range(metric, design, known, least, result[Metric::IterationTime] * (1 + 1e-9));
        ASSERT_LE(range.lo, value) << name(metric).str() << ' ' << trial << ' ' << known.group;
        ASSERT_GE(range.hi, value) << name(metric).str() << ' ' << trial << ' ' << known.group;
        if (tightness)
          (*tightness)[i].add(maximize ? value / range.hi : range.lo / value);
      }
    };
    auto *none = static_cast<decltype(&layers)>(nullptr);
    compare({}, none);
    compare({.group = true}, none);
    compare({.group = true, .recompute = true}, none);
    compare(StrategyBounds::whole, &rooflines);
    ASSERT_TRUE(bounds.learnLayers(design));
    compare(StrategyBounds::whole, &layers);
  }
  EXPECT_GT(measured, 3000u);
  for (unsigned i = 0; i < metricCount; ++i)
    if (const Metric metric{static_cast<uint8_t>(i)}; !layers[i].shares.empty()) {
      const double placed = layers[i].median();
      EXPECT_GE(placed, rooflines[i].median()) << name(metric).str();
      EXPECT_GT(layers[i].greatest(), 0.6) << name(metric).str();
      std::cout << name(metric).str() << ": " << rooflines[i].median() << ", " << placed << '\n';
    }
}

/// Those beside each result, by what they are about.
TEST(EvaluationStrategyBounds, mediansOfBoundsBesideResults) {
  RandomDesigns designs;
  std::map<std::string, Tightness> tightness;
  for (unsigned trial = 0; trial < 20000; ++trial) {
    const Design design = trial % 2 ? designs.nextServing() : designs.next();
    const Evaluation result = analyse(design);
    ASSERT_NE(result.status, Status::InternalError) << trial << ' ' << result.reasons[0];
    if (result.status != Status::Ok)
      continue;
    const double time = result[Metric::IterationTime];
    double sums = 0;
    for (const Item &bound : result.bounds)
      if (bound.name.contains("network") && bound.value > 0) {
        ASSERT_LE(bound.value, time * (1 + 1e-9)) << bound.name.str() << ' ' << trial;
        tightness[bound.name.str()].add(bound.value / time);
        sums += bound.value;
      }
    // Nothing hides twice.
    ASSERT_LE(sums, time * (1 + 1e-9)) << trial;
  }
  EXPECT_EQ(tightness.size(), 5u);
  for (auto &[name, shares] : tightness)
    std::cout << name << ": " << shares.median() << ", " << shares.greatest() << '\n';
}

} // namespace
} // namespace wsc::evaluation
