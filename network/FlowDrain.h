// A step of messages that fills the network up.
#pragma once

#include "network/FlowFluid.h"

namespace wsc::network::flow {

/// A step in which each node sends its messages in turn, from cycle `starts` on.  `used` gets the
/// flits on each channel.
Drained drain(const Routes &routes, const Router &router, const Step &step, unsigned packet,
              llvm::ArrayRef<double> starts, std::vector<double> &used);

/// A step that each node repeats `times` times, each when it is done with the time before, `relay`
/// cycles later; as many rounds as it takes to see how it goes on.  Not for tori.
Drained drainRounds(const Routes &routes, const Router &router, llvm::ArrayRef<Flow> flows,
                    unsigned packet, llvm::ArrayRef<double> starts, double times, double relay);

} // namespace wsc::network::flow
