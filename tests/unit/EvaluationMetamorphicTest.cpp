// How results change with a design, whatever they are: in training and in serving, with experts,
// latent attention, context parallelism, prompts in chunks, guesses, streamed weights.
#include "EvaluationRandomDesigns.h"
#include "evaluation/Analytic.h"

#include <gtest/gtest.h>

namespace wsc::evaluation {
namespace {

constexpr Metric times[] = {Metric::IterationTime, Metric::Ttft, Metric::Tpot};

/// Where two shares of computation add up to more than there is, less computation hides less of
/// both.  Where the room for sums follows from the SRAM of a core, tiles grow with it.
Design nextOf(RandomDesigns &designs, unsigned trial) {
  Design design = trial % 3 ? designs.nextServing() : designs.next();
  Strategy &strategy = design.strategy;
  strategy.overlapTensor = strategy.overlapGradients = strategy.overlapWeights = 0;
  design.chip.coreSram = 192 << 10;
  design.chip.accumulators = 256 << 10;
  return design;
}

/// The search for tiles ends 3 % from what none can beat.
double toleranceOf(const Chip &chip) { return chip.coreTopology == Topology::Switch ? 0.03 : 1e-9; }

TEST(EvaluationMetamorphic, moreOfAnyPartIsNeverSlower) {
  std::vector<BetterPart> parts(std::begin(betterParts), std::end(betterParts));
  parts.push_back({&Chip::memory, 2, "memory"});
  parts.push_back({&Chip::routeLatency, 0.5, "route_latency"});
  parts.push_back({&Chip::operatorLatency, 0.5, "operator_latency"});
  RandomDesigns designs;
  unsigned compared = 0;
  for (unsigned trial = 0; trial < 6000; ++trial) {
    const Design design = nextOf(designs, trial);
    const Measurement before = measure(design);
    if (before.status != Status::Ok)
      continue;
    ++compared;
    for (const BetterPart &part : parts) {
      Design other = design;
      other.chip.*part.field *= part.factor;
      const Measurement after = measure(other);
      ASSERT_EQ(after.status, Status::Ok) << part.name << ' ' << trial;
      for (Metric metric : times)
        EXPECT_FALSE(after[metric] > before[metric] * (1 + toleranceOf(design.chip)))
            << part.name << " of design " << trial << ", " << name(metric).str() << " times "
            << after[metric] / before[metric];
    }
  }
  EXPECT_GT(compared, 500u);
}

TEST(EvaluationMetamorphic, aFasterClockIsNeverSlower) {
  RandomDesigns designs;
  for (unsigned trial = 0; trial < 3000; ++trial) {
    const Design design = nextOf(designs, trial);
    Design other = design;
    Chip &chip = other.chip;
    for (double Chip::*rate : {&Chip::clock, &Chip::peak, &Chip::sramBandwidth,
                               &Chip::coreLinkBandwidth, &Chip::waferLinkBandwidth})
      chip.*rate *= 2;
    for (double Chip::*cycles : {&Chip::coreHopLatency, &Chip::waferHopLatency, &Chip::routeLatency,
                                 &Chip::stepLatency, &Chip::operatorLatency, &Chip::vectorLatency})
      chip.*cycles /= 2;
    const Measurement before = measure(design), after = measure(other);
    ASSERT_EQ(before.status, after.status) << trial;
    for (Metric metric : times) {
      EXPECT_FALSE(after[metric] > before[metric] * (1 + toleranceOf(chip))) << trial;
      // What goes between wafers and out of DRAM has another clock.
      EXPECT_FALSE(after[metric] < before[metric] / 2 * (1 - toleranceOf(chip))) << trial;
    }
  }
}

/// The same model with as many times the layers of each kind.
Model repeated(Model model, double times) {
  const double ends = model.embeddings * model.vocabulary * model.hidden;
  model.parameters = ends + times * (model.parameters - ends);
  model.layers *= times;
  model.denseLayers *= times;
  model.windowLayers *= times;
  return model;
}

TEST(EvaluationMetamorphic, eachFurtherModelOfLayersTakesAsLong) {
  RandomDesigns designs;
  unsigned compared = 0;
  for (unsigned trial = 0; trial < 6000; ++trial) {
    Design design = nextOf(designs, trial);
    // Stages of as many layers, of one kind.
    design.strategy.pp =
        std::fmod(design.model.layers, design.strategy.pp) == 0 && design.model.experts == 1
            ? design.strategy.pp
            : 1;
    const Model model = design.model;
    double time[3], energy[3];
    bool runs = true;
    for (unsigned times : {1, 2, 3}) {
      design.model = repeated(model, times);
      const Measurement result = measure(design);
      runs &= result.status == Status::Ok;
      time[times - 1] = result[Metric::IterationTime];
      energy[times - 1] = result[Metric::TokenEnergy];
    }
    if (!runs)
      continue;
    ++compared;
    // What is not layers, embeddings and logits, takes its time once.
    EXPECT_LE(time[1], 2 * time[0] * (1 + 1e-9)) << trial;
    EXPECT_GE(time[1], 1.2 * time[0]) << trial;
    // What the slowest stage or weights from outside wait for may change with the layers.
    EXPECT_NEAR(time[2] - time[1], time[1] - time[0], 0.02 * time[2]) << trial;
    EXPECT_NEAR(energy[2] - energy[1], energy[1] - energy[0], 0.02 * energy[2]) << trial;
  }
  EXPECT_GT(compared, 500u);
}

} // namespace
} // namespace wsc::evaluation
