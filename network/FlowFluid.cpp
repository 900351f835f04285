// Filling and emptying queues in steps of time.
#include "network/FlowFluid.h"

#include "network/FlowQueues.h"
#include <numeric>

namespace wsc::network::flow {

/// Steps of time in which the busiest channel could pass everything, at least and at most; more
/// where the longest way, on which a hop takes a step, would else be a large part of them.
static constexpr double leastSteps = 128, mostSteps = 256, stepsOfWay = 4;
/// Of the shortest hop, at most: where it takes much longer than a buffer, credits decide.
static constexpr double stepsOfHop = 64;
/// Of a buffer, in a step: so that what leaves makes room for what comes.
static constexpr double partOfBuffer = 0.25;
/// Longer steps need more room than buffers have, which then hold nobody up: so there are more of
/// them, as far as that is worth its time; and visits of queues in all of these.
static constexpr double mostShortSteps = 1024, mostVisitsOfQueues = 1 << 20;

Fluid::Fluid(const Lanes &lanes, const Routes &routes, const Router &router,
             const Capacity &capacity, llvm::ArrayRef<Flow> flows, unsigned packet)
    : lanes_(lanes), network_(routes.network()), capacity_(capacity), ports_(router.ports),
      first_(1), held_(lanes.queues()), buffer_(held_), waiting_(held_), left_(held_),
      arrived_(lanes.parts()), unsent_(lanes.sent()),
      tail_(router.pipeline() + endpoints + packet - 1) {
  for (uint32_t part = 0; part < lanes.parts(); ++part)
    addStreams(part);
  inputs_.push_back(streams_.size());
  into_ = Grouping(streams_.size(), lanes.queues(), [&](size_t i) { return streams_[i].to; });
  findInUse();
  holds_.emplace(lanes, router, packet);
  if (!lanes.wraps())
    requests_.emplace(lanes, router, packet);
  if (lanes.choose())
    choices_.emplace(streams_);
  else if (!lanes.areMessagesApart() && (lanes.wraps() || lanes.drawsOrders()))
    sources_.emplace(lanes, network_, flows, streams_, first_, packet);
  setStep();
  setDelays(router);
  setRooms(router);
  // A head that may go two ways does not stay for one of them.
  if (lanes.wraps() && !lanes.choose())
    heads_.emplace(streams_, buffer_, std::min(1.0, double(packet) / router.buffer));
  result_.sent.assign(network_.nodes(), 0);
  result_.received = result_.sent;
  result_.passed.assign(choices_ ? network_.channels().size() : 0, 0);
}

/// Where what enters a part of a queue goes on.
void Fluid::addStreams(uint32_t part) {
  const uint32_t queue = lanes_.queueOfPart(part);
  double all = 0;
  llvm::SmallVector<Turn, 4> turns(lanes_.turnsFrom(part));
  llvm::stable_sort(turns, [](const Turn &a, const Turn &b) { return a.choice < b.choice; });
  for (const Turn &turn : turns)
    all += turn.flits;
  unsigned last = 0;
  for (const Turn &turn : turns) {
    const bool isNext = turn.choice > 0 && turn.choice == std::exchange(last, turn.choice);
    const uint32_t number = isNext ? streams_.back().choice : streams_.size() + 1;
    if (streams_.empty() || lanes_.portOf(streams_.back().from) != lanes_.portOf(queue))
      inputs_.push_back(streams_.size());
    streams_.push_back(
        {queue, lanes_.queueOfPart(turn.to), turn.to, turn.choice ? number : 0, turn.flits / all});
  }
  first_.push_back(streams_.size());
  messages_.resize(streams_.size(), lanes_.messageOf(part));
  missing_ += lanes_.isNode(queue) ? all : 0;
}

/// Queues that something enters or leaves, and what they are at.
void Fluid::findInUse() {
  std::vector<bool> isInUse(lanes_.queues());
  for (const Stream &stream : streams_)
    isInUse[stream.from] = isInUse[stream.to] = true;
  for (uint32_t queue = 0; queue < lanes_.queues(); ++queue) {
    if (!isInUse[queue])
      continue;
    queuesInUse_.push_back(queue);
    const uint32_t channel = queue / lanes_.perChannel();
    if (lanes_.isNode(queue))
      nodesInUse_.push_back(queue - lanes_.queueOfNode(0));
    else if (channelsInUse_.empty() || channelsInUse_.back() != channel)
      channelsInUse_.push_back(channel);
  }
  for (uint32_t part = 0; part < lanes_.parts(); ++part)
    if (const uint32_t queue = lanes_.queueOfPart(part); isInUse[queue] && !lanes_.isNode(queue))
      partsOfChannels_.push_back(part);
}

/// Steps of a hop's cycles, if that is not too many.
void Fluid::setStep() {
  const double hop = capacity_.hop, busiest = capacity_.busiest, finest = hop / stepsOfHop;
  const double ofBuffer = std::max(capacity_.rooms[0] * partOfBuffer, finest);
  step_ = std::clamp(std::min(hop, ofBuffer),
                     busiest / std::max(mostSteps, stepsOfWay * lanes_.longest),
                     std::max(busiest / leastSteps, finest));
  const double shortSteps = std::min(mostShortSteps, mostVisitsOfQueues / lanes_.queues());
  if (!lanes_.areMessagesApart())
    step_ = std::min(step_, std::max(ofBuffer, busiest / shortSteps));
}

/// Flits that each queue takes.  Where steps are longer than buffers allow, these grow alike, so
/// that classes of virtual channels keep their parts; and a class has room for what it passes in a
/// round trip of credits, which takes two steps at least.
void Fluid::setRooms(const Router &router) {
  const double all = std::accumulate(capacity_.rooms.begin(), capacity_.rooms.end(), 0.0);
  const double least = step_ / partOfBuffer, larger = std::max(1.0, least / all);
  for (uint32_t queue = lanes_.queueOfNode(0); queue < lanes_.queues(); ++queue)
    buffer_[queue] = std::max(ports_ * all, least);
  for (uint32_t queue = 0; queue < lanes_.queueOfNode(0); ++queue) {
    const Wire &wire = network_.channels()[queue / lanes_.perChannel()].wire;
    const double room = capacity_.rooms[queue % lanes_.perChannel()];
    const double rate = std::min(1.0, room / creditLoop(router, wire));
    const double loop = step_ * (credits_[queue].steps() + wireDelay(router, wire).steps());
    buffer_[queue] = std::max(room * larger, std::min(rate * loop, least));
  }
}

/// From one queue to the next.
Delay Fluid::wireDelay(const Router &router, const Wire &wire) const {
  return Delay((router.pipeline() + wire.latency) / step_);
}

void Fluid::setDelays(const Router &router) {
  const unsigned perChannel = lanes_.perChannel();
  for (const Channel &channel : network_.channels()) {
    const double wire = channel.wire.latency;
    credits_.insert(credits_.end(), perChannel, Delay((router.credit + wire + 1) / step_));
    longestDelay_ = std::max(longestDelay_, credits_.back().steps());
  }
  for (uint32_t part = 0; part < lanes_.parts(); ++part) {
    const uint32_t queue = lanes_.queueOfPart(part);
    wires_.push_back(wireDelay(
        router, lanes_.isNode(queue) ? Wire{0} : network_.channels()[queue / perChannel].wire));
    longestDelay_ = std::max(longestDelay_, wires_.back().steps());
  }
}

/// Lets what waits in streams to a queue go, as far as it is taken, each head in turn; returns how
/// much.
double Fluid::give(uint32_t queue, double capacity) {
  double all = 0;
  for (const uint32_t i : into_[queue])
    all += streams_[i].moved = std::min(streams_[i].waiting, streams_[i].most);
  if (all <= capacity)
    return all;
  auto headsOf = [&](const Stream &stream) {
    return stream.waiting * holds_->headsOf(stream.from, waiting_[stream.from]);
  };
  for (const uint32_t i : into_[queue])
    if (streams_[i].moved > 0)
      filling_.add(streams_[i].moved, headsOf(streams_[i]));
  const double level = filling_.level(std::max(capacity, 0.0));
  all = 0;
  for (const uint32_t i : into_[queue])
    all += streams_[i].moved = std::min(streams_[i].moved, level * headsOf(streams_[i]));
  return all;
}

/// As much as there is room for, and as the virtual channels of the class are free for.
double Fluid::giveLane(uint32_t queue, double cycle, double capacity) {
  const double all = give(queue, std::min(capacity, buffer_[queue] - held_[queue]));
  const double most = holds_->channels(queue) * step_;
  if (holds_->mostOf(all, cycle) <= most)
    return all;
  double held = 0;
  for (const uint32_t i : into_[queue])
    held += holds_->of(streams_[i], streams_[i].moved, cycle);
  return held > most ? give(queue, all * most / held) : all;
}

void Fluid::serve(uint32_t channel) {
  const double capacity = capacity_.channels[channel] * step_;
  const double cycle = 1 / network_.channels()[channel].wire.rate;
  double all = 0;
  for (unsigned lane = 0; lane < lanes_.perChannel(); ++lane) {
    const uint32_t queue = lanes_.queueOf(channel, lane);
    all += giveLane(queue, cycle, capacity_.classes[queue] * step_);
  }
  if (all > capacity)
    takeTurns(channel, capacity);
}

/// Inputs take turns at a channel, whatever the classes of their packets.
void Fluid::takeTurns(uint32_t channel, double capacity) {
  llvm::SmallVector<Stream *, 16> streams;
  for (unsigned lane = 0; lane < lanes_.perChannel(); ++lane)
    for (const uint32_t i : into_[lanes_.queueOf(channel, lane)])
      if (streams_[i].moved > 0)
        streams.push_back(&streams_[i]);
  auto inputOf = [&](const Stream *stream) { return lanes_.portOf(stream->from); };
  if (lanes_.perChannel() > 1)
    llvm::stable_sort(streams,
                      [&](const Stream *a, const Stream *b) { return inputOf(a) < inputOf(b); });
  llvm::SmallVector<llvm::ArrayRef<Stream *>, 8> inputs;
  for (size_t begin = 0, end; begin < streams.size(); begin = end) {
    double wants = 0;
    for (end = begin; end < streams.size() && inputOf(streams[end]) == inputOf(streams[begin]);
         ++end)
      wants += streams[end]->moved;
    inputs.push_back(llvm::ArrayRef(streams).slice(begin, end - begin));
    filling_.add(wants, portsOf(*streams[begin]));
  }
  const double level = filling_.level(capacity);
  for (const llvm::ArrayRef<Stream *> input : inputs) {
    const double part = level * portsOf(*input[0]);
    for (const Stream *stream : input)
      filling_.add(stream->moved, holds_->channels(stream->to));
    const double turn = filling_.level(part);
    for (Stream *stream : input)
      stream->moved = std::min(stream->moved, turn * holds_->channels(stream->to));
  }
}

/// Some of a stream has arrived at its node.
void Fluid::receive(uint32_t stream, double flits) {
  if (flits == 0)
    return;
  missing_ -= flits;
  if (rounds_)
    rounds_->receive(messages_[stream], flits);
  result_.received[streams_[stream].to - lanes_.queueOfNode(0)] = time_ + step_;
}

void Fluid::enter(uint32_t part, double flits) {
  if (flits == 0)
    return;
  waiting_[lanes_.queueOfPart(part)] += flits;
  for (Stream &stream : streamsOf(part))
    stream.waiting += flits * stream.share;
}

/// What can move in the next step, by what has in this one.
void Fluid::limit() {
  if (requests_)
    requests_->limit(streams_, inputs_, step_);
  if (heads_)
    heads_->limit(streams_);
  holds_->update(streams_, inputs_, step_);
}

/// What has moved gets to the next queue, and its credits to the one before.
void Fluid::take() {
  for (uint32_t i = 0; i < streams_.size(); ++i) {
    Stream &stream = streams_[i];
    const double flits = std::exchange(stream.moved, 0);
    stream.waiting -= flits;
    waiting_[stream.from] -= flits;
    left_[stream.from] += flits;
    if (lanes_.isNode(stream.to))
      receive(i, flits);
    else
      arrived_[stream.into] += flits;
    moved_ += flits;
    if (choices_ && !lanes_.isNode(stream.to))
      result_.passed[stream.to / lanes_.perChannel()] += flits;
  }
  for (const uint32_t queue : queuesInUse_) {
    const double left = std::exchange(left_[queue], 0);
    held_[queue] -= lanes_.isNode(queue) ? left : credits_[queue](left);
  }
  for (const uint32_t part : partsOfChannels_) {
    const double arrived = std::exchange(arrived_[part], 0);
    const uint32_t queue = lanes_.queueOfPart(part);
    held_[queue] += arrived;
    enter(part, wires_[part](arrived));
  }
}

/// Nodes that are done with a round begin the next one.
void Fluid::goOn() {
  for (const uint32_t node : nodesInUse_) {
    const double nearlyNone = 1e-9 * lanes_.sent()[node];
    if (unsent_[node] > nearlyNone || waiting_[lanes_.queueOfNode(node)] > nearlyNone ||
        !rounds_->goOn(node, time_ + step_ + tail_))
      continue;
    unsent_[node] += lanes_.sent()[node];
    starts_[node] = time_ + step_ + tail_ + relay_;
  }
}

void Fluid::send() {
  for (const uint32_t node : nodesInUse_) {
    const uint32_t queue = lanes_.queueOfNode(node);
    const double time = std::clamp(time_ + step_ - starts_[node], 0.0, step_);
    const double flits =
        std::min({unsent_[node], time * capacity_.node, buffer_[queue] - held_[queue]});
    if (flits <= 0)
      continue;
    unsent_[node] -= flits;
    moved_ += flits;
    held_[queue] += flits;
    if (sources_) {
      sources_->send(node, flits, streams_);
      waiting_[queue] += flits;
    } else {
      enter(lanes_.partOfNode(node), flits);
    }
    result_.sent[node] = time_ + step_;
  }
}

/// Whether something moves, or will.  Buffers that are full in a circle are a deadlock; before the
/// next node begins, time may go on.
bool Fluid::goesOn() {
  idle_ = moved_ > nearlyNone_ ? 0 : idle_ + 1;
  moved_ = 0;
  if (idle_ <= longestDelay_)
    return true;
  double next = std::numeric_limits<double>::infinity();
  for (uint32_t node = 0; node < network_.nodes(); ++node)
    if (unsent_[node] > 0 && starts_[node] >= time_)
      next = std::min(next, starts_[node]);
  if (!std::isfinite(next)) {
    result_.ending = Ending::Deadlock;
    return false;
  }
  time_ = next;
  idle_ = 0;
  return true;
}

/// Packets with a choice ask for the adaptive class first; it has no more than the channel.
void Fluid::choose() {
  choices_->choose(streams_, held_, buffer_);
  for (const uint32_t channel : channelsInUse_) {
    const double cycle = 1 / network_.channels()[channel].wire.rate;
    const uint32_t queue = lanes_.queueOf(channel, 0);
    giveLane(queue, cycle, std::min(capacity_.classes[queue], capacity_.channels[channel]) * step_);
  }
  choices_->escape(streams_);
}

void Fluid::step() {
  if (choices_)
    choose();
  for (const uint32_t channel : channelsInUse_)
    serve(channel);
  for (const uint32_t node : nodesInUse_)
    give(lanes_.queueOfNode(node), capacity_.node * step_);
  limit();
  take();
  send();
}

Drained Fluid::run(llvm::ArrayRef<double> starts) {
  starts_ = starts.vec();
  time_ = *llvm::min_element(starts);
  const double all = missing_;
  nearlyNone_ = 1e-9 * std::min(step_, all);
  // Where choices mix what goes to different nodes, some of it is on ways that no packet takes: if
  // half of a flit is left, nothing is.
  const double nearlyAll =
      lanes_.choose() && !rounds_ ? std::min(0.5 / lanes_.images(), 1e-3 * all) : 1e-9 * all;
  while (missing_ > nearlyAll && goesOn()) {
    step();
    if (rounds_)
      goOn();
    time_ += step_;
  }
  for (double &received : result_.received)
    received += received > 0 ? tail_ : 0;
  return std::move(result_);
}

Drained Fluid::run(llvm::ArrayRef<double> starts, Rounds &rounds, double relay) {
  rounds_ = &rounds;
  relay_ = relay;
  missing_ *= rounds.times();
  return run(starts);
}

} // namespace wsc::network::flow
