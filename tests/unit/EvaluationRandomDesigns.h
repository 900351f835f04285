// Random strategies of random chips, for properties that hold of all: dense models and experts,
// heads and latent attention, training and serving in every way.
#pragma once

#include "EvaluationDesigns.h"

#include <cmath>
#include <random>

namespace wsc::evaluation {

class RandomDesigns {
public:
  /// A training run, most of which are valid.
  Design next() {
    const bool gpus = pick({0, 1});
    Design design{gpus ? a100Cluster(512) : wafers(), model(),
                  workloadOf(WorkloadKind::Training, 64, 1024, 0),
                  strategyOf(pick({1, 2, 4, 8}), pick({1, 2, 3, 4, 8}), pick({1, 2, 4, 8}),
                             pick({1, 2, 4, 8}))};
    design.chip.memory = 1e18;
    design.workload.dropout = pick({0, 1});
    Strategy &strategy = design.strategy;
    strategy.reticlesPerRank = gpus ? 1 : pick({1, 2, 3, 4, 6, 12});
    strategy.cp = pick({1, 1, 2});
    const double ep = pick({1, 2, 4, 8});
    strategy.ep = design.model.experts > 1 && std::fmod(strategy.replicas(), ep) == 0 ? ep : 1;
    strategy.recompute = Recompute(pick({0, 1, 2}));
    strategy.schedule = Schedule(pick({0, 1, 2, 3}));
    strategy.virtualStages = strategy.schedule == Schedule::Interleaved ? pick({1, 2, 4}) : 1;
    strategy.sequenceParallel = pick({0, 1});
    strategy.flashAttention = pick({0, 1});
    strategy.zeroStage = pick({0, 1, 2, 3});
    strategy.overlapTensor = pick({0, 0, 1});
    strategy.overlapGradients = pick({0, 1});
    strategy.overlapWeights = pick({0, 1});
    strategy.weights = Weights(pick({0, 0, 0, 1}));
    return design;
  }

  /// The same, serving requests in any way.
  Design nextServing() {
    Design design = next();
    design.workload = workloadOf(WorkloadKind::Inference, pick({1, 2, 8, 48}), pick({128, 2048}),
                                 pick({1, 2, 64}));
    design.workload.serving = Serving(pick({0, 1}));
    if (pick({0, 0, 1})) {
      design.workload.draftTokens = pick({1, 4});
      design.workload.draftAcceptance = 0.2 * pick({1, 4, 5});
      design.workload.draftCost = 0.1;
    }
    const bool continuous = design.workload.serving == Serving::ContinuousBatching;
    design.workload.prefillChunk = continuous ? pick({0, 0, 96, 4096}) : 0;
    design.strategy.prefillReplicas = continuous ? pick({0, 0, 1, 2}) : 0;
    design.chip.capital = pick({0, 1}) * 1e6;
    return design;
  }

private:
  double pick(std::initializer_list<int> values) {
    return *(values.begin() + random_() % values.size());
  }
  Model model() {
    switch (random_() % 3) {
    case 0: return gpt(24, 2048, 16);
    case 1: return llama3();
    default: return deepseekV3();
    }
  }
  Chip wafers() {
    Chip chip = wse2();
    chip.wafers = pick({1, 8});
    chip.dataflow = Dataflow(pick({0, 1, 2, 3}));
    chip.shift = Shift(pick({0, 1, 2}));
    chip.coreTopology = Topology(pick({0, 1}));
    chip.waferTopology = Topology(pick({0, 1, 2}));
    chip.operandTraffic = pick({0, 4, 16});
    chip.stepLatency = chip.operatorLatency = pick({0, 1}) * 1e-7;
    chip.dramBandwidth = pick({0, 1}) * 1e12;
    return chip;
  }

  std::mt19937_64 random_{11};
};

} // namespace wsc::evaluation
