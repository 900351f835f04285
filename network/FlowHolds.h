// How long packets hold virtual channels.
//
// A packet has a virtual channel from its allocation until its tail has passed the crossbar.  An
// input sends one flit a cycle, and so does an output: packets that have virtual channels of other
// outputs, or of another class at the same output, take turns with it: those of its input, and at
// its output those of others.  (Not classes of orders: while one of them is allocated its channel,
// the other has the output, and so on in turn, so that both pass a flit in two cycles.)  They are
// as many as Little's law says: rate times time.  A class of v channels that are held for h cycles
// passes v / h packets a cycle at most, and nobody else gets the turns that its holders wait for.
#pragma once

#include "network/FlowLanes.h"
#include "network/FlowStream.h"
#include "network/Router.h"
#include <algorithm>

namespace wsc::network::flow {

class Holds {
public:
  Holds(const Lanes &lanes, const Router &router, unsigned packet);

  /// Packets of a stream that pass a class of channels, times the cycles that they hold one, for
  /// `flits` of it on a wire that takes one in `cycle`.
  double of(const Stream &stream, double flits, double cycle) const {
    return flits * (allocation_ + cycle + stream.wait);
  }
  /// The same for a flit that waits for nothing.
  double alone(double cycle) const { return allocation_ + cycle; }
  /// What `flits` hold at most.
  double mostOf(double flits, double cycle) const {
    return flits * (allocation_ + cycle + 2 * (ofPort_ - 1));
  }
  /// Virtual channels of a class.
  double channels(uint32_t queue) const { return ofLane_[queue % lanes_.perChannel()]; }
  /// Virtual channels in which packets of a queue may be first.
  double headsIn(uint32_t queue) const {
    return lanes_.isNode(queue) ? ofPort_ * ports_ : channels(queue);
  }
  /// Those with something in them, for each of `flits` that wait there: as many have a stream
  /// first, and arbiters give each a turn.
  double headsOf(uint32_t queue, double flits) const {
    const double all = headsIn(queue);
    return flits > all ? all / flits : 1;
  }
  /// Waits of the streams after they have moved in `step` cycles; those of an input are from one of
  /// `inputs` to the next.
  void update(llvm::MutableArrayRef<Stream> streams, llvm::ArrayRef<uint32_t> inputs, double step);

private:
  void wait(llvm::MutableArrayRef<Stream> streams, double rate);
  void count(llvm::ArrayRef<Stream> streams, double rate);
  /// Flits that may take the crossbar, of a part of the time or of several ports.
  static double presentOf(const Stream &stream, double rate) {
    return stream.moved * rate * (1 + stream.wait);
  }
  double portsAt(uint32_t queue) const { return lanes_.isNode(queue) ? ports_ : 1; }
  /// No more than there are virtual channels besides its own.
  double others(double all, double own) const { return std::clamp(all - own, 0.0, ofPort_ - 1); }
  /// At a full output, turns go round once in as many cycles as it has virtual channels, and on
  /// while a packet is being allocated one: two that take turns like that do not meet.
  double turns(double all, double own) const {
    return std::clamp(all - own, 0.0, std::max(0.0, ofPort_ - 1 - allocation_));
  }

  const Lanes &lanes_;
  const double ports_;
  const double ofPort_;                 ///< virtual channels
  llvm::SmallVector<double, 4> ofLane_; ///< the same of each class
  const double allocation_;             ///< cycles of a flit's share
  const bool waitsAtOutput_;            ///< packets wait for those of other classes there
  /// Flits that may take the crossbar to an output and to one of its queues.
  struct Present {
    std::vector<double> atOutput, atLane;
  };
  Present all_, own_; ///< of all inputs, of the present one
};

} // namespace wsc::network::flow
