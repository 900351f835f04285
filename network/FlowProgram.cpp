// When each node gets to which step of a program.
#include "network/Flow.h"
#include "network/FlowDrain.h"
#include "network/FlowRepeat.h"
#include "network/FlowSection.h"
#include "network/FlowShorten.h"
#include "network/FlowStarved.h"

#include "llvm/ADT/DenseSet.h"
#include <algorithm>
#include <limits>
#include <numeric>

namespace wsc::network::flow {

namespace {

class Run {
public:
  /// On so much of a mesh, which stands for the rest.
  Run(const Routes &routes, const Router &router, const Program &program, double share)
      : program_(program), routes_(routes), router_(router), share_(share),
        ready_(routes.network().nodes(), 0.0), next_(ready_) {
    if (Mirror::isOf(routes, program))
      mirror_.emplace(routes.network());
    busyUntil_.assign(routes.network().channels().size() + 2 * routes.network().nodes(), 0);
    used_.assign(routes.network().channels().size() + 2 * routes.network().nodes(), 0);
  }

  ProgramResult all();

private:
  void repeat(const Section &section, double times);
  void stream(const Section &section, llvm::ArrayRef<Step> steps);
  void starve(const Section &section, const Step &step, const Step &next);
  bool isSaturated(const Step &step) const;
  void saturate(const Step &step);
  void takeOver(const Drained &drained);
  bool fillsUp(const Section &section, const Step &step) const;
  void pass(const Section &section, llvm::ArrayRef<Step> steps,
            llvm::function_ref<double(size_t, double)> sent,
            llvm::function_ref<void(uint32_t, double)> received);
  /// From the first flit of a message to its last.  Of those that share a channel, one is last.
  static double length(const Message &message) {
    return message.flits * message.cycles - message.alone;
  }
  std::vector<double> packetLengths(const Section &section, size_t steps) const;
  void unfold();
  void finish(double time) { result_.cycles = std::max(result_.cycles, time); }

