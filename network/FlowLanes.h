// Messages as streams between the queues of routers: what comes out of each, and where it goes.
//
// What goes to one node flows together, so that a step of messages between all pairs costs a visit
// of each router for each destination, not a walk for each pair.
#pragma once

#include "network/Grouping.h"
#include "network/Program.h"
#include "network/Routing.h"
#include "llvm/ADT/SmallVector.h"

namespace wsc::network::flow {

/// From a queue to another.
struct Turn {
  uint32_t from = 0, to = 0; ///< queues; `to` of the last turn is that of the node
  double flits = 0;
};

/// The queues of a network: of each channel one at its end for each class of virtual channels
/// (dateline, orders), then one of each node, from which it sends and at which ways end.
class Lanes {
public:
  explicit Lanes(const Routes &routes);

  /// Routes messages.
  void add(llvm::ArrayRef<Flow> flows);

  unsigned perChannel() const { return perChannel_; }
  uint32_t queues() const { return turns_.size(); }
  uint32_t queueOf(uint32_t channel, unsigned lane) const { return channel * perChannel_ + lane; }
  uint32_t queueOfNode(uint32_t node) const { return firstNode_ + node; }
  bool isNode(uint32_t queue) const { return queue >= firstNode_; }
  /// What a queue is at: channels, then nodes.
  uint32_t portOf(uint32_t queue) const {
    return isNode(queue) ? queue - firstNode_ + firstNode_ / perChannel_ : queue / perChannel_;
  }
  uint32_t ports() const { return portOf(queues()); }
  /// Whether channels lead around.
  bool wraps() const { return wraps_; }
  /// Orders that packets take, as many in each.
  unsigned orders() const { return mixes_ ? 2 : 1; }
  /// The queue that a packet enters from a router; that of `target` at its end, `none` without a
  /// way.
  uint32_t next(uint32_t router, uint32_t target, Order order) const;
  llvm::ArrayRef<Turn> turnsFrom(uint32_t queue) const { return turns_[queue]; }
  /// Flits that each node sends.
  llvm::ArrayRef<double> sent() const { return sent_; }

  bool reachesAll = true;
  unsigned longest = 0; ///< routers on a way

private:
  void addTree(llvm::ArrayRef<Flow> flows, llvm::ArrayRef<uint32_t> those, double share,
               Order order);
  bool isWholeGrid() const;
  void addGrid(llvm::ArrayRef<Flow> flows, const Grouping &byTarget);
  void addColumn(llvm::ArrayRef<Flow> flows, const Grouping &byTarget, unsigned column,
                 double share, Order order);
  /// Whether packets take an order.
  bool takes(Order order) const {
    return mixes_ || (order == Order::YX) == (routes_.routing() == Routing::YX);
  }
  void reach(uint32_t router, uint32_t end, Order order);
  void sort(uint32_t end);
  void pass(uint32_t router, uint32_t target, Order order);
  unsigned laneOf(uint32_t channel, uint32_t end, Order order) const;
  void turn(uint32_t from, uint32_t to, double flits);

  /// A router on ways to the present target.
  struct Visit {
    uint32_t channel = none; ///< that packets take
    unsigned before = 0;     ///< routers before it that have not been passed yet
    bool reached = false;
    unsigned after = 0; ///< routers from here to the target; 0 if it is not reached
  };

  const Routes &routes_;
  const Network &network_;
  bool wraps_, mixes_;
  unsigned perChannel_;
  uint32_t firstNode_;
  std::vector<llvm::SmallVector<Turn, 4>> turns_; ///< by `from`
  std::vector<double> sent_;                      ///< by node
  std::vector<Visit> visits_;
  std::vector<uint32_t> visited_;
  std::vector<double> arriving_; ///< at each queue, to the present target
};

} // namespace wsc::network::flow
