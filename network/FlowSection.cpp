// Routing messages, and sharing channels among them.
#include "network/FlowSection.h"

#include "network/FlowCapacity.h"
#include "network/FlowOrders.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <tuple>

namespace wsc::network::flow {

void Section::route(const Flow &flow, double flits, Order order, bool multicast) {
  const uint32_t end = network_.routerOf(flow.destination);
  uint32_t at = network_.routerOf(flow.source);
  const size_t start = sharing_.uses.size();
  Message message{flow.source, imageOfNode(flow.destination), std::ceil(flits),
                  router_.pipeline() + endpoints};
  sharing_.uses.push_back(fromNode(flow.source));
  routes_.walk(at, end, order, [&](uint32_t channel) {
    sharing_.uses.push_back(mirror_ ? mirror_->channel(channel) : channel);
    message.latency += latencyOf(network_.channels()[channel].wire);
    at = network_.channels()[channel].to;
    if (multicast && at != end)
      for (const uint32_t node : network_.nodesOf(at))
        sharing_.uses.push_back(toNode(node));
  });
  if (at != end) {
    reachesAll = false;
    sharing_.uses.resize(start);
    return;
  }
  sharing_.uses.push_back(toNode(message.destination));
  sharing_.first.push_back(sharing_.uses.size());
  sharing_.flits.push_back(message.flits);
  alongRows_.push_back(order == Order::XY);
  messages.push_back(message);
}

/// Flits of a message that go row first, where packets take both orders: half of them, or of its
/// packets if these choose, the first of which finds nothing in its way.
double Section::rowFirstOf(const Flow &flow) const {
  if (isStraight(network_, flow))
    return flow.flits;
  if (routes_.routing() != Routing::Adaptive)
    return flow.flits / 2;
  return std::min(flow.flits, std::ceil(std::ceil(flow.flits / packet_) / 2) * packet_);
}

void Section::add(llvm::ArrayRef<Step> steps) {
  messages.clear();
  sharing_.first.assign(1, 0);
  sharing_.uses.clear();
  sharing_.flits.clear();
  alongRows_.clear();
  reachesAll = true;
  multicasts_ = llvm::any_of(steps, [](const Step &step) { return step.multicast; });
  // Packets of O1TURN take either way; so do those of adaptive routing where both are as busy.
  const bool splits =
      routes_.routing() == Routing::O1Turn || routes_.routing() == Routing::Adaptive;
  struct Part {
    const Flow *flow;
    uint32_t step;
  };
  std::vector<Part> parts;
  size_t most = 0;
  for (const Step &step : steps)
    most += step.flows.size();
  parts.reserve(most);
  for (uint32_t step = 0; step < steps.size(); ++step)
    for (const Flow &flow : steps[step].flows)
      if (flow.flits > 0 && imageOfNode(flow.source) == flow.source)
        parts.push_back({&flow, step});
  // What one part of the network sends is kept together, whatever the step, as it is used together.
  const Grouping bySource(parts.size(), network_.nodes(),
                          [&](size_t i) { return parts[i].flow->source; });
  std::vector<uint32_t> stepOf;
  stepOf.reserve(most);
  messages.reserve(most);
  sharing_.first.reserve(most + 1);
  sharing_.flits.reserve(most);
  sharing_.uses.reserve(3 * most); // from a node over a channel to a node
  for (uint32_t node = 0; node < network_.nodes(); ++node)
    for (const uint32_t i : bySource[node]) {
      const auto &[flow, number] = parts[i];
      const Step &step = steps[number];
      const double rowFirst = splits && !step.multicast ? rowFirstOf(*flow) : flow->flits;
      route(*flow, rowFirst, Order::XY, step.multicast);
      if (rowFirst < flow->flits)
        route(*flow, flow->flits - rowFirst, Order::YX, false);
      else if (splits && !step.multicast && messages.size() > stepOf.size())
        alongRows_.back() = 0.5; // the same way by both
      stepOf.resize(messages.size(), number);
    }
  byStep_ = Grouping(messages.size(), steps.size(), [&](size_t i) { return stepOf[i]; });
}

void Section::pass(size_t message, llvm::function_ref<void(uint32_t, double)> visit) const {
  double latency = router_.pipeline() + endpoints;
  for (const uint32_t use : sharing_.usesOf(message))
    if (isChannel(use)) {
      const Channel &channel = network_.channels()[use];
      latency += latencyOf(channel.wire);
      visit(channel.to, latency);
    }
}

double Section::count(double times, std::vector<double> &used) const {
  double busiest = 0;
  for (size_t i = 0; i < messages.size(); ++i)
    for (const uint32_t use : sharing_.usesOf(i)) {
      used[use] += times * messages[i].flits;
      if (used[use] > busiest * sharing_.capacity[use])
        busiest = used[use] / sharing_.capacity[use];
    }
  return busiest;
}

/// Finds the resources at which messages meet.
void Section::findMeetings() {
  std::vector<bool> isUsed(network_.channels().size() + 2 * network_.nodes());
  meet_ = isUsed;
  isShared_ = false;
  for (const uint32_t use : sharing_.uses) {
    if (isUsed[use])
      meet_[use] = isShared_ = true;
    isUsed[use] = true;
  }
}

/// Whether packets for different outputs come through one channel.
bool Section::isBlocking() const {
  std::vector<uint32_t> next(sharing_.capacity.size(), none);
  for (size_t i = 0; i < messages.size(); ++i) {
    const llvm::ArrayRef<uint32_t> uses = sharing_.usesOf(i);
    for (size_t at = 1; at + 1 < uses.size(); ++at) {
      if (next[uses[at]] != none && next[uses[at]] != uses[at + 1])
        return true;
      next[uses[at]] = uses[at + 1];
    }
  }
  return false;
}

/// Whether nodes that repeat a step get out of step, given the flits on each resource: where orders
/// are drawn, or the busiest channels of some messages have less to do than those of others. (Where
/// all are alike, it depends on how packets fall: in rings of 2 x 6 members two rows and columns
/// apart those of 4 flits stay in step, those of 1 and 8 do not.)
bool Section::getOutOfStep(llvm::ArrayRef<double> load) const {
  if (routes_.routing() == Routing::O1Turn)
    return true;
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (size_t i = 0; i < messages.size(); ++i) {
    double busiest = 0;
    for (const uint32_t use : sharing_.usesOf(i))
      if (isChannel(use))
        busiest = std::max(busiest, load[use] / sharing_.capacity[use]);
    least = std::min(least, busiest);
    most = std::max(most, busiest);
  }
  return least < most * (1 - 1e-9);
}

/// How much of what the busiest channel can take it gets: where packets for different outputs wait
/// for each other, queues have no end before it is used all the time.
double Section::efficiency(bool repeats) {
  std::vector<double> load(sharing_.capacity.size());
  std::vector<uint32_t> user(load.size(), none);
  double bound = 0, atNodes = 0, shared = 0;
  for (size_t i = 0; i < messages.size(); ++i)
    for (const uint32_t use : sharing_.usesOf(i)) {
      load[use] += sharing_.flits[i];
      const uint32_t before = std::exchange(user[use], messages[i].source);
      if (isChannel(use) && before != none && before != messages[i].source)
        shared = std::max(shared, load[use] / sharing_.capacity[use]);
      double &busiest = isChannel(use) ? bound : atNodes;
      if (load[use] > busiest * sharing_.capacity[use])
        busiest = load[use] / sharing_.capacity[use];
    }
  // Nodes that send no faster than channels can take it do not fill the network up.
  meetInChannels_ = atNodes < bound * (1 - 1e-9);
  fillChannels_ = meetInChannels_ || (atNodes < shared * (1 + 1e-9) && getOutOfStep(load));
  if (repeats ? !fillChannels_ : !meetInChannels_)
    return 1;
  const PortMap map(network_);
  std::vector<double> turns(map.turns());
  for (size_t i = 0; i < messages.size(); ++i) {
    uint32_t router = network_.routerOf(messages[i].source);
    unsigned input = map.fromNode(messages[i].source);
    auto turn = [&](unsigned output) {
      const Ports &ports = map.routers()[router];
      turns[ports.turns + input * ports.outputs + output] += messages[i].flits / bound;
    };
    for (const uint32_t use : sharing_.usesOf(i))
      if (isChannel(use)) {
        turn(map.outputOf(Mirror::leaving(network_, router, use)));
        router = network_.channels()[use].to;
        input = map.inputOf(use);
      }
    turn(map.toNode(messages[i].destination));
  }
  const double saturation = saturationOf(map, turns, router_, packet_, 1e-3);
  return saturation > 0.995 ? 1 : saturation;
}

unsigned Section::channelsOfWay() const {
  // Copies are left on ways of one order: they take its channels, or those of escapes.
  if (multicasts_ && routes_.routing() == Routing::O1Turn)
    return channelsOfOrder(routes_, channelsToNodes_, /*alongRows=*/true);
  return multicasts_ && routes_.routing() == Routing::Adaptive ? 1 : router_.virtualChannels;
}

double Section::slowestWire(size_t message) const {
  double cycles = 1;
  for (const uint32_t use : sharing_.usesOf(message))
    if (isChannel(use))
      cycles = std::max<double>(cycles, 1 / network_.channels()[use].wire.rate);
  return cycles;
}

/// Flits a cycle of packets that follow each other on a channel.
double Section::rateOf(const Router &router, const Wire &wire, unsigned packet) const {
  return routes_.routing() == Routing::Adaptive && !multicasts_
             ? rateOfChosen(router, wire, packet)
             : packet / serviceOf(router, wire, packet);
}

/// As routers make them, of channels and of nodes.  What buffers hold does not wait for credits,
/// unless rounds that repeat mix.
void Section::setCapacity(unsigned packet, bool repeats) {
  Router router = router_;
  router.virtualChannels = channelsOfWay();
  const double room = double(router.buffer) * router.virtualChannels;
  std::vector<double> flits(network_.channels().size() + 2 * network_.nodes()), alongRows(flits),
      own(flits);
  for (size_t i = 0; i < messages.size(); ++i)
    for (const uint32_t use : sharing_.usesOf(i)) {
      flits[use] += messages[i].flits;
      alongRows[use] += alongRows_[i] * messages[i].flits;
    }
  // What comes over a channel that has less to do waits for this one, in channels of both orders.
  for (size_t i = 0; i < messages.size(); ++i)
    for (uint32_t before = none; const uint32_t use : sharing_.usesOf(i)) {
      const uint32_t last = std::exchange(before, use);
      if (last == none || !isChannel(last) || flits[last] >= flits[use])
        own[use] += messages[i].flits;
    }
  Router held = router;
  held.buffer = std::numeric_limits<int>::max();
  sharing_.capacity.clear();
  sharing_.capacity.reserve(network_.channels().size() + 2 * network_.nodes());
  Router atNodes = router_;
  atNodes.virtualChannels = channelsToNodes_;
  const double toNode = packet / serviceOf(atNodes, {}, packet);
  OrderRates ofOrders(routes_, atNodes, packet);
  const bool hasOrders = routes_.routing() == Routing::O1Turn;
  Wire last;
  double capacity = 0, ofHeld = 0;
  for (const auto &[number, channel] : llvm::enumerate(network_.channels())) {
    const Wire &wire = channel.wire;
    if (number == 0 || wire.latency != last.latency || wire.rate != last.rate) {
      last = wire;
      capacity = rateOf(router, last, packet);
      ofHeld = rateOf(held, last, packet);
    }
    const bool isHeld = flits[number] <= room && !(repeats && isShared_);
    sharing_.capacity.push_back(isHeld ? ofHeld : capacity);
    // One packet has all of the channel.
    if (hasOrders && flits[number] > packet)
      sharing_.capacity.back() =
          std::min(sharing_.capacity.back(), ofOrders.rate(wire, alongRows[number] / flits[number],
                                                           own[number] / flits[number], isHeld));
  }
  sharing_.capacity.resize(network_.channels().size() + 2 * network_.nodes(),
                           toNode * router_.ports);
}

void Section::prepare(bool repeats) {
  double longest = 1;
  for (const Message &message : messages)
    longest = std::max(longest, message.flits);
  const unsigned packet = std::min<double>(packet_, longest);
  findMeetings();
  meetInChannels_ = fillChannels_ = false;
  slower_ = 1;
  setCapacity(packet, repeats);
  for (size_t i = 0; i < messages.size(); ++i) {
    double least = 1;
    for (const uint32_t use : sharing_.usesOf(i))
      least = std::min(least, sharing_.capacity[use]);
    messages[i].alone = 1 / least;
    messages[i].cycles = messages[i].alone;
  }
  if (isShared_ && byStep_.groups() == 1 && !multicasts_ && isBlocking())
    slower_ = 1 / efficiency(repeats);
}

/// Cycles of a message at its bottleneck, if `share` times as many cycles of work circulate there
/// and each comes back `away` cycles after it has left: mean value analysis of the closed queue, by
/// the approximation of Schweitzer and Bard, R = D (1 + (N - 1) R / (R + Z)).
static double circulating(double alone, double share, double away) {
  const double half = (away - alone * share) / 2;
  return std::sqrt(half * half + alone * away) - half;
}

void Section::share(bool repeats, double relay) {
  if (!isShared_)
    return;
  const std::vector<double> times = fairTimes(sharing_);
  for (size_t i = 0; i < messages.size(); ++i) {
    Message &message = messages[i];
    const double alone = message.flits * message.alone;
    double cycles = std::max(alone, times[i] * slower_);
    // Nodes that do not wait for each other get out of step.
    if (repeats && meetInChannels_)
      cycles = circulating(alone, cycles / alone, message.latency + relay);
    message.cycles = cycles / message.flits;
  }
}

namespace {

/// A message at a channel.
struct Job {
  double start, work; ///< cycles
  uint32_t use;       ///< index into `Sharing::uses`
  uint32_t message;
  double offset; ///< cycles from the source
  double end = 0;
};

/// A server that works on all that have come at the same speed.
void processorSharing(llvm::MutableArrayRef<Job> jobs) {
  llvm::sort(jobs, [](const Job &a, const Job &b) {
    return std::tie(a.start, a.use) < std::tie(b.start, b.use);
  });
  // Each gets as much as the other: a job is done when the share of one has grown by its work.
  using Entry = std::pair<double, Job *>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> present;
  double time = 0, share = 0;
  Job *next = jobs.begin();
  while (next != jobs.end() || !present.empty()) {
    const double done = present.empty() ? std::numeric_limits<double>::infinity()
                                        : time + (present.top().first - share) * present.size();
    if (next != jobs.end() && next->start <= done) {
      if (!present.empty())
        share += (next->start - time) / present.size();
      time = next->start;
      present.push({share + next->work, next});
      ++next;
      continue;
    }
    share = present.top().first;
    time = present.top().second->end = done;
    present.pop();
  }
}

} // namespace

std::vector<double> Section::arrivals(llvm::ArrayRef<double> starts,
                                      std::vector<double> &busyUntil) const {
  std::vector<double> arrivals(messages.size());
  auto finish = [&](uint32_t resource, const Job &job) {
    busyUntil[resource] = std::max(busyUntil[resource], job.end);
    const Message &message = messages[job.message];
    arrivals[job.message] =
        std::max(arrivals[job.message], job.end - job.offset - message.alone + message.latency);
  };
  std::vector<Job> jobs; // where messages meet
  for (uint32_t i = 0; i < messages.size(); ++i) {
    double offset = 0;
    for (uint32_t use = sharing_.first[i]; use < sharing_.first[i + 1]; ++use) {
      const uint32_t resource = sharing_.uses[use];
      Job job{std::max(starts[i] + offset, busyUntil[resource]),
              messages[i].flits * slower_ / sharing_.capacity[resource], use, i, offset};
      if (meet_[resource]) {
        jobs.push_back(job);
      } else {
        job.end = job.start + job.work;
        finish(resource, job);
      }
      if (isChannel(resource))
        offset += latencyOf(network_.channels()[resource].wire);
    }
  }
  if (jobs.empty())
    return arrivals;
  const Grouping byResource(jobs.size(), busyUntil.size(),
                            [&](size_t job) { return sharing_.uses[jobs[job].use]; });
  std::vector<Job> here;
  for (uint32_t resource = 0; resource < busyUntil.size(); ++resource) {
    here.clear();
    for (const uint32_t job : byResource[resource])
      here.push_back(jobs[job]);
    if (here.empty())
      continue;
    processorSharing(here);
    for (const Job &job : here)
      finish(resource, job);
  }
  return arrivals;
}

} // namespace wsc::network::flow
