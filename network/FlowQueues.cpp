// The queues of one router.
#include "network/FlowSite.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace wsc::network::flow {

/// Through this router and the next, and back.
double creditLoop(const Router &router, const Wire &wire) {
  return router.pipeline() + router.credit + 2 * wire.latency + 1;
}

namespace {

/// Of burstiness: 4 rho / (5 k) for queues with k = 2 inputs (Kruskal, Snir and Weiss 1988).
double bursts(double rho) { return 1 + 0.4 * rho; }

/// E[d^2] / E[d] of a wait d with mean `mean`: the rest of one packet, and whole ones of which
/// there are geometrically many.
double rest(double packet, double mean) { return (2 * packet + 1) / 3 + 2 * mean; }

/// Share of the rest of a packet by which the flits of another, coming in between, delay its own
/// tail, if they take turns: sum of r - 1 over sum of r for r = 1 .. L - 1 left and, in a tie,
/// half of L.
double interleaved(double flits) {
  return (flits * (flits - 1) / 2 - (flits - 1) + (flits - 1) / 2) / (flits * flits / 2);
}

} // namespace

void Output::findService() {
  service = flits;
  for (const VirtualChannels &each : llvm::ArrayRef(lanes, classes))
    service = std::max(service, holds * each.share / each.channels);
}

void Output::findRoom() {
  room = 0;
  for (const VirtualChannels &each : llvm::ArrayRef(lanes, classes))
    room += each.share * each.room;
}

Queues::Queues(const Router &router, const Traffic &traffic)
    : router_(router), flits_(traffic.packet), rate_(traffic.load / traffic.packet),
      allocation_(router.routing + router.allocateChannel), interleaved_(interleaved(flits_)) {}

Output Queues::outputOf(const Wire &wire) const {
  Output output;
  output.lanes[0].channels = router_.virtualChannels;
  output.cycle = 1 / wire.rate;
  output.flits = flits_ * output.cycle;
  output.loop = creditLoop(router_, wire);
  // In one virtual channel, a flit follows the credit of the one that is a buffer before it.
  output.holds = std::max(allocation_ + 1 + (flits_ - 1) * output.cycle,
                          flits_ * output.loop / router_.buffer);
  output.keeps = output.lanes[0].keeps = output.holds;
  output.findService();
  return output;
}

/// E[max(0, j - T)] / j, T being the time of j n arrivals: by the Poisson number that come in j.
static double excess(double n, double arrivals, double j) {
  const double count = j * n, mean = j * arrivals;
  const double exactly = std::exp(count * std::log(mean) - mean - std::lgamma(count + 1));
  double more = 0, next = 1; // over that it is `count`
  for (double above = count + 1; next > 1e-6 * (1 + more); ++above)
    more += next *= mean / above;
  return exactly * (1 - (n / arrivals - 1) * more);
}

