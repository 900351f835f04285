// The fluid of FlowFluid.h in steps of time that are much longer than hops.
//
// Flits go all the way in one: from queue to queue in the order in which packets pass them.  What
// is full holds up those behind it by one hop more in each step.  For many messages, with one class
// of virtual channels.
#pragma once

#include "network/FlowCapacity.h"
#include "network/FlowFluid.h"

namespace wsc::network::flow {

class LongFluid {
public:
  /// Whether steps would be longer than some hops, and what is mixed in a queue may go on alike.
  static bool suits(const Lanes &lanes, const Capacity &capacity);

  LongFluid(const Lanes &lanes, const Network &network, const Router &router,
            const Capacity &capacity, unsigned packet);
  Drained run(llvm::ArrayRef<double> starts);

private:
  /// Two figures, which are computed together.
  using Two = double __attribute__((vector_size(2 * sizeof(double))));
  static constexpr double infinite = std::numeric_limits<double>::infinity();
  static constexpr Two any = {infinite, infinite};
  /// Streams of a queue to two others.
  struct Block {
    static constexpr unsigned size = 2;

    Two share = {};   ///< of what enters the queue
    Two waiting = {}; ///< flits
    Two moved = {};   ///< flits, in this step
    Two most = any;   ///< flits that may move in a step
    Two asks = {};    ///< share of time that the input asks the crossbar for it
    Two wait = {};    ///< cycles of a flit for the crossbar, besides its own
    // Of the channel that it goes to, in this step; at nodes, nobody waits.
    Two asked = {};    ///< by all inputs, the same
    Two passes = -any; ///< share of time
  };
  /// Where a stream is among those of the queue that it leaves.
  struct Place {
    Block *block;
    unsigned lane;
    uint32_t from; ///< queue

    double wants() const {
      const double waiting = block->waiting[lane], most = block->most[lane];
      return waiting < most ? waiting : most;
    }
    double moved() const { return block->moved[lane]; }
    /// Cycles that what moves holds virtual channels, each flit for as many if it does not wait.
    double held(double alone) const { return moved() * (alone + block->wait[lane]); }
  };
  /// At the end of a channel, or of a node.
  struct Queue {
    double room = 0;     ///< flits
    double capacity = 0; ///< flits in a step, of the channel or to the node
    double credits = 0;  ///< flits in a step that credits let pass
    double holds = 0;    ///< cycles that a flit holds a virtual channel, if it does not wait
    double ports = 1;    ///< from it into the router
    double share = 1;    ///< of each of these
    double rate = 0;     ///< flits a cycle of a port, for a flit in a step
    llvm::MutableArrayRef<Block> blocks;
    llvm::ArrayRef<Place> into; ///< from other queues
  };

  void addBlocks(const Lanes &lanes);
  void addStreams(const Lanes &lanes);
  void sortQueues(const Lanes &lanes);
  static double held(const Queue &queue);
  bool isNode(uint32_t queue) const { return queue >= channels_; }

  void send();
  void enter(const Queue &queue, double flits);
  void receive(uint32_t queue, double flits);
  void serve(uint32_t queue);
  double shareByHeads(uint32_t queue, double capacity);
  double takeTurns(uint32_t queue);
  void pass(uint32_t queue, double flits, double asks);
  void limit(const Queue &queue);
  static double sum(const Two &two);
  double ask(Block &block, const Queue &queue, double flits) const;
  bool goesOn();

  const uint32_t channels_;
  const Capacity &capacity_;
  const Holds holds_;
  const unsigned virtualChannels_;
  const double step_;         ///< cycles
  const double service_;      ///< of the crossbar, in a step
  std::vector<Queue> queues_; ///< of channels, then of nodes
  std::vector<Block> blocks_;
  std::vector<Place> streams_;   ///< by the queue that they enter
  std::vector<uint32_t> inputs_; ///< queues that something leaves
  std::vector<uint32_t> nodes_;  ///< that send
  std::vector<uint32_t> order_;  ///< queues that something enters, as packets pass them
  std::vector<double> starts_;   ///< cycles, by node
  std::vector<double> unsent_;   ///< flits, by node
  std::vector<double> full_;     ///< flits in it, by node, when it has sent last
  double time_ = 0;              ///< cycles
  double missing_ = 0;           ///< flits that have not arrived
  double moved_ = 0;             ///< flits in this step, of all queues
  double nearlyNone_ = 0;        ///< flits: who moves no more than that stands still
  const double tail_;            ///< cycles from the last queue to the end of a packet
  Drained result_;
  Filling filling_;
};

} // namespace wsc::network::flow
