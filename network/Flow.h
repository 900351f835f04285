// The flow fidelity: loads of channels, fair rates and queueing in closed form instead of flits.
//
// No packet is moved.  Traffic is laid over the routes, channel by channel; what packets wait for
// follows from the loads by a model of the router (FlowQueues.h), what messages take from
// max-min fair rates (FlowRates.h).
#pragma once

#include "network/Program.h"
#include "network/Router.h"
#include "network/Routing.h"
#include "network/Traffic.h"

namespace wsc::network::flow {

/// Synthetic traffic in steady state.  If the network does not take what is offered, `stable` is
/// false, latencies are infinite, and `accepted` is what it takes at most.
TrafficResult offer(const Routes &routes, const Router &router, const Traffic &traffic);

/// Flits a node and cycle beyond which some queue of the model grows without end.
double saturation(const Routes &routes, const Router &router, Pattern pattern, unsigned packet);

/// Flits a node and cycle at which the busiest channel is full, at most 1; 1 for adaptive routing,
/// whose packets go around it.
double channelBound(const Routes &routes, Pattern pattern);

/// The time of a program, and what it puts on each channel.  Messages that go on at the same time
/// share the channels; what they lose in routers where they meet is that of steady traffic.  How:
/// FlowSection.h and docs/network.md.  No channel passes more than it can.
ProgramResult run(const Routes &routes, const Router &router, const Program &program);

} // namespace wsc::network::flow
