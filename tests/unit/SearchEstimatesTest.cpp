// Estimates by bounds, against the evaluator whose answers they stand for.
#include "EvaluationDesigns.h"
#include "evaluation/Analytic.h"
#include "search/Estimates.h"

#include <gtest/gtest.h>

namespace wsc::evaluation {
namespace {

TEST(SearchEstimates, AreNearTheEvaluatorAndOnTheirSideOfIt) {
  for (const double tp : {1, 2, 8})
    for (const double pp : {1, 4, 8})
      for (const double batch : {64, 512}) {
        Design design{a100Cluster(512), gpt(24, 2048, 16),
                      workloadOf(WorkloadKind::Training, batch, 1024, 0), strategyOf(tp, pp, 8, 1)};
        design.chip.memory = 1e18;
        const Measurement known = search::measureByBounds(design), measured = measure(design);
        ASSERT_EQ(measured.status, Status::Ok);
        EXPECT_GE(known[Metric::Throughput], measured[Metric::Throughput]);
        EXPECT_LE(known[Metric::Throughput], 4 * measured[Metric::Throughput]);
        EXPECT_LE(known[Metric::TokenEnergy], measured[Metric::TokenEnergy]);
        EXPECT_GE(known[Metric::TokenEnergy], 0.3 * measured[Metric::TokenEnergy]);
        EXPECT_DOUBLE_EQ(known[Metric::Power],
                         known[Metric::TokenEnergy] * known[Metric::Throughput]);
      }
}

} // namespace
} // namespace wsc::evaluation
