// Mixtures of experts, latent attention, sliding windows and precisions against closed forms.
#include "evaluation/Bounds.h"
#include "evaluation/Work.h"
#include "tests/unit/EvaluationDesigns.h"

#include <cmath>
#include <gtest/gtest.h>

namespace wsc::evaluation {
namespace {

/// DeepSeek-V3, one replica on each GPU of a node.
Design deepseek(WorkloadKind kind, double batch, double sequence, double output = 0) {
  Design design{a100Cluster(8), deepseekV3(), workloadOf(kind, batch, sequence, output),
                strategyOf(1, 1, 8)};
  design.chip.memory = 1e15;
  design.strategy.recompute = Recompute::None;
  return design;
}

/// Sums a number over the forward operators of all layers.
template <typename Number> double overLayers(const Design &design, Phase phase, Number number) {
  const Model &model = design.model;
  const double dense = model.experts > 1 ? model.denseLayers : model.layers;
  double sum = 0;
  for (bool sparse : {false, true})
    for (const Operator &op : layerOperators(design, phase, {sparse, false}))
      sum += number(op) * (sparse ? model.layers - dense : dense);
  return sum;
}
double matrixFlops(const Operator &op) { return op.isMatrix() ? op.flops : 0; }
double residentBytes(const Operator &op) { return op.resident; }

TEST(EvaluationModels, operatorsOfExpertsAndLatentAttentionAgreeWithTheClosedForm) {
  Design design = deepseek(WorkloadKind::Training, 8, 4096);
  const double logits = 2 * 4096 * design.model.hidden * design.model.vocabulary;
  const double forward = overLayers(design, Phase::Training, matrixFlops) + logits;
  EXPECT_NEAR(3 * 8 * forward / modelFlops(design), 1, 1e-12);
  // 37 B of the weights work on a token, the input embedding does not.
  const double attention = 61 * 2 * 128 * (192 + 128) * 4096.0;
  const double active = (forward / 4096 - attention) / 2;
  EXPECT_NEAR(active + design.model.vocabulary * design.model.hidden, 37.55e9, 0.1e9);
}

TEST(EvaluationModels, fewTokensTouchFewExperts) {
  // E (1 - (1 - k/E)^b) of them: k for one token, all for many.
  Design design = deepseek(WorkloadKind::Inference, 8, 4096, 2);
  const double expert = 58 * 3 * 7168.0 * 2048 * 2;
  design.workload.sequence = 1e-9; // no cache
  auto touched = [&](double sequences) {
    design.strategy.microBatch = sequences;
    double bytes = 0;
    for (const Operator &op : layerOperators(design, Phase::Decode, {true, false}))
      if (op.kind == OperatorKind::ExpertUp || op.kind == OperatorKind::ExpertDown)
        bytes += 58 * op.resident;
    return bytes / expert;
  };
  EXPECT_NEAR(touched(1), 8, 1e-9);
  EXPECT_NEAR(touched(32), 256 * (1 - std::pow(1 - 8.0 / 256, 32)), 1e-9);
  EXPECT_NEAR(touched(4096), 256, 1e-6);
  // Eight ranks share them, and each sees the tokens of all.
  design.strategy.ep = 8;
  EXPECT_NEAR(touched(4), 32 * (1 - std::pow(1 - 8.0 / 256, 32)), 1e-9);
}

TEST(EvaluationModels, latentAttentionReadsItsCacheOnce) {
  // 61 layers x (512 + 64) elements x 2 B = 70,272 B of each token (arXiv:2412.19437).
  auto read = [](double sequence, bool fused) {
    Design design = deepseek(WorkloadKind::Inference, 8, sequence, 2);
    design.strategy.flashAttention = fused;
    return overLayers(design, Phase::Decode, residentBytes);
  };
  for (bool fused : {false, true})
    EXPECT_DOUBLE_EQ(read(2000, fused) - read(1000, fused), 1000 * 70272.0);
}

TEST(EvaluationModels, precisionsBelongToClassesOfTensors) {
  Design design = deepseek(WorkloadKind::Inference, 8, 1000, 2);
  const double before = overLayers(design, Phase::Decode, residentBytes);
  const double cache = 1001 * 70272.0;
  design.workload.weightSize = 1;
  EXPECT_NEAR(overLayers(design, Phase::Decode, residentBytes), (before - cache) / 2 + cache, 1);
  design.workload.cacheSize = 1;
  EXPECT_NEAR(overLayers(design, Phase::Decode, residentBytes), before / 2, 1);
}

/// The first operator of a kind, of a dense layer.
Operator operatorOf(const Design &design, Phase phase, OperatorKind kind) {
  for (const Operator &op : layerOperators(design, phase))
    if (op.kind == kind)
      return op;
  return {};
}

TEST(EvaluationModels, fewRowsTakeAsLongAsTheirWeightsAreLarge) {
  Design design = llamaDecode();
  design.chip = a100Cluster(1);
  auto seconds = [&] {
    const Operator op = operatorOf(design, Phase::Decode, OperatorKind::FfnUp);
    return costOf(op, rankHardware(design, {1, 1}, Phase::Decode)).time;
  };
  const Chip &chip = design.chip;
  const double wide = seconds();
  design.workload.weightSize = 1;
  const double narrow = seconds();
  EXPECT_NEAR(wide - narrow, 2 * 4096 * 14336 / (chip.dramBandwidth * chip.dramEfficiency),
              0.02 * wide);
  design.workload.activationSize = 1; // of one row
  EXPECT_NEAR(seconds(), narrow, 1e-3 * narrow);
}

TEST(EvaluationModels, tilesTravelInTheSizesOfTheirTensors) {
  Design design = llamaDecode();
  design.chip.dataflow = Dataflow::OutputStationary;
  auto sent = [&](double weights, double activations) {
    design.workload.weightSize = weights;
    design.workload.activationSize = activations;
    const Operator op = operatorOf(design, Phase::Prefill, OperatorKind::FfnUp);
    return costOf(op, rankHardware(design, {1, 1}, Phase::Prefill)).usage.coreByteHops;
  };
  // Panels of both operands, each of which takes half as much.
  EXPECT_LT(sent(1, 2), sent(2, 2));
  EXPECT_LT(sent(2, 1), sent(2, 2));
  EXPECT_NEAR(sent(1, 2) + sent(2, 1), 1.5 * sent(2, 2), 1e-9 * sent(2, 2));
  EXPECT_NEAR(sent(1, 1), 0.5 * sent(2, 2), 1e-9 * sent(2, 2));
}

TEST(EvaluationModels, gradientsAreAddedUpInTheirOwnSize) {
  Design design = llamaDecode();
  design.chip = a100Cluster(1);
  design.workload = workloadOf(WorkloadKind::Training, 8, 2048, 0);
  const Operator up = operatorOf(design, Phase::Training, OperatorKind::FfnUp);
  auto moved = [&](double size, bool accumulates) {
    design.workload.gradientSize = size;
    const Operator gradient = *backwardOf(up, design.workload, accumulates).second;
    return costOf(gradient, rankHardware(design, {1, 1}, Phase::Training)).usage.dramBytes;
  };
  const double weights = 2 * 4096.0 * 14336;
  EXPECT_NEAR(moved(4, false) - moved(2, false), 2 * weights, 1);
  EXPECT_NEAR(moved(4, true) - moved(4, false), 4 * weights, 1);
}

/// A step that checks g guesses has g + 1 queries of each request, which all look at its cache.
TEST(EvaluationModels, guessesAreCheckedByAttention) {
  for (const Model &model : {deepseekV3(), llama3()})
    for (bool fused : {false, true}) {
      Design design = deepseek(WorkloadKind::Inference, 8, 4096, 2);
      design.model = model;
      design.strategy.flashAttention = fused;
      auto flops = [&](double guesses) {
        design.workload.draftTokens = guesses;
        double sum = 0;
        for (const Operator &op : attentionOperators(design, Phase::Decode))
          sum += op.flops + op.vectorFlops;
        return sum;
      };
      EXPECT_NEAR(flops(3), 4 * flops(0), 1e-9 * flops(3));
    }
}

TEST(EvaluationModels, aTokenGoesToItsExpertsAndBackInEachPass) {
  Design design = deepseek(WorkloadKind::Training, 8, 4096);
  std::vector<std::string> reasons;
  auto sent = [&] {
    const Placement placement = *place(design, reasons);
    return layerWork(Task(design, placement, Phase::Training), true).network.waferByteHops;
  };
  EXPECT_EQ(sent(), 0);
  design.strategy.ep = 8;
  const double once = 4096 * 8 * 7168.0 * 2; // tokens x k x h in 16 bit
  EXPECT_DOUBLE_EQ(sent(), 4 * once);
  design.strategy.recompute = Recompute::Full;
  EXPECT_DOUBLE_EQ(sent(), 6 * once);
}

TEST(EvaluationModels, ranksThatShareSequencesComputeEachTokenOnceInDecode) {
  Design design = deepseek(WorkloadKind::Inference, 8, 4096);
  design.workload.output = 2;
  const double up = 2 * 7168.0 * 2 * 2048; // flop of a token and an expert
  // Of 8 ranks with `microBatch` tokens each, cp of which are the same.
  for (double cp : {1, 2, 4, 8})
    for (double ep : {2, 8}) {
      design.strategy = strategyOf(1, 1, 8 / cp, 4);
      design.strategy.cp = cp;
      design.strategy.ep = ep;
      double flops = 0;
      for (const Operator &op : feedForwardOperators(design, Phase::Decode, true))
        if (op.kind == OperatorKind::ExpertUp)
          flops += op.flops;
      const double distinct = 4 * std::max(1.0, ep / cp); // in a group
      EXPECT_NEAR(flops, distinct * 8 / ep * up, 1e-6 * flops) << cp << ' ' << ep;
      double added = 0, sent = 0, passed = 0;
      for (const LayerCollective &each : feedForwardCollectives(design, Phase::Decode, true)) {
        if (each.group == GroupKind::Context)
          passed += each.bytes;
        else if (each.group == GroupKind::Experts)
          (each.kind == Collective::AllReduce ? added : sent) += each.bytes * each.forward;
      }
      const double tokens = 4 * 7168.0 * 2; // bytes
      const bool within = cp > 1 && ep <= cp;
      EXPECT_DOUBLE_EQ(added, within ? tokens : 0);
      EXPECT_DOUBLE_EQ(sent, within ? 0 : 2 * tokens * 8 / cp);
      EXPECT_DOUBLE_EQ(passed, !within && cp > 1 ? tokens : 0);
    }
}

TEST(EvaluationModels, theBusiestExpertsSetThePace) {
  Design design = deepseek(WorkloadKind::Training, 8, 4096);
  std::vector<std::string> reasons;
  const Placement placement = *place(design, reasons);
  auto expertTime = [&] {
    const Work work = layerWork(Task(design, placement, Phase::Training), true);
    return work.compute.byKind[static_cast<unsigned>(OperatorKind::ExpertUp)].time;
  };
  const double balanced = expertTime();
  design.workload.expertImbalance = 1.5;
  EXPECT_DOUBLE_EQ(expertTime(), 1.5 * balanced);
}

TEST(EvaluationModels, aWindowLimitsWhatAQuerySees) {
  Design design{a100Cluster(8), llama3(), workloadOf(WorkloadKind::Inference, 1, 8192, 2),
                strategyOf(1, 1, 1)};
  design.model.window = 1024;
  design.model.windowLayers = 16;
  auto cached = [&](bool windowed) {
    double bytes = 0;
    for (const Operator &op : attentionOperators(design, Phase::Decode, windowed))
      if (op.kind == OperatorKind::Scores || op.kind == OperatorKind::Values)
        bytes += op.resident;
    return bytes;
  };
  EXPECT_DOUBLE_EQ(cached(false), 8193 * 2 * 8 * 128 * 2);
  EXPECT_DOUBLE_EQ(cached(true), 1024 * 2 * 8 * 128 * 2);
}

TEST(EvaluationModels, fusedAttentionSkipsWhatTheMaskHides) {
  Design design{a100Cluster(8), llama3(), workloadOf(WorkloadKind::Training, 8, 4096, 0),
                strategyOf(1, 1, 8)};
  design.strategy.flashAttention = true;
  double flops = 0;
  for (const Operator &op : attentionOperators(design, Phase::Training))
    if (op.kind == OperatorKind::Attention) {
      flops = op.flops;
      // Queries, keys, values and outputs, and nothing of the size of the scores.
      EXPECT_DOUBLE_EQ(op.reads + op.writes, 4096 * 128 * 2.0 * (32 + 2 * 8 + 32));
    }
  EXPECT_DOUBLE_EQ(flops, 4 * 32 * 128 * (4096.0 * 4097 / 2));
  design.workload.flopsConvention = FlopsConvention::Causal;
  const double causal = modelFlops(design);
  design.workload.flopsConvention = FlopsConvention::Full;
  EXPECT_NEAR(modelFlops(design) - causal, 3 * 8 * 32 * 4 * 4096 * 4096.0 * 4095 / 2,
              1e-9 * causal);
}

} // namespace
} // namespace wsc::evaluation
