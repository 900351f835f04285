// Messages as streams between the queues of routers: what comes out of each, and where it goes.
//
// What goes to one node flows together, so that a step of messages between all pairs costs a visit
// of each router for each destination, not a walk for each pair.
#pragma once

#include "network/Grouping.h"
#include "network/Program.h"
#include "network/Routing.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace wsc::network::flow {

class Mirror;

/// From a part of a queue to a part of another.
struct Turn {
  uint32_t from = 0, to = 0; ///< parts; `to` of the last turn is that of the node
  double flits = 0;
  /// Of a part, turns with the same number are ways of the same packets, the escape last
  /// (FlowChoices.h); 0: there is no other.
  unsigned choice = 0;
};

/// The queues of a network: of each channel one at its end for each class of virtual channels
/// (dateline, orders; of adaptive routing the channels that packets choose, then those of escapes),
/// then one of each node, from which it sends and at which ways end.
///
/// What is in a queue is one part, in which all that has come goes on alike; or, of few messages,
/// a part for each node that it is going to, so that who gets less of one channel has less in the
/// queues after it.  Of other messages, on tori there is a part for each line in this dimension,
/// and with adaptive routing one for the ways that were left where packets entered: of those, none
/// comes back.  On lines and rings, where ways say little, the hops that are left count as well, so
/// that nothing goes farther than any packet.
class Lanes {
public:
  /// With `areApart`, for messages that each have parts of their own (`addApart`).
  Lanes(const Routes &routes, unsigned virtualChannels, bool areApart = false);

  /// Routes messages; `areAlike` as in `Step`.  With `mirror`, those of one mirror image, which
  /// stands for all (FlowMirror.h); only if all nodes send to each other alike.
  void add(llvm::ArrayRef<Flow> flows, bool areAlike = false, const Mirror *mirror = nullptr);
  /// Routes messages, each of which has parts of its own.
  void addApart(llvm::ArrayRef<Flow> flows);

  unsigned perChannel() const { return perChannel_; }
  uint32_t queues() const { return firstNode_ + network_.nodes(); }
  uint32_t queueOf(uint32_t channel, unsigned lane) const { return channel * perChannel_ + lane; }
  /// The class of a queue of a channel, as in `Loads`.
  unsigned classOf(uint32_t queue) const {
    const unsigned lane = queue % perChannel_, sides = wraps_ ? 2 : 1;
    return lane % sides * orders() + lane / sides;
  }
  /// Virtual channels of adaptive routing that only escapes take: one on each side of the dateline.
  unsigned escapes() const { return wraps_ ? 2 : 1; }
  /// Virtual channels of a class.
  unsigned channelsOf(unsigned lane) const;
  /// Whether packets choose their ways by the load.
  bool choose() const { return chooses_; }
  uint32_t queueOfNode(uint32_t node) const { return firstNode_ + node; }
  bool isNode(uint32_t queue) const { return queue >= firstNode_; }
  /// What a queue is at: channels, then nodes.
  uint32_t portOf(uint32_t queue) const {
    if (perChannel_ == 1)
      return queue;
    return isNode(queue) ? queue - firstNode_ + firstNode_ / perChannel_ : queue / perChannel_;
  }
  /// Whether of a port no two streams go to the same one.
  bool areDistinct() const { return perChannel_ == 1 && !separates_; }
  uint32_t ports() const { return portOf(queues()); }
  /// Whether channels lead around.
  bool wraps() const { return wraps_; }
  /// Whether what goes to different nodes stays apart.
  bool areApart() const { return separates_; }
  /// Whether each message has parts of its own.
  bool areMessagesApart() const { return byMessage_; }
  /// Orders that packets take, as many in each.
  unsigned orders() const { return mixes_ ? 2 : 1; }
  /// Whether each packet draws one, and stays in its class.
  bool drawsOrders() const { return routes_.routing() == Routing::O1Turn; }
  /// The queue that a packet enters from a router; that of `target` at its end, `none` without a
  /// way.
  uint32_t next(uint32_t router, uint32_t target, Order order) const;
  /// Parts of all queues, those of one after the other.
  uint32_t parts() const { return turns_.size(); }
  uint32_t queueOfPart(uint32_t part) const { return queueOfPart_[part]; }
  /// The message that a part is of, after `addApart`; `none` for nodes.
  uint32_t messageOf(uint32_t part) const { return targetOfPart_[part]; }
  /// Whether what goes to a target is in a part, if it is in its queue.
  bool isFor(uint32_t part, uint32_t target) const;
  /// That of the queue of a node, which has one.
  uint32_t partOfNode(uint32_t node) const { return firstPartOfNodes_ + node; }
  llvm::ArrayRef<Turn> turnsFrom(uint32_t part) const { return turns_[part]; }
  /// Nodes that each one stands for where choices are laid for one mirror image.
  unsigned images() const;
  /// Flits that each node sends.
  llvm::ArrayRef<double> sent() const { return sent_; }

