// The queues of one router: what FlowQueues.h says, for an output or an input at a time.
#pragma once

#include "network/FlowQueues.h"

#include <algorithm>

namespace wsc::network::flow {

/// A class of virtual channels of an output: dateline, order.
struct VirtualChannels {
  double share = 1; ///< of the packets
  unsigned channels = 1;
  double keeps = 1; ///< cycles that a packet holds one, if flits of others come in between its own
  double room = 0;  ///< cycles that a packet waits until there is room in the buffer behind it
};

/// An output as its packets see it, all in cycles.
struct Output {
  static constexpr unsigned mostClasses = 4;

  VirtualChannels lanes[mostClasses];
  unsigned classes = 1;
  double cycle = 1;    ///< of a flit on the channel
  double flits = 1;    ///< of a packet on the channel, if others follow
  double holds = 1;    ///< of a virtual channel, by a packet that waits for nothing
  double keeps = 1;    ///< the same, if flits of others come in between its own; mean
  double loop = 1;     ///< of credits
  double service = 1;  ///< of a packet; by virtual channels, where these are few
  double room = 0;     ///< until there is room in the buffer behind it, mean
  double channel = 0;  ///< cycles that a packet waits for those of other inputs
  double crossing = 1; ///< share of that while it has a virtual channel already
  double credits = 0;  ///< that it waits for, in classes of several virtual channels
  double wait = 0;     ///< for all of that, and in classes of one virtual channel

  /// One virtual channel for all: no packet passes another.
  bool isSingle() const { return classes == 1 && lanes[0].channels == 1; }
  void findService();
  void findRoom();
};

/// One router.  The inputs from `nodes` on are nodes'.
struct Site {
  const Ports &ports;
  unsigned nodes = 0;
  const double *turns = nullptr;   ///< for a load of 1
  const double *avoided = nullptr; ///< of `turns`; null: none
  Output *outputs = nullptr;
  // Cycles that a packet waits at the head of its input, by input and output.
  double *heads = nullptr;  ///< for the crossbar
  double *grants = nullptr; ///< for a virtual channel
  double *behind = nullptr; ///< and behind a head that waits for the crossbar
  // By input; null where nothing is known of it.
  const double *spacing = nullptr; ///< cycles from one packet to the next, at least
  const double *used = nullptr;    ///< share of time, of channels
  const double *spread = nullptr;  ///< cycles from one flit of a packet to the next
  bool mixes = true;               ///< what comes from a node goes several ways
  double largest = 0;              ///< as in `Loads`
  unsigned escapes = 0;            ///< virtual channels that packets do not choose
};

class Queues {
public:
  Queues(const Router &router, const Traffic &traffic);

  /// An output to a channel; `{}`: to a node.
  Output outputOf(const Wire &wire) const;
  /// Packets take turns on its channel, flit by flit.  Returns cycles from one flit of a packet to
  /// the next over those of a packet alone, mean.  `used`: share of time; `meets`: how likely two
  /// packets do not come from a node, which sends one at a time.
  double takeTurns(Output &output, double used, double meets) const;
  /// Finds the waits for the crossbar, at all outputs and inputs.
  void cross(const Site &site);
  /// Finds the waits of packets that meet at an output, after those for the crossbar.
  void merge(const Site &site, unsigned output);
  /// Adds the waits of the packets of an input, after all outputs that they go to, and finds how
  /// long the next ones wait for room at its other end: the output `way`.
  void queue(const Site &site, unsigned input, Output &way);

  /// Cycles that packets of an input wait on average, for the crossbar and behind heads of their
  /// virtual channels that do, all for others; finds how long the next ones wait for room at its
  /// other end.
  double waitInBuffer(const Site &site, unsigned input, Output &way) const;

  double waits = 0;   ///< packets a cycle times cycles
  double busiest = 0; ///< share of time that the busiest queue is taken

private:
  struct Meeting;
  /// How an input asks for an output.
  struct Habit {
    double back = 1;    ///< how likely again at once, over that at random
    double regular = 0; ///< how likely after as long as on average
  };
  /// An input, at an output.
  struct Share {
    unsigned input;
    double used;      ///< share of time
    double thin = 1;  ///< how likely it meets others, over that if its packets were not spread
    double meets = 1; ///< the same at its head, over that at random
    double lost = 0;  ///< waits for others that come at the same time
    Habit habit = {};
    double own = 1; ///< its wait over that for all others
  };
  /// An output, at an input.
  struct Turn {
    unsigned index;  ///< among those of the router
    double flow;     ///< packets a cycle
    double rate;     ///< through each port
    double blocks;   ///< cycles that a packet keeps the input, if it does not wait
    double holds;    ///< cycles that it keeps a virtual channel
    double head;     ///< cycles that it waits for those of other inputs, at the head
    double crossing; ///< of these, at the crossbar
    double late = 0; ///< and for all else, at the head
    double port = 0; ///< cycles behind heads that go elsewhere
    double delay = 0;
  };
  static double peakOf(const Site &site, unsigned input, unsigned output);
  double waitForCredits(const Site &site, unsigned output);
  double interleavingOf(const Output &output, unsigned escapes) const;
  double runsOf(const Site &site, const Meeting &meeting, const Share &own, double rho);
  double meet(const Site &site, const Meeting &meeting);
  void waitAtHeads(const Site &site, const Meeting &meeting, double together, double *heads);
  void findCrossing(const Site &site, unsigned output) const;
  void findTurns(const Site &site, unsigned input);
  void meetAtCrossbar(const Site &site, unsigned output);
  static double losesTo(const Share &own, const Share &other);
  double waitForHeads(double *behind, bool isNode);
  double changeHabits(double waiting, double &queued);
  void waitInLanes(const Output &way, VirtualChannels &lanes, double channels);
  double roomIn(const Output &way, double rate, double delay, double wait) const;

  /// Packets a cycle.
  double flow(const Site &site, unsigned input, unsigned output) const {
    return rate_ * site.turns[input * site.ports.outputs + output];
  }
  /// To a node there are several.
  double portsOf(const Site &site, unsigned output) const {
    const bool isNode = output + site.ports.inputs >= site.ports.outputs + site.nodes;
    return isNode ? router_.ports : 1;
  }
  void use(double share) { busiest = std::max(busiest, share); }

  /// Waits for the crossbar and turns that are taken: how likely packets are queued.
  static constexpr double turnTolerance = 0.1;
  static constexpr unsigned mostRounds = 4;

  const Router &router_;
  const double flits_, rate_, allocation_, interleaved_;
  llvm::SmallVector<Share, 8> shares_; ///< of the present output
  llvm::SmallVector<Turn, 8> turns_;   ///< of the present input
  double rho_ = 0;                     ///< share of time that it is used
  double part_ = 0;                    ///< of meetings there over those at random
  double taken_ = 0;                   ///< share of time of the present input
  std::vector<Habit> habits_;          ///< of the present router, by turn
  std::vector<double> queued_;         ///< by input: how likely some packets wait for others
};

} // namespace wsc::network::flow
