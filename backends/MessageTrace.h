// A program of messages as packets that wait for each other, without barriers: what a simulator
// replays that knows no collectives.
#pragma once

#include "network/Program.h"

namespace wsc::backends {

struct TracePacket {
  uint32_t source = 0, destination = 0; ///< nodes
  uint32_t flits = 1;
  std::vector<uint32_t> after; ///< places of packets that must have arrived before it is sent
};

/// How long a trace may be.
struct TraceLimits {
  double packets, flitHops;
};

/// What a program is cut to so that it fits, in packets of `Program::packet` flits where its steps
/// stream and of whole messages elsewhere; vectors are `share` of what they were, in whole flits.
/// Empty where even packets of one flit are too many.
struct FittedProgram {
  network::Program program;
  double share = 1;
};
std::optional<FittedProgram> fitted(network::Program program, double flitHops,
                                    const TraceLimits &limits);

/// Appends programs, each node going on to the next when it is done with the one before.
class MessageTrace {
public:
  explicit MessageTrace(unsigned nodes) : nodes_(nodes) {}

  void append(const network::Program &program);
  const std::vector<TracePacket> &packets() const { return packets_; }

private:
  /// Packets of one message: places from `first` on.
  struct Message {
    uint32_t first, count;
  };
  struct Node {
    std::vector<uint32_t> done;    ///< what must have arrived before its next step
    std::vector<Message> incoming; ///< in the last step
    unsigned step = ~0U;           ///< the last one in which it received
  };

  void append(const network::Step &step, unsigned packet);
  Message send(const network::Flow &flow, bool streams, unsigned packet);

  std::vector<Node> nodes_;
  std::vector<TracePacket> packets_;
  unsigned steps_ = 0;
};

} // namespace wsc::backends