/// The same if T is normal.
static double normalExcess(double n, double arrivals, double j) {
  const double used = arrivals / n, deviations = std::sqrt(j * n) * (1 - used);
  const double density =
      std::exp(-deviations * deviations / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  const double beyond = std::erfc(deviations / std::numbers::sqrt2) / 2;
  return (density - deviations * beyond) / (used * std::sqrt(j * n));
}

/// The sum of the excesses of all j (Spitzer, Trans. AMS 82(2), 1956).
double waitOfErlang(double n, double arrivals) {
  if (arrivals >= n)
    return std::numeric_limits<double>::infinity();
  if (arrivals == 0)
    return 0;
  constexpr double close = 1e-3; // of the sum
  constexpr unsigned first = 8, most = 1000;
  double sum = 0, scale = 1;
  for (unsigned j = 1; j <= most; ++j) {
    const double term = j <= first ? excess(n, arrivals, j) : scale * normalExcess(n, arrivals, j);
    sum += term;
    if (term * j <= close * sum && j > 1)
      break;
    if (j == first)
      scale = term / normalExcess(n, arrivals, j);
  }
  return sum;
}

/// Processor sharing, of as many as have virtual channels (limited: Avi-Itzhak and Halfin 1988).
/// There are n others with the probability (1 - u) u^n, so that those of a class with the part u'
/// of u are geometrically many, too, with the ratio u' / (1 - u + u').
double Queues::takeTurns(Output &output, double used, double meets) const {
  const double u = std::min(used, 1.0);
  double spread = 0;
  output.keeps = 0;
  for (VirtualChannels &own : llvm::MutableArrayRef(output.lanes, output.classes)) {
    double turns = 1;
    for (const VirtualChannels &lanes : llvm::ArrayRef(output.lanes, output.classes)) {
      const double ratio = lanes.share > 0 ? u * lanes.share / (1 - u + u * lanes.share) : 0;
      const unsigned others = lanes.channels - (&lanes == &own);
      for (unsigned i = 1; i <= others; ++i)
        turns += meets * std::pow(ratio, i);
    }
    own.keeps = std::max(output.holds, allocation_ + 1 + (flits_ - 1) * output.cycle * turns);
    output.keeps += own.share * own.keeps;
    spread += own.share * turns;
  }
  return spread;
}

/// Cycles that a packet waits for credits when it gets a virtual channel of several: one of those
/// that are free, which the packet before has left, whether its credits are back or not.
///
/// With room for n packets, it waits for those of the n-th before it: as in E_n/D/1 (of which M/D/1
/// is the case n = 1), where credits are late by the time of service.
double Queues::waitForCredits(const Site &site, unsigned index) {
  const Output &output = site.outputs[index];
  const double keeps = allocation_ + 1 + (flits_ - 1) * output.cycle;
  const double room = std::max(1.0, router_.buffer / flits_), late = room * (output.holds - keeps);
  double rate = 0, wait = 0;
  for (unsigned input = 0; late > 0 && input < site.ports.inputs; ++input)
    rate += flow(site, input, index);
  if (rate == 0)
    return 0;
  rate /= portsOf(site, index);
  for (const VirtualChannels &lanes : llvm::ArrayRef(output.lanes, output.classes)) {
    if (lanes.channels == 1)
      continue;
    const double each = rate * lanes.share / lanes.channels;
    if (each * keeps >= 1)
      return std::numeric_limits<double>::infinity();
    wait += lanes.share * late * waitOfErlang(room, each / (1 - each * keeps) * late);
  }
  return wait;
}

/// Packets that meet at an output: all of them, or those of a class of virtual channels.
struct Queues::Meeting {
  unsigned output;
  double service;                    ///< cycles, of each packet that goes to the output
  double spacing;                    ///< the same, but for waits for room
  double blocks;                     ///< cycles that a packet keeps those of other inputs waiting
  double share;                      ///< of the packets of the output
  double interleaving = 1;           ///< of waits, as flits of others come in between
  bool mixes = false;                ///< flits of other packets come in between
  llvm::ArrayRef<Habit> habits = {}; ///< by turn; empty: all ask at random
};

/// Flits a cycle that come from an input to an output while one of its packets does: those of the
/// packet, and what goes there too of those that come in between.
double Queues::peakOf(const Site &site, unsigned input, unsigned output) {
  const double *turns = &site.turns[input * site.ports.outputs];
  const double same = turns[output] / std::accumulate(turns, turns + site.ports.outputs, 0.0);
  return same + (1 - same) / site.spread[input];
}

/// How likely an input loses to another one that comes at the same time: if it was served last, and
/// the other one not since.  From one service to the next it takes a geometric time at random, or
/// 1 / used if it is regular.
double Queues::losesTo(const Share &own, const Share &other) {
  const double random = own.used / (own.used + other.used);
  const double mine = own.habit.regular * (1 - other.habit.regular);
  const double theirs = other.habit.regular * (1 - own.habit.regular);
  double loses = random;
  if (mine > 0)
    loses += mine * (std::pow(1 - other.used, 1 / own.used) - random);
  if (theirs > 0)
    loses += theirs * (1 - std::pow(1 - own.used, 1 / other.used) - random);
  return loses;
}

/// How much longer packets of an input keep others waiting at the crossbar as they stay together,
/// over 2 (1 - rho).
///
/// Where flows of rates l merge, and what has merged stays together, all queues on their way hold
/// (u^2 - sum of l^2) / (2 (1 - u)) packets in all, as a single one that they come to at once would
/// (Modiano, Wieselthier, Ephremides, IEEE Trans. Inf. Theory 42(2), 1996).  The last one has what
/// those before it do not: with other inputs 1 / (1 - rho) in place of 1 / (1 - u).  Of that, 0.8
/// in place of 1 / (1 - u) is in `bursts`.  (Runs in a virtual channel: `waitInLanes`.)
double Queues::runsOf(const Site &site, const Meeting &meeting, const Share &own, double rho) {
  if (!meeting.mixes || !site.used || site.avoided || own.input >= site.nodes || own.used >= 1)
    return 0;
  const double spacing = site.spacing[own.input];
  const double together = flow(site, own.input, meeting.output) * spacing / site.used[own.input];
  // On the channel that they come by, which may be faster.
  const double ratio = std::min(1.0, spacing / meeting.spacing), u = own.used * ratio;
  const double single = site.largest * rate_ * meeting.service * ratio;
  return together * u * std::max(0.0, u - single) * (rho - u) * (1 / (1 - u) - 0.8);
}

/// The mean wait at an output.
double Queues::meet(const Site &site, const Meeting &meeting) {
  const unsigned outputs = site.ports.outputs;
  shares_.clear();
  double rho = 0;
  part_ = 0;
  for (unsigned input = 0; input < site.ports.inputs; ++input)
    if (const double u = flow(site, input, meeting.output) * meeting.service; u > 0) {
      const unsigned turn = input * outputs + meeting.output;
      Share own{input, u};
      if (meeting.mixes && site.spread)
        own.thin = (1 + (flits_ - 1) * peakOf(site, input, meeting.output)) / flits_;
      if (site.avoided)
        own.meets = own.thin * (1 - site.avoided[turn] / site.turns[turn]);
      if (!meeting.habits.empty())
        own.habit = meeting.habits[turn];
      for (Share &other : shares_) {
        const double loses = meeting.habits.empty() ? u / (u + other.used) : losesTo(own, other);
        own.lost += own.meets * other.used * loses;
        other.lost += other.meets * u * (1 - loses);
      }
      shares_.push_back(own);
      rho += u;
    }
  rho_ = rho;
  double squares = 0, spaced = 0, met = 0, runs = 0;
  for (const Share &own : shares_) {
    const double u = own.used;
    const double used = site.used && !site.mixes ? std::max(u, site.used[own.input]) : u;
    const double ratio =
        site.spacing ? std::min(1.0, site.spacing[own.input] / meeting.spacing) : 1;
    squares += u * u;
    runs += runsOf(site, meeting, own, rho);
    met += u * (site.avoided ? own.meets : own.thin) * (rho - u);
    spaced += u * (u + used * used * (used - u)) * ratio * ratio;
  }
  // What comes from one input only comes as fast as it goes.
  if (rho < 1 + 1e-12 && rho * rho - std::min(spaced, squares) < 1e-12)
    return 0;
  use(rho);
  if (rho >= 1)
    return std::numeric_limits<double>::infinity();
  spaced = std::min(spaced, rho * rho);
  const double others = rho * rho - squares;
  part_ = others > 1e-12 ? std::min(1.0, (rho * rho - spaced) / others) : 0;
  const double between = rho * rho - std::max(spaced, squares);
  const double random = others > 1e-12 ? between * met / others : between;
  return meeting.service *
         (meeting.interleaving * (random * bursts(rho) + std::max(0.0, squares - spaced)) +
          (others > 1e-12 ? random * runs / others : 0)) /
         (2 * rho * (1 - rho));
}

/// Adds the waits at the heads of the inputs, after `meet`.
///
/// There, w_i = sum over the others of u_j (t_ij + w_j / S): one that came before is served before;
/// of two that come together, the arbiter prefers the one that was not served last.  Those that
/// wait for i itself, u_i (u - u_i) (1 + w_i) less those that i loses to, are there when it asks
/// again only if it does so at once.  `together`: how many of the packets of i wait for a virtual
/// channel in others of its own than this one, so that it waits for them, too.
void Queues::waitAtHeads(const Site &site, const Meeting &meeting, double together, double *heads) {
  if (part_ == 0)
    return;
  double headShare = 0, ties = 0;
  for (Share &own : shares_) {
    const double u = own.used, gone = u * (1 - own.habit.back);
    own.lost -= gone * (rho_ - u - own.lost);
    own.own = 1 / (1 + own.meets * u * (1 - together) + gone * (rho_ - u));
    headShare += u * own.meets * own.own;
    ties += u * own.lost * own.own;
  }
  const double waiting = ties / (1 - headShare);
  for (const Share &own : shares_)
    heads[own.input * site.ports.outputs + meeting.output] +=
        meeting.share * part_ * std::max(0.0, own.lost + own.meets * waiting) * own.own *
        meeting.blocks;
}

/// Where packets of an input go on, if they do not wait for room.
void Queues::findTurns(const Site &site, unsigned input) {
  // A node has several ports, each with a share of its packets.
  const double ports = input >= site.nodes ? router_.ports : 1;
  turns_.clear();
  for (unsigned index = 0; index < site.ports.outputs; ++index)
    if (const double flow = this->flow(site, input, index); flow > 0) {
      const Output &output = site.outputs[index];
      const unsigned at = input * site.ports.outputs + index;
      turns_.push_back({at, flow, flow / ports, output.service / output.cycle, output.keeps,
                        site.heads[at], site.heads[at] * output.crossing});
    }
}

/// By how much the tail of a packet waits longer than for whole packets, as flits of others come in
/// between: of those in another virtual channel, which of c is as likely as if both took any.
/// (Whoever comes second would sooner take a free one; what they do then was not measured apart.)
double Queues::interleavingOf(const Output &output, unsigned escapes) const {
  double others = 0;
  for (const VirtualChannels &lanes : llvm::ArrayRef(output.lanes, output.classes))
    others += lanes.share * (1 - 1.0 / (lanes.channels - std::min(escapes, lanes.channels - 1)));
  return 1 + interleaved_ * others;
}

/// How much of their wait at an output packets ask for the crossbar, and keep their input.  Before
/// they wait for a virtual channel, and others of the input go on.
///
/// While some wait, one virtual channel is that of the packet on the channel, others are those of
/// packets in allocation.  What is left in a class is for its packets that wait, of which there are
/// geometrically many.
void Queues::findCrossing(const Site &site, unsigned index) const {
  Output &output = site.outputs[index];
  const double rate = rho_ / output.service, waiting = rate * output.channel;
  const double keeps = 1 + rate * (allocation_ + 1 - output.cycle);
  output.crossing = 1;
  for (const VirtualChannels &lanes : llvm::ArrayRef(output.lanes, output.classes)) {
    const double own = lanes.share * waiting, ratio = std::isinf(own) ? 1 : own / (1 + own);
    const double spare = std::max(0.0, lanes.channels - lanes.share * keeps);
    output.crossing -= lanes.share * std::pow(ratio, spare);
  }
}

/// Waits for the crossbar of the packets that meet at an output.
void Queues::meetAtCrossbar(const Site &site, unsigned index) {
  Output &output = site.outputs[index];
  // Two packets of a class of one virtual channel do not both ask for the crossbar.
  double apart = 1, others = 0;
  for (const VirtualChannels &lanes : llvm::ArrayRef(output.lanes, output.classes)) {
    apart -= lanes.channels == 1 ? lanes.share * lanes.share : 0;
    others += lanes.share * (1 - 1.0 / lanes.channels);
  }
  const double service = output.service / portsOf(site, index);
  const double blocks = output.service / output.cycle;
  const Meeting meeting{
      index, service, service, blocks, apart, interleavingOf(output, site.escapes), true, habits_};
  output.channel = meet(site, meeting);
  // Adaptive packets choose a channel that is free, and has credits.
  if (!site.avoided) {
    findCrossing(site, index);
    output.credits = waitForCredits(site, index);
  }
  waitAtHeads(site, meeting, (1 - output.crossing) * others, site.heads);
}

void Queues::cross(const Site &site) {
  if (router_.virtualChannels == 1)
    return;
  const unsigned turns = site.ports.inputs * site.ports.outputs;
  habits_.assign(site.avoided ? turns : 0, {});
  queued_.assign(site.ports.inputs, 0);
  const double before = busiest;
  double change = 1;
  for (unsigned round = 0; change > 0 && round < mostRounds; ++round) {
    busiest = before;
    change = 0;
    std::fill_n(site.heads, turns, 0);
    for (unsigned output = 0; output < site.ports.outputs; ++output)
      meetAtCrossbar(site, output);
    for (unsigned input = 0; input < site.ports.inputs; ++input) {
      findTurns(site, input);
      if (turns_.size() < 2)
        continue;
      const double waiting = waitForHeads(site.behind, input >= site.nodes);
      if (site.avoided)
        change = std::max(change, changeHabits(waiting, queued_[input]));
    }
  }
}

/// Waits behind heads of the same input that wait for the crossbar: M/G/1.  Returns how many wait;
/// infinite if that has no end.
double Queues::waitForHeads(double *behind, bool isNode) {
  double packets = 0, all = 0;
  taken_ = 0;
  for (Turn &turn : turns_) {
    packets += turn.rate;
    taken_ += turn.rate * (turn.blocks + turn.crossing);
    // Half of it and half a slot wait those who arrive meanwhile.
    turn.delay = turn.rate * turn.crossing * (0.5 + rest(turn.blocks, turn.crossing) / 2);
    all += turn.delay;
    behind[turn.index] = std::numeric_limits<double>::infinity();
  }
  use(taken_);
  if (taken_ >= 1)
    return std::numeric_limits<double>::infinity();
  // Others come in bursts, and so do these, but those that a node sends at random.
  const double clumps = bursts(packets * flits_) * (isNode ? 1 : bursts(packets * flits_));
  double waiting = 0;
  for (const Turn &turn : turns_) {
    behind[turn.index] = (1 + interleaved_ / 2) * clumps * (all - turn.delay) / (1 - taken_);
    waiting += turn.rate * behind[turn.index];
  }
  return waiting;
}

/// Packets of an input that wait take turns: an output with less to do than this one has a packet
/// there with the ratio of both, as far as there are virtual channels.  If none wait, the next one
/// is any.  `queued` is how likely some do, half way to what follows from how many there are.
/// Returns how far it was from that.
double Queues::changeHabits(double waiting, double &queued) {
  const double target = std::isinf(waiting) ? 1 : waiting / (1 + waiting);
  const double change = std::fabs(target - queued);
  if (change <= turnTolerance)
    return 0;
  queued = std::isinf(waiting) ? 1 : queued == 0 ? target : (queued + target) / 2;
  double used = 0;
  for (const Turn &turn : turns_)
    used += turn.rate * turn.blocks;
  for (const Turn &own : turns_) {
    const double mine = own.rate * own.blocks, share = mine / used;
    double alone = 1;
    for (const Turn &other : turns_)
      if (&other != &own)
        alone *= 1 - std::min(1.0, other.rate / own.rate);
    // Not more others than there are virtual channels besides its own.
    if (alone < share)
      alone = std::max(alone, std::pow(share, router_.virtualChannels - 1));
    const double again = std::min(1.0, taken_) * ((1 - queued) * share + queued * alone);
    habits_[own.index] = {std::min(1.0, again / mine), queued * (1 - alone)};
  }
  return change;
}

void Queues::merge(const Site &site, unsigned index) {
  Output &output = site.outputs[index];
  const double ports = portsOf(site, index);
  output.wait = output.channel + output.credits;
  for (unsigned input = 0; input < site.ports.inputs; ++input)
    site.grants[input * site.ports.outputs + index] = 0;
  for (const VirtualChannels &lanes : llvm::ArrayRef(output.lanes, output.classes)) {
    if (lanes.channels > 1 || lanes.share == 0)
      continue;
    const double spacing = std::max(output.flits, lanes.keeps);
    const double holds = std::max(output.flits, lanes.keeps + lanes.room);
    const double part = lanes.share / ports;
    const Meeting meeting{index, holds * part, spacing * part, holds, lanes.share};
    const double own = meet(site, meeting);
    waitAtHeads(site, meeting, 0, site.grants);
    output.wait += own - lanes.share * output.channel;
  }
}

/// Packets of service S + d in a virtual channel, after a queue with the service S.  Both queues
/// together are M/G/1 (Friedman, Oper. Res. 13(1), 1965), of which the first one is M/D/1.
/// `channels` are as many as all packets of the input would have, if they had those of the class.
void Queues::waitInLanes(const Output &way, VirtualChannels &lanes, double channels) {
  const double spacing = way.isSingle() ? way.service : lanes.keeps;
  double packets = 0, delays = 0, behind = 0;
  for (Turn &turn : turns_) {
    turn.delay = turn.late + std::max(0.0, turn.holds - spacing);
    if (channels > 1)
      turn.delay += (channels - 1) * std::min(turn.port / channels, flits_);
    packets += turn.rate / channels;
    delays += turn.rate / channels * turn.delay;
  }
  const double base = packets * spacing, taken = base + delays;
  // Where all go to one output, none waits for another.
  const bool differ = turns_.size() > 1;
  if (differ)
    use(taken);
  if (taken >= 1 || delays == 0)
    return;
  const double run = spacing * (1 - base / 2) / (1 - base);
  auto wait = [&](const Turn &turn) {
    return turn.rate / channels * turn.delay * (run + rest(spacing, turn.delay) / 2) / (1 - taken);
  };
  for (const Turn &turn : turns_)
    behind += wait(turn);
  lanes.room = roomIn(way, packets, delays / packets, behind);
  if (differ)
    for (const Turn &turn : turns_)
      waits += turn.flow * lanes.share * (behind - wait(turn));
}

/// Each virtual channel has its share of the packets (M/G/1); the head of each other one is waited
/// for once.
double Queues::waitInBuffer(const Site &site, unsigned input, Output &way) const {
  const double channels = router_.virtualChannels, most = channels * flits_;
  double packets = 0, crossbar = 0, delays = 0, taken = 0, behind = 0, own = 0;
  for (unsigned index = 0; index < site.ports.outputs; ++index) {
    const double rate = flow(site, input, index) / channels;
    if (rate == 0)
      continue;
    const Output &output = site.outputs[index];
    const double port = site.behind[input * site.ports.outputs + index];
    const double heads = std::isinf(port) ? flits_ : port * flits_ / (port + most);
    const double delay = std::min(output.channel + (channels - 1) * heads, most);
    const double wait = rate * delay * (output.holds + delay);
    packets += rate;
    crossbar += rate * (output.channel + port);
    delays += rate * delay;
    taken += rate * (output.holds + delay);
    behind += wait;
    own += rate * wait;
  }
  const double infinite = std::numeric_limits<double>::infinity();
  way.room = roomIn(way, packets, delays / packets, taken < 1 ? behind / (1 - taken) : infinite);
  if (taken >= 1)
    return infinite;
  return (crossbar + (packets * behind - own) / (1 - taken)) / packets;
}

/// The delay of a head is felt by the next packet if the buffer is full, or has become so in a run
/// of packets.
double Queues::roomIn(const Output &way, double rate, double delay, double wait) const {
  const double spacing = std::max(way.flits, way.keeps);
  // More packets than those whose credits are under way.
  const double spare = std::max(0.0, router_.buffer / flits_ - way.loop / spacing);
  const double more = std::isinf(wait) ? 1 : wait / (spacing + delay + wait);
  return delay * std::pow(more, spare) * (more + rate * spacing * (1 - more));
}

void Queues::queue(const Site &site, unsigned input, Output &way) {
  findTurns(site, input);
  if (turns_.empty())
    return;
  for (Turn &turn : turns_) {
    const Output &output = site.outputs[turn.index % site.ports.outputs];
    turn.late = turn.head + site.grants[turn.index] + output.room;
    // Adaptive packets do not ask for channels whose heads are held up.
    turn.port = site.avoided ? 0 : site.behind[turn.index];
    waits += turn.flow * (output.wait + site.behind[turn.index]);
  }
  const double ports = input >= site.nodes ? router_.ports : 1;
  for (VirtualChannels &lanes : llvm::MutableArrayRef(way.lanes, way.classes))
    if (lanes.share > 0)
      waitInLanes(way, lanes, lanes.channels / lanes.share * ports);
  way.findRoom();
}

} // namespace wsc::network::flow
