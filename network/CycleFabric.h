// The routers, channels and injection ports of a network while time goes on, cycle by cycle.
//
// State is kept in one array for the ports of all routers, one for their virtual channels, one for
// the flits; a router is looked at in cycles in which a packet in it may ask for something.
#pragma once

#include "network/CyclePorts.h"
#include "network/CycleRandom.h"
#include "network/CycleWheel.h"
#include "network/Router.h"
#include "llvm/ADT/BitVector.h"
#include <bit>

namespace wsc::network::cycle {

/// A flit: the number of its packet, and whether it is the last.
struct Flit {
  uint32_t packet : 31;
  uint32_t tail : 1;
};

struct Packet {
  uint32_t destination = 0; ///< node
  uint32_t flits = 0;
  uint32_t left = 0;    ///< flits that have not entered yet
  uint64_t entered = 0; ///< cycle in which the head entered the network
  uint32_t hops = 0;    ///< routers so far
  Order order = Order::XY;
  bool multicast =
      false; ///< routers leave copies at the nodes on the way, which is that of `order`
};

struct Ejection {
  uint32_t node = 0;
  Flit flit;
  bool copy = false; ///< the flit goes on to its destination
};

/// What a stage of several cycles works on: all that was there when it began.  Stages are not
/// pipelined, as in BookSim2.
class Batches {
public:
  /// When the stage begins with what is there from cycle `earliest` on.
  int64_t start(int64_t earliest, unsigned length) {
    if (earliest > start_)
      start_ = std::max<int64_t>(earliest, start_ + length);
    return start_;
  }

private:
  int64_t start_ = -(int64_t(1) << 32);
};

/// A bit for each input of each router.
class Flags {
public:
  explicit Flags(const Ports &ports) {
    for (uint32_t router = 0; router + 1 < ports.firstInput.size(); ++router) {
      first_.push_back(words_.size());
      words_.resize(words_.size() + ports.inputsOf(router) / 64 + 1);
    }
    first_.push_back(words_.size());
  }
  void set(uint32_t router, uint32_t index) { word(router, index) |= uint64_t(1) << index % 64; }
  void reset(uint32_t router, uint32_t index) {
    word(router, index) &= ~(uint64_t(1) << index % 64);
  }
  bool any(uint32_t router) const {
    uint64_t bits = words_[first_[router]];
    for (uint32_t i = first_[router] + 1; i < first_[router + 1]; ++i)
      bits |= words_[i];
    return bits;
  }
  /// Calls `visit` with each index whose bit is set.
  template <typename Visit> void each(uint32_t router, Visit visit) const {
    for (uint32_t i = first_[router]; i < first_[router + 1]; ++i)
      for (uint64_t bits = words_[i]; bits; bits &= bits - 1)
        visit((i - first_[router]) * 64 + std::countr_zero(bits));
  }

private:
  uint64_t &word(uint32_t router, uint32_t index) { return words_[first_[router] + index / 64]; }

  std::vector<uint32_t> first_;
  std::vector<uint64_t> words_;
};

class Fabric {
public:
  Fabric(const Routes &routes, const Router &router, Draws &draws);

  // A cycle: `begin`, then what nodes do, then `finish`.

  /// What arrives: flits in buffers, credits, and flits at nodes, which it returns.
  llvm::ArrayRef<Ejection> begin();
  /// Nodes send a flit from each port, routers do their stages; then it is the next cycle.
  void finish();

  uint64_t now() const { return now_; }
  /// Nodes send through ports, `Router::ports` each: node n from port n * ports on.
  unsigned portsOfNode() const { return ports_.perNode; }
  /// Whether a port may be given a packet: the one before has left.
  bool accepts(uint32_t port) const { return sending_[port] == none; }
  /// Returns the number of the packet: that of one which has arrived before, or the next.
  uint32_t send(uint32_t port, uint32_t destination, uint32_t flits, bool multicast = false);
  const Packet &packet(uint32_t number) const { return packets_[number]; }
  /// Once its tail has arrived.
  void forget(uint32_t number) { unused_.push_back(number); }

