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
  const uint32_t first = ports_.firstInput[router], end = ports_.firstInput[router + 1];
  uint32_t waits = 0, sends = 0;
  for (uint32_t input = first; input < end; ++input)
    waits |= waiting_[input];
  if (waits && now_ >= nextChannels_[router])
    allocateChannels(router);
  for (uint32_t input = first; input < end; ++input)
    sends |= sendable_[input];
  if (sends && now_ >= nextSwitch_[router])
    allocateSwitch(router);
  waits = sends = 0;
  for (uint32_t input = first; input < end; ++input)
    waits |= waiting_[input], sends |= sendable_[input];
  if (!waits && !sends)
    busy_.reset(router);
}

/// Of the ways nearer to the destination that with the most credits, or else the escape.
Way Fabric::chooseAdaptive(uint32_t router, uint32_t buffer) const {
  const Way escape = way_[buffer];
  const uint32_t input = buffer >> shift_;
  const uint32_t destination =
      packets_[flits_[size_t(buffer) * router_.buffer + first_[buffer]].packet].destination;
  const bool injected = ports_.source[input] >= ports_.firstOutput.back();
  const bool escaped = ways_.escapes() >> (buffer - (input << shift_)) & 1;
  if (ports_.ejects(escape.output) || (escaped && !injected))
    return escape;
  Way ways[2], best = escape;
  unsigned most = 0;
  for (unsigned i = 0, count = ways_.adaptive(router, destination, ways); i < count; ++i) {
    unsigned credits = 0;
    for (uint32_t channels = ways[i].channels; channels; channels &= channels - 1)
      credits += credits_[virtualChannel(ways[i].output, std::countr_zero(channels))];
    // A way without credits is better than the escape, too: the escape is for those who wait.
    if ((free_[ways[i].output] & ways[i].channels) && (best.output == none || credits + 1 > most))
      best = ways[i], most = credits + 1;
  }
  return best;
}

Way Fabric::choose(uint32_t router, uint32_t buffer) const {
  return ways_.routing() == Routing::Adaptive ? chooseAdaptive(router, buffer) : way_[buffer];
}

