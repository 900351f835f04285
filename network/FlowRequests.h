// What inputs ask the crossbar for.
//
// In a separable allocator, an input asks for one output at a time, and goes on asking until it is
// granted (Dally and Towles 2004, section 19.3).  While it asks for a full output it passes nothing
// to others, and while it passes something to others the full one may stand idle: so a channel that
// many wait for runs at 85 to 90 %.
#pragma once

#include "network/FlowLanes.h"
#include "network/FlowStream.h"
#include "network/Router.h"
#include <algorithm>
#include <limits>

namespace wsc::network::flow {

class Requests {
public:
  Requests(const Lanes &lanes, const Router &router, unsigned packet);

  /// Cycles that a flit takes a channel for.
  static double serviceOf(const Router &router, unsigned packet) {
    return std::max(1.0, (double(router.routing + router.allocateChannel) / packet + 1) /
                             router.virtualChannels);
  }

  /// Of all turns, what a stream that has begun may have at least.
  static constexpr double leastTurns = 0.02;
  /// Share of time that a busy port asks for something.
  static constexpr double isBusy = 0.5;
  /// Turns that an input with so many ports has, for each that it asks for; any number if it is not
  /// busy.
  static double turnsLeft(double ports, double asks) {
    return asks > isBusy * ports ? ports / asks : std::numeric_limits<double>::infinity();
  }
  /// Flits that a stream may move in the next step, with `left` turns for each that it has had. Who
  /// has begun may go on.
  static double mostAfter(double moved, double left, double step) {
    const double least = leastTurns * step, more = moved * left;
    return moved > 0 ? (more > least ? more : least) : std::numeric_limits<double>::infinity();
  }

  /// After streams have been given what they move in `step` cycles: takes back what their inputs
  /// cannot ask for, and sets how much they can in the next step.  The streams of an input are from
  /// one of `inputs` to the next.
  void limit(llvm::MutableArrayRef<Stream> streams, llvm::ArrayRef<uint32_t> inputs, double step);

private:
  /// Of an input (each port of a node) and an output: shares of time.
  struct Use {
    double asks = 0;   ///< the input asks for the output
    double passes = 0; ///< and is granted it
  };
  double portsAt(uint32_t queue) const { return lanes_.isNode(queue) ? ports_ : 1; }
  void count(llvm::ArrayRef<Stream> streams, double rate);
  void countOwn(llvm::ArrayRef<Stream> streams, double share, double rate);
  Use ownOf(const Stream &stream, double share, double rate) const {
    if (lanes_.areDistinct())
      return {stream.asks * share, stream.moved * rate};
    return own_[lanes_.portOf(stream.to)];
  }
  void limitInput(llvm::MutableArrayRef<Stream> streams, double step);
  double denied(const Use &own, const Use &all, double passes) const;

  const Lanes &lanes_;
  const double ports_;
  const unsigned channels_;    ///< virtual
  const double service_;       ///< cycles that a flit takes a channel for
  std::vector<Use> all_, own_; ///< by output: of all inputs, of the present one
};

} // namespace wsc::network::flow
