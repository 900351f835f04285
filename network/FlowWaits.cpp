// The queues of all routers, each channel after those that its packets go on by: how long they wait
// for room depends on the next buffer.
//
// Where one part of a mesh is the mirror image of the others (FlowMirror.h), only its queues are
// looked at.  A channel that leaves it leads back to the image of its end.
#include "network/FlowMirror.h"
#include "network/FlowSite.h"

#include <cassert>
#include <cmath>
#include <map>
#include <numeric>

namespace wsc::network::flow {

Router routerOf(const Routes &routes, Router router) {
  const std::optional<GridShape> &shape = routes.network().shape();
  const unsigned all = router.virtualChannels;
  if (shape && ((shape->wrapsRows && shape->rows > 2) || (shape->wrapsCols && shape->cols > 2)))
    router.virtualChannels =
        std::max(1U, routes.routing() == Routing::Adaptive ? all - 1 : all / 2);
  return router;
}

/// An output at which nothing waits.
static Output freeOutput(const Router &router, const Wire &wire, unsigned packet) {
  Traffic traffic;
  traffic.packet = packet;
  return Queues(router, traffic).outputOf(wire);
}

double holdOf(const Router &router, const Wire &wire, unsigned packet) {
  return freeOutput(router, wire, packet).holds;
}

double serviceOf(const Router &router, const Wire &wire, unsigned packet) {
  return freeOutput(router, wire, packet).service;
}

namespace {

class NetworkQueues {
public:
  NetworkQueues(const PortMap &ports, const Loads &loads, const Router &router);
  Waits waitsOf(const Traffic &traffic);
  std::vector<double> bufferWaits(const Traffic &traffic);

private:
  void sort();
  void follow(uint32_t channel);
  void split(Output &output, uint32_t channel) const;
  double shareOfNodes(uint32_t channel) const;
  void prepare(const Queues &queues, const Traffic &traffic);
  double sweep(Queues &queues);
  Site siteOf(uint32_t router);
  Output &outputTo(uint32_t channel) {
    return outputs_[first_[network_.channels()[channel].from].output + ports_.outputOf(channel)];
  }
  bool isLookedAt(uint32_t channel) const {
    return loads_.channels[channel] > 0 && first_[network_.channels()[channel].from].output != none;
  }

  /// Of the routers that are looked at, one after the other; `output` of others is `none`.
  struct First {
    uint32_t turn = 0, input = 0, output = none;
  };
  /// An input.
  struct End {
    uint32_t router = 0;
    unsigned input = 0;
  };

