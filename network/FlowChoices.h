// Which ways packets of adaptive routing take.
//
// A head takes the way whose adaptive channels have more credits, of at most two that lead nearer,
// and the escape if none of these channels is free (Duato 1993).  So what waits is one for its
// ways: it is offered to both so that as many credits are left of each, and what they do not take,
// as their buffers are full, their channels held or the wire busy, goes to the escape.
#pragma once

#include "network/FlowStream.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace wsc::network::flow {

class Choices {
public:
  /// Streams of a choice follow each other, the escape last.
  explicit Choices(llvm::ArrayRef<Stream> streams);

  /// What waits is offered to adaptive channels; `held` and `room` have the flits of each queue.
  void choose(llvm::MutableArrayRef<Stream> streams, llvm::ArrayRef<double> held,
              llvm::ArrayRef<double> room) const;
  /// After these have been given what they move: the rest is offered to escapes.
  void escape(llvm::MutableArrayRef<Stream> streams) const;

private:
  struct Choice {
    uint32_t begin, escape; ///< streams to adaptive channels, and the one after them
  };
  std::vector<Choice> choices_;
};

} // namespace wsc::network::flow
