// Who is done with which round.
#include "network/FlowRounds.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace wsc::network::flow {

Rounds::Rounds(llvm::ArrayRef<Flow> flows, unsigned nodes, unsigned times)
    : times_(times), to_(flows.size(), nodes, [&](size_t i) { return flows[i].destination; }),
      received_(flows.size()), round_(nodes), ends_(times) {
  for (const Flow &flow : flows)
    flits_.push_back(flow.flits);
}

bool Rounds::goOn(uint32_t node, double time) {
  unsigned &round = round_[node];
  // Fluids come to an end only nearly.
  constexpr double all = 1 - 1e-9;
  if (round == times_ || !llvm::all_of(to_[node], [&](uint32_t message) {
        return received_[message] >= all * (round + 1) * flits_[message];
      }))
    return false;
  ends_[round] = std::max(ends_[round], time);
  return ++round < times_;
}

} // namespace wsc::network::flow
