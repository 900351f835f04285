// Heads of virtual channels: what waits behind a packet cannot pass it.
//
// Packets of a virtual channel go on in the order in which they came, whatever output they are for
// (head-of-line blocking: Karol et al., IEEE Trans. Commun. 35(12), 1987).  So a queue that holds
// more than a packet for each of its virtual channels is in two parts: the heads, all of which may
// go, and those behind, which take the places of heads that have left, mixed as they are.  Once the
// heads are all for full channels, nothing of the queue moves faster than these take it, although
// what stands behind has a free way: on a ring, nodes full of what goes one way round send nothing
// the other way either.
#pragma once

#include "network/FlowStream.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace wsc::network::flow {

class Heads {
public:
  /// The streams of a queue follow each other.  `room` has the flits of each queue, `share` what of
  /// it are heads.
  Heads(llvm::ArrayRef<Stream> streams, llvm::ArrayRef<double> room, double share);

  /// After outputs have granted what streams move: takes back what does not get to the head, and
  /// sets what may be there in the next step.
  void limit(llvm::MutableArrayRef<Stream> streams);

private:
  struct Queue {
    uint32_t begin, end; ///< streams
    double room;         ///< for heads, flits
  };
  void limitQueue(llvm::MutableArrayRef<Stream> streams, llvm::MutableArrayRef<double> heads,
                  double room);

  std::vector<Queue> queues_;
  std::vector<double> heads_; ///< flits of each stream
};

} // namespace wsc::network::flow
