// What a router does in a cycle: separable input-first allocators of round-robin arbiters, first
// for virtual channels, then for the crossbar (Dally and Towles 2004, ch. 19), and the crossbar.
#include "network/CycleFabric.h"

#include <bit>

namespace wsc::network::cycle {

/// How many places after the one whose turn it is.
static uint32_t distance(uint32_t place, uint32_t turn, uint32_t places) {
  return place >= turn ? place - turn : place + places - turn;
}

static uint32_t after(uint32_t place, uint32_t places) {
  return place + 1 == places ? 0 : place + 1;
}

void Fabric::step(uint32_t router) {
  if (waitingInputs_.any(router) && now_ >= nextChannels_[router])
    allocateChannels(router);
  if (sendableInputs_.any(router) && now_ >= nextSwitch_[router])
    allocateSwitch(router);
  if (!waitingInputs_.any(router) && !sendableInputs_.any(router))
    busy_.reset(router);
}

void Fabric::clearWaiting(uint32_t router, uint32_t buffer) {
  const uint32_t input = portOf(buffer);
  if (!(inputs_[input].waiting &= ~(1u << indexOf(buffer))))
    waitingInputs_.reset(router, input - ports_.firstInput[router]);
}

void Fabric::clearSendable(uint32_t router, uint32_t buffer) {
  const uint32_t input = portOf(buffer);
  if (!(inputs_[input].sendable &= ~(1u << indexOf(buffer))))
    sendableInputs_.reset(router, input - ports_.firstInput[router]);
}

/// Of the ways nearer to the destination that with the most credits, or else the escape.
///
/// A packet is given a channel whose buffer takes all of it, or is empty.  In one without room it
/// would wait for packets of others, and not for the escape any more: in a circle of such waits
/// nothing moves again, escapes or not (whole packet forwarding: Ma, Enright Jerger, Wang, HPCA
/// 2012; only empty ones: Duato 1993).
Way Fabric::chooseAdaptive(uint32_t router, uint32_t buffer) {
  const Way escape = inputChannels_[buffer].way;
  const bool injected = ports_.source[portOf(buffer)] >= ports_.firstOfNodes();
  const bool escaped = ways_.escapes() >> indexOf(buffer) & 1;
  const Packet &packet = packets_[front(buffer).packet];
  if (ports_.ejects(escape.output) || (escaped && !injected) || packet.multicast)
    return escape;
  const uint32_t needed = std::min<uint32_t>(packet.flits, router_.buffer);
  Way ways[2], best = escape;
  int most = -1;
  for (unsigned i = 0, count = ways_.adaptive(router, packet.destination, ways); i < count; ++i) {
    int all = 0;
    uint32_t roomy = 0;
    for (uint32_t channels = ways[i].channels; channels; channels &= channels - 1) {
      const unsigned v = std::countr_zero(channels);
      const uint32_t credits = outputChannels_[virtualChannel(ways[i].output, v)].credits;
      all += credits;
      roomy |= uint32_t(credits >= needed) << v;
    }
    if ((outputs_[ways[i].output].free & roomy) && all > most)
      best = {ways[i].output, roomy}, most = all;
  }
  return best;
}

/// Each head asks for a free virtual channel, which grants one of them.
void Fabric::allocateChannels(uint32_t router) {
  const uint32_t firstBuffer = virtualChannel(ports_.firstInput[router], 0);
  const uint32_t firstChannel = virtualChannel(ports_.firstOutput[router], 0);
  const uint32_t buffers = ports_.inputsOf(router) << shift_;
  const uint32_t channels = ports_.outputsOf(router) << shift_;
  const bool adaptive = ways_.routing() == Routing::Adaptive;
  waitingInputs_.each(router, [&](uint32_t index) {
    const uint32_t input = ports_.firstInput[router] + index;
    for (uint32_t waits = inputs_[input].waiting; waits; waits &= waits - 1) {
      const uint32_t buffer = virtualChannel(input, std::countr_zero(waits));
      const Way way = adaptive ? chooseAdaptive(router, buffer) : inputChannels_[buffer].way;
      const uint32_t candidates = outputs_[way.output].free & way.channels;
      if (!candidates)
        continue;
      // The first at or after the one whose turn it is.
      const uint32_t base = virtualChannel(way.output, 0) - firstChannel;
      const uint32_t turn = inputChannels_[buffer].turn - base;
      const uint32_t later = turn < 1u << shift_ ? candidates & ~0u << turn : candidates;
      const uint32_t channel = base + std::countr_zero(later ? later : candidates);
      uint32_t &best = requests_[channel];
      if (best == none)
        requested_.push_back(channel);
      const uint32_t outTurn = outputChannels_[firstChannel + channel].turn;
      if (best == none || distance(buffer - firstBuffer, outTurn, buffers) <
                              distance(best - firstBuffer, outTurn, buffers))
        best = buffer;
    }
  });
  for (const uint32_t channel : requested_) {
    const uint32_t buffer = std::exchange(requests_[channel], none);
    const uint32_t global = firstChannel + channel;
    inputChannels_[buffer].granted = global;
    inputChannels_[buffer].turn = after(channel, channels);
    clearWaiting(router, buffer);
    outputs_[portOf(global)].free &= ~(1u << indexOf(global));
    outputChannels_[global].turn = after(buffer - firstBuffer, buffers);
    if (router_.allocateChannel)
      activated_.add(now_, now_ + router_.allocateChannel, buffer);
    else
      activate(buffer);
  }
  requested_.clear();
  nextChannels_[router] = now_ + router_.allocateChannel;
}

/// Which of its virtual channels an input sends from, if the output grants it; none if it cannot.
uint32_t Fabric::request(uint32_t router, uint32_t input) const {
  const unsigned outputs = ports_.outputsOf(router);
  const Input &own = inputs_[input];
  uint32_t best = none, bestDistance = none;
  for (uint32_t sends = own.sendable; sends; sends &= sends - 1) {
    const unsigned v = std::countr_zero(sends);
    const uint32_t buffer = virtualChannel(input, v);
    const uint32_t output = portOf(inputChannels_[buffer].granted);
    if (anySlow_ && freeFrom_[output] > now_)
      continue;
    if (sends == own.sendable && !(sends & (sends - 1)))
      return buffer; // the only one
    const uint32_t far = distance(output - ports_.firstOutput[router], own.turn, outputs)
                             << shift_ |
                         distance(v, own.channelTurn, router_.virtualChannels);
    if (far < bestDistance)
      best = buffer, bestDistance = far;
  }
  return best;
}

/// Each input asks for an output, which grants one of them.
void Fabric::allocateSwitch(uint32_t router) {
  const uint32_t firstInput = ports_.firstInput[router], firstOutput = ports_.firstOutput[router];
  const uint32_t inputs = ports_.inputsOf(router), outputs = ports_.outputsOf(router);
  sendableInputs_.each(router, [&](uint32_t index) {
    const uint32_t buffer = request(router, firstInput + index);
    if (buffer == none)
      return;
    const uint32_t output = portOf(inputChannels_[buffer].granted) - firstOutput;
    uint32_t &best = requests_[output];
    if (best == none)
      requested_.push_back(output);
    const uint32_t turn = outputs_[firstOutput + output].turn;
    if (best == none ||
        distance(index, turn, inputs) < distance(portOf(best) - firstInput, turn, inputs))
      best = buffer;
  });
  for (const uint32_t output : requested_) {
    const uint32_t buffer = std::exchange(requests_[output], none), input = portOf(buffer);
    inputs_[input].turn = after(output, outputs);
    inputs_[input].channelTurn = after(indexOf(buffer), router_.virtualChannels);
    outputs_[firstOutput + output].turn = after(input - firstInput, inputs);
    if (anySlow_) {
      // What a channel could not take in part of a cycle it takes later.
      double &from = freeFrom_[firstOutput + output];
      from = (now_ - from < 1 ? from : now_) + 1 / ports_.wire[firstOutput + output].rate;
    }
    if (router_.allocateSwitch > 1)
      traversals_.add(now_, now_ + router_.allocateSwitch - 1, buffer);
    else
      traverse(router, buffer, int64_t(now_) + router_.allocateSwitch - 1);
  }
  requested_.clear();
  nextSwitch_[router] = now_ + router_.allocateSwitch;
}

/// When a flit leaves the crossbar that it was granted in a cycle.
int64_t Fabric::leaves(uint32_t router, uint32_t output, int64_t cycle) {
  if (router_.traversal <= 1)
    return cycle + router_.traversal;
  const int64_t across = crossbar_[router].start(cycle + 1, router_.traversal);
  return lastSent_[output] = std::max(across + router_.traversal - 1, lastSent_[output] + 1);
}

/// Gives nodes on the way of a multicast their copies, beside what else comes to them.
void Fabric::leaveCopies(uint32_t router, Flit flit, int64_t sent) {
  if (packets_[flit.packet].multicast)
    for (const uint32_t node : network_.nodesOf(router))
      ejections_.add(now_, sent + 2, {node, flit, /*copy=*/true});
}

/// Takes the flit at the front of a buffer out of it, and sends it and a credit on their ways.
void Fabric::traverse(uint32_t router, uint32_t buffer, int64_t cycle) {
  InputChannel &from = inputChannels_[buffer];
  const uint32_t channel = from.granted, input = portOf(buffer), output = portOf(channel);
  const Flit flit = front(buffer);
  from.first = after(from.first, router_.buffer);
  --from.count;
  if (!--outputChannels_[channel].credits || !from.count || flit.tail)
    clearSendable(router, buffer);
  if (flit.tail) {
    outputs_[output].free |= 1u << indexOf(channel);
    outputChannels_[channel].owner = from.granted = none;
    if (from.count)
      becomeHead(router, buffer, cycle + 1);
  }
  ++outputs_[output].passed;
  lastMove_ = now_;

  const int64_t sent = leaves(router, output, cycle);
  if (ports_.ejects(output)) {
    ejections_.add(now_, sent + 2, {ports_.nodeBehind(output), flit});
    credit_.add(now_, sent + 4 + router_.credit, channel);
  } else {
    moves_.add(now_, sent + ports_.wire[output].latency + 1,
               {virtualChannel(ports_.target[output], indexOf(channel)), flit});
  }
  const uint32_t source = ports_.source[input];
  const bool injected = source >= ports_.firstOfNodes();
  if (anyMulticast_ && !injected && !ports_.ejects(output))
    leaveCopies(router, flit, sent);
  const unsigned delay = injected ? 2 : ports_.wire[source].latency + 1 + router_.credit;
  credit_.add(now_, cycle + delay, virtualChannel(source, indexOf(buffer)));
}

} // namespace wsc::network::cycle
