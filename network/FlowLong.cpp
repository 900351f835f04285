// Filling and emptying queues in long steps.
#include "network/FlowLong.h"

#include "network/FlowQueues.h"
#include <numeric>

#if defined(__x86_64__)
/// Compiled for the vectors of processors since 2013 as well; the same to the last digit, as
/// nothing is fused.
#define WSC_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WSC_WIDE
#endif

namespace wsc::network::flow {

/// Steps of what the busiest channel has to do, at least as many as the longest way has hops, since
/// what is full holds up one hop more in each; and hops that such a step is longer than, of one
/// class and of two, which know of each other as they were a step before.
static constexpr double leastSteps = 64, mostHopsOfStep = 2, mostHopsOfTwo = 8;
/// Of a buffer, in a step.  With all of it, what was held up for one step leaves a gap; with half,
/// twice as much is stored as a channel passes.
static constexpr double partOfBuffer = 0.75;

static double longestStep(const Lanes &lanes, const Capacity &capacity) {
  return capacity.busiest / std::max<double>(leastSteps, lanes.longest);
}

/// Of two classes, queues hold no more than buffers: packets of two orders hold each other up far
/// beyond what is full, and large buffers would put that off for most of the time.
static double stepOf(const Lanes &lanes, const Capacity &capacity) {
  const double step = longestStep(lanes, capacity);
  const double all = std::accumulate(capacity.rooms.begin(), capacity.rooms.end(), 0.0);
  return lanes.perChannel() == 1 ? step : std::min(step, all * partOfBuffer);
}

bool LongFluid::suits(const Lanes &lanes, const Capacity &capacity) {
  return lanes.perChannel() <= mostClasses && !lanes.wraps() && !lanes.choose() &&
         !lanes.areApart() &&
         longestStep(lanes, capacity) >
             (lanes.perChannel() == 1 ? mostHopsOfStep : mostHopsOfTwo) * capacity.hop;
}

LongFluid::LongFluid(const Lanes &lanes, const Network &network, const Router &router,
                     const Capacity &capacity, unsigned packet)
    : channels_(lanes.queueOfNode(0)), capacity_(capacity), holds_(lanes, router, packet),
      classes_(lanes.perChannel()), virtualChannels_(router.virtualChannels),
      step_(stepOf(lanes, capacity)), service_(Requests::serviceOf(router, packet) / step_),
      unsent_(lanes.sent()), full_(network.nodes(), step_),
      tail_(router.pipeline() + endpoints + packet - 1) {
  for (const uint32_t number : sort(lanes)) {
    queues_.push_back(queueOf(number, network, router));
    senders_ += isNode(number);
  }
  pairClasses(lanes);
  addGroups(lanes, router.ports);
  addStreams(lanes);
  result_.sent.assign(network.nodes(), 0);
  result_.received = result_.sent;
}

LongFluid::Queue LongFluid::queueOf(uint32_t number, const Network &network,
                                    const Router &router) const {
  Queue queue;
  queue.number = number;
  queue.heads = holds_.headsIn(number);
  if (isNode(number)) {
    const double room = std::accumulate(capacity_.rooms.begin(), capacity_.rooms.end(), 0.0);
    queue.room = std::max(room * router.ports, step_ / partOfBuffer);
    return queue;
  }
  const uint32_t channel = number / classes_;
  queue.cls = number % classes_;
  queue.room = std::max(capacity_.rooms[queue.cls], step_ / partOfBuffer / classes_);
  queue.capacity = capacity_.channels[channel] * step_;
  queue.credits = capacity_.classes[number] * step_;
  queue.holds = holds_.alone(1 / network.channels()[channel].wire.rate);
  queue.sure = holds_.channels(number) * step_ / (queue.holds + virtualChannels_ - 1);
  return queue;
}

/// Lets queues of one channel know each other.
void LongFluid::pairClasses(const Lanes &lanes) {
  std::vector<Queue *> first(lanes.ports());
  for (Queue &queue : queues_) {
    Queue *&before = first[lanes.portOf(queue.number)];
    if (before) {
      queue.other = before;
      before->other = &queue;
      before->isLast = false;
    }
    before = &queue;
  }
}

/// The queues that something leaves, in an order in which those that packets pass come one after
/// the other (Kahn 1962); those of channels on cycles as they are.  Of those that are as far from
/// nodes, ones that are alike come together, and classes in the same order, as in mirror images.
std::vector<uint32_t> LongFluid::sort(const Lanes &lanes) const {
  std::vector<uint32_t> into(lanes.queues()), sorted;
  for (uint32_t queue = 0; queue < lanes.queues(); ++queue)
    for (const Turn &turn : lanes.turnsFrom(queue))
      ++into[turn.to];
  for (uint32_t node = channels_; node < lanes.queues(); ++node)
    if (!lanes.turnsFrom(node).empty())
      sorted.push_back(node);
  std::vector<uint32_t> before = into;
  const auto kindOf = [&](uint32_t queue) {
    return std::tuple(classes_ - queue % classes_, lanes.turnsFrom(queue).size(), into[queue]);
  };
  for (size_t begin = 0, end; begin < sorted.size(); begin = end) {
    end = sorted.size();
    for (size_t i = begin; i < end; ++i)
      for (const Turn &turn : lanes.turnsFrom(sorted[i]))
        if (--before[turn.to] == 0 && !isNode(turn.to))
          sorted.push_back(turn.to);
    llvm::stable_sort(llvm::MutableArrayRef(sorted).drop_front(end),
                      [&](uint32_t a, uint32_t b) { return kindOf(a) > kindOf(b); });
  }
  for (uint32_t channel = 0; channel < channels_; ++channel)
    if (before[channel] > 0)
      sorted.push_back(channel);
  return sorted;
}

/// The queues of channels and nodes.
std::vector<LongFluid::Input> LongFluid::inputs(const Lanes &lanes) {
  std::vector<Input> inputs;
  inputs.reserve(queues_.size());
  for (Queue &queue : queues_) {
    if (!queue.isLast)
      continue;
    Input &input = inputs.emplace_back();
    for (Queue *one : {&queue, queue.other})
      if (one) {
        input.queues[one->cls] = one;
        input.streams[one->cls] = lanes.turnsFrom(one->number).size();
      }
  }
  return inputs;
}

/// Puts four inputs together that are alike.
void LongFluid::addGroups(const Lanes &lanes, double ports) {
  std::vector<Input> inputs = this->inputs(lanes);
  llvm::stable_sort(inputs, [](const Input &a, const Input &b) { return a.streams > b.streams; });
  groups_.reserve(inputs.size());
  unsigned lane = this->lanes;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (lane == this->lanes || inputs[i].streams != inputs[i - 1].streams) {
      Group &group = groups_.emplace_back();
      std::partial_sum(inputs[i].streams.begin(), inputs[i].streams.end(), group.end);
      group.blocks.resize(group.end[mostClasses - 1]);
      lane = 0;
    }
    for (Queue *queue : inputs[i].queues)
      if (queue)
        place(*queue, groups_.back(), lane, lanes.turnsFrom(queue->number), ports);
    ++lane;
  }
}

