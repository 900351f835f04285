// Bounds of prompts and of decode steps, and what each way of serving makes of them.
#include "evaluation/ServingBounds.h"

#include "evaluation/Iteration.h"
#include <algorithm>
#include <cmath>

namespace wsc::evaluation {

namespace {

/// Passes through all layers on the ranks that share each of them.
class LeastPass {
public:
  LeastPass(const Design &design, const LeastWork &least, const Group *group)
      : design_(design), least_(least), group_(group),
        reticles_(design.strategy.tp * design.strategy.reticlesPerRank) {}

  /// Of the weights that one token needs.
  double weights() const {
    const double bytes = least_.sharedBytes + least_.routedBytes / design_.strategy.ep;
    return bytes / (weightBandwidth(design_.chip) * reticles_);
  }
  double prompts(double requests) const {
    return std::max(promptArithmetic(requests), weights()) +
           sums(requests * design_.workload.sequence / design_.strategy.cp);
  }
  double promptArithmetic(double requests) const {
    return arithmetic(requests * least_.promptFlops);
  }
  /// One decode step, with the guesses of a small model.
  double step(double requests) const {
    const double tokens = requests * (1 + design_.workload.draftTokens);
    const double share = requests / design_.workload.batch / design_.strategy.cp;
    const double cache = share * least_.cacheBytes / (weightBandwidth(design_.chip) * reticles_);
    return std::max(arithmetic(tokens * least_.tokenFlops), weights() + cache) + sums(tokens);
  }
  /// One decode step with some tokens of prompts beside it.
  double mixed(double requests, double promptTokens) const {
    return weights() + sums(requests * (1 + design_.workload.draftTokens) + promptTokens);
  }
  /// All-reduces of the residual stream of some tokens of a rank.  Behind experts it may be less
  /// than one of all tokens.
  double sums(double tokens) const {
    const auto &[chip, model, workload, strategy] = design_;
    if (!group_)
      return 0;
    const double count = (model.parallelBlock ? 0 : 1) + (model.experts == 1 ? 1 : 0);
    return count * model.layers *
           allReduce(*group_, tokens * model.hidden * workload.activationBytes()).time;
  }

private:
  double arithmetic(double flops) const {
    return flops / (design_.chip.peak * reticles_ * design_.strategy.cp);
  }

  const Design &design_;
  const LeastWork &least_;
  const Group *group_;
  double reticles_;
};

/// The prompts that a replica reads while each of its requests ends once.
struct LeastPrompts {
  double first = 0; ///< a micro-batch of them through all stages
  double busy = 0;  ///< all of them through the slowest stage, one after the other
};

LeastPrompts leastPrompts(const Design &design, const LeastPass &pass, double replicas,
                          bool microBatch, const PassTimes &placed) {
  const Strategy &strategy = design.strategy;
  const double requests = design.workload.batch / replicas;
  if (microBatch) {
    const double first = std::max(placed.prompts, pass.prompts(strategy.microBatch));
    return {first, requests / strategy.microBatch * first / strategy.pp};
  }
  // One by one they fill the stages fastest; all together they read weights least often, and no
  // collective takes more for each byte of a longer vector.  Replicas that only read prompts may
  // wait for more of them than that.
  const bool isReader =
      replicas == design.strategy.prefillReplicas || design.workload.side == Side::Prompts;
  return {std::max(pass.promptArithmetic(1), pass.weights()),
          (isReader ? pass.promptArithmetic(requests) : pass.prompts(requests)) / strategy.pp};
}

double readersOf(const Design &design) {
  const bool continuous = design.workload.serving == Serving::ContinuousBatching;
  return continuous ? design.strategy.prefillReplicas : 0;
}

} // namespace

double decodingTogether(const Design &design) {
  const double requests = design.workload.batch / (design.strategy.dp - readersOf(design));
  return requests / std::min(requests, design.strategy.pp);
}

LeastTimes leastServing(const Design &design, const LeastWork &least, const Group *group,
                        bool microBatch, const PassTimes &placed) {
  const auto &[chip, model, workload, strategy] = design;
  const LeastPass pass(design, least, group);
  const bool continuous = workload.serving == Serving::ContinuousBatching;
  const double readers = readersOf(design);
  const double most = 1 + workload.draftTokens; // tokens that a step yields
  const double tokens = workload.writesTokens() ? workload.output - 1 : 0, steps = tokens / most;
  LeastTimes times;
  const double guesses = 1 + workload.draftTokens * workload.draftCost;
  if (continuous && readers == 0 && workload.prefillChunk > 0) {
    const auto [phase, mean, repetitions] = inferencePhases(design).front();
    const double requests = mean.strategy.microBatch;
    const double chunk = std::min(workload.prefillChunk, workload.sequence);
    times.iteration = repetitions * guesses *
                      std::max(placed.step, pass.mixed(requests, mean.workload.prefillChunk));
    times.ttft = workload.sequence / chunk * guesses *
                 std::max(placed.wholeChunk, pass.mixed(requests, chunk));
    times.tpot = times.iteration / workload.output;
    return times;
  }
  const double step =
      tokens > 0 ? guesses * std::max(placed.step, pass.step(decodingTogether(design))) : 0;
  const double decoding = steps * step;
  LeastPrompts prompts;
  if (workload.readsPrompts())
    prompts = leastPrompts(design, pass, readers > 0 ? readers : strategy.dp, microBatch, placed);
  if (!continuous) {
    times.ttft = prompts.busy + (1 - 1 / strategy.pp) * prompts.first;
    times.iteration = times.ttft + decoding;
    times.tpot = step / most;
  } else {
    times.ttft = prompts.first + step;
    times.iteration = readers > 0 ? std::max(decoding, prompts.busy) : decoding + prompts.busy;
    times.tpot = step / most;
    // Of a group of unknown size nobody may be beside.
    if (tokens > 0 && readers == 0 && workload.side == Side::Both && microBatch)
      times.tpot +=
          (1 - strategy.microBatch * strategy.dp / workload.batch) * prompts.busy / tokens;
  }
  return times;
}

} // namespace wsc::evaluation