  const Program &program_;
  const Routes &routes_;
  const Router &router_;
  const double share_;
  std::optional<Mirror> mirror_; ///< of which one image is looked at
  std::vector<double> ready_;    ///< when each node is done with the steps so far
  std::vector<double> next_;
  // Of each resource of a section:
  std::vector<double> used_;      ///< flits
  std::vector<double> busyUntil_; ///< by the steps so far
  ProgramResult result_;
};

/// The same step many times.
void Run::repeat(const Section &section, double times) {
  std::vector<RepeatedStep::Transfer> transfers;
  transfers.reserve(section.messages.size());
  for (const Message &message : section.messages)
    transfers.push_back({message.source, message.destination, message.flits * message.cycles,
                         message.latency + length(message)});
  const double images = mirror_ ? mirror_->images() : 1;
  const double visits = roundsOf(times, section.messages.size() * images / share_);
  RepeatedStep step(std::move(transfers), ready_.size(), program_.relay);
  finish(step.run(ready_, times, visits, result_.cycles));
}

/// Goes through the steps of a section: `sent` says when something of a message has been sent,
/// given when it has arrived at its source from the step before (never: minus infinity).
void Run::pass(const Section &section, llvm::ArrayRef<Step> steps,
               llvm::function_ref<double(size_t, double)> sent,
               llvm::function_ref<void(uint32_t, double)> received) {
  constexpr double never = -std::numeric_limits<double>::infinity();
  std::vector<double> before(ready_.size(), never), now = before;
  std::vector<uint32_t> nodes, nodesBefore;
  auto arrive = [&](uint32_t node, double time) {
    if (now[node] == never)
      nodes.push_back(node);
    now[node] = std::max(now[node], time);
    received(node, time);
  };
  for (size_t step = 0; step < steps.size(); ++step) {
    for (const uint32_t i : section.ofStep(step)) {
      const Message &message = section.messages[i];
      const double time = sent(i, before[message.source]);
      arrive(message.destination, time + message.latency);
      if (steps[step].multicast)
        section.pass(i, [&](uint32_t router, double latency) {
          for (const uint32_t node : routes_.network().nodesOf(router))
            arrive(node, time + latency);
        });
    }
    for (const uint32_t node : nodesBefore)
      before[node] = never;
    nodesBefore = std::exchange(nodes, {});
    std::swap(before, now);
  }
}

/// From the first flit of a packet of each message to its last.  A node sends as many packets at a
/// time as it has ports, of all messages of a step in turn; those on one way take turns flit by
/// flit, as far as each has a virtual channel.  What a buffer holds does not wait for credits.
std::vector<double> Run::packetLengths(const Section &section, size_t steps) const {
  std::vector<double> lengths(section.messages.size());
  if (program_.packet == 1)
    return lengths;
  std::vector<unsigned> sending(ready_.size());
  const double most = std::min(router_.ports, section.channelsOfWay());
  for (size_t step = 0; step < steps; ++step) {
    for (const uint32_t i : section.ofStep(step))
      ++sending[section.messages[i].source];
    for (const uint32_t i : section.ofStep(step)) {
      const Message &message = section.messages[i];
      const double packet = std::min<double>(program_.packet, message.flits);
      const double abreast = std::clamp(double(router_.ports) / sending[message.source], 1.0, most);
      const double flits = std::min((packet - 1) * abreast, message.flits - 1);
      lengths[i] = flits * (packet > router_.buffer ? message.alone : section.slowestWire(i));
    }
    for (const uint32_t i : section.ofStep(step))
      sending[section.messages[i].source] = 0;
  }
  return lengths;
}

/// Steps that go on while packets of the step before still arrive: first all first packets, then,
/// as these say who meets whom, all last ones.
void Run::stream(const Section &section, llvm::ArrayRef<Step> steps) {
  const llvm::ArrayRef<Message> messages = section.messages;
  const std::vector<double> packetLengths = this->packetLengths(section, steps.size());
  std::vector<double> starts(messages.size());
  pass(
      section, steps,
      [&](size_t i, double arrived) {
        starts[i] = std::max(ready_[messages[i].source], arrived + program_.relay);
        return starts[i] + packetLengths[i];
      },
      [](uint32_t, double) {});
  const std::vector<double> arrivals = section.arrivals(starts, busyUntil_);
  next_ = ready_;
  pass(
      section, steps,
      [&](size_t i, double arrived) {
        const Message &message = messages[i];
        const double tail =
            std::max(arrivals[i] - message.latency, arrived + program_.relay + packetLengths[i]);
        next_[message.source] = std::max(next_[message.source], tail + message.alone);
        return tail;
      },
      [&](uint32_t node, double time) {
        next_[node] = std::max(next_[node], time + program_.relay);
        finish(time);
      });
  std::swap(ready_, next_);
}

/// Packets of a step that stay in the router of their node until it has sent the next one.
void Run::starve(const Section &section, const Step &step, const Step &next) {
  const std::vector<uint32_t> nodes = starvingNodes(routes_, router_, step, next, program_.packet);
  if (nodes.empty())
    return;
  unfold();
  std::vector<double> until(ready_.size());
  for (const uint32_t node : nodes)
    until[node] = ready_[node];
  for (const Flow &flow : next.flows)
    if (until[flow.source] > 0)
      until[flow.source] += flow.flits;
  for (const Message &message : section.messages)
    if (until[message.source] > 0)
      ready_[message.destination] = std::max(
          ready_[message.destination], until[message.source] + message.latency + program_.relay);
}

/// Nodes that send one message after the other fill the network up.
void Run::saturate(const Step &step) {
  const Drained drained = drain(routes_, router_, step, program_.packet, ready_, used_);
  takeOver(drained);
}

void Run::takeOver(const Drained &drained) {
  if (drained.ending != Ending::Done)
    result_.ending = drained.ending;
  for (uint32_t node = 0; node < ready_.size(); ++node) {
    finish(drained.received[node]);
    if (drained.received[node] > 0)
      ready_[node] = std::max(ready_[node], drained.received[node] + program_.relay);
    ready_[node] = std::max(ready_[node], drained.sent[node]);
  }
}

/// Whether messages of several nodes share a channel.
static bool meet(const Routes &routes, const Step &step) {
  std::vector<uint32_t> user(routes.network().channels().size(), none);
  bool found = false;
  for (const Flow &flow : step.flows)
    routes.walk(routes.network().routerOf(flow.source), routes.network().routerOf(flow.destination),
                Order::XY, [&](uint32_t channel) {
                  found |= user[channel] != none && user[channel] != flow.source;
                  user[channel] = flow.source;
                });
  return found;
}

/// Whether nodes send to more than two others each, on average, so that there is always something
/// to send while a buffer has room.  Where a step is all that happens, messages that meet and that
/// buffers do not hold do the same.
bool Run::isSaturated(const Step &step) const {
  if (step.times != 1 || step.streams || step.multicast)
    return false;
  if (step.flows.size() > 2 * size_t(routes_.network().nodes()))
    return true;
  llvm::SmallDenseSet<uint32_t> senders;
  double longest = 0;
  for (const Flow &flow : step.flows) {
    senders.insert(flow.source);
    longest = std::max(longest, flow.flits);
  }
  if (step.flows.size() > 2 * senders.size())
    return true;
  return program_.steps.size() == 1 && longest > double(router_.virtualChannels) * router_.buffer &&
         meet(routes_, step);
}

/// Whether messages of a step that is repeated meet in channels and are longer than buffers.  Who
/// sends to itself, or to another node of its router, passes no channel by which to tell that.
bool Run::fillsUp(const Section &section, const Step &step) const {
  if (step.times == 1 || step.multicast || !section.fillChannels())
    return false;
  const std::optional<GridShape> &shape = routes_.network().shape();
  const bool isTorus = shape && (shape->wrapsRows || shape->wrapsCols);
  const double buffer = double(router_.virtualChannels) * router_.buffer;
  const auto isLocal = [&](const Flow &flow) {
    return routes_.network().routerOf(flow.source) == routes_.network().routerOf(flow.destination);
  };
  return share_ == 1 && !isTorus && section.hops() <= mostHops &&
         llvm::none_of(step.flows, isLocal) &&
         llvm::any_of(step.flows, [&](const Flow &flow) { return flow.flits > buffer; });
}

/// What is true of a node is true of its images.
void Run::unfold() {
  for (uint32_t node = 0; mirror_ && node < ready_.size(); ++node)
    ready_[node] = ready_[mirror_->node(node)];
}

ProgramResult Run::all() {
  const llvm::ArrayRef<Step> steps = program_.steps;
  Section section(routes_, router_, program_.packet, mirror_ ? &*mirror_ : nullptr);
  double bound = 0; // it may be higher where nodes are at different steps and meet
  for (size_t begin = 0, end; begin < steps.size(); begin = end) {
    end = begin + 1;
    while (steps[begin].times == 1 && end < steps.size() && steps[end].streams)
      ++end;
    if (end == begin + 1 && isSaturated(steps[begin])) {
      unfold();
      saturate(steps[begin]);
      continue;
    }
    section.add(steps.slice(begin, end - begin));
    section.prepare(steps[begin].times > 1);
    bound = std::max(bound, section.count(steps[begin].times, used_));
    if (!section.reachesAll)
      result_.ending = Ending::Unroutable;
    const bool isOne = end == begin + 1 && !steps[begin].multicast;
    if (steps[begin].times == 1 && !(isOne && section.hops() > mostVisits)) {
      stream(section, steps.slice(begin, end - begin));
      if (end == begin + 1 && end < steps.size())
        starve(section, steps[begin], steps[end]);
      continue;
    }
    if (fillsUp(section, steps[begin])) {
      unfold();
      takeOver(drainRounds(routes_, router_, steps[begin].flows, program_.packet, ready_,
                           steps[begin].times, program_.relay));
      continue;
    }
    section.share(steps[begin].times > 1, program_.relay);
    repeat(section, steps[begin].times);
  }
  finish(bound);
  used_.resize(routes_.network().channels().size());
  for (uint32_t channel = 0; mirror_ && channel < used_.size(); ++channel)
    used_[channel] = used_[mirror_->channel(channel)];
  result_.channelFlits = std::move(used_);
  result_.flitHops = std::accumulate(result_.channelFlits.begin(), result_.channelFlits.end(), 0.0);
  return std::move(result_);
}

} // namespace

ProgramResult run(const Routes &routes, const Router &router, const Program &program) {
  const std::optional<Shortened> shortened = Shortened::of(routes, program);
  if (!shortened)
    return Run(routes, router, program, 1).all();
  const Network network = shortened->network();
  const Routes shorter(network, routes.routing());
  const Program part = shortened->program(program);
  return shortened->expand(Run(shorter, router, part, shortened->share()).all(), network,
                           routes.network());
}

} // namespace wsc::network::flow
