// Batches, continuous batching, speculative decoding and replicas for prompts, against closed
// forms.
#include "evaluation/Analytic.h"
#include "evaluation/LayerCollectives.h"
#include "evaluation/Operators.h"
#include "tests/unit/EvaluationDesigns.h"
#include "gtest/gtest.h"

namespace wsc::evaluation {
namespace {

/// Llama 3 8B on `replicas` GPUs, 2048 tokens in and 128 out.
Design serving(double replicas, double batch, Serving mode) {
  Design design = llamaDecode();
  design.chip = a100Cluster(8);
  design.strategy = strategyOf(1, 1, replicas);
  design.workload.batch = batch;
  design.workload.sequence = 2048;
  design.workload.output = 128;
  design.workload.serving = mode;
  return design;
}

double metric(const Design &design, Metric metric) {
  const Evaluation result = analyse(design);
  EXPECT_EQ(result.status, Status::Ok) << (result.reasons.empty() ? "" : result.reasons[0]);
  return result[metric];
}

TEST(EvaluationServing, oneRequestTakesTheSameEitherWay) {
  const Design batch = serving(1, 1, Serving::OneBatch);
  const Design steady = serving(1, 1, Serving::ContinuousBatching);
  const double prefill = metric(batch, Metric::Ttft), step = metric(batch, Metric::Tpot);
  EXPECT_DOUBLE_EQ(metric(steady, Metric::IterationTime), prefill + 127 * step);
  EXPECT_DOUBLE_EQ(metric(steady, Metric::Ttft), prefill + step);
  EXPECT_DOUBLE_EQ(metric(steady, Metric::Tpot), step); // nobody is beside it
}

/// In a steady state with n requests in flight each of them takes as long as n take to end.
TEST(EvaluationServing, whatAUserWaitsForIsACycle) {
  for (double group : {1, 2, 8}) {
    Design design = serving(1, 8, Serving::ContinuousBatching);
    design.strategy.microBatch = group;
    Design tokens = design;
    tokens.workload.serving = Serving::OneBatch;
    const double cycle = metric(design, Metric::IterationTime), step = metric(tokens, Metric::Tpot);
    EXPECT_NEAR(metric(design, Metric::Ttft) - step + 127 * metric(design, Metric::Tpot), cycle,
                1e-12 * cycle);
    EXPECT_EQ(metric(design, Metric::Tpot) > step * (1 + 1e-9), group < 8);
  }
}

TEST(EvaluationServing, oneTokenHasNoTimeBetweenTokens) {
  for (Serving mode : {Serving::OneBatch, Serving::ContinuousBatching}) {
    Design design = serving(1, 8, mode);
    design.workload.output = 1;
    EXPECT_TRUE(std::isnan(metric(design, Metric::Tpot)));
    EXPECT_TRUE(std::isnan(metric(design, Metric::UserRate)));
  }
}

TEST(EvaluationServing, moreRequestsInFlightGiveMoreTokensAndSlowerOnes) {
  double lastRate = 0, lastUser = HUGE_VAL;
  for (double batch : {1, 2, 4, 8, 16, 32, 64}) {
    Design design = serving(1, batch, Serving::ContinuousBatching);
    design.strategy.microBatch = 1;
    const double rate = metric(design, Metric::Throughput), user = metric(design, Metric::UserRate);
    EXPECT_GE(rate, lastRate * (1 - 1e-12));
    EXPECT_LT(user, lastUser);
    EXPECT_GT(user * batch, rate); // its own prompt is no time between tokens
    lastRate = rate;
    lastUser = user;
  }
}

TEST(EvaluationServing, theSlowerSideOfASplitSetsThePace) {
  Design split = serving(8, 56, Serving::ContinuousBatching);
  double least = HUGE_VAL;
  for (double readers : {1, 4, 6, 7}) {
    split.strategy.prefillReplicas = readers;
    const double decoders = 8 - readers;
    // Alone, with the requests that are theirs.
    Design prompts = serving(readers, 56, Serving::OneBatch);
    prompts.workload.batch = 56 * readers; // whole micro-batches
    const double reading = metric(prompts, Metric::Ttft) / readers;
    if (std::fmod(56, decoders) != 0)
      continue;
    Design tokens = serving(decoders, 56, Serving::OneBatch);
    const double decoding = 127 * metric(tokens, Metric::Tpot);
    EXPECT_NEAR(metric(split, Metric::IterationTime), std::max(reading, decoding), 1e-9 * decoding);
    least = std::min(least, metric(split, Metric::Tpot));
  }
  // Nothing interrupts a decode replica.
  split.strategy.prefillReplicas = 0;
  EXPECT_LT(least, metric(split, Metric::Tpot));
  split.strategy.prefillReplicas = 8;
  EXPECT_EQ(analyse(split).status, Status::Invalid);
}

TEST(EvaluationServing, chunksOfPromptsHideBehindDecoding) {
  Design design = serving(1, 64, Serving::ContinuousBatching);
  const double whole = metric(design, Metric::Throughput);
  design.workload.prefillChunk = 2048;
  const double chunked = metric(design, Metric::Throughput);
  // The same arithmetic, with the weights read once for both; no better than either alone.
  EXPECT_GT(chunked, whole);
  Design tokens = serving(1, 64, Serving::OneBatch), prompts = tokens;
  const double decoding = 127 * metric(tokens, Metric::Tpot);
  const double reading = metric(prompts, Metric::Ttft);
  const double time = metric(design, Metric::IterationTime);
  EXPECT_GT(time, std::max(decoding, reading));
  EXPECT_LT(time, decoding + reading);
  // Chunks too small for the prompts: more steps than tokens.
  design.workload.prefillChunk = 64;
  EXPECT_LT(metric(design, Metric::Throughput), chunked);
  EXPECT_NEAR(analyse(design).find("time")->sum(), metric(design, Metric::IterationTime), 1e-9);
  design.strategy.dp = 2;
  design.strategy.prefillReplicas = 1;
  EXPECT_EQ(analyse(design).status, Status::Invalid);
}

TEST(EvaluationServing, aStepWithoutPromptsIsADecodeStep) {
  Design design = serving(2, 16, Serving::ContinuousBatching);
  design.workload.sequence = 1024;
  design.workload.prefillChunk = 1e-9;
  const OperatorList mixed = layerOperators(design, Phase::Mixed);
  const OperatorList decode = layerOperators(design, Phase::Decode);
  double flops = 0, more = 0;
  for (const Operator &op : decode)
    flops += op.flops;
  for (const Operator &op : mixed)
    more += op.flops;
  EXPECT_NEAR(flops, more, 1e-6 * flops);
}

TEST(EvaluationServing, guessesSaveStepsAsOftenAsTheyAreRight) {
  Design design = serving(1, 1, Serving::OneBatch);
  design.workload.draftTokens = 3;
  design.workload.draftCost = 0;
  design.workload.draftAcceptance = 0;
  const double none = metric(design, Metric::Tpot);
  design.workload.draftAcceptance = 1;
  EXPECT_NEAR(metric(design, Metric::Tpot), none / 4, 1e-12 * none);
  design.workload.draftAcceptance = 0.5;
  EXPECT_NEAR(metric(design, Metric::Tpot), none / (1 + 0.5 + 0.25 + 0.125), 1e-12 * none);
  design.workload.draftCost = 0.1;
  EXPECT_NEAR(metric(design, Metric::Tpot), none * 1.3 / 1.875, 1e-12 * none);
}

TEST(EvaluationServing, chunksNeedStepsToShare) {
  Design design = serving(1, 8, Serving::ContinuousBatching);
  design.workload.prefillChunk = 512;
  design.workload.output = 1;
  const Evaluation result = analyse(design);
  EXPECT_EQ(result.status, Status::Invalid);
  EXPECT_EQ(result.reasons,
            std::vector<std::string>{"prompts in chunks share steps with decoding, and with "
                                     "`workload.output_len` 1 nothing is decoded: set "
                                     "`workload.prefill_chunk` to 0"});
}

TEST(EvaluationServing, aTokenCostsItsShareOfTheCapitalAndItsElectricity) {
  Design design = serving(1, 1, Serving::OneBatch);
  EXPECT_TRUE(std::isnan(metric(design, Metric::TokenCost)));
  design.chip.capital = 3e5;
  design.chip.pue = 1.5;
  design.chip.energyPrice = 0.1 / 3.6e6;
  const double writeOff = 3e5 / design.chip.life / metric(design, Metric::Throughput);
  const double electricity = metric(design, Metric::TokenEnergy) * 1.5 * 0.1 / 3.6e6;
  EXPECT_NEAR(metric(design, Metric::TokenCost), writeOff + electricity,
              1e-12 * (writeOff + electricity));
}

/// One rank reads the whole cache, two read half of it each and add up what they found.
TEST(EvaluationServing, ranksOfAContextShareTheCache) {
  auto cacheBytes = [](const Design &design) {
    double bytes = 0;
    for (const Operator &op : attentionOperators(design, Phase::Decode))
      if (op.kind == OperatorKind::Scores || op.kind == OperatorKind::Values)
        bytes += op.resident;
    return bytes;
  };
  Design one = serving(1, 8, Serving::OneBatch);
  one.workload.sequence = 131072;
  Design two = one;
  two.strategy.cp = 2;
  const double tokens = one.workload.sequence + one.workload.output / 2;
  EXPECT_DOUBLE_EQ(cacheBytes(one), tokens * one.model.cacheElements() * 2);
  EXPECT_DOUBLE_EQ(cacheBytes(two), cacheBytes(one) / 2);

  const CollectiveList sums = attentionCollectives(two, Phase::Decode);
  ASSERT_EQ(sums.size(), 1u);
  EXPECT_EQ(sums[0].kind, Collective::AllReduce);
  EXPECT_EQ(sums[0].group, GroupKind::Context);
  // 32 heads of 128 elements, with a maximum and a sum.
  EXPECT_DOUBLE_EQ(sums[0].bytes, 32 * 130 * 2);

  // A long prompt is read and continued faster, but not twice as fast.
  for (Metric time : {Metric::Ttft, Metric::Tpot}) {
    EXPECT_LT(metric(two, time), metric(one, time));
    EXPECT_GT(metric(two, time), metric(one, time) / 2);
  }
  // Sums cost more than is saved where there is little to read.
  one.workload.sequence = two.workload.sequence = 128;
  EXPECT_GT(metric(two, Metric::Tpot), metric(one, Metric::Tpot));
}

TEST(EvaluationServing, partsSumToTheWhole) {
  for (double readers : {0, 1, 4}) {
    Design design = serving(8, 56, Serving::ContinuousBatching);
    design.strategy.prefillReplicas = readers;
    design.workload.draftTokens = 2;
    design.workload.draftAcceptance = 0.7;
    design.workload.draftCost = 0.1;
    const Evaluation result = analyse(design);
    ASSERT_EQ(result.status, Status::Ok);
    EXPECT_NEAR(result.find("time")->sum(), result[Metric::IterationTime],
                1e-9 * result[Metric::IterationTime]);
  }
}

} // namespace
} // namespace wsc::evaluation
