// Filling and emptying queues in long steps.
#include "network/FlowLong.h"

#include "network/FlowQueues.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

namespace wsc::network::flow {

/// Steps of what the busiest channel has to do, at least as many as the longest way has hops, since
/// what is full holds up one hop more in each; and hops that such a step is longer than.
static constexpr double leastSteps = 64, mostHopsOfStep = 2;
/// Of a buffer, in a step.  With all of it, what was held up for one step leaves a gap; with half,
/// twice as much is stored as a channel passes.
static constexpr double partOfBuffer = 0.75;

static double stepOf(const Lanes &lanes, const Capacity &capacity) {
  return capacity.busiest / std::max<double>(leastSteps, lanes.longest);
}

bool LongFluid::suits(const Lanes &lanes, const Capacity &capacity) {
  return lanes.perChannel() == 1 && !lanes.areApart() &&
         stepOf(lanes, capacity) > mostHopsOfStep * capacity.hop;
}

double LongFluid::sum(const Two &two) { return two[0] + two[1]; }

LongFluid::LongFluid(const Lanes &lanes, const Network &network, const Router &router,
                     const Capacity &capacity, unsigned packet)
    : channels_(network.channels().size()), capacity_(capacity), holds_(lanes, router, packet),
      virtualChannels_(router.virtualChannels), step_(stepOf(lanes, capacity)),
      service_(Requests::serviceOf(router, packet) / step_), queues_(lanes.queues()),
      unsent_(lanes.sent()), full_(network.nodes(), step_),
      tail_(router.pipeline() + endpoints + packet - 1) {
  const double least = step_ / partOfBuffer;
  for (uint32_t i = 0; i < lanes.queues(); ++i) {
    Queue &queue = queues_[i];
    const bool isNode = lanes.isNode(i);
    queue.ports = isNode ? router.ports : 1;
    queue.share = 1 / queue.ports;
    queue.rate = queue.share / step_;
    queue.room = std::max(capacity.room * queue.ports, least);
    queue.capacity = (isNode ? capacity.node : capacity.channels[i]) * step_;
    if (!isNode) {
      queue.credits = capacity.classes[i] * step_;
      queue.holds = holds_.alone(1 / network.channels()[i].wire.rate);
    }
  }
  addBlocks(lanes);
  addStreams(lanes);
  sortQueues(lanes);
  result_.sent.assign(network.nodes(), 0);
  result_.received = result_.sent;
}

/// Where what enters queues goes on.
void LongFluid::addBlocks(const Lanes &lanes) {
  std::vector<size_t> first;
  for (uint32_t queue = 0; queue < queues_.size(); ++queue) {
    const llvm::ArrayRef<Turn> turns = lanes.turnsFrom(queue);
    first.push_back(blocks_.size());
    if (turns.empty())
      continue;
    inputs_.push_back(queue);
    double all = 0;
    for (const Turn &turn : turns)
      all += turn.flits;
    blocks_.resize(blocks_.size() + llvm::divideCeil(turns.size(), Block::size));
    for (size_t i = 0; i < turns.size(); ++i)
      blocks_[first[queue] + i / Block::size].share[i % Block::size] = turns[i].flits / all;
    if (!isNode(queue))
      continue;
    nodes_.push_back(queue - channels_);
    missing_ += all;
  }
  for (const uint32_t queue : inputs_)
    queues_[queue].blocks = llvm::MutableArrayRef(blocks_).slice(
        first[queue], llvm::divideCeil(lanes.turnsFrom(queue).size(), Block::size));
}

/// What enters queues, by counting.
void LongFluid::addStreams(const Lanes &lanes) {
  std::vector<uint32_t> next(queues_.size() + 1);
  for (const uint32_t queue : inputs_)
    for (const Turn &turn : lanes.turnsFrom(queue))
      ++next[turn.to + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  streams_.resize(next.back());
  for (uint32_t queue = 0; queue < queues_.size(); ++queue)
    queues_[queue].into =
        llvm::ArrayRef(streams_).slice(next[queue], next[queue + 1] - next[queue]);
  for (const uint32_t queue : inputs_) {
    const llvm::ArrayRef<Turn> turns = lanes.turnsFrom(queue);
    for (unsigned i = 0; i < turns.size(); ++i)
      streams_[next[turns[i].to]++] = {&queues_[queue].blocks[i / Block::size], i % Block::size,
                                       queue};
  }
}

/// In an order in which those that packets pass come one after the other (Kahn 1962); those of
/// channels on cycles as they are, before those of nodes.
void LongFluid::sortQueues(const Lanes &lanes) {
  std::vector<size_t> before(queues_.size());
  for (uint32_t queue = 0; queue < channels_; ++queue)
    before[queue] = queues_[queue].into.size();
  std::vector<uint32_t> sorted;
  for (const uint32_t queue : inputs_)
    if (before[queue] == 0)
      sorted.push_back(queue);
  for (size_t i = 0; i < sorted.size(); ++i)
    for (const Turn &turn : lanes.turnsFrom(sorted[i]))
      if (before[turn.to] > 0 && --before[turn.to] == 0)
        sorted.push_back(turn.to);
  llvm::copy_if(sorted, std::back_inserter(order_), [&](uint32_t queue) { return !isNode(queue); });
  for (uint32_t queue = 0; queue < queues_.size(); ++queue)
    if (isNode(queue) ? !queues_[queue].into.empty() : before[queue] > 0)
      order_.push_back(queue);
}

double LongFluid::held(const Queue &queue) {
  double flits = 0;
  for (const Block &block : queue.blocks)
    flits += sum(block.waiting);
  return flits;
}

/// Lets what waits go in equal turns of the heads of its queues, no more than `capacity`; returns
/// how much.
double LongFluid::shareByHeads(uint32_t queue, double capacity) {
  auto headsOf = [&](const Place &stream) {
    return stream.block->waiting[stream.lane] *
           holds_.headsOf(stream.from, held(queues_[stream.from]));
  };
  for (const Place &stream : queues_[queue].into)
    if (const double wants = stream.wants(); wants > 0)
      filling_.add(wants, headsOf(stream));
  const double level = filling_.level(std::max(capacity, 0.0));
  double all = 0;
  for (const Place &stream : queues_[queue].into) {
    const double moved = std::min(stream.wants(), level * headsOf(stream));
    stream.block->moved[stream.lane] = moved;
    all += moved;
  }
  return all;
}

/// Inputs take turns at a channel; returns how much moves.
double LongFluid::takeTurns(uint32_t queue) {
  for (const Place &stream : queues_[queue].into)
    if (stream.moved() > 0)
      filling_.add(stream.moved(), queues_[stream.from].ports);
  const double level = filling_.level(queues_[queue].capacity);
  double all = 0;
  for (const Place &stream : queues_[queue].into) {
    const double moved = std::min(stream.moved(), level * queues_[stream.from].ports);
    stream.block->moved[stream.lane] = moved;
    all += moved;
  }
  return all;
}

/// Lets what waits for a queue go there, as far as its channel, the buffer and the virtual channels
/// take it.
void LongFluid::serve(uint32_t number) {
  const Queue &queue = queues_[number];
  double all = 0, held = 0, asks = 0;
  for (const Place &stream : queues_[number].into) {
    const double moved = stream.wants();
    stream.block->moved[stream.lane] = moved;
    all += moved;
    held += stream.held(queue.holds);
    asks += stream.block->asks[stream.lane];
  }
  if (isNode(number))
    return receive(number, all > queue.capacity ? shareByHeads(number, queue.capacity) : all);
  if (const double most = std::min(queue.credits, queue.room - this->held(queue)); all > most) {
    all = shareByHeads(number, most);
    held = 0;
    for (const Place &stream : queues_[number].into)
      held += stream.held(queue.holds);
  }
  if (const double most = holds_.channels() * step_; held > most)
    all = shareByHeads(number, all * most / held);
  if (all > queue.capacity)
    all = takeTurns(number);
  pass(number, all, asks);
}

/// What moves to a node arrives.
void LongFluid::receive(uint32_t number, double flits) {
  if (flits == 0)
    return;
  for (const Place &stream : queues_[number].into)
    stream.block->waiting[stream.lane] -= stream.moved();
  moved_ += flits;
  missing_ -= flits;
  result_.received[number - channels_] = time_ + step_;
}

/// What moves over a channel is in its queue in this step.
void LongFluid::pass(uint32_t number, double flits, double asks) {
  const double passes = flits * service_;
  for (const auto &[block, lane, from] : queues_[number].into) {
    block->asked[lane] = asks;
    block->passes[lane] = passes;
    block->waiting[lane] -= block->moved[lane];
  }
  moved_ += flits;
  enter(queues_[number], flits);
}

void LongFluid::enter(const Queue &queue, double flits) {
  for (Block &block : queue.blocks)
    block.waiting += flits * block.share;
}

/// What the streams of an input ask for after its `flits` have moved: with requests in vain, as in
/// FlowRequests.h.  Returns how much all ask for.
double LongFluid::ask(Block &block, const Queue &queue, double flits) const {
  const double rate = service_ * queue.share; // of a port
  const Two granted = block.moved * rate, own = block.asks * queue.share;
  Two inTurn = granted, part = block.moved * (1 / flits);
  for (unsigned exponent = virtualChannels_; exponent; exponent >>= 1, part *= part)
    if (exponent & 1)
      inTurn *= part;
  const Two most = 2 * granted - flits * rate, others = block.asked - own;
  inTurn = others * (most > inTurn ? most : inTurn);
  const Two left = 1 - own, none = {};
  const Two meanwhile = block.passes - granted - (left > 0 ? left : none) * others;
  Two denied = meanwhile < inTurn ? meanwhile : inTurn;
  denied = denied > 0 ? denied : none;
  const Two asks = (granted + denied) * queue.ports, all = none + queue.ports;
  block.asks = (block.asks + (asks < all ? asks : all)) / 2;
  return sum(block.asks);
}

/// What the streams of an input can move in the next step, by what they have in this one, and how
/// long its packets wait for each other, as in FlowHolds.h.
void LongFluid::limit(const Queue &queue) {
  double flits = 0, asks = 0, present = 0;
  for (const Block &block : queue.blocks)
    flits += sum(block.moved);
  if (flits == 0) {
    for (Block &block : queue.blocks) {
      block.asks /= 2;
      block.most = any;
      block.wait = Two{};
    }
    return;
  }
  for (Block &block : queue.blocks)
    asks += ask(block, queue, flits);
  const double left = Requests::turnsLeft(queue.ports, asks);
  const Two none = {}, least = none + Requests::leastTurns * step_;
  for (Block &block : queue.blocks) {
    const Two more = block.moved * left;
    block.most = block.moved > 0 ? (more > least ? more : least) : any;
    const Two moved = block.moved < block.most ? block.moved : block.most;
    block.wait = moved * queue.rate * (1 + block.wait); // itself
    present += sum(block.wait);
  }
  const Two most = none + (virtualChannels_ - 1.0);
  for (Block &block : queue.blocks) {
    const Two others = present - block.wait;
    block.wait = others < most ? (others > 0 ? others : none) : most;
  }
}

/// Nodes fill up what leaves in a step, which is as much as in the last one.
void LongFluid::send() {
  for (const uint32_t node : nodes_) {
    const Queue &queue = queues_[channels_ + node];
    const double time = std::clamp(time_ + step_ - starts_[node], 0.0, step_);
    const double held = this->held(queue), left = full_[node] - held;
    const double flits = std::min({unsent_[node], time * capacity_.node, queue.room + left - held});
    full_[node] = held + std::max(flits, 0.0);
    if (flits <= 0)
      continue;
    unsent_[node] -= flits;
    moved_ += flits;
    enter(queue, flits);
    result_.sent[node] = time_ + step_;
  }
}

/// Whether something has moved, or will, once the next node begins.
bool LongFluid::goesOn() {
  if (std::exchange(moved_, 0) > nearlyNone_)
    return true;
  double next = std::numeric_limits<double>::infinity();
  for (const uint32_t node : nodes_)
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
    for (const uint32_t queue : order_)
      serve(queue);
    for (const uint32_t queue : inputs_)
      limit(queues_[queue]);
    time_ += step_;
  }
  for (double &received : result_.received)
    received += received > 0 ? tail_ : 0;
  return std::move(result_);
}

} // namespace wsc::network::flow
