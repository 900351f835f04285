// The fluid of FlowFluid.h in steps of time that are much longer than hops.
//
// Flits go all the way in one: from queue to queue in the order in which packets pass them.  What
// is full holds up those behind it by one hop more in each step.  For many messages, with a class
// of virtual channels or, for both dimension orders, two: one is served after the other in a step,
// and each counts as an input of its own where requests meet.
#pragma once

#include "network/FlowCapacity.h"
#include "network/FlowFluid.h"
#include <array>

namespace wsc::network::flow {

class LongFluid {
public:
  /// Whether steps would be longer than some hops, and what is mixed in a queue may go on alike.
  static bool suits(const Lanes &lanes, const Capacity &capacity);

  LongFluid(const Lanes &lanes, const Network &network, const Router &router,
            const Capacity &capacity, unsigned packet);
  Drained run(llvm::ArrayRef<double> starts);

private:
  /// Classes of virtual channels of a channel, at most.
  static constexpr unsigned mostClasses = 2;
  /// Figures of four inputs of crossbars, which are computed together.
  static constexpr unsigned lanes = 4;
  using Four = double __attribute__((vector_size(lanes * sizeof(double))));
  static constexpr double infinite = std::numeric_limits<double>::infinity();
  /// What is known of a stream.
  enum Figure : unsigned {
    Waiting, ///< flits, with those that move
    Most,    ///< flits that may move in a step
    Asks,    ///< share of time that the input asks the crossbar for it
    Moved,   ///< flits, so far in this step
    // Of the channel that it goes to, in this step; at nodes, nobody waits.
    Asked,  ///< by all inputs, the same
    Passes, ///< share of time
    Share,  ///< of what enters the queue
    Wait,   ///< cycles of a flit for the crossbar, besides its own
    figures
  };
  /// A stream of each of four inputs.
  struct alignas(64) Block {
    Four of[figures] = {};

    Block() {
      of[Most] += infinite;
      of[Passes] -= infinite;
    }
  };
  /// Four inputs that as many streams leave: those of one class after those of another.
  struct alignas(64) Group {
    Four ports = Four{} + 1;      ///< from each into the router
    Four held[mostClasses] = {};  ///< flits of each class, after the last step
    size_t end[mostClasses] = {}; ///< of its blocks
    std::vector<Block> blocks;
  };
  /// A stream, by where its figures are in a block.
  struct Place {
    double *first;
    uint32_t from; ///< queue

    double &of(Figure figure) const { return first[figure * lanes]; }
    double wants() const { return of(Waiting) < of(Most) ? of(Waiting) : of(Most); }
    /// Cycles that what moves holds virtual channels, each flit for as many if it does not wait.
    double held(double alone) const { return of(Moved) * (alone + of(Wait)); }
  };
  /// At the end of a channel, or of a node that sends.
  struct Queue {
    double room = 0;     ///< flits
    double capacity = 0; ///< flits in a step, of the channel
    double credits = 0;  ///< flits in a step that credits let pass
    double holds = 0;    ///< cycles that a flit holds a virtual channel, if it does not wait
    double sure = 0;     ///< flits in a step that there are virtual channels for, even if all wait
    double heads = 0;    ///< flits that are first in a virtual channel, at most
    uint32_t number = 0; ///< among those of the network
    uint32_t lane = 0;   ///< in its group
    uint32_t cls = 0;    ///< of virtual channels
    Group *group = nullptr;
    llvm::MutableArrayRef<Block> blocks; ///< of the group
    llvm::ArrayRef<Place> into;          ///< from other queues
    /// That of the other class of the channel, if there is one.
    Queue *other = nullptr;
    bool isLast = true; ///< of the queues of its channel, in a step
    // In the last step:
    double asks = 0;    ///< share of time, of all inputs
    double offered = 0; ///< flits that it has room and virtual channels for
    double moved = 0;   ///< flits of these

    double ports() const { return group->ports[lane]; }
    /// Flits, after the last step.
    double held() const { return group->held[cls][lane]; }
    /// Of what waits, how much is first in a virtual channel.
    double first() const {
      double flits = 0;
      for (const Block &block : blocks)
        flits += block.of[Waiting][lane] - block.of[Moved][lane];
      return flits > heads ? heads / flits : 1;
    }
    void enter(double flits) const {
      for (Block &block : blocks)
        block.of[Waiting][lane] += flits * block.of[Share][lane];
    }
  };
  /// The queues of a channel, or that of a node that sends, and the streams that leave them.
  struct Input {
    std::array<Queue *, mostClasses> queues = {};
    std::array<size_t, mostClasses> streams = {};
  };
  /// A node that receives.
  struct Sink {
    uint32_t node;
    llvm::ArrayRef<Place> from;
  };

  std::vector<uint32_t> sort(const Lanes &lanes) const;
  Queue queueOf(uint32_t number, const Network &network, const Router &router) const;
  void pairClasses(const Lanes &lanes);
  std::vector<Input> inputs(const Lanes &lanes);
  void addGroups(const Lanes &lanes, double ports);
  void place(Queue &queue, Group &group, unsigned lane, llvm::ArrayRef<Turn> turns, double ports);
  void addStreams(const Lanes &lanes);
  bool isNode(uint32_t number) const { return number >= channels_; }
  llvm::MutableArrayRef<Queue> queuesOfChannels() {
    return llvm::MutableArrayRef(queues_).drop_front(senders_);
  }

  void send();
  void receive(const Sink &sink);
  void serve(Queue &queue);
  double roomOf(const Queue &queue) const;
  static void tell(const Queue &queue, double asks, double passes);
  double shareByHeads(llvm::ArrayRef<Place> streams, double capacity);
  double shareChannels(const Queue &queue, double flits);
  double shareClasses(Queue &queue, double asks, double flits);
  double takeTurns(const Queue &queue, double capacity);
  void limit(Group &group) const;
  bool goesOn();

  const uint32_t channels_; ///< queues of channels
  const Capacity &capacity_;
  const Holds holds_;
  const unsigned classes_, virtualChannels_;
  const double step_;          ///< cycles
  const double service_;       ///< of the crossbar, in a step
  std::vector<Queue> queues_;  ///< of nodes that send, then of channels, as packets pass them
  size_t senders_ = 0;         ///< queues of nodes
  std::vector<Group> groups_;  ///< of these
  std::vector<Place> streams_; ///< by the queue that they enter
  std::vector<Sink> sinks_;
  std::vector<double> starts_; ///< cycles, by node
  std::vector<double> unsent_; ///< flits, by node
  std::vector<double> full_;   ///< flits in it, by node, when it has sent last
  double time_ = 0;            ///< cycles
  double missing_ = 0;         ///< flits that have not arrived
  double moved_ = 0;           ///< flits in this step, of all queues
  double nearlyNone_ = 0;      ///< flits: who moves no more than that stands still
  const double tail_;          ///< cycles from the last queue to the end of a packet
  Drained result_;
  Filling filling_;
};

} // namespace wsc::network::flow
