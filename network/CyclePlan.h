// A program from the point of view of the nodes: which flows each sends and waits for, in order.
#pragma once

#include "network/Program.h"
#include "network/Routing.h"
#include "llvm/ADT/ArrayRef.h"

namespace wsc::network::cycle {

/// A flow in packets, and how far it is.  Those of a multicast to the nodes on its way follow it,
/// by number of the node; nobody sends them.
struct Transfer {
  uint32_t sender = none, receiver = none; ///< parts
  uint32_t copies = 0;
  uint32_t packets = 0;   ///< each time
  uint32_t lastFlits = 0; ///< of the last packet
  uint32_t sent = 0;      ///< packets, this time
  uint32_t gone = 0;      ///< of these, those that have left the node
  uint32_t arrived = 0;   ///< packets, in all
  uint32_t next = none;   ///< in the ring of those that the node may send
};

/// What a node does in a step.
struct Part {
  uint32_t node = 0, step = 0;
  uint32_t time = 0;      ///< how often it is done
  uint32_t receiving = 0; ///< transfers to it that have not arrived this time
  uint32_t sending = 0;   ///< transfers from it that have not left this time; once entered
  uint32_t allowed = 0;   ///< packets of each transfer that streaming lets go
  uint64_t lastArrival = 0;
  bool entered = false, complete = false;
};

struct Plan {
  Plan(const Program &program, const Routes &routes);

  /// The transfer to a node on the way of a multicast.
  uint32_t copyAt(uint32_t transfer, uint32_t node) const;

  std::vector<Transfer> transfers;
  std::vector<Part> parts;
  Grouping outgoing, incoming; ///< transfers by part
  Grouping ofNode;             ///< parts by node, in the order of steps
  std::vector<uint32_t> times;
  std::vector<bool> streams, multicast; ///< by step
  std::vector<uint32_t> base;           ///< of a step: the last one up to it that does not stream
  uint64_t packets = 0;                 ///< that arrive, in all

private:
  void addStep(const Step &step, uint32_t number, unsigned packet, const Routes &routes);
  uint32_t partAt(uint32_t node, uint32_t step);
  void addCopies(uint32_t source, uint32_t destination, uint32_t step, const Routes &routes);

  std::vector<uint32_t> lastPart_; ///< of each node, so far
};

} // namespace wsc::network::cycle
