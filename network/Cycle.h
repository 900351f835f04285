// The network flit by flit and cycle by cycle: routers as in BookSim2 (Jiang et al., ISPASS 2013).
//
// Input-queued routers with virtual channels, credits, separable input-first allocators of
// round-robin arbiters, wormhole switching; a virtual channel is free again once the tail has left
// (`wait_for_tail_credit = 0`).  Every stage does in a cycle what `iq_router.cpp` does in it, and
// synthetic traffic is drawn from the same generators, so that on meshes with dimension-order
// routing the figures are those of BookSim2 to the last digit.
//
// A channel of rate r takes a flit every 1/r cycles.  The ports of nodes send and take a flit a
// cycle, over channels of latency 1; synthetic traffic enters by the first port of each node.  What
// a multicast leaves at the nodes on its way takes no port.  On a torus, dimension orders have two
// classes of virtual channels, for those that still have to cross the dateline and the others
// (Dally and Seitz 1987); O1TURN has classes for its orders; adaptive routing escapes to the first
// channels, and stays there.  Where there are fewer virtual channels than classes they are shared,
// and packets may deadlock.
#pragma once

#include "network/Program.h"
#include "network/Router.h"
#include "network/Routing.h"
#include "network/Traffic.h"

namespace wsc::network::cycle {

/// `Router::virtualChannels` is at most this.
constexpr unsigned maxVirtualChannels = 32;

/// How traffic is sampled, in the terms of BookSim2's configuration.
struct Sampling {
  uint64_t seed = 1;
  unsigned warmup = 3;           ///< periods before measuring (`warmup_periods`, at least 1)
  unsigned period = 1000;        ///< cycles (`sample_period`)
  unsigned maxPeriods = 10;      ///< with those of the warm-up (`max_samples`)
  double latencyThreshold = 500; ///< cycles; above, the network is unstable (`latency_thres`)
  double change = 0.05;          ///< of latency and acceptance between periods (`stopping_thres`)
  /// A deadlock: no flit moves for so many cycles more than it takes (`deadlock_warn_timeout`).
  uint64_t patience = 256;
};

/// Synthetic traffic on a grid whose nodes have the pattern (`whyNot`).
TrafficResult offer(const Routes &routes, const Router &router, const Traffic &traffic,
                    const Sampling &sampling = {});

struct Limits {
  uint64_t seed = 1;             ///< of the orders of O1TURN
  uint64_t cycles = 100'000'000; ///< that are simulated
  /// A deadlock: no flit moves for so many cycles more than it takes (`deadlock_warn_timeout`).
  uint64_t patience = 256;
};

/// Runs a program.  Flits of a flow are rounded up; the packets of flows that a node may send take
/// turns.
ProgramResult run(const Routes &routes, const Router &router, const Program &program,
                  const Limits &limits = {});

} // namespace wsc::network::cycle
