// The queues of one router.
#include "network/FlowSite.h"

#include <cmath>

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
      allocation_(router.routing + router.allocateChannel),
      interleaving_(1 + interleaved(flits_) / 2) {}

Output Queues::outputOf(const Wire &wire) const {
  Output output;
  output.lanes[0].channels = router_.virtualChannels;
  output.cycle = 1 / wire.rate;
  output.flits = flits_ * output.cycle;
  output.loop = creditLoop(router_, wire);
  // In one virtual channel, a flit follows the credit of the one that is a buffer before it.
  output.holds = std::max(allocation_ + 1 + (flits_ - 1) * output.cycle,
                          flits_ * output.loop / router_.buffer);
  output.findService();
  return output;
}

/// Packets that meet at an output: all of them, or those of a class of virtual channels.
struct Queues::Meeting {
  unsigned output;
  double service; ///< cycles, of each packet that goes to the output
  double spacing; ///< the same, but for waits for room
  double blocks;  ///< cycles that a packet keeps those of other inputs waiting
  double share;   ///< of the packets of the output
};

/// The mean wait at an output; adds the waits at the heads of the inputs.
///
/// At the head, w_i = sum over the others of u_j (t_ij + w_j / S): one that came before is served
/// before; of two that come together, the arbiter prefers the one that was not served last.
double Queues::meet(const Site &site, const Meeting &meeting, double *heads) {
  shares_.clear();
  for (unsigned input = 0; input < site.ports.inputs; ++input)
    if (const double u = flow(site, input, meeting.output) * meeting.service; u > 0)
      shares_.push_back({input, u, 0});
  double rho = 0, squares = 0, spaced = 0, headShare = 0, ties = 0;
  for (Share &own : shares_) {
    const double u = own.used;
    for (const Share &other : shares_)
      if (other.input != own.input)
        own.lost += other.used * u / (u + other.used);
    const double used = site.used ? std::max(u, site.used[own.input]) : u;
    const double ratio =
        site.spacing ? std::min(1.0, site.spacing[own.input] / meeting.spacing) : 1;
    rho += u;
    squares += u * u;
    spaced += u * (u + used * used * (used - u)) * ratio * ratio;
    headShare += u / (1 + u);
    ties += u * own.lost / (1 + u);
  }
  // What comes from one input only comes as fast as it goes.
  if (rho < 1 + 1e-12 && rho * rho - std::min(spaced, squares) < 1e-12)
    return 0;
  use(rho);
  if (rho >= 1)
    return 0;
  spaced = std::min(spaced, rho * rho);
  const double waiting = ties / (1 - headShare), others = rho * rho - squares;
  const double part = others > 1e-12 ? std::min(1.0, (rho * rho - spaced) / others) : 0;
  for (const Share &own : shares_)
    heads[own.input * site.ports.outputs + meeting.output] +=
        meeting.share * part * (own.lost + waiting) / (1 + own.used) * meeting.blocks;
  return meeting.service *
         ((rho * rho - std::max(spaced, squares)) * bursts(rho) + std::max(0.0, squares - spaced)) /
         (2 * rho * (1 - rho));
}

void Queues::merge(const Site &site, unsigned index) {
  Output &output = site.outputs[index];
  const unsigned outputs = site.ports.outputs;
  for (unsigned input = 0; input < site.ports.inputs; ++input)
    site.heads[input * outputs + index] = site.grants[input * outputs + index] = 0;
  const bool isNode = index + site.ports.inputs >= outputs + site.nodes;
  const double ports = isNode ? router_.ports : 1;
  double channel = 0;
  if (!output.isSingle()) {
    // Two packets of a class of one virtual channel do not both ask for the crossbar.
    double apart = 1;
    for (const VirtualChannels &lanes : llvm::ArrayRef(output.lanes, output.classes))
      apart -= lanes.channels == 1 ? lanes.share * lanes.share : 0;
    const double service = output.service / ports, blocks = output.service / output.cycle;
    channel = interleaving_ * meet(site, {index, service, service, blocks, apart}, site.heads);
  }
  output.wait = channel;
  for (const VirtualChannels &lanes : llvm::ArrayRef(output.lanes, output.classes)) {
    if (lanes.channels > 1 || lanes.share == 0)
      continue;
    const double spacing = std::max(output.flits, output.holds);
    const double holds = std::max(output.flits, output.holds + lanes.room);
    const double part = lanes.share / ports;
    const double own =
        meet(site, {index, holds * part, spacing * part, holds, lanes.share}, site.grants);
    output.wait += own - lanes.share * channel;
  }
}

/// Waits behind heads of the same input that wait for the crossbar: M/G/1.
void Queues::waitForHeads() {
  double taken = 0, packets = 0, behind = 0;
  for (Turn &turn : turns_) {
    packets += turn.rate;
    taken += turn.rate * (turn.blocks + turn.head);
    // Half of it and half a slot wait those who arrive meanwhile.
    turn.delay = turn.rate * turn.head * (0.5 + rest(turn.blocks, turn.head) / 2);
    behind += turn.delay;
  }
  use(taken);
  if (taken >= 1)
    return;
  const double clumps = bursts(packets * flits_) * bursts(packets * flits_);
  for (Turn &turn : turns_) {
    turn.port = interleaving_ * clumps * (behind - turn.delay) / (1 - taken);
    waits += turn.flow * turn.port;
  }
}

/// Packets of service S + d in a virtual channel, after a queue with the service S.  Both queues
/// together are M/G/1 (Friedman, Oper. Res. 13(1), 1965), of which the first one is M/D/1.
/// `channels` are as many as all packets of the input would have, if they had those of the class.
void Queues::waitInLanes(const Output &way, VirtualChannels &lanes, double channels) {
  const double spacing = way.isSingle() ? way.service : way.holds;
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

/// The delay of a head is felt by the next packet if the buffer is full, or has become so in a run
/// of packets.
double Queues::roomIn(const Output &way, double rate, double delay, double wait) const {
  const double spacing = std::max(way.flits, way.holds);
  // More packets than those whose credits are under way.
  const double spare = std::max(0.0, router_.buffer / flits_ - way.loop / spacing);
  const double more = wait / (spacing + delay + wait);
  return delay * std::pow(more, spare) * (more + rate * spacing * (1 - more));
}

void Queues::queue(const Site &site, unsigned input, Output &way) {
  // A node has several ports, each with a share of its packets.
  const double ports = input >= site.nodes ? router_.ports : 1;
  turns_.clear();
  for (unsigned index = 0; index < site.ports.outputs; ++index) {
    const double flow = this->flow(site, input, index);
    if (flow == 0)
      continue;
    const unsigned at = input * site.ports.outputs + index;
    const Output &output = site.outputs[index];
    turns_.push_back({flow, flow / ports, output.service / output.cycle, output.holds,
                      site.heads[at], site.heads[at] + site.grants[at] + output.room});
    waits += flow * output.wait;
  }
  if (turns_.empty())
    return;
  if (!way.isSingle() && turns_.size() > 1)
    waitForHeads();
  for (VirtualChannels &lanes : llvm::MutableArrayRef(way.lanes, way.classes))
    if (lanes.share > 0)
      waitInLanes(way, lanes, lanes.channels / lanes.share * ports);
  way.findRoom();
}

} // namespace wsc::network::flow
