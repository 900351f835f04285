// Time and events: what arrives in a cycle, and what nodes send.
#include "network/CycleFabric.h"
#include "network/Cycle.h"

#include <cmath>

namespace wsc::network::cycle {

/// Cycles that the farthest event may lie ahead.
static unsigned horizonOf(const Router &router, const Network &network) {
  unsigned latency = 1;
  for (const Channel &channel : network.channels())
    latency = std::max(latency, channel.wire.latency);
  return latency + 2 * router.routing + router.allocateChannel + router.allocateSwitch +
         3 * router.traversal + router.credit + 8;
}

Fabric::Fabric(const Routes &routes, const Router &router, Draws &draws)
    : router_(router), ports_(routes.network(), router.ports),
      ways_(routes, ports_, router.virtualChannels), network_(routes.network()), draws_(draws),
      shift_(llvm::Log2_32_Ceil(router.virtualChannels)),
      anySlow_(llvm::any_of(ports_.wire, [](const Wire &wire) { return wire.rate < 1; })),
      busy_(network_.routers()), waitingInputs_(ports_), sendableInputs_(ports_),
      sendingPorts_(network_.nodes() * router.ports), moves_(horizonOf(router, network_)),
      ejections_(moves_.horizon()), credit_(moves_.horizon()), routed_(moves_.horizon()),
      activated_(moves_.horizon()), traversals_(moves_.horizon()) {
  assert(router.virtualChannels >= 1 && router.virtualChannels <= maxVirtualChannels);
  assert(router.buffer >= 1 && router.buffer <= UINT16_MAX);
  const unsigned inputs = ports_.inputs(), outputs = ports_.outputs();
  const size_t buffers = size_t(inputs) << shift_, channels = size_t(outputs) << shift_;
  flits_.resize(buffers * router.buffer);
  inputChannels_.resize(buffers);
  inputs_.resize(inputs);
  outputs_.resize(outputs, {~0u >> (32 - router.virtualChannels)});
  outputChannels_.resize(channels, {none, 0, uint16_t(router.buffer)});
  if (anySlow_)
    freeFrom_.resize(outputs);
  for (const Wire &wire : ports_.wire)
    longestTurn_ = std::max<uint64_t>(longestTurn_, std::ceil(1 / wire.rate));
  longestTurn_ += moves_.horizon();
  if (router.traversal > 1) {
    lastSent_.resize(outputs, -1);
    crossbar_.resize(network_.routers());
  }
  if (router.routing)
    routing_.resize(network_.routers());
  nextChannels_.resize(network_.routers());
  nextSwitch_.resize(network_.routers());
  sending_.resize(sendingPorts_.size(), none);
  injectsInto_.resize(sendingPorts_.size(), none);
  lastInjected_.resize(sendingPorts_.size(), router.virtualChannels - 1);
  unsigned most = 0;
  for (uint32_t r = 0; r < network_.routers(); ++r)
    most = std::max(most, ports_.outputsOf(r));
  requests_.resize(size_t(most) << shift_, none);
}

llvm::ArrayRef<Ejection> Fabric::begin() {
  for (const auto &[buffer, flit] : moves_.at(now_))
    arrive(buffer, flit);
  moves_.at(now_).clear();
  for (const uint32_t channel : credit_.at(now_))
    returnCredit(channel);
  credit_.at(now_).clear();
  for (const uint32_t buffer : routed_.at(now_))
    setWaiting(buffer);
  routed_.at(now_).clear();
  for (const uint32_t buffer : activated_.at(now_))
    activate(buffer);
  activated_.at(now_).clear();
  for (const Ejection &ejection : ejections_.at(now_))
    inside_ -= !ejection.copy;
  return ejections_.at(now_);
}

void Fabric::finish() {
  if (portsSending_)
    for (int port = sendingPorts_.find_first(); port >= 0; port = sendingPorts_.find_next(port))
      inject(port);
  for (int router = busy_.find_first(); router >= 0; router = busy_.find_next(router))
    step(router);
  for (const uint32_t buffer : traversals_.at(now_))
    traverse(ports_.routerOf[portOf(buffer)], buffer, now_);
  traversals_.at(now_).clear();
  ejections_.at(now_).clear();
  ++now_;
}

uint32_t Fabric::send(uint32_t port, uint32_t destination, uint32_t flits, bool multicast) {
  assert(accepts(port));
  uint32_t number = packets_.size();
  if (unused_.empty())
    packets_.emplace_back();
  else
    number = unused_.back(), unused_.pop_back();
  packets_[number] = {destination, flits, flits};
  packets_[number].multicast = multicast;
  anyMulticast_ |= multicast;
  sending_[port] = number;
  sendingPorts_.set(port);
  ++portsSending_;
  return number;
}

void Fabric::arrive(uint32_t buffer, Flit flit) {
  InputChannel &channel = inputChannels_[buffer];
  unsigned at = channel.first + channel.count;
  if (at >= router_.buffer)
    at -= router_.buffer;
  flits_[size_t(buffer) * router_.buffer + at] = flit;
  if (channel.count++)
    return;
  if (channel.granted == none)
    becomeHead(ports_.routerOf[portOf(buffer)], buffer, now_);
  else if (outputChannels_[channel.granted].credits)
    setSendable(buffer);
}

void Fabric::returnCredit(uint32_t number) {
  OutputChannel &channel = outputChannels_[number];
  if (!channel.credits++ && channel.owner != none && inputChannels_[channel.owner].count)
    setSendable(channel.owner);
}

/// A head at the front of its buffer: finds its way, at once (it was looked up a router ahead) or
/// in the stage for that.
void Fabric::becomeHead(uint32_t router, uint32_t buffer, int64_t earliest) {
  Packet &packet = packets_[front(buffer).packet];
  ++packet.hops;
  Way way = ways_.at(router, packet.destination, packet.order);
  if (ports_.perNode > 1 && way.output != none && ports_.ejects(way.output))
    // Each channel into the router has a port of its own, as far as there are enough.
    way.output += (portOf(buffer) - ports_.firstInput[router]) % ports_.perNode;
  inputChannels_[buffer].way = way;
  if (way.output == none)
    unroutable_ = true;
  else if (router_.routing)
    routed_.add(now_, routing_[router].start(earliest, router_.routing) + router_.routing, buffer);
  else
    setWaiting(buffer);
}

void Fabric::setWaiting(uint32_t buffer) {
  const uint32_t input = portOf(buffer), router = ports_.routerOf[input];
  inputs_[input].waiting |= 1u << indexOf(buffer);
  waitingInputs_.set(router, input - ports_.firstInput[router]);
  busy_.set(router);
}

void Fabric::setSendable(uint32_t buffer) {
  const uint32_t input = portOf(buffer), router = ports_.routerOf[input];
  inputs_[input].sendable |= 1u << indexOf(buffer);
  sendableInputs_.set(router, input - ports_.firstInput[router]);
  busy_.set(router);
}

/// From now on the packet asks for the crossbar.
void Fabric::activate(uint32_t buffer) {
  OutputChannel &channel = outputChannels_[inputChannels_[buffer].granted];
  channel.owner = buffer;
  if (channel.credits)
    setSendable(buffer);
}

/// The next free virtual channel with a credit, if there is one.
bool Fabric::openInjection(uint32_t port, uint32_t output) {
  for (unsigned i = 1; i <= router_.virtualChannels; ++i) {
    const unsigned v = (lastInjected_[port] + i) % router_.virtualChannels;
    const uint32_t channel = virtualChannel(output, v);
    if (!(outputs_[output].free >> v & 1) || !outputChannels_[channel].credits)
      continue;
    outputs_[output].free &= ~(1u << v);
    lastInjected_[port] = v;
    injectsInto_[port] = channel;
    return true;
  }
  return false;
}

/// Sends a flit from a port of a node into its router, which takes it two cycles later.
void Fabric::inject(uint32_t port) {
  const uint32_t output = ports_.firstOfNodes() + port, number = sending_[port];
  Packet &packet = packets_[number];
  if (injectsInto_[port] == none) {
    if (!openInjection(port, output))
      return;
    packet.entered = now_;
    if (ways_.routing() == Routing::O1Turn && !packet.multicast &&
        ports_.routerOf[ports_.target[output]] != ways_.routerOf(packet.destination))
      packet.order = draws_.upTo(1) ? Order::XY : Order::YX;
  }
  const uint32_t channel = injectsInto_[port];
  if (!outputChannels_[channel].credits)
    return;
  --outputChannels_[channel].credits;
  const bool tail = !--packet.left;
  const unsigned v = indexOf(channel);
  moves_.add(now_, now_ + 2, {virtualChannel(ports_.target[output], v), {number, tail}});
  ++inside_;
  lastMove_ = now_;
  if (!tail)
    return;
  outputs_[output].free |= 1u << v;
  injectsInto_[port] = sending_[port] = none;
  sendingPorts_.reset(port);
  --portsSending_;
}

std::vector<double> Fabric::channelFlits() const {
  std::vector<double> flits;
  for (const uint32_t output : ports_.ofChannel)
    flits.push_back(outputs_[output].passed);
  return flits;
}

} // namespace wsc::network::cycle