  const PortMap &ports_;
  const Network &network_;
  const Loads &loads_;
  const Router &router_;
  std::vector<uint32_t> routers_; ///< that are looked at
  std::vector<First> first_;      ///< by router
  std::vector<End> ends_;         ///< by channel that leaves a router that is looked at
  std::vector<uint32_t> order_;   ///< of channels
  bool isCyclic_ = false;         ///< some channels come before those that their packets go on by
  enum class State : uint8_t { New, Open, Done };
  std::vector<State> states_; ///< of channels, while they are sorted
  std::vector<Output> outputs_;
  std::vector<double> heads_, grants_, behind_; ///< by turn
  std::vector<double> spacing_, used_, spread_; ///< by input
};

NetworkQueues::NetworkQueues(const PortMap &ports, const Loads &loads, const Router &router)
    : ports_(ports), network_(ports.network()), loads_(loads), router_(router),
      first_(network_.routers()), ends_(network_.channels().size()) {
  const std::optional<Mirror> mirror =
      loads.isMirrored ? std::optional<Mirror>(network_) : std::nullopt;
  First next{0, 0, 0};
  for (uint32_t router = 0; router < network_.routers(); ++router) {
    if (mirror && mirror->node(router) != router)
      continue;
    const Ports &here = ports.routers()[router];
    routers_.push_back(router);
    first_[router] = next;
    next = {next.turn + here.inputs * here.outputs, next.input + here.inputs,
            next.output + here.outputs};
    for (const uint32_t channel : network_.outgoing(router)) {
      const uint32_t image = mirror ? mirror->channel(channel) : channel;
      ends_[channel] = {network_.channels()[image].to, ports.inputOf(image)};
    }
  }
  heads_.resize(next.turn);
  grants_.resize(next.turn);
  behind_.resize(next.turn);
  spacing_.resize(next.input);
  used_.resize(next.input);
  spread_.resize(next.input);
  outputs_.reserve(next.output);
}

/// By depth-first search.
void NetworkQueues::sort() {
  states_.assign(network_.channels().size(), State::New);
  for (uint32_t channel = 0; channel < network_.channels().size(); ++channel)
    if (states_[channel] == State::New && isLookedAt(channel))
      follow(channel);
}

/// Adds a channel after all that its packets go on by.
void NetworkQueues::follow(uint32_t start) {
  struct Step {
    uint32_t channel;
    unsigned output; ///< that is looked at next
  };
  std::vector<Step> path{{start, 0}};
  states_[start] = State::Open;
  while (!path.empty()) {
    auto &[channel, output] = path.back();
    const auto &[at, input] = ends_[channel];
    const Ports &here = ports_.routers()[at];
    if (output == network_.outgoing(at).size()) {
      states_[channel] = State::Done;
      order_.push_back(channel);
      path.pop_back();
      continue;
    }
    const uint32_t then = network_.outgoing(at)[output];
    const double turn = loads_.turns[here.turns + input * here.outputs + output++];
    if (turn == 0)
      continue;
    isCyclic_ |= states_[then] == State::Open;
    if (states_[then] == State::New) {
      states_[then] = State::Open;
      path.push_back({then, 0});
    }
  }
}

Site NetworkQueues::siteOf(uint32_t router) {
  const Ports &here = ports_.routers()[router];
  Site site{here};
  site.nodes = network_.incoming(router).size();
  site.turns = &loads_.turns[here.turns];
  if (!loads_.avoided.empty())
    site.avoided = &loads_.avoided[here.turns];
  const First &first = first_[router];
  site.outputs = &outputs_[first.output];
  site.heads = &heads_[first.turn];
  site.grants = &grants_[first.turn];
  site.behind = &behind_[first.turn];
  site.spacing = &spacing_[first.input];
  site.spread = &spread_[first.input];
  site.escapes = loads_.escapes;
  site.used = &used_[first.input];
  site.mixes = loads_.mixes;
  site.largest = loads_.largest;
  return site;
}

/// Which virtual channels the packets of a channel have, as in CyclePorts.h: the first half of
/// those of each order, which is the larger one, if the dateline is not ahead.
void NetworkQueues::split(Output &output, uint32_t channel) const {
  const unsigned all = router_.virtualChannels;
  if (loads_.classes == 1 || all == 1)
    return;
  output.classes = std::min(all < Output::mostClasses ? 2 : Output::mostClasses, loads_.classes);
  for (unsigned index = 0; index < output.classes; ++index) {
    const unsigned half = (all + 1 - index % 2) / 2;
    output.lanes[index].share = 0;
    output.lanes[index].channels = output.classes == 2 ? half : (half + 1 - index / 2) / 2;
  }
  for (unsigned index = 0; index < loads_.classes; ++index)
    output.lanes[index % output.classes].share +=
        loads_.byClass[channel * loads_.classes + index] / loads_.channels[channel];
  output.findService();
}

/// Share of what a channel takes that comes from nodes of its router.
double NetworkQueues::shareOfNodes(uint32_t channel) const {
  const uint32_t router = network_.channels()[channel].from;
  const Ports &here = ports_.routers()[router];
  double flits = 0;
  for (const uint32_t node : network_.nodesOf(router))
    flits +=
        loads_.turns[here.turns + ports_.fromNode(node) * here.outputs + ports_.outputOf(channel)];
  return flits / loads_.channels[channel];
}

/// Outputs without waits, and what is known of inputs.
void NetworkQueues::prepare(const Queues &queues, const Traffic &traffic) {
  outputs_.clear();
  for (const uint32_t router : routers_) {
    for (const uint32_t channel : network_.outgoing(router)) {
      outputs_.push_back(queues.outputOf(network_.channels()[channel].wire));
      if (loads_.channels[channel] > 0)
        split(outputs_.back(), channel);
    }
    outputs_.resize(first_[router].output + ports_.routers()[router].outputs, queues.outputOf({}));
  }
  std::fill(spacing_.begin(), spacing_.end(), queues.outputOf({}).service);
  std::fill(spread_.begin(), spread_.end(), 1);
  for (uint32_t channel = 0; channel < network_.channels().size(); ++channel) {
    if (!isLookedAt(channel))
      continue;
    const auto &[at, number] = ends_[channel];
    const uint32_t input = first_[at].input + number;
    Output &output = outputTo(channel);
    const double flits = loads_.channels[channel] * traffic.load;
    spacing_[input] = output.service;
    used_[input] = flits / traffic.packet * output.service;
    Output shared = output;
    const double serial = shareOfNodes(channel);
    spread_[input] = queues.takeTurns(shared, flits * output.cycle, 1 - serial * serial);
    // Adaptive packets choose a channel that no other one is on.
    if (loads_.avoided.empty())
      output = shared;
  }
}

/// Returns by how much the longest wait for room has changed.
double NetworkQueues::sweep(Queues &queues) {
  for (const uint32_t router : routers_) {
    const unsigned channels = network_.outgoing(router).size();
    for (unsigned output = isCyclic_ ? 0 : channels; output < ports_.routers()[router].outputs;
         ++output)
      queues.merge(siteOf(router), output);
  }
  double change = 0;
  for (const uint32_t channel : order_) {
    if (queues.busiest >= 1)
      return 0;
    Output &way = outputTo(channel);
    const double before = way.room;
    queues.queue(siteOf(ends_[channel].router), ends_[channel].input, way);
    change = std::max(change, std::fabs(way.room - before));
    queues.merge(siteOf(network_.channels()[channel].from), ports_.outputOf(channel));
  }
  Output node = queues.outputOf({});
  for (const uint32_t router : routers_)
    for (const uint32_t i : network_.nodesOf(router))
      if (queues.busiest < 1)
        queues.queue(siteOf(router), ports_.fromNode(i), node);
  return change;
}

/// Of cycles that a packet waits for room; and how often it is looked for.
constexpr double sweepTolerance = 0.01;
constexpr unsigned mostSweeps = 4;

Waits NetworkQueues::waitsOf(const Traffic &traffic) {
  if (order_.empty())
    sort();
  Queues queues(router_, traffic);
  prepare(queues, traffic);
  for (const uint32_t router : routers_)
    if (queues.busiest < 1)
      queues.cross(siteOf(router));
  for (unsigned i = 0; i < mostSweeps; ++i) {
    queues.waits = 0;
    if (sweep(queues) < sweepTolerance || !isCyclic_)
      break;
  }
  return {queues.busiest < 1, queues.waits * network_.routers() / routers_.size()};
}

std::vector<double> NetworkQueues::bufferWaits(const Traffic &traffic) {
  assert(!loads_.isMirrored);
  Queues queues(router_, traffic);
  prepare(queues, traffic);
  for (const uint32_t router : routers_)
    queues.cross(siteOf(router));
  std::vector<double> waits(network_.channels().size());
  for (uint32_t channel = 0; channel < waits.size(); ++channel)
    if (loads_.channels[channel] > 0)
      waits[channel] = queues.waitInBuffer(siteOf(network_.channels()[channel].to),
                                           ports_.inputOf(channel), outputTo(channel));
  for (uint32_t channel = 0; channel < waits.size(); ++channel) {
    const Site site = siteOf(network_.channels()[channel].to);
    const unsigned first = ports_.inputOf(channel) * site.ports.outputs;
    for (unsigned output = 0; output < site.ports.outputs; ++output)
      if (const double turn = site.turns[first + output]; turn > 0)
        waits[channel] += turn / loads_.channels[channel] * site.outputs[output].room;
  }
  return waits;
}

/// The highest load that is stable, at most `most`.
template <typename IsStable> double highest(double most, double tolerance, IsStable isStable) {
  if (isStable(most))
    return most;
  double stable = 0;
  while (most - stable > tolerance) {
    const double load = (stable + most) / 2;
    (isStable(load) ? stable : most) = load;
  }
  return stable;
}

} // namespace

Waits waitsOf(const PortMap &ports, const Loads &loads, const Router &router,
              const Traffic &traffic) {
  return NetworkQueues(ports, loads, router).waitsOf(traffic);
}

std::vector<double> bufferWaits(const PortMap &ports, const Loads &loads, const Router &router,
                                const Traffic &traffic) {
  return NetworkQueues(ports, loads, router).bufferWaits(traffic);
}

double saturationOf(const Routes &routes, const PortMap &ports, const Router &router,
                    Traffic traffic, double most, double tolerance) {
  if (routes.routing() == Routing::Adaptive)
    return highest(most, tolerance, [&](double load) {
      traffic.load = load;
      const Loads loads = loadsOf(routes, ports, router, traffic);
      return NetworkQueues(ports, loads, router).waitsOf(traffic).stable;
    });
  return saturationOf(ports, loadsOf(routes, ports, traffic.pattern), router, traffic.packet, most,
                      tolerance);
}

double saturationOf(const PortMap &ports, const Loads &loads, const Router &router, unsigned packet,
                    double most, double tolerance) {
  Traffic traffic;
  traffic.packet = packet;
  NetworkQueues queues(ports, loads, router);
  return highest(most, tolerance, [&](double load) {
    traffic.load = load;
    return queues.waitsOf(traffic).stable;
  });
}

namespace {

/// Routers one by one.
class Alone {
public:
  Alone(const PortMap &ports, llvm::ArrayRef<double> turns, const Router &router, unsigned packet)
      : ports_(ports), turns_(turns), router_(router), packet_(packet) {}

