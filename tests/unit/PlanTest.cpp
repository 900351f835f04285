// The lists of a plan sum to what the evaluators sum.
#include "evaluation/Plan.h"

#include "EvaluationDesigns.h"
#include "evaluation/Analytic.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"
#include <set>

namespace wsc::evaluation {
namespace {

/// Groups of this kind among the ranks that share a layer and its copies.
double groupsOf(const Strategy &strategy, GroupKind kind) {
  std::set<std::vector<unsigned>> groups;
  for (unsigned replica = 0; replica < strategy.replicas(); ++replica)
    for (unsigned tensor = 0; tensor < strategy.tp; ++tensor) {
      const unsigned rank = Plan::rankOf(strategy, tensor, 0, replica);
      groups.insert(Plan::members(strategy, kind, rank));
    }
  return groups.size();
}

Usage usageOf(const Plan &plan, const Strategy &strategy, const LayerCollective &each) {
  const Usage usage = collective(each.kind, groupOf(plan.placement, each.group), each.bytes).usage;
  return usage * ((each.forward + each.backward) * groupsOf(strategy, each.group));
}

/// Of all ranks in one iteration, without what goes between stages and without the optimizer.
Usage usageOf(const Plan &plan, const Strategy &strategy) {
  Usage sum;
  for (const PlannedPhase &phase : plan.phases) {
    const Strategy &ranks = phase.design.strategy;
    for (const PlannedPart &part : phase.parts) {
      const double passes = part.count * phase.microBatches * phase.repetitions;
      for (const PlannedOperator &planned : part.operators)
        sum += phase.costOf(planned).usage * (passes * ranks.tp * ranks.replicas());
      for (const LayerCollective &each : part.collectives)
        sum += usageOf(plan, ranks, each) * passes;
    }
  }
  for (const LayerCollective &each : plan.ends)
    sum += usageOf(plan, strategy, each) * strategy.pp;
  return sum;
}

void expectSums(const Design &design) {
  std::vector<std::string> reasons;
  const std::optional<Plan> plan = planOf(design, reasons);
  ASSERT_TRUE(plan);
  const std::optional<Iteration> iteration = iterationOf(design);
  ASSERT_TRUE(iteration) << llvm::join(analyse(design).reasons, "; ");
  const Usage sum = usageOf(*plan, design.strategy), &whole = iteration->usage;
  EXPECT_NEAR(sum.flops, whole.flops, 1e-9 * whole.flops);
  EXPECT_NEAR(sum.coreByteHops, whole.coreByteHops, 1e-9 * whole.coreByteHops);
  EXPECT_NEAR(sum.waferByteHops, whole.waferByteHops, 1e-9 * whole.waferByteHops);
  EXPECT_NEAR(sum.systemBytes, whole.systemBytes, 1e-9 * whole.systemBytes);
}

/// 84 reticles with memory for anything, on up to 16 wafers in a torus.
Chip wafers() {
  Chip chip = wse2();
  chip.memory = 1e15;
  chip.wafers = 16;
  chip.systemTopology = Topology::Torus;
  return chip;
}

TEST(Plan, TrainingSumsToItsUsage) {
  for (double zero : {0, 1, 2, 3})
    for (double cp : {1, 2})
      for (Recompute recompute : {Recompute::None, Recompute::Selective, Recompute::Full}) {
        Design design{wafers(), gpt(24, 2048, 16), workloadOf(WorkloadKind::Training, 64, 2048, 0),
                      strategyOf(4, 1, 8)};
        design.strategy.cp = cp;
        design.strategy.zeroStage = zero;
        design.strategy.recompute = recompute;
        expectSums(design);
      }
}

TEST(Plan, ExpertsSumToTheirUsage) {
  for (double ep : {1, 4, 8})
    for (double zero : {0, 3}) {
      Design design{wafers(), deepseekV3(), workloadOf(WorkloadKind::Training, 64, 1024, 0),
                    strategyOf(2, 1, 16)};
      design.strategy.ep = ep;
      design.strategy.zeroStage = zero;
      expectSums(design);
    }
}

TEST(Plan, InferenceSumsToItsUsage) {
  Design design{wafers(), llama3(), workloadOf(WorkloadKind::Inference, 60, 1024, 128),
                strategyOf(4, 1, 4)};
  expectSums(design);
  design.workload.serving = Serving::ContinuousBatching;
  expectSums(design);
  design.strategy.prefillReplicas = 1;
  expectSums(design);
  design.strategy.prefillReplicas = 0;
  design.workload.prefillChunk = 256;
  expectSums(design);
}

TEST(Plan, WindowsCountByTheirShareOfLayers) {
  Design design{wafers(), llama3(), workloadOf(WorkloadKind::Inference, 4, 8192, 16),
                strategyOf(4, 1, 4)};
  design.model.window = 1024;
  design.model.windowLayers = 24;
  expectSums(design);
  std::vector<std::string> reasons;
  double layers = 0;
  for (const PlannedPart &part : planOf(design, reasons)->phases[0].parts)
    layers += part.isLayer ? part.count : 0;
  EXPECT_EQ(layers, design.model.layers);
}

TEST(Plan, MembersOfGroupsAgreeOnTheirGroup) {
  Strategy strategy = strategyOf(2, 3, 4);
  strategy.cp = 2;
  strategy.ep = 4;
  for (GroupKind kind : {GroupKind::Tensor, GroupKind::Data, GroupKind::Context, GroupKind::Experts,
                         GroupKind::ExpertData})
    for (unsigned rank = 0; rank < strategy.ranks(); ++rank) {
      const std::vector<unsigned> group = Plan::members(strategy, kind, rank);
      EXPECT_EQ(llvm::count(group, rank), 1) << name(kind).str();
      for (unsigned other : group)
        EXPECT_EQ(Plan::members(strategy, kind, other), group) << name(kind).str();
    }
}

} // namespace
} // namespace wsc::evaluation