/// Each head asks for a free virtual channel, which grants one of them.
void Fabric::allocateChannels(uint32_t router) {
  const uint32_t firstBuffer = virtualChannel(ports_.firstInput[router], 0);
  const uint32_t firstChannel = virtualChannel(ports_.firstOutput[router], 0);
  const uint32_t buffers = ports_.inputsOf(router) << shift_;
  const uint32_t channels = ports_.outputsOf(router) << shift_;
  for (uint32_t input = ports_.firstInput[router]; input < ports_.firstInput[router + 1]; ++input)
    for (uint32_t waits = waiting_[input]; waits; waits &= waits - 1) {
      const uint32_t buffer = virtualChannel(input, std::countr_zero(waits));
      const Way way = choose(router, buffer);
      const uint32_t candidates = free_[way.output] & way.channels;
      if (!candidates)
        continue;
      // The first at or after the one whose turn it is.
      const uint32_t base = virtualChannel(way.output, 0) - firstChannel, turn = inTurn_[buffer];
      const uint32_t later = turn > base && turn < base + (1u << shift_)
                                 ? candidates & ~0u << (turn - base)
                                 : candidates;
      const uint32_t channel = base + std::countr_zero(later ? later : candidates);
      uint32_t &best = requests_[channel];
      if (best == none)
        requested_.push_back(channel);
      const uint32_t outTurn = outTurn_[firstChannel + channel];
      if (best == none || distance(buffer - firstBuffer, outTurn, buffers) <
                              distance(best - firstBuffer, outTurn, buffers))
        best = buffer;
    }
  for (const uint32_t channel : requested_) {
    const uint32_t buffer = std::exchange(requests_[channel], none);
    const uint32_t input = buffer >> shift_, global = firstChannel + channel;
    const uint32_t output = global >> shift_;
    granted_[buffer] = global;
    free_[output] &= ~(1u << (global - virtualChannel(output, 0)));
    waiting_[input] &= ~(1u << (buffer - virtualChannel(input, 0)));
    inTurn_[buffer] = after(channel, channels);
    outTurn_[global] = after(buffer - firstBuffer, buffers);
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
  uint32_t best = none, bestDistance = none;
  for (uint32_t sends = sendable_[input]; sends; sends &= sends - 1) {
    const unsigned v = std::countr_zero(sends);
    const uint32_t buffer = virtualChannel(input, v), output = granted_[buffer] >> shift_;
    if (anySlow_ && freeFrom_[output] > now_)
      continue;
    const uint32_t far = distance(output - ports_.firstOutput[router], switchTurn_[input], outputs)
                             << shift_ |
                         distance(v, channelTurn_[input], router_.virtualChannels);
    if (far < bestDistance)
      best = buffer, bestDistance = far;
  }
  return best;
}

/// Each input asks for an output, which grants one of them.
void Fabric::allocateSwitch(uint32_t router) {
  const uint32_t firstInput = ports_.firstInput[router], firstOutput = ports_.firstOutput[router];
  const uint32_t inputs = ports_.inputsOf(router), outputs = ports_.outputsOf(router);
  for (uint32_t input = firstInput; input < firstInput + inputs; ++input) {
    if (!sendable_[input])
      continue;
    const uint32_t buffer = request(router, input);
    if (buffer == none)
      continue;
    const uint32_t output = (granted_[buffer] >> shift_) - firstOutput;
    uint32_t &best = requests_[output];
    if (best == none)
      requested_.push_back(output);
    const uint32_t turn = inputTurn_[firstOutput + output];
    if (best == none || distance(input - firstInput, turn, inputs) <
                            distance((best >> shift_) - firstInput, turn, inputs))
      best = buffer;
  }
  for (const uint32_t output : requested_) {
    const uint32_t buffer = std::exchange(requests_[output], none), input = buffer >> shift_;
    switchTurn_[input] = after(output, outputs);
    inputTurn_[firstOutput + output] = after(input - firstInput, inputs);
    channelTurn_[input] = after(buffer - virtualChannel(input, 0), router_.virtualChannels);
    if (anySlow_) {
      // What a channel could not take in part of a cycle it takes later.
      double &from = freeFrom_[firstOutput + output];
      from = (now_ - from < 1 ? from : now_) + 1 / ports_.wire[firstOutput + output].rate;
    }
    if (router_.allocateSwitch > 1)
      traversals_.add(now_, now_ + router_.allocateSwitch - 1, buffer);
    else
      traverse(buffer, int64_t(now_) + router_.allocateSwitch - 1);
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

/// Takes the flit at the front of a buffer out of it, and sends it and a credit on their ways.
void Fabric::traverse(uint32_t buffer, int64_t cycle) {
  const uint32_t input = buffer >> shift_, bit = 1u << (buffer - virtualChannel(input, 0));
  const uint32_t channel = granted_[buffer], output = channel >> shift_;
  const uint32_t router = ports_.routerOf[input];
  const Flit flit = flits_[size_t(buffer) * router_.buffer + first_[buffer]];
  first_[buffer] = after(first_[buffer], router_.buffer);
  if (!--credits_[channel] | !--count_[buffer])
    sendable_[input] &= ~bit;
  if (flit.tail) {
    free_[output] |= 1u << (channel - virtualChannel(output, 0));
    owner_[channel] = granted_[buffer] = none;
    sendable_[input] &= ~bit;
    if (count_[buffer])
      becomeHead(buffer, cycle + 1);
  }
  ++passed_[output];
  lastMove_ = now_;

  const int64_t sent = leaves(router, output, cycle);
  if (ports_.ejects(output)) {
    ejections_.add(now_, sent + 2, {ports_.nodeBehind(output), flit});
    credit_.add(now_, sent + 4 + router_.credit, channel);
  } else {
    const uint32_t v = channel - virtualChannel(output, 0);
    moves_.add(now_, sent + ports_.wire[output].latency + 1,
               {virtualChannel(ports_.target[output], v), flit});
  }
  const uint32_t from = ports_.source[input];
  const bool injected = from >= ports_.firstOutput.back();
  const unsigned delay = injected ? 2 : ports_.wire[from].latency + 1 + router_.credit;
  credit_.add(now_, cycle + delay, virtualChannel(from, buffer - virtualChannel(input, 0)));
}

} // namespace wsc::network::cycle