/// Where what enters a queue goes on.
void LongFluid::place(Queue &queue, Group &group, unsigned lane, llvm::ArrayRef<Turn> turns,
                      double ports) {
  queue.group = &group;
  queue.lane = lane;
  queue.blocks = llvm::MutableArrayRef(group.blocks).take_front(group.end[queue.cls]);
  queue.blocks = queue.blocks.take_back(turns.size());
  double all = 0;
  for (const Turn &turn : turns)
    all += turn.flits;
  for (const auto &[block, turn] : llvm::zip(queue.blocks, turns))
    block.of[Share][lane] = turn.flits / all;
  if (isNode(queue.number)) {
    group.ports[lane] = ports;
    missing_ += all;
  }
}

/// What enters queues, by counting.
void LongFluid::addStreams(const Lanes &lanes) {
  std::vector<uint32_t> count(lanes.queues()), next(lanes.queues());
  for (const Queue &queue : queues_)
    for (const Turn &turn : lanes.turnsFrom(queue.number))
      ++count[turn.to];
  streams_.resize(std::accumulate(count.begin(), count.end(), size_t(0)));
  size_t first = 0;
  const auto into = [&](uint32_t number) {
    next[number] = std::exchange(first, first + count[number]);
    return llvm::ArrayRef(streams_).slice(next[number], count[number]);
  };
  for (Queue &queue : queues_)
    if (!isNode(queue.number))
      queue.into = into(queue.number);
  for (uint32_t number = channels_; number < lanes.queues(); ++number)
    if (count[number] > 0)
      sinks_.push_back({number - channels_, into(number)});
  for (const auto &[from, queue] : llvm::enumerate(queues_))
    for (const auto &[block, turn] : llvm::zip(queue.blocks, lanes.turnsFrom(queue.number)))
      streams_[next[turn.to]++] = {reinterpret_cast<double *>(block.of) + queue.lane,
                                   uint32_t(from)};
}

