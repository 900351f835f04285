// A batch of requests: one prefill of all prompts, then a decode step for each further token.
#include "evaluation/Iteration.h"

#include <algorithm>

namespace wsc::evaluation {

Iteration inferenceBatch(const Design &design, const Placement &placement) {
  InferenceBatch batch;
  batch.steps = design.workload.output - 1;
  batch.prefill = phaseCost(design, placement, Phase::Prefill);

  Iteration result;
  result.ttft = batch.prefill.allStages + (batch.prefill.microBatches - 1) * batch.prefill.stage;
  result.time = result.ttft;
  result.tokens = design.workload.batch * design.workload.output;
  result.usage = batch.prefill.usage;
  if (batch.steps > 0) {
    batch.decode = phaseCost(design, placement, Phase::Decode);
    // A micro-batch starts its next token when it has left the last stage and its turn has come.
    result.tpot = std::max(batch.decode.allStages, batch.decode.microBatches * batch.decode.stage);
    result.time += batch.steps * result.tpot;
    result.usage += batch.decode.usage * batch.steps;
  }
  result.detail = batch;
  return result;
}

} // namespace wsc::evaluation
