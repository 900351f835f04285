// Prompts and tokens on chips of their own, against replicas of one chip that share the work, and
// against their own parts.
#include "evaluation/Analytic.h"
#include "evaluation/Iteration.h"
#include "evaluation/Pools.h"
#include "search/Estimates.h"
#include "tests/unit/EvaluationDesigns.h"
#include "gtest/gtest.h"
#include <random>

namespace wsc::evaluation {
namespace {

/// Nodes of so many A100s.
Chip node(double gpus) {
  Chip chip = a100Cluster(8);
  chip.reticleCols = gpus;
  chip.staticPower = 90 * gpus;
  return chip;
}

/// Llama 3 8B, 2048 tokens in and 128 out, a GPU a replica.
Pools gpus(double readers, double writers, double batch) {
  Design design{node(writers), llama3(), workloadOf(WorkloadKind::Inference, batch, 2048, 128),
                strategyOf(1, 1, writers)};
  design.strategy.weightMemory = 16.06e9;
  design.workload.serving = Serving::ContinuousBatching;
  Pools pools{design, design};
  pools.prefill.chip = node(readers);
  pools.prefill.strategy.dp = readers;
  pools.prefill.workload.side = Side::Prompts;
  pools.decode.workload.side = Side::Tokens;
  return pools;
}

Measurement measured(const Pools &pools) {
  const Evaluation result = analyse(pools, Fidelity::Analytic);
  EXPECT_EQ(result.status, Status::Ok) << (result.reasons.empty() ? "" : result.reasons[0]);
  return result;
}

TEST(EvaluationPools, twoAlikeAreReplicasForPrompts) {
  for (double readers : {1, 4, 6, 7}) {
    Pools pools = gpus(readers, 8 - readers, 56);
    if (std::fmod(56, 8 - readers) != 0)
      continue;
    Design one = pools.decode;
    one.chip = node(8);
    one.workload.side = Side::Both;
    one.strategy.dp = 8;
    one.strategy.prefillReplicas = readers;
    // Caches take no time on either way.
    for (Chip *chip : {&pools.prefill.chip, &pools.decode.chip, &one.chip}) {
      chip->waferLinkBandwidth = chip->systemLinkBandwidth = 1e30;
      chip->waferHopLatency = chip->systemHopLatency = chip->systemLinkEnergy = 0;
    }
    const Measurement both = measured(pools), replicas = measure(one);
    ASSERT_EQ(replicas.status, Status::Ok);
    for (Metric metric : {Metric::IterationTime, Metric::Throughput, Metric::Ttft, Metric::Tpot,
                          Metric::Mfu, Metric::Power, Metric::TokenEnergy})
      EXPECT_NEAR(both[metric], replicas[metric], 1e-12 * replicas[metric]) << name(metric).str();
  }
}

TEST(EvaluationPools, theWayOfCachesIsPartOfTheFirstTokenAndOfTheEnergy) {
  Pools pools = gpus(2, 4, 56);
  const double bytes = 32 * 2 * 8 * 128 * 2 * 2048.0; // of a prompt
  EXPECT_DOUBLE_EQ(promptCacheBytes(pools.decode), bytes);
  // Two replicas send over one node's ports.
  const Handover handover = handoverOf(pools, 1, 1);
  EXPECT_DOUBLE_EQ(handover.bandwidth, 200e9);
  EXPECT_DOUBLE_EQ(handover.replicaBandwidth, 50e9);
  const Measurement slow = measured(pools);
  pools.prefill.chip.systemLinkBandwidth = pools.decode.chip.systemLinkBandwidth = 1e30;
  const Measurement fast = measured(pools);
  EXPECT_NEAR(slow[Metric::Ttft] - fast[Metric::Ttft], bytes / 50e9, 1e-9);
  EXPECT_DOUBLE_EQ(slow[Metric::Tpot], fast[Metric::Tpot]);
  // Half of the way at the price of each side.
  pools.prefill.chip.systemLinkEnergy += 6e-12;
  const double more = measured(pools)[Metric::TokenEnergy] - fast[Metric::TokenEnergy];
  EXPECT_NEAR(more, bytes / 128 * 3e-12, 1e-6 * more);
  // A link of its own.
  pools.decode.chip.handoverBandwidth = 1e9;
  EXPECT_NEAR(measured(pools)[Metric::IterationTime], 56 * bytes / 1e9, 1e-9);
}

/// The energy of both and of the way, and the times as each of them sees the cycle.
TEST(EvaluationPools, partsSumToTheWhole) {
  for (double limit : {0, 1400}) {
    Pools pools = gpus(2, 4, 56);
    pools.prefill.chip.powerLimit = limit / 4;
    pools.decode.chip.powerLimit = limit;
    const Evaluation result = analyse(pools, Fidelity::Analytic);
    ASSERT_EQ(result.status, Status::Ok) << result.reasons[0];
    const double time = result[Metric::IterationTime];
    for (llvm::StringRef name : {"time", "time of prefill", "time of the way between them"}) {
      ASSERT_TRUE(result.find(name)) << name.str();
      EXPECT_NEAR(result.find(name)->sum(), time, 1e-9 * time) << name.str();
      EXPECT_DOUBLE_EQ(result.find(name)->value, time);
    }
    EXPECT_EQ(result.find("time of prefill")->find("lower clock") != nullptr, limit > 0);
    const Item &energy = *result.find("energy");
    EXPECT_NEAR(energy.sum(), energy.value, 1e-9 * energy.value);
    for (llvm::StringRef side : {"prefill", "decode"})
      EXPECT_NEAR(energy.find(side)->sum(), energy.find(side)->value, 1e-9 * energy.value);
    EXPECT_NEAR(energy.value, result[Metric::Power] * time, 1e-9 * energy.value);
    EXPECT_NEAR(energy.value, result[Metric::TokenEnergy] * 56 * 128, 1e-9 * energy.value);
  }
}

TEST(EvaluationPools, moreOfEitherIsNotSlower) {
  for (const auto &[readers, writers] : {std::pair{1, 7}, {2, 4}, {4, 2}, {7, 1}}) {
    const Measurement before = measured(gpus(readers, writers, 56));
    const Measurement read = measured(gpus(2 * readers, writers, 56));
    const Measurement written = measured(gpus(readers, 2 * writers, 56));
    EXPECT_GE(read[Metric::Throughput], before[Metric::Throughput]);
    EXPECT_GE(written[Metric::Throughput], before[Metric::Throughput]);
    EXPECT_LE(written[Metric::Tpot], before[Metric::Tpot]);
    EXPECT_EQ(read[Metric::Tpot], before[Metric::Tpot]);
    // One of the two is what the other waits for.
    EXPECT_TRUE(read[Metric::Throughput] > before[Metric::Throughput] ||
                written[Metric::Throughput] > before[Metric::Throughput]);
    Pools faster = gpus(readers, writers, 56);
    faster.prefill.chip.peak *= 2;
    EXPECT_LT(measured(faster)[Metric::Ttft], before[Metric::Ttft]);
    EXPECT_EQ(measured(faster)[Metric::Tpot], before[Metric::Tpot]);
  }
}

TEST(EvaluationPools, saysWhichOfThemCannotRun) {
  Pools pools = gpus(2, 4, 56);
  pools.prefill.strategy.cacheMemory = 70e9;
  Evaluation result = analyse(pools, Fidelity::Analytic);
  EXPECT_EQ(result.status, Status::DoesNotFit);
  EXPECT_EQ(result.reasons,
            std::vector<std::string>{"prefill: a rank needs 86.06 GB (weights 16.06 GB, keys and "
                                     "values 70 GB) and has 80 GB: 6.06 GB too much"});
  pools = gpus(2, 4, 57);
  EXPECT_EQ(analyse(pools, Fidelity::Analytic).reasons,
            std::vector<std::string>{
                "decode: the batch of 57 is not a multiple of the 4 replicas that decode"});
  pools = gpus(2, 4, 56);
  pools.prefill.workload.serving = pools.decode.workload.serving = Serving::OneBatch;
  result = analyse(pools, Fidelity::Analytic);
  EXPECT_EQ(result.status, Status::Invalid);
  EXPECT_EQ(result.reasons.size(), 1u); // of both, once
  pools = gpus(2, 4, 56);
  pools.decode.chip.isHandoverOnWafer = true;
  EXPECT_EQ(measure(pools).status, Status::Invalid); // how fast?
  pools.decode.chip.handoverBandwidth = 1e12;
  EXPECT_EQ(measure(pools).status, Status::Ok);
  pools.decode.chip.wafers = 2; // on which wafers?
  EXPECT_EQ(measure(pools).status, Status::Invalid);
}

/// Two wafers of random sizes with random strategies.
class RandomPools {
public:
  Pools next() {
    Pools pools{side(Side::Prompts), side(Side::Tokens)};
    pools.prefill.model = pools.decode.model;
    Workload workload = pools.decode.workload;
    workload.side = Side::Prompts;
    pools.prefill.workload = workload;
    return pools;
  }

private:
  double pick(std::initializer_list<double> values) {
    return values.begin()[random_() % values.size()];
  }
  Design side(Side side) {
    Design design{
        random_() % 2 ? a100Cluster(8) : wse2(), random_() % 2 ? llama3() : gpt(24, 2048, 16),
        workloadOf(WorkloadKind::Inference, pick({8, 64, 96}), pick({128, 2048}), pick({2, 128})),
        strategyOf(pick({1, 2, 4}), pick({1, 2, 3}), pick({1, 2, 4}), pick({1, 4}))};
    design.chip.wafers = pick({1, 2, 4});
    design.chip.memory = 1e18;
    design.chip.powerLimit = pick({0, 0, 5000});
    design.workload.serving = Serving::ContinuousBatching;
    design.workload.draftTokens = pick({0, 3});
    design.workload.draftAcceptance = 0.8;
    design.workload.draftCost = 0.05;
    design.workload.side = side;
    return design;
  }
  std::mt19937_64 random_{5};
};

TEST(EvaluationPools, noneBeatsItsBounds) {
  RandomPools random;
  unsigned count = 0;
  double tightest = 0;
  for (unsigned trial = 0; trial < 4000; ++trial) {
    const Pools pools = random.next();
    const Measurement result = measure(pools);
    ASSERT_NE(result.status, Status::InternalError);
    if (result.status != Status::Ok)
      continue;
    ++count;
    const Measurement known = search::measureByBounds(pools);
    for (Metric time : {Metric::IterationTime, Metric::Ttft, Metric::Tpot, Metric::TokenEnergy})
      ASSERT_LE(known[time], result[time] * (1 + 1e-9)) << trial << name(time).str();
    for (Metric rate : {Metric::Throughput, Metric::UserRate, Metric::WaferRate})
      ASSERT_GE(known[rate], result[rate] * (1 - 1e-9)) << trial << name(rate).str();
    tightest = std::max(tightest, known[Metric::IterationTime] / result[Metric::IterationTime]);
  }
  EXPECT_GT(count, 1000u);
  EXPECT_GT(tightest, 0.5);
}

} // namespace
} // namespace wsc::evaluation