/// Lets what waits go in equal turns of the heads of its queues, no more than `capacity`; returns
/// how much.
double LongFluid::shareByHeads(llvm::ArrayRef<Place> streams, double capacity) {
  for (const Place &stream : streams) {
    double &heads = stream.of(Moved) = 0;
    heads = stream.of(Waiting) * queues_[stream.from].first();
    filling_.add(stream.wants(), heads);
  }
  const double level = filling_.level(std::max(capacity, 0.0));
  double all = 0;
  for (const Place &stream : streams) {
    const double turns = level * stream.of(Moved), wants = stream.wants();
    all += stream.of(Moved) = turns < wants ? turns : wants;
  }
  return all;
}

/// No more of what moves than there are virtual channels for; returns how much.
double LongFluid::shareChannels(const Queue &queue, double flits) {
  const double most = holds_.channels(queue.number) * step_;
  double held = 0;
  for (const Place &stream : queue.into)
    held += stream.held(queue.holds);
  return held > most ? shareByHeads(queue.into, flits * most / held) : flits;
}

/// Inputs take turns at a channel; returns how much moves.
double LongFluid::takeTurns(const Queue &queue, double capacity) {
  for (const Place &stream : queue.into)
    if (stream.of(Moved) > 0)
      filling_.add(stream.of(Moved), queues_[stream.from].ports());
  const double level = filling_.level(capacity);
  double all = 0;
  for (const Place &stream : queue.into) {
    stream.of(Moved) = std::min(stream.of(Moved), level * queues_[stream.from].ports());
    all += stream.of(Moved);
  }
  return all;
}

/// Flits that may be in a queue.  Who has less than its half leaves the rest to the other class.
double LongFluid::roomOf(const Queue &queue) const {
  return queue.other ? std::max(queue.room, step_ / partOfBuffer - queue.other->held())
                     : queue.room;
}

/// Lets what waits for a channel go, as far as this, the buffer and the virtual channels take it.
/// What moves is in the queue in this step.
void LongFluid::serve(Queue &queue) {
  double all = 0, asks = 0;
  for (const Place &stream : queue.into) {
    const double wants = stream.wants();
    stream.of(Moved) = wants;
    all += wants;
    asks += stream.of(Asks);
  }
  if (const double most = std::min(queue.credits, roomOf(queue) - queue.held()); all > most)
    all = shareByHeads(queue.into, most);
  if (all > queue.sure)
    all = shareChannels(queue, all);
  if (queue.other) {
    all = shareClasses(queue, asks, all);
  } else {
    if (all > queue.capacity)
      all = takeTurns(queue, queue.capacity);
    tell(queue, asks, all * service_);
  }
  moved_ += all;
  queue.enter(all);
}

/// Lets inputs know of others.
void LongFluid::tell(const Queue &queue, double asks, double passes) {
  for (const Place &stream : queue.into) {
    stream.of(Asked) = asks;
    stream.of(Passes) = passes;
  }
}

/// Classes take turns at a channel: the one that is first in a step leaves the other what it had
/// something for in the step before, up to half.  Returns how much moves.
double LongFluid::shareClasses(Queue &queue, double asks, double flits) {
  Queue &other = *queue.other;
  queue.offered = flits;
  const double capacity =
      queue.capacity -
      (queue.isLast ? other.moved : std::min(other.offered, queue.capacity / classes_));
  if (flits > capacity)
    flits = takeTurns(queue, capacity);
  queue.asks = asks;
  queue.moved = flits;
  if (queue.isLast)
    for (const Queue *one : {&queue, &other})
      tell(*one, asks + other.asks, (flits + other.moved) * service_);
  return flits;
}

/// Lets what waits for a node arrive.
void LongFluid::receive(const Sink &sink) {
  double all = 0;
  for (const Place &stream : sink.from) {
    const double wants = stream.wants();
    stream.of(Moved) = wants;
    all += wants;
  }
  if (all == 0)
    return;
  if (const double most = capacity_.node * step_; all > most)
    all = shareByHeads(sink.from, most);
  moved_ += all;
  missing_ -= all;
  result_.received[sink.node] = time_ + step_;
}