  bool reachesAll = true;
  unsigned longest = 0; ///< routers on a way

private:
  void addTree(llvm::ArrayRef<Flow> flows, llvm::ArrayRef<uint32_t> those, double share,
               Order order);
  // Adaptive routing.
  void addChoices(llvm::ArrayRef<Flow> flows, llvm::ArrayRef<uint32_t> those);
  unsigned choiceAt(uint32_t router, uint32_t end, llvm::ArrayRef<uint32_t> ways) const;
  uint32_t turnedKey(uint32_t key, uint32_t router) const;
  uint32_t partTo(uint32_t queue, uint32_t key);
  unsigned hopsFrom(uint32_t router, uint32_t end) const;
  void reachAll(uint32_t router, uint32_t end);
  void passChoices(uint32_t router, uint32_t target, uint32_t key);
  bool isWholeGrid() const;
  void addGrid(llvm::ArrayRef<Flow> flows, const Grouping &byTarget);
  void addUniform(double flits, const Mirror *mirror);
  void addUniform(double flits, Order order, const Mirror *mirror);
  void addColumn(llvm::ArrayRef<Flow> flows, const Grouping &byTarget, unsigned column,
                 double share, Order order);
  /// Whether packets take an order.
  bool takes(Order order) const {
    return mixes_ || (order == Order::YX) == (routes_.routing() == Routing::YX);
  }
  void reach(uint32_t router, uint32_t end, Order order);
  void sort(uint32_t end);
  void pass(uint32_t router, uint32_t target, Order order);
  /// Whether a part for each target would be no more than some for each queue.
  bool areFew(llvm::ArrayRef<Flow> flows) const;
  bool hasFewLines() const;
  /// Of the present target, line or message; before `sortParts`.
  uint32_t partFor(uint32_t queue);
  /// Leaves out queues of channels as a whole, and puts the parts of a queue together.
  void sortParts();
  unsigned laneOf(uint32_t channel, uint32_t end, Order order) const;
  void turn(uint32_t from, uint32_t to, double flits, unsigned choice = 0);

  /// A router on ways to the present target.
  struct Visit {
    uint32_t channel = none; ///< that packets take
    unsigned before = 0;     ///< routers before it that have not been passed yet
    bool reached = false;
    unsigned kind = 0;  ///< which ways are left, of adaptive routing
    unsigned after = 0; ///< routers from here to the target; 0 if it is not reached
  };

  const Routes &routes_;
  const Network &network_;
  bool wraps_, byMessage_, mixes_, chooses_;
  unsigned virtualChannels_;
  unsigned perChannel_;
  uint32_t firstNode_;
  std::vector<llvm::SmallVector<Turn, 4>> turns_;    ///< by `from`
  std::vector<uint32_t> queueOfPart_, targetOfPart_; ///< `none`: of all
  uint32_t firstPartOfNodes_;
  uint32_t key_ = 0;               ///< of the present parts: a target, a line or a message
  bool separates_ = false;         ///< whether targets have parts of their own
  bool byKind_ = false;            ///< whether these are the ways that are left
  bool byHops_ = false;            ///< and how many hops are, of lines and rings
  bool byLine_ = false;            ///< whether these are lines
  const Mirror *mirror_ = nullptr; ///< of adaptive routing, if one image stands for all
  llvm::DenseMap<std::pair<uint32_t, uint32_t>, uint32_t> partFor_; ///< of a queue and a target
  std::vector<double> sent_;                                        ///< by node
  std::vector<Visit> visits_;
  std::vector<uint32_t> visited_;
  std::vector<double> arriving_; ///< at each queue, to the present target
};

} // namespace wsc::network::flow
