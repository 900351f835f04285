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

/// The time of a program, and what it puts on each channel.  A flow of `n` flits takes n / rate
/// with the fair rate of all flows that go on at the same time: those of a step, and of the steps
/// that stream from it (FlowRates.h).  Where they meet in routers, channels are as busy as the
/// queues of the router allow in steady state.
ProgramResult run(const Routes &routes, const Router &router, const Program &program);

} // namespace wsc::network::flow
