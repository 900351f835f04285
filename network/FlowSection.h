// Steps of a program that go on at the same time: routes and rates of their messages.
#pragma once

#include "network/FlowMirror.h"
#include "network/FlowQueues.h"
#include "network/FlowRates.h"
#include "network/Program.h"
#include "network/Router.h"
#include "network/Routing.h"

namespace wsc::network::flow {

/// A message with its way.
struct Message {
  uint32_t source = 0, destination = 0;
  double flits = 0;
  double latency =
      0;             ///< cycles from the sending of a flit to its arrival, if nothing is in its way
  double alone = 1;  ///< cycles of a flit on the slowest channel of its way
  double cycles = 1; ///< of a flit, with its fair share of the channels
};

/// Messages of one step or of some in a row.  One after the other, sections take the same memory.
class Section {
public:
  /// With `mirror`, only what nodes send that stand for others, over channels that do.
  Section(const Routes &routes, const Router &router, unsigned packet, const Mirror *mirror)
      : network_(routes.network()), routes_(routes), router_(routerOf(routes, router)),
        channelsToNodes_(router.virtualChannels), packet_(packet), mirror_(mirror) {}

  /// Routes the messages of these steps instead of those before.
  void add(llvm::ArrayRef<Step> steps);
  /// Finds out how fast they are alone, once or if they repeat.
  void prepare(bool repeats);
  /// If they start together: fair shares.  Where a step `repeats`, those who meet in channels start
  /// at different times before long.
  void share(bool repeats, double relay);
  /// If they start at those times: when the last flit of each has arrived, where each channel
  /// serves all that have come to it alike, and nothing new before `busyUntil`, which is moved on.
  std::vector<double> arrivals(llvm::ArrayRef<double> starts, std::vector<double> &busyUntil) const;

  /// The routers on the way of a message, with the latency from its source.
  void pass(size_t message, llvm::function_ref<void(uint32_t router, double latency)> visit) const;

  /// Virtual channels of a channel that messages may take.
  unsigned channelsOfWay() const;
  /// Cycles of a flit on the slowest wire of a message's way.
  double slowestWire(size_t message) const;

  /// Channels that messages pass, with those from and to nodes; of all images.
  size_t hops() const { return sharing_.uses.size() * (mirror_ ? mirror_->images() : 1); }

  /// Whether messages wait for each other in channels rather than at nodes; after `prepare`.
  bool meetInChannels() const { return meetInChannels_; }
  /// Whether what several nodes send keeps a channel busy for at least as long as any node, and
  /// does not come in step.
  bool fillChannels() const { return fillChannels_; }

  std::vector<Message> messages;
  /// Numbers of the messages of a step.
  llvm::ArrayRef<uint32_t> ofStep(size_t step) const { return byStep_[step]; }
  bool reachesAll = true;

  /// Adds the flits that use each resource: the channels, the ways from nodes, those to nodes.
  /// Returns the most cycles that this takes one of them.
  double count(double times, std::vector<double> &used) const;

private:
  uint32_t fromNode(uint32_t node) const { return network_.channels().size() + node; }
  uint32_t toNode(uint32_t node) const { return fromNode(node) + network_.nodes(); }
  uint32_t imageOfNode(uint32_t node) const { return mirror_ ? mirror_->node(node) : node; }
  bool isChannel(uint32_t use) const { return use < network_.channels().size(); }
  double rowFirstOf(const Flow &flow) const;
  void route(const Flow &flow, double flits, Order order, bool multicast);
  double latencyOf(const Wire &wire) const { return router_.pipeline() + wire.latency; }
  void findMeetings();
  double rateOf(const Router &router, const Wire &wire, unsigned packet) const;
  void setCapacity(unsigned packet, bool repeats);
  bool isBlocking() const;
  bool getOutOfStep(llvm::ArrayRef<double> load) const;
  double efficiency(bool repeats);

  const Network &network_;
  const Routes &routes_;
  const Router router_;
  const unsigned channelsToNodes_; ///< virtual: all of them, as no dateline is ahead
  const unsigned packet_;
  const Mirror *mirror_;          ///< null: none
  Grouping byStep_;               ///< messages
  std::vector<double> alongRows_; ///< first: share of the packets of each message
  Sharing sharing_;        ///< of the channels, then of the ways from nodes, then of those to nodes
  std::vector<bool> meet_; ///< of each resource
  bool multicasts_ = false, isShared_ = false, meetInChannels_ = false, fillChannels_ = false;
  double slower_ = 1; ///< than the busiest channel could be
};

} // namespace wsc::network::flow
