// A batch gives the same bits as its designs one by one, on any number of threads.
#include "EvaluationDesigns.h"
#include "evaluation/Batch.h"
#include "evaluation/ModelEvaluator.h"

#include <cstring>
#include <gtest/gtest.h>
#include <random>

namespace wsc::evaluation {
namespace {

/// A design with its strategy open; some of its designs run, others contradict themselves or do not
/// fit.
struct OpenSpace : DesignSpace {
  explicit OpenSpace(const Design &design) : DesignSpace(design) {
    for (const char *path : {"strategy.tp", "strategy.pp", "strategy.dp", "strategy.ep",
                             "strategy.micro_batch_size"}) {
      space.params.emplace_back(path, ir::Type::number(), std::vector<Rational>{1, 2, 4, 8, 16},
                                ir::Location{});
      for (ir::Quantity &quantity : space.quantities)
        if (quantity.name == path)
          quantity.node = space.param(space.params.size() - 1);
    }
  }
};

/// Latent attention and experts; prompts in chunks, guesses.
Design servingExperts() {
  Design design = gptTraining();
  design.chip.memory = 1e15;
  design.model = deepseekV3();
  design.workload = workloadOf(WorkloadKind::Inference, 1024, 2048, 64);
  design.workload.serving = Serving::ContinuousBatching;
  design.workload.prefillChunk = 512;
  design.workload.draftTokens = 3;
  design.workload.draftAcceptance = 0.7;
  design.workload.draftCost = 0.1;
  design.strategy.cp = 2;
  return design;
}

Design streamedTraining() {
  Design design = gptTraining();
  design.chip = wse2();
  design.chip.wafers = 8;
  design.chip.memory = 1e15;
  design.strategy.weights = Weights::Streamed;
  return design;
}

class EvaluationBatch : public testing::TestWithParam<Design (*)()> {};

TEST_P(EvaluationBatch, givesTheSameBitsAsOneByOne) {
  OpenSpace open(GetParam()());
  const ModelEvaluator evaluator(Fidelity::Analytic,
                                 std::get<Binding>(Binding::create(open.space)));
  std::mt19937_64 random(3);
  std::vector<std::vector<double>> designs(2000);
  for (std::vector<double> &design : designs)
    for (const ir::Param &param : open.space.params)
      design.push_back(param.values[random() % param.values.size()]);
  std::vector<Measurement> alone;
  unsigned run = 0;
  for (const std::vector<double> &design : designs) {
    alone.push_back(evaluator.measure(design));
    run += alone.back().status == Status::Ok;
  }
  EXPECT_GT(run, 30u);
  EXPECT_LT(run, 2000u);
  for (unsigned threads : {1, 2, 5}) {
    const std::vector<Measurement> batch = measureAll(evaluator, designs, threads);
    ASSERT_EQ(batch.size(), alone.size());
    for (unsigned i = 0; i < alone.size(); ++i) {
      EXPECT_EQ(batch[i].status, alone[i].status);
      EXPECT_EQ(0, std::memcmp(batch[i].metrics.data(), alone[i].metrics.data(),
                               sizeof(alone[i].metrics)));
    }
  }
  // The breakdown is of the same numbers.
  for (unsigned i = 0; i < 20; ++i) {
    const Evaluation whole = evaluator.evaluate(designs[i]);
    EXPECT_EQ(0,
              std::memcmp(whole.metrics.data(), alone[i].metrics.data(), sizeof(alone[i].metrics)));
  }
}

INSTANTIATE_TEST_SUITE_P(Workloads, EvaluationBatch,
                         testing::Values(gptTraining, servingExperts, streamedTraining));

} // namespace
} // namespace wsc::evaluation
