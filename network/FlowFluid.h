// Nodes that send as fast as they can, to many others each: buffers fill up, and what routers let
// through decides who gets how much.
//
// A fluid in time.  A queue gives each of its outputs what waits for it, as far as the channel and
// the buffer behind it take it; of a full channel, inputs get equal shares, as arbiters that take
// turns give (the parking lot problem: Dally and Towles 2004, section 15.4).  So nodes near a
// bottleneck are done long before those that have farther to go, and it stands idle while these go
// on: that is what keeps such a network below its bound.
//
// Steps of time are about as long as hops; long ones are in FlowLong.h.
//
// A channel that is full for some inputs passes less than it could while these send elsewhere
// (FlowRequests.h).
//
// On tori, what is behind the heads of virtual channels waits for these (FlowHeads.h), unless they
// have a choice.
//
// With adaptive routing, what waits may go several ways (FlowChoices.h).
//
// A class of virtual channels passes less than the channel if few of them are held for long: from
// the allocation to the tail, while packets for other outputs take the crossbar (FlowHolds.h).
#pragma once

#include "network/FlowCapacity.h"
#include "network/FlowChoices.h"
#include "network/FlowHeads.h"
#include "network/FlowHolds.h"
#include "network/FlowRequests.h"
#include "network/FlowRounds.h"
#include "network/FlowSources.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace wsc::network::flow {

struct Drained {
  std::vector<double> sent, received; ///< cycle at which each node has sent, or got, its last flit
  std::vector<double> passed;         ///< flits on each channel, if ways are chosen by the load
  Ending ending = Ending::Done;
};

/// Amounts that arrive a number of steps later, at least the next.
class Delay {
public:
  explicit Delay(double steps) : slots_(size_t(std::max(0.0, std::round(steps) - 1))) {}
  size_t steps() const { return slots_.size() + 1; }
  /// What there is in the next step, in exchange for what leaves in this one.
  double operator()(double amount) {
    if (slots_.empty())
      return amount;
    std::swap(amount, slots_[next_]);
    next_ = next_ + 1 == slots_.size() ? 0 : next_ + 1;
    return amount;
  }

private:
  llvm::SmallVector<double, 4> slots_;
  unsigned next_ = 0;
};

/// Gives streams equal parts of what there is, by their weights, up to what they want.
class Filling {
public:
  void add(double want, double weight) { wants_.push_back({want, weight}); }
  /// The part of a weight of 1.  What those who want less leave over is shared by the others, which
  /// may let more of them have all they want.
  double level(double capacity) {
    double level = 0, before;
    do {
      before = level;
      double rest = capacity, weights = 0;
      for (const auto &[want, weight] : wants_)
        if (want > before * weight)
          weights += weight;
        else
          rest -= want;
      // Never less, as rounding might have it where little weight is left.
      level =
          weights > 0 ? std::max(before, rest / weights) : std::numeric_limits<double>::infinity();
    } while (level > before && std::isfinite(level));
    wants_.clear();
    return level;
  }

private:
  llvm::SmallVector<std::pair<double, double>, 8> wants_;
};

class Fluid {
public:
  Fluid(const Lanes &lanes, const Routes &routes, const Router &router, const Capacity &capacity,
        llvm::ArrayRef<Flow> flows, unsigned packet);
  Drained run(llvm::ArrayRef<double> starts);
  /// Each message in each of the rounds; nodes begin one `relay` cycles after the one before.  Only
  /// of lanes whose messages are apart.
  Drained run(llvm::ArrayRef<double> starts, Rounds &rounds, double relay);

private:
  void addStreams(uint32_t part);
  void findInUse();
  void setStep();
  void setDelays(const Router &router);
  void setRooms(const Router &router);
  Delay wireDelay(const Router &router, const Wire &wire) const;
  void serve(uint32_t channel);
  void takeTurns(uint32_t channel, double capacity);
  void receive(uint32_t stream, double flits);
  double give(uint32_t queue, double capacity);
  double giveLane(uint32_t queue, double cycle, double capacity);
  llvm::MutableArrayRef<Stream> streamsOf(uint32_t part) {
    return llvm::MutableArrayRef(streams_).slice(first_[part], first_[part + 1] - first_[part]);
  }
  double portsOf(const Stream &stream) const { return lanes_.isNode(stream.from) ? ports_ : 1; }
  void take();
  void limit();
  void choose();
  void step();
  void enter(uint32_t part, double flits);
  void send();
  void goOn();
  bool goesOn();

  const Lanes &lanes_;
  const Network &network_;
  const Capacity &capacity_;
  const double ports_;
  std::vector<Stream> streams_;    ///< by the part that they leave
  std::vector<uint32_t> first_;    ///< stream of each part
  std::vector<uint32_t> inputs_;   ///< first stream of each input of a crossbar, and the end
  std::vector<uint32_t> messages_; ///< of streams, where these are apart
  Rounds *rounds_ = nullptr;
  double relay_ = 0;           ///< cycles, between rounds
  std::vector<double> starts_; ///< cycles, by node: of its present round
  Grouping into_;              ///< streams by the queue that they enter
  std::optional<Holds> holds_;
  std::optional<Sources> sources_;     ///< of tori, and of two orders
  std::optional<Heads> heads_;         ///< of tori
  std::optional<Requests> requests_;   ///< of others
  std::optional<Choices> choices_;     ///< of adaptive routing
  std::vector<double> held_, buffer_;  ///< flits, by queue; those on their way count
  std::vector<double> waiting_;        ///< flits, by queue: of all its streams
  std::vector<double> left_, arrived_; ///< flits of this step, by queue and by part
  std::vector<Delay> wires_, credits_; ///< by part, by queue of a channel
  std::vector<double> unsent_;         ///< flits, by node
  std::vector<uint32_t> queuesInUse_, channelsInUse_, nodesInUse_, partsOfChannels_;
  double time_ = 0, step_ = 1;         ///< cycles
  double missing_ = 0;                 ///< flits that have not arrived
  double moved_ = 1;                   ///< flits in this step, of all queues
  double nearlyNone_ = 0;              ///< flits: who moves no more than that stands still
  size_t idle_ = 0, longestDelay_ = 0; ///< steps
  const double tail_;                  ///< from the last queue to the end of a packet at its node
  Drained result_;
  Filling filling_;
};

} // namespace wsc::network::flow
