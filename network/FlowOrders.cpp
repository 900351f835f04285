// Classes of two orders, and the largest of many sums of draws.
#include "network/FlowOrders.h"

#include "network/FlowHolds.h"
#include "network/FlowQueues.h"
#include <cmath>
#include <map>
#include <numbers>

namespace wsc::network::flow {

OrderRates::OrderRates(const Routes &routes, const Router &router, unsigned packet)
    : routes_(routes), router_(router), packet_(packet) {}

unsigned channelsOfOrder(const Routes &routes, unsigned virtualChannels, bool alongRows) {
  Router own;
  own.virtualChannels = std::max(1U, (virtualChannels + alongRows) / 2);
  return routerOf(routes, own).virtualChannels;
}

double OrderRates::ofOrder(const Wire &wire, bool alongRows, bool isHeld) const {
  Router own = router_;
  own.virtualChannels = channelsOfOrder(routes_, own.virtualChannels, alongRows);
  if (isHeld)
    own.buffer = std::numeric_limits<int>::max();
  return packet_ / serviceOf(own, wire, packet_);
}

double OrderRates::rate(const Wire &wire, double alongRows, double own, bool isHeld) {
  if (wire.latency != wire_.latency || wire.rate != wire_.rate) {
    wire_ = wire;
    for (const bool order : {false, true})
      for (const bool held : {false, true})
        rates_[order][held] = ofOrder(wire, order, held);
  }
  if (alongRows == 0 || alongRows == 1)
    return rates_[alongRows > 0][isHeld];
  auto inTurn = [&](bool held, double customers) {
    const double all = std::min(rates_[1][held] / alongRows, rates_[0][held] / (1 - alongRows));
    return all * std::min(1.0, customers / (customers + 1) / own);
  };
  const double n = router_.virtualChannels;
  const double packets = std::max(0.0, double(router_.buffer) / packet_ - 1);
  const double allocated = inTurn(/*held=*/true, n);
  return isHeld ? allocated : std::min(allocated, inTurn(/*held=*/false, n + packets));
}

double meanOfLargest(llvm::ArrayRef<Normal> numbers) {
  constexpr double farthest = 5; // deviations
  double least = -std::numeric_limits<double>::infinity(), most = least;
  for (const auto &[mean, deviation, count] : numbers) {
    least = std::max(least, mean - farthest * deviation);
    most = std::max(most, mean + farthest * deviation);
  }
  // The integral of how likely one is larger.
  constexpr unsigned steps = 128;
  const double step = (most - least) / steps;
  double result = least;
  for (unsigned i = 0; i < steps && step > 0; ++i) {
    const double x = least + (i + 0.5) * step;
    double smaller = 1; // how likely all are
    for (const auto &[mean, deviation, count] : numbers) {
      if (x >= mean + farthest * deviation)
        continue;
      const double away = (mean - x) / (deviation * std::numbers::sqrt2);
      smaller *= deviation > 0 ? std::pow(std::erfc(away) / 2, count) : 0;
    }
    result += (1 - smaller) * step;
  }
  return result;
}

/// Flits on each channel of messages that go straight, by one order as by the other.
static std::vector<double> straightFlits(const Routes &routes, llvm::ArrayRef<Flow> flows) {
  const Network &network = routes.network();
  std::vector<double> straight(network.channels().size());
  for (const Flow &flow : flows)
    if (isStraight(network, flow))
      routes.walk(network.routerOf(flow.source), network.routerOf(flow.destination), Order::XY,
                  [&](uint32_t channel) { straight[channel] += flow.flits; });
  return straight;
}

namespace {

/// Cycles that channels, classes and nodes have to do, those that are alike together.
class Works {
public:
  Works(unsigned packet, unsigned images) : packet_(packet), images_(images) {}

  /// Of `flits`, `drawn` are there or not, of which as many might have been.
  void add(double flits, double drawn, double rate) {
    // A packet of p flits that is there half of the time has a variance of p^2 / 4.
    const double deviation = std::sqrt(std::max(0.0, drawn) * packet_ / 2);
    counts_[{flits / rate, deviation / rate}] += images_;
    busiest_ = std::max(busiest_, flits / rate);
  }
  double overMean() const {
    std::vector<Normal> numbers;
    for (const auto &[number, count] : counts_)
      numbers.push_back({number.first, number.second, count});
    return busiest_ > 0 ? meanOfLargest(numbers) / busiest_ : 1;
  }

private:
  const double packet_, images_;
  std::map<std::pair<double, double>, double> counts_; ///< by mean and deviation
  double busiest_ = 0;
};

} // namespace

double busiestByChance(const Lanes &lanes, const Routes &routes, const Router &router,
                       const Capacity &capacity, llvm::ArrayRef<Flow> flows, unsigned packet,
                       unsigned images) {
  const Network &network = routes.network();
  const Holds holds(lanes, router, packet);
  Works works(packet, images);
  for (uint32_t node = 0; node < network.nodes(); ++node)
    works.add(std::max(lanes.sent()[node], capacity.flits[lanes.queueOfNode(node)]), 0,
              capacity.node);
  const std::vector<double> straight = straightFlits(routes, flows);
  for (uint32_t channel = 0; channel < straight.size(); ++channel) {
    const double cycle = 1 / network.channels()[channel].wire.rate;
    double all = 0;
    for (unsigned lane = 0; lane < lanes.perChannel(); ++lane) {
      const uint32_t queue = lanes.queueOf(channel, lane);
      const double flits = capacity.flits[queue];
      all += flits;
      works.add(flits, flits, holds.channels(queue) / holds.alone(cycle));
    }
    works.add(all, all - straight[channel], capacity.channels[channel]);
  }
  return works.overMean();
}

} // namespace wsc::network::flow