  /// Flits that entered and have not been returned by `begin`.
  uint64_t flitsInside() const { return inside_; }
  /// Whether nothing happens until a port is given a packet.
  bool idle() const { return !inside_ && !portsSending_ && now_ - lastMove_ > moves_.horizon(); }
  /// Goes on to a later cycle; for idle networks.
  void skipTo(uint64_t cycle) { now_ = cycle; }
  /// Whether no flit has moved for so many cycles more than a channel may take to take the next.
  bool stalled(uint64_t patience) const { return now_ - lastMove_ > longestTurn_ + patience; }
  bool unroutable() const { return unroutable_; }
  /// Flits that passed each channel, by its number.
  std::vector<double> channelFlits() const;

private:
  uint32_t virtualChannel(uint32_t port, unsigned v) const { return port << shift_ | v; }
  uint32_t portOf(uint32_t channel) const { return channel >> shift_; }
  unsigned indexOf(uint32_t channel) const { return channel & ((1u << shift_) - 1); }
  Flit &front(uint32_t buffer) {
    return flits_[size_t(buffer) * router_.buffer + inputChannels_[buffer].first];
  }
  void arrive(uint32_t buffer, Flit flit);
  void returnCredit(uint32_t channel);
  void becomeHead(uint32_t router, uint32_t buffer, int64_t earliest);
  void setWaiting(uint32_t buffer);
  void setSendable(uint32_t buffer);
  void clearWaiting(uint32_t router, uint32_t buffer);
  void clearSendable(uint32_t router, uint32_t buffer);
  void activate(uint32_t buffer);
  void inject(uint32_t port);
  bool openInjection(uint32_t port, uint32_t output);
  void step(uint32_t router);
  void allocateChannels(uint32_t router);
  Way chooseAdaptive(uint32_t router, uint32_t buffer);
  void allocateSwitch(uint32_t router);
  uint32_t request(uint32_t router, uint32_t input) const;
  void leaveCopies(uint32_t router, Flit flit, int64_t sent);
  void traverse(uint32_t router, uint32_t buffer, int64_t cycle);
  int64_t leaves(uint32_t router, uint32_t output, int64_t cycle);

  const Router router_;
  const Ports ports_;
  const Ways ways_;
  const Network &network_;
  Draws &draws_;         ///< the orders of O1TURN
  const unsigned shift_; ///< a port's virtual channels are numbered from port << shift_
  const bool anySlow_;   ///< a channel takes less than a flit a cycle
  uint64_t now_ = 0, lastMove_ = 0, inside_ = 0, longestTurn_ = 0;
  unsigned portsSending_ = 0;
  bool unroutable_ = false, anyMulticast_ = false;

  std::vector<Packet> packets_;
  std::vector<uint32_t> unused_;

  /// A virtual channel of an input, with its buffer.
  struct InputChannel {
    uint16_t first = 0, count = 0; ///< of the ring in `flits_`
    uint32_t granted = none;       ///< the virtual channel of an output that the packet has
    uint32_t turn = 0;             ///< arbiter over virtual channels of outputs
    Way way;                       ///< of the packet at the front
  };
  struct Input {
    uint32_t waiting = 0;    ///< virtual channels whose head waits for one of an output
    uint32_t sendable = 0;   ///< those with a flit, a channel and a credit
    uint32_t turn = 0;       ///< arbiter over outputs
    uint8_t channelTurn = 0; ///< arbiter over virtual channels
  };
  struct OutputChannel {
    uint32_t owner = none; ///< the virtual channel of an input that sends to it
    uint32_t turn = 0;     ///< arbiter over virtual channels of inputs
    uint16_t credits = 0;
  };
  struct Output {
    uint32_t free = 0;   ///< virtual channels that no packet has
    uint32_t turn = 0;   ///< arbiter over inputs
    uint64_t passed = 0; ///< flits
  };
  std::vector<Flit> flits_; ///< rings of `Router::buffer`, by virtual channel of an input
  std::vector<InputChannel> inputChannels_;
  std::vector<Input> inputs_;
  std::vector<OutputChannel> outputChannels_;
  std::vector<Output> outputs_;
  std::vector<double> freeFrom_;  ///< when an output takes the next flit; if anySlow_
  std::vector<int64_t> lastSent_; ///< by output; if the crossbar takes several cycles
  // By router.
  llvm::BitVector busy_; ///< an input has a packet that waits or may send
  Flags waitingInputs_, sendableInputs_;
  std::vector<uint64_t> nextChannels_, nextSwitch_; ///< when the allocator is free again
  std::vector<Batches> routing_, crossbar_;
  // By port of a node.
  std::vector<uint32_t> sending_;     ///< the packet
  std::vector<uint32_t> injectsInto_; ///< its virtual channel; none until the head has entered
  std::vector<uint8_t> lastInjected_; ///< virtual channel of the packet before
  llvm::BitVector sendingPorts_;

  struct Move {
    uint32_t buffer;
    Flit flit;
  };
  Wheel<Move> moves_;
  Wheel<Ejection> ejections_;
  Wheel<uint32_t> credit_;
  Wheel<uint32_t> routed_, activated_, traversals_; ///< virtual channels of inputs
  // Requests of a cycle at the outputs of one router.
  std::vector<uint32_t> requests_; ///< the best so far, by output or virtual channel of one
  std::vector<uint32_t> requested_;
};

} // namespace wsc::network::cycle