  bool isUsed(uint32_t at) const {
    const Ports &here = ports_.routers()[at];
    return llvm::any_of(turns_.slice(here.turns, here.inputs * here.outputs),
                        [](double turn) { return turn > 0; });
  }
  bool isStable(uint32_t at, double load);

  double room = 0;    ///< cycles that packets wait for it, behind each output to a channel
  double longest = 0; ///< the same at inputs from channels, so far

private:
  const PortMap &ports_;
  const llvm::ArrayRef<double> turns_;
  const Router &router_;
  const unsigned packet_;
  std::vector<Output> outputs_;
  std::vector<double> heads_, grants_, behind_;
};

bool Alone::isStable(uint32_t at, double load) {
  const Network &network = ports_.network();
  Traffic traffic;
  traffic.packet = packet_;
  traffic.load = load;
  Queues queues(router_, traffic);
  const Ports &here = ports_.routers()[at];
  outputs_.clear();
  for (const uint32_t channel : network.outgoing(at))
    outputs_.push_back(queues.outputOf(network.channels()[channel].wire));
  for (unsigned i = 0; i < outputs_.size(); ++i) {
    double flits = 0;
    for (unsigned input = 0; input < here.inputs; ++input)
      flits += load * turns_[here.turns + input * here.outputs + i];
    queues.takeTurns(outputs_[i], flits * outputs_[i].cycle, 1);
    outputs_[i].room = outputs_[i].lanes[0].room = room;
  }
  outputs_.resize(here.outputs, queues.outputOf({}));
  heads_.resize(here.inputs * here.outputs);
  grants_.resize(here.inputs * here.outputs);
  behind_.assign(here.inputs * here.outputs, 0);
  Site site{here};
  site.nodes = network.incoming(at).size();
  site.turns = &turns_[here.turns];
  site.outputs = outputs_.data();
  site.heads = heads_.data();
  site.grants = grants_.data();
  site.behind = behind_.data();
  queues.cross(site);
  for (unsigned output = 0; output < here.outputs; ++output)
    queues.merge(site, output);
  const llvm::ArrayRef<uint32_t> channels = network.incoming(at);
  for (unsigned input = 0; input < here.inputs && queues.busiest < 1; ++input) {
    const bool isNode = input >= site.nodes;
    Output way = queues.outputOf(isNode ? Wire() : network.channels()[channels[input]].wire);
    if (!isNode) {
      const double *turns = &site.turns[input * here.outputs];
      queues.takeTurns(way, load * way.cycle * std::accumulate(turns, turns + here.outputs, 0.0),
                       1);
    }
    queues.queue(site, input, way);
    longest = isNode ? longest : std::max(longest, way.room);
  }
  return queues.busiest < 1;
}

} // namespace

double saturationOf(const PortMap &ports, llvm::ArrayRef<double> turns, const Router &router,
                    unsigned packet, double tolerance) {
  Alone alone(ports, turns, router, packet);
  double least = 1;
  for (uint32_t at = 0; at < ports.network().routers(); ++at)
    if (alone.isUsed(at))
      least = highest(least, tolerance, [&](double load) { return alone.isStable(at, load); });
  return least;
}

/// How often the longest wait for room is looked for.
constexpr unsigned mostRooms = 16;

bool isSurelyStable(const PortMap &ports, const Loads &loads, const Router &router, unsigned packet,
                    double load) {
  if (loads.classes > 1)
    return false;
  const Network &network = ports.network();
  // The first router of those with neighbours on the same sides has the most of each turn.
  std::map<unsigned, uint32_t> firsts;
  std::vector<double> most = loads.turns;
  for (uint32_t at = 0; at < network.routers(); ++at) {
    unsigned sides = 0;
    for (unsigned d = 0; d < directions; ++d)
      sides = 2 * sides + (network.channel(at, static_cast<Direction>(d)) != none);
    const uint32_t first = firsts.try_emplace(sides, at).first->second;
    const Ports &here = ports.routers()[at];
    double *ofFirst = &most[ports.routers()[first].turns];
    for (unsigned i = 0; i < here.inputs * here.outputs; ++i)
      ofFirst[i] = std::max(ofFirst[i], loads.turns[here.turns + i]);
  }
  Alone alone(ports, most, router, packet);
  for (unsigned i = 0; i < mostRooms; ++i) {
    if (!llvm::all_of(firsts,
                      [&](const auto &first) { return alone.isStable(first.second, load); }))
      return false;
    if (alone.longest < alone.room + sweepTolerance)
      return true;
    alone.room = alone.longest;
  }
  return false;
}

} // namespace wsc::network::flow