/// What the streams of four queues ask for after they have moved, with requests in vain as in
/// FlowRequests.h; what they can move in the next step; and how long packets wait for each other,
/// as in FlowHolds.h.
WSC_WIDE void LongFluid::limit(Group &group) const {
  const Four none = {}, unlimited = none + infinite, ports = group.ports;
  Four flits = none;
  Block *block = group.blocks.data();
  for (unsigned cls = 0; cls < classes_; ++cls) {
    Four held = none;
    for (; block < group.blocks.data() + group.end[cls]; ++block) {
      flits += block->of[Moved];
      held += block->of[Waiting] -= block->of[Moved];
    }
    group.held[cls] = held;
  }
  const Four share = 1 / ports, rate = service_ * share; // of a port
  const Four part = flits > 0 ? 1 / flits : none;
  Four asks = none;
  for (Block &block : group.blocks) {
    const Four granted = block.of[Moved] * rate, own = block.of[Asks] * share;
    const Four others = block.of[Asked] - own, left = 1 - own;
    Four inTurn = granted, base = block.of[Moved] * part;
    for (unsigned exponent = virtualChannels_; exponent; exponent >>= 1, base *= base)
      if (exponent & 1)
        inTurn *= base;
    const Four most = 2 * granted - flits * rate;
    inTurn = others * (most > inTurn ? most : inTurn);
    const Four meanwhile = block.of[Passes] - granted - (left > 0 ? left : none) * others;
    const Four denied = meanwhile < inTurn ? meanwhile : inTurn;
    const Four now = (granted + (denied > 0 ? denied : none)) * ports;
    block.of[Asks] = (block.of[Asks] + (now < ports ? now : ports)) / 2;
    asks += block.of[Asks];
  }
  const Four turns = asks > Requests::isBusy * ports ? ports / asks : unlimited;
  const Four least = none + Requests::leastTurns * step_, perPort = share * (1 / step_);
  Four present = none;
  for (Block &block : group.blocks) {
    const Four moved = block.of[Moved], more = moved * turns, most = more > least ? more : least;
    block.of[Most] = moved > 0 ? most : unlimited;
    block.of[Wait] = (moved < most ? moved : most) * perPort * (1 + block.of[Wait]); // itself
    present += block.of[Wait];
    block.of[Moved] = none;
  }
  const Four most = none + (virtualChannels_ - 1.0);
  for (Block &block : group.blocks) {
    const Four others = present - block.of[Wait], some = others > 0 ? others : none;
    block.of[Wait] = some < most ? some : most;
  }
}

/// Nodes fill up what leaves in a step, which is as much as in the last one.
void LongFluid::send() {
  for (const Queue &queue : llvm::ArrayRef(queues_).take_front(senders_)) {
    const uint32_t node = queue.number - channels_;
    if (unsent_[node] <= 0)
      continue;
    const double time = std::clamp(time_ + step_ - starts_[node], 0.0, step_);
    const double held = queue.held(), left = full_[node] - held;
    const double flits = std::min({unsent_[node], time * capacity_.node, queue.room + left - held});
    full_[node] = held + std::max(flits, 0.0);
    if (flits <= 0)
      continue;
    unsent_[node] -= flits;
    moved_ += flits;
    queue.enter(flits);
    result_.sent[node] = time_ + step_;
  }
}

/// Whether something has moved, or will, once the next node begins.
bool LongFluid::goesOn() {
  if (std::exchange(moved_, 0) > nearlyNone_)
    return true;
  double next = std::numeric_limits<double>::infinity();
  for (uint32_t node = 0; node < unsent_.size(); ++node)
    if (unsent_[node] > 0 && starts_[node] >= time_)
      next = std::min(next, starts_[node]);
  if (std::isfinite(next))
    time_ = next;
  else
    result_.ending = Ending::Deadlock;
  return std::isfinite(next);
}

Drained LongFluid::run(llvm::ArrayRef<double> starts) {
  starts_ = starts.vec();
  time_ = *llvm::min_element(starts);
  const double nearlyAll = 1e-9 * missing_;
  nearlyNone_ = 1e-9 * std::min(step_, missing_);
  moved_ = missing_;
  while (missing_ > nearlyAll && goesOn()) {
    send();
    for (Queue &queue : queuesOfChannels())
      serve(queue);
    for (const Sink &sink : sinks_)
      receive(sink);
    for (Group &group : groups_)
      limit(group);
    time_ += step_;
  }
  for (double &received : result_.received)
    received += received > 0 ? tail_ : 0;
  return std::move(result_);
}

} // namespace wsc::network::flow
