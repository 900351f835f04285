// How long packets hold virtual channels.
//
// A packet has a virtual channel from its allocation until its tail has passed the crossbar.  An
// input sends one flit a cycle, and so does an output: packets that have virtual channels of other
// outputs, or of another class at the same output, take turns with it.  They are as many as
// Little's law says: rate times time.  A class of v channels that are held for h cycles passes v /
// h packets a cycle at most, and nobody else gets the turns that its holders wait for.
#pragma once

#include "network/FlowLanes.h"
#include "network/Router.h"

namespace wsc::network::flow {

/// What waits in a queue for one of its outputs.
struct Stream {
  uint32_t from = 0, to = 0;
  double share = 0; ///< of what enters the queue
  double heads = 0; ///< virtual channels of `from` in which it is first: arbiters give each a turn
  double waiting = 0, moved = 0; ///< flits
};

class Holds {
public:
  Holds(const Lanes &lanes, llvm::ArrayRef<Stream> streams, const Router &router, unsigned packet);

  /// Packets of a stream that pass a class of channels, times the cycles that they hold one, for
  /// `flits` of it on a wire that takes one in `cycle`.
  double of(size_t stream, double flits, double cycle) const {
    return flits * (allocation_ + cycle + waits_[stream]);
  }
  /// Virtual channels of a class.
  double channels() const { return ofLane_; }
  /// How many virtual channels have a stream first, from what waits in the streams of one queue.
  void setHeads(llvm::MutableArrayRef<Stream> streams) const;
  /// Waits of the streams after they have moved in `step` cycles.
  void update(llvm::ArrayRef<Stream> streams, double step);

private:
  double portsAt(uint32_t queue) const { return lanes_.isNode(queue) ? ports_ : 1; }

  const Lanes &lanes_;
  const double ports_;
  const double ofPort_, ofLane_; ///< virtual channels
  const double allocation_;      ///< cycles of a flit's share
  std::vector<uint32_t> pairOf_; ///< by stream: those of one input that go to one queue
  std::vector<double> waits_;    ///< cycles of a flit besides its own, by stream
  std::vector<double> atPair_, atInput_, atOutput_, atLane_; ///< flits that may take the crossbar
};

} // namespace wsc::network::flow
