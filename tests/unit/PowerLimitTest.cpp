// What a limit of power costs (`wafer.power_limit`).
#include "evaluation/Analytic.h"

#include "tests/unit/EvaluationDesigns.h"
#include <gtest/gtest.h>

using namespace wsc::evaluation;

namespace {

/// Watts of all reticles that are at work, in iterations that end after each other.
double power(const Evaluation &result) { return result[Metric::Power]; }

TEST(PowerLimit, stretchesAnIterationUntilItIsKept) {
  // All 1024 GPUs are at work: their average power is the limit of a node times the nodes.
  Design design = gptTraining();
  ASSERT_EQ(design.strategy.ranks(), design.chip.reticles());
  const Evaluation free = analyse(design);
  const double idle = design.chip.staticPower * design.chip.wafers;
  design.chip.powerLimit = (idle + (power(free) - idle) / 2) / design.chip.wafers;
  const Evaluation limited = analyse(design);
  ASSERT_EQ(limited.status, Status::Ok);
  EXPECT_NEAR(power(limited), design.chip.powerLimit * design.chip.wafers, 1e-9 * power(free));
  // Half the dynamic power: the same energy, in twice the time.
  const double twice = 2 * free[Metric::IterationTime];
  EXPECT_NEAR(limited[Metric::IterationTime], twice, 1e-9 * twice);
  EXPECT_NEAR(limited[Metric::PeakPower] - idle, (free[Metric::PeakPower] - idle) / 2, 1e-6 * idle);
  EXPECT_NEAR(limited[Metric::Mfu], free[Metric::Mfu] / 2, 1e-9);
  EXPECT_DOUBLE_EQ(limited.find("energy")->find("arithmetic")->value,
                   free.find("energy")->find("arithmetic")->value);
  // The parts still are the whole.
  const Item &time = *limited.find("time");
  EXPECT_NEAR(time.sum(), time.value, 1e-9 * time.value);
  EXPECT_NEAR(time.find("lower clock")->value, twice / 2, 1e-9 * twice);
  EXPECT_NEAR(limited.find("energy")->sum(), power(limited) * twice, 1e-6 * power(limited) * twice);
}

TEST(PowerLimit, reachesTheUser) {
  Design design = llamaDecode();
  const Evaluation free = analyse(design);
  design.chip.powerLimit = design.chip.staticPower + 1;
  const Evaluation limited = analyse(design);
  const double times = limited[Metric::IterationTime] / free[Metric::IterationTime];
  EXPECT_GT(times, 2);
  EXPECT_NEAR(limited[Metric::Ttft], times * free[Metric::Ttft], 1e-9 * limited[Metric::Ttft]);
  EXPECT_NEAR(limited[Metric::Tpot], times * free[Metric::Tpot], 1e-9 * limited[Metric::Tpot]);
}

TEST(PowerLimit, changesNothingWhereItIsKept) {
  Design design = gptTraining();
  const Evaluation free = analyse(design);
  design.chip.powerLimit = 1.001 * power(free) / design.chip.wafers;
  const Evaluation limited = analyse(design);
  EXPECT_EQ(limited.metrics[0], free.metrics[0]);
  EXPECT_EQ(limited[Metric::Power], power(free));
  EXPECT_EQ(limited.find("time")->find("lower clock"), nullptr);
}

TEST(PowerLimit, sharesOfIdleReticlesAreNotBorrowed) {
  // Half of the GPUs of a node work: its limit allows them half of what it leaves.
  Design all = gptTraining(), half = all;
  all.chip.powerLimit = half.chip.powerLimit = all.chip.staticPower + 8 * 10;
  half.strategy = all.strategy;
  half.chip.wafers *= 2;
  const Evaluation full = analyse(all), part = analyse(half);
  ASSERT_EQ(part.status, Status::Ok);
  EXPECT_NEAR(part[Metric::IterationTime], full[Metric::IterationTime],
              1e-9 * full[Metric::IterationTime]);
}

TEST(PowerLimit, leavesSomethingToWorkWith) {
  Design design = gptTraining();
  design.chip.powerLimit = design.chip.staticPower;
  const Evaluation result = analyse(design);
  EXPECT_EQ(result.status, Status::Invalid);
  ASSERT_EQ(result.reasons.size(), 1u);
  EXPECT_NE(result.reasons[0].find("raise the limit"), std::string::npos);
}

} // namespace
