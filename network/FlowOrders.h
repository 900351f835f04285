// What O1TURN loses because packets draw their orders.
//
// A node draws the order of a packet as it enters, and packets of the other order that are behind
// it in a virtual channel wait although theirs are free.  So of both classes of virtual channels
// one is idle at times: they are a closed network of two servers, between which as many customers
// go at random as there are virtual channels, and work n / (n + 1) of the time.
//
// Each order gets half of the packets on average, but some channel gets more than its half: its
// flits are a sum of independent draws, one for each packet that passes it by one of its orders
// only.  So the busiest of all has to do the mean of the largest of many normal numbers: on 8 x 8
// nodes that send a flit to each other, 143 flits instead of 128.
#pragma once

#include "network/FlowCapacity.h"
#include "network/Program.h"

namespace wsc::network::flow {

/// Whether a message takes the same way by both orders.
inline bool isStraight(const Network &network, const Flow &flow) {
  const GridShape &shape = *network.shape();
  const uint32_t from = network.routerOf(flow.source), to = network.routerOf(flow.destination);
  return shape.row(from) == shape.row(to) || shape.col(from) == shape.col(to);
}

/// Virtual channels of O1TURN for packets of one order, of so many: rows first get the larger half.
/// On tori of one dateline class.
unsigned channelsOfOrder(const Routes &routes, unsigned virtualChannels, bool alongRows);

/// Flits a cycle that a channel takes whose packets have virtual channels of their orders.
class OrderRates {
public:
  /// Packets of so many flits.
  OrderRates(const Routes &routes, const Router &router, unsigned packet);
  /// If a share of them goes along rows first, and a share is the node's `own`; `isHeld`: as
  /// buffers hold all, none waits for credits.
  double rate(const Wire &wire, double alongRows, double own, bool isHeld);

private:
  double ofOrder(const Wire &wire, bool alongRows, bool isHeld) const;

  const Routes &routes_;
  const Router router_;
  const unsigned packet_;
  Wire wire_{0, 0};      ///< of which these are:
  double rates_[2][2]{}; ///< by `alongRows` and `isHeld`
};

/// Cycles that the busiest of channels, classes of virtual channels and nodes has to do, over what
/// it has to do if orders get equal parts: mean over draws of the orders of packets of so many
/// flits.  Each queue of `lanes` stands for `images`.
double busiestByChance(const Lanes &lanes, const Routes &routes, const Router &router,
                       const Capacity &capacity, llvm::ArrayRef<Flow> flows, unsigned packet,
                       unsigned images);

/// The mean of the largest of `count` independent normal numbers each.
struct Normal {
  double mean = 0, deviation = 0;
  double count = 1;
};
double meanOfLargest(llvm::ArrayRef<Normal> numbers);

} // namespace wsc::network::flow
