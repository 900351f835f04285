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

TEST(SearchEstimates, KnowTheTimesOfUsers) {
  struct Case {
    Serving serving;
    double readers, chunk;
  };
  for (const Case &c :
       {Case{Serving::OneBatch, 0, 0}, Case{Serving::ContinuousBatching, 0, 0},
        Case{Serving::ContinuousBatching, 4, 0}, Case{Serving::ContinuousBatching, 0, 256}})
    for (const double pp : {1, 4}) {
      Design design{a100Cluster(128), gpt(24, 4096, 32),
                    workloadOf(WorkloadKind::Inference, 256, 1024, 128), strategyOf(4, pp, 8, 1)};
      design.chip.memory = 1e18;
      design.workload.serving = c.serving;
      design.workload.prefillChunk = c.chunk;
      design.strategy.prefillReplicas = c.readers;
      const Measurement known = search::measureByBounds(design), measured = measure(design);
      ASSERT_EQ(measured.status, Status::Ok);
      for (Metric time : {Metric::Ttft, Metric::Tpot}) {
        EXPECT_LE(known[time], measured[time]);
        EXPECT_GE(known[time], 0.15 * measured[time]);
      }
      EXPECT_DOUBLE_EQ(known[Metric::UserRate], 1 / known[Metric::Tpot]);
    }
}

} // namespace
} // namespace wsc::evaluation
