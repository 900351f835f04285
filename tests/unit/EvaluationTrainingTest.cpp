// A training step against closed forms: flop, bubbles, traffic of ZeRO, what hides behind what.
#include "evaluation/Analytic.h"
#include "evaluation/Bounds.h"
#include "evaluation/Iteration.h"
#include "tests/unit/EvaluationDesigns.h"

#include <gtest/gtest.h>

namespace wsc::evaluation {
namespace {

double timeOf(const Design &design) {
  const Measurement result = measure(design);
  EXPECT_EQ(result.status, Status::Ok);
  return result[Metric::IterationTime];
}

TrainingStep stepOf(const Design &design) {
  std::vector<std::string> reasons;
  return std::get<TrainingStep>(trainingStep(design, *place(design, reasons)).detail);
}

TEST(EvaluationTraining, flopAreThoseOfTheParametersAndOfAttention) {
  // 6 N + 12 L h s a token without causal discount (PaLM, arXiv:2204.02311, appendix B).
  const Design design = gptTraining();
  const double weights = 12 * 96 * 12288.0 * 12288 + 51200 * 12288.0;
  EXPECT_NEAR(modelFlops(design) / (1536 * 2048), 6 * weights + 12 * 96 * 12288.0 * 2048,
              1e-9 * modelFlops(design));
  const Measurement result = measure(design);
  const double h = 12288, s = 2048, V = 51200;
  EXPECT_NEAR(result[Metric::Hfu] / result[Metric::Mfu],
              4.0 / 3 * (1 + s / (6 * h) + V / (16 * 96 * h)) /
                  (1 + s / (6 * h) + V / (12 * 96 * h)),
              1e-9);
}

TEST(EvaluationTraining, bubblesHaveTheirClosedForms) {
  Design design = gptTraining();
  design.model.vocabulary = 1; // equal stages
  const double m = 1536 / 8, p = 16;
  auto bubble = [&](Schedule schedule, double virtualStages) {
    design.strategy.schedule = schedule;
    design.strategy.virtualStages = virtualStages;
    const TrainingStep step = stepOf(design);
    return step.pipeline / (m * step.phase.stage) - 1;
  };
  EXPECT_NEAR(bubble(Schedule::GPipe, 1), (p - 1) / m, 1e-3);
  EXPECT_NEAR(bubble(Schedule::OneFOneB, 1), (p - 1) / m, 1e-3);
  EXPECT_NEAR(bubble(Schedule::Interleaved, 3), (p - 1) / (3 * m), 1e-3);
  // F + B - W of F + B + W.
  const Work work = stepOf(design).phase.work;
  const double weights = work.weightGradients / stepOf(design).phase.stage;
  EXPECT_GT(weights, 0.15);
  EXPECT_NEAR(bubble(Schedule::ZeroBubble, 1), (p - 1) / m * (1 - 2 * weights), 2e-3);
}

TEST(EvaluationTraining, interleavingPaysWithTransfers) {
  Design design = gptTraining();
  const double once = stepOf(design).phase.transfer;
  design.strategy.schedule = Schedule::Interleaved;
  design.strategy.virtualStages = 3;
  EXPECT_DOUBLE_EQ(stepOf(design).phase.transfer, 3 * once);
  design.strategy.overlapTransfers = 1;
  EXPECT_EQ(stepOf(design).phase.transfer, 0);
}

TEST(EvaluationTraining, zeroMovesTwoOrThreeTimesTheParameters) {
  // Elements that leave a rank, of psi (P-1)/P (arXiv:1910.02054, section 7): 2 up to stage 2, 3 in
  // stage 3.  Each GPU is a node of its own.
  Design design = gptTraining();
  design.chip.reticleCols = 1;
  design.chip.wafers = 8;
  design.chip.memory = 1e15;
  design.strategy = strategyOf(1, 1, 8);
  design.workload.batch = 8;
  auto moved = [&](double stage) {
    design.strategy.zeroStage = stage;
    std::vector<std::string> reasons;
    const double bytes = trainingStep(design, *place(design, reasons)).usage.systemBytes;
    return bytes / (7 * design.model.parameters * 2);
  };
  for (double stage : {0, 1, 2})
    EXPECT_NEAR(moved(stage), 2, 1e-6) << stage;
  EXPECT_NEAR(moved(3), 3, 0.02); // the position embedding is not gathered
}

TEST(EvaluationTraining, whatOverlapsHidesNoMoreThanThereIs) {
  Design design = gptTraining();
  auto shareOf = [&](double Strategy::*share, double zeroStage) {
    design.strategy.zeroStage = zeroStage;
    design.strategy.*share = 0;
    const double alone = timeOf(design);
    design.strategy.*share = 1;
    const double hidden = timeOf(design);
    EXPECT_LT(hidden, alone);
    const TrainingStep step = stepOf(design);
    EXPECT_GE(hidden, step.phase.microBatches * step.phase.work.compute.time);
    design.strategy.*share = 0;
  };
  shareOf(&Strategy::overlapTensor, 0);
  shareOf(&Strategy::overlapGradients, 0);
  shareOf(&Strategy::overlapGradients, 1);
  shareOf(&Strategy::overlapWeights, 1);
  shareOf(&Strategy::overlapWeights, 3);
  shareOf(&Strategy::overlapTransfers, 0);
}

TEST(EvaluationTraining, sequenceParallelismSplitsTheStream) {
  Design design = gptTraining();
  auto elements = [&](OperatorKind kind) {
    for (const Operator &op : layerOperators(design, Phase::Training))
      if (op.kind == kind)
        return op.reads;
    return 0.0;
  };
  const double norms = elements(OperatorKind::Norms), inner = elements(OperatorKind::Activation);
  design.strategy.sequenceParallel = true;
  EXPECT_DOUBLE_EQ(elements(OperatorKind::Norms), norms / 8);
  EXPECT_DOUBLE_EQ(elements(OperatorKind::Activation), inner);
}

TEST(EvaluationTraining, contextParallelismSplitsASequence) {
  // As many flop on twice the ranks of half the sequences; keys and values go around.
  Design design = gptTraining();
  std::vector<std::string> reasons;
  const Usage whole = trainingStep(design, *place(design, reasons)).usage;
  design.strategy.cp = 2;
  design.strategy.dp = 4;
  const Usage split = trainingStep(design, *place(design, reasons)).usage;
  EXPECT_NEAR(split.flops / whole.flops, 1, 1e-9);
  // Each of the cp ranks sends its share of keys and values on, (forward, recomputed) once and
  // (backward) twice: (cp - 1) s 2 h / tp elements for each rank, layer and sequence.
  const double ring = 4 * 96 * 1536 * (2048 * 2 * 12288.0 * 2);
  EXPECT_NEAR((split.systemBytes - whole.systemBytes) / ring, 1, 1e-6);
}

TEST(EvaluationTraining, gradientsOfExpertsStayWithTheirReplicas) {
  Design design = gptTraining();
  design.model = deepseekV3();
  design.chip.memory = 1e15;
  design.strategy = strategyOf(8, 1, 128);
  const RankWeights alone = rankWeights(design);
  design.strategy.ep = 16;
  const RankWeights shared = rankWeights(design);
  EXPECT_DOUBLE_EQ(shared.experts, alone.experts / 16);
  EXPECT_DOUBLE_EQ(shared.shared, alone.shared);
  EXPECT_NEAR(8 * (alone.shared + alone.experts), 671e9, 1);
  std::vector<std::string> reasons;
  EXPECT_EQ(place(design, reasons)->experts.ranks(), 16);
  EXPECT_EQ(place(design, reasons)->expertData.ranks(), 8);
}

TEST(EvaluationTraining, saysWhichSchedulesAndGroupsAreMeaningless) {
  Design design = gptTraining();
  design.strategy.schedule = Schedule::Interleaved;
  design.strategy.virtualStages = 7; // of 96 layers on 16 stages
  design.strategy.zeroStage = 4;
  design.strategy.ep = 3;
  design.workload.batch = 8 * 20; // 20 micro-batches, not a multiple of 16
  design.workload.expertImbalance = 0.5;
  const Evaluation result = analyse(design);
  EXPECT_EQ(result.status, Status::Invalid);
  EXPECT_EQ(result.reasons.size(), 6u);
}

} // namespace
} // namespace wsc::evaluation
