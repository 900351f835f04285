// A step of messages that fills the network up.
#pragma once

#include "network/FlowFluid.h"

namespace wsc::network::flow {

/// A step in which each node sends its messages in turn, from cycle `starts` on.  `used` gets the
/// flits on each channel.
Drained drain(const Routes &routes, const Router &router, llvm::ArrayRef<Flow> flows,
              unsigned packet, llvm::ArrayRef<double> starts, std::vector<double> &used);

} // namespace wsc::network::flow
