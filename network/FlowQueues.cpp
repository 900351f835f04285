// The queues of one router at a time, and their sum over the routers.
#include "network/FlowQueues.h"

#include <algorithm>
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
/// there are geometrically many.  Half of it and half a slot wait those who arrive meanwhile.
double residue(double packet, double mean) { return 0.5 + 0.5 * ((2 * packet + 1) / 3 + 2 * mean); }

/// Share of the rest of a packet by which the flits of another, coming in between, delay its own
/// tail, if they take turns: sum of r - 1 over sum of r for r = 1 .. L - 1 left and, in a tie,
/// half of L.
double interleaved(double flits) {
  return (flits * (flits - 1) / 2 - (flits - 1) + (flits - 1) / 2) / (flits * flits / 2);
}

/// An output as its packets see it, all in cycles.
struct Output {
  double service;  ///< of a packet by the channel
  double blocks;   ///< of an input, by a packet that goes there
  double holds;    ///< of a virtual channel, by a packet that waits for nothing
  double rho = 0;  ///< share of time that it is used
  double wait = 0; ///< for packets of other inputs, mean
};

class Queues {
public:
  Queues(const Router &router, const Traffic &traffic)
      : router_(router), channels_(router.virtualChannels), flits_(traffic.packet),
        load_(traffic.load), allocation_(router.routing + router.allocateChannel),
        interleaving_(channels_ > 1 ? 1 + interleaved(flits_) / 2 : 1) {}

  /// A packet on a wire.
  Output outputOf(const Wire &wire) const;
  Output toNode() const {
    Output output = outputOf({});
    output.service /= router_.ports;
    return output;
  }
  /// Adds the waits at a router; `turns` are for a load of 1.
  /// The inputs from `nodes` on are nodes'.
  void add(const Ports &ports, unsigned nodes, const double *turns, std::vector<Output> outputs);

  double waits = 0; ///< flits a cycle times cycles
  double busiest = 0;

private:
  double &flow(unsigned input, unsigned output) { return flow_[input * outputs_.size() + output]; }
  double &head(unsigned input, unsigned output) { return head_[input * outputs_.size() + output]; }
  void merge(unsigned output);
  void queue(unsigned input);
  void queueInChannels(unsigned input, double channels, double clumps);
  void use(double share) { busiest = std::max(busiest, share); }

  const Router &router_;
  const double channels_, flits_, load_, allocation_, interleaving_;
  unsigned inputs_ = 0, nodes_ = 0;
  std::vector<Output> outputs_;
  std::vector<double> flow_; ///< packets a cycle
  std::vector<double> head_; ///< cycles that a packet waits at the head of its input
  std::vector<double> port_; ///< of the present input, behind heads that wait for other outputs
};

Output Queues::outputOf(const Wire &wire) const {
  const double cycle = 1 / wire.rate;
  // In one virtual channel, a flit follows the credit of the one that is a buffer before it.
  const double loop = creditLoop(router_, wire);
  Output output;
  output.holds = std::max(allocation_ + flits_ * cycle, flits_ * loop / router_.buffer);
  output.service = std::max(flits_ * cycle, output.holds / channels_);
  output.blocks = channels_ > 1 ? output.service / cycle : output.service;
  return output;
}

/// Waits of the packets that meet at an output, and of those at the heads of their inputs.
///
/// At the head, w_i = sum over the others of u_j (t_ij + w_j / S): one that came before is served
/// before; of two that come together, the arbiter prefers the one that was not served last.
void Queues::merge(unsigned index) {
  Output &output = outputs_[index];
  double squares = 0, headShare = 0, ties = 0;
  output.rho = 0;
  auto share = [&](unsigned input) { return flow(input, index) * output.service; };
  auto lost = [&](unsigned input) {
    double sum = 0;
    for (unsigned other = 0; other < inputs_; ++other)
      if (other != input && share(other) > 0)
        sum += share(other) * share(input) / (share(input) + share(other));
    return sum;
  };
  for (unsigned input = 0; input < inputs_; ++input) {
    const double u = share(input);
    output.rho += u;
    squares += u * u;
    if (u > 0) {
      headShare += u / (1 + u);
      ties += u * lost(input) / (1 + u);
    }
  }
  // What comes from one input only comes as fast as it goes.
  const bool merges = output.rho * output.rho - squares > 1e-12;
  if (!merges && output.rho < 1 + 1e-12)
    return;
  use(output.rho);
  if (output.rho >= 1)
    return;
  output.wait = output.service * (output.rho * output.rho - squares) /
                (2 * output.rho * (1 - output.rho)) * bursts(output.rho) * interleaving_;
  const double waiting = ties / (1 - headShare);
  for (unsigned input = 0; input < inputs_; ++input)
    if (const double u = share(input); u > 0)
      head(input, index) = (lost(input) + waiting) / (1 + u) * output.blocks;
}

/// Waits of packets behind the head of their input.
void Queues::queue(unsigned input) {
  double taken = 0, packets = 0, behind = 0;
  unsigned ways = 0;
  auto delay = [&](unsigned output) {
    const double wait = head(input, output);
    return flow(input, output) * wait * residue(outputs_[output].blocks, wait);
  };
  for (unsigned output = 0; output < outputs_.size(); ++output) {
    ways += flow(input, output) > 0;
    packets += flow(input, output);
    taken += flow(input, output) * (outputs_[output].blocks + head(input, output));
    behind += delay(output);
  }
  // A node with several ports sends a share of its packets through each.
  const double share = input >= nodes_ ? 1.0 / router_.ports : 1;
  taken *= share;
  behind *= share;
  packets *= share;
  port_.assign(outputs_.size(), 0);
  const double clumps = bursts(packets * flits_) * bursts(packets * flits_);
  // Where all go to one output, none waits for another.
  if (ways > 1) {
    use(taken);
    if (taken >= 1)
      return;
    for (unsigned output = 0; output < outputs_.size(); ++output)
      port_[output] = interleaving_ * (behind - share * delay(output)) / (1 - taken) * clumps;
  }
  for (unsigned output = 0; output < outputs_.size(); ++output)
    waits += flow(input, output) * (outputs_[output].wait + port_[output]);
  if (ways > 1 && channels_ > 1)
    queueInChannels(input, channels_ / share, clumps);
}

/// Waits of packets behind those that hold their virtual channel.
void Queues::queueInChannels(unsigned input, double channels, double clumps) {
  const double least = allocation_ + flits_;
  auto excess = [&](unsigned output) {
    const double others = (channels_ - 1) * std::min(port_[output] / channels_, flits_);
    return outputs_[output].holds - least + head(input, output) + others;
  };
  auto delay = [&](unsigned output) {
    const double wait = excess(output);
    return flow(input, output) / channels * wait * residue(flits_, wait);
  };
  double taken = 0, behind = 0;
  for (unsigned output = 0; output < outputs_.size(); ++output) {
    taken += flow(input, output) / channels * (least + excess(output));
    behind += delay(output);
  }
  use(taken);
  if (taken >= 1)
    return;
  for (unsigned output = 0; output < outputs_.size(); ++output)
    waits += flow(input, output) * (behind - delay(output)) / (1 - taken) * clumps;
}

void Queues::add(const Ports &ports, unsigned nodes, const double *turns,
                 std::vector<Output> outputs) {
  inputs_ = ports.inputs;
  nodes_ = nodes;
  outputs_ = std::move(outputs);
  flow_.assign(turns, turns + ports.inputs * ports.outputs);
  for (double &flow : flow_)
    flow *= load_ / flits_;
  head_.assign(flow_.size(), 0);
  for (unsigned output = 0; output < ports.outputs; ++output)
    merge(output);
  if (busiest >= 1)
    return;
  for (unsigned input = 0; input < ports.inputs; ++input)
    queue(input);
}

} // namespace

Router routerOf(const Network &network, Router router) {
  const std::optional<GridShape> &shape = network.shape();
  if (shape && ((shape->wrapsRows && shape->rows > 2) || (shape->wrapsCols && shape->cols > 2)))
    router.virtualChannels = std::max(1U, router.virtualChannels / 2);
  return router;
}

double serviceOf(const Router &router, const Wire &wire, unsigned packet) {
  Traffic traffic;
  traffic.packet = packet;
  return Queues(router, traffic).outputOf(wire).service;
}

/// Adds one router of a network.
static void addRouter(Queues &queues, const PortMap &ports, llvm::ArrayRef<double> turns,
                      uint32_t at, const Output &toNode) {
  const Network &network = ports.network();
  const Ports &here = ports.routers()[at];
  std::vector<Output> outputs;
  for (const uint32_t channel : network.outgoing(at))
    outputs.push_back(queues.outputOf(network.channels()[channel].wire));
  outputs.resize(here.outputs, toNode);
  queues.add(here, network.incoming(at).size(), &turns[here.turns], std::move(outputs));
}

Waits waitsOf(const PortMap &ports, llvm::ArrayRef<double> turns, const Router &router,
              const Traffic &traffic) {
  Queues queues(router, traffic);
  const Output toNode = queues.toNode();
  for (uint32_t at = 0; at < ports.network().routers() && queues.busiest < 1; ++at)
    addRouter(queues, ports, turns, at, toNode);
  return {queues.busiest < 1, queues.waits};
}

double saturationOf(const PortMap &ports, llvm::ArrayRef<double> turns, const Router &router,
                    unsigned packet, double tolerance) {
  auto isStable = [&](uint32_t at, double load) {
    Traffic traffic;
    traffic.packet = packet;
    traffic.load = load;
    Queues queues(router, traffic);
    addRouter(queues, ports, turns, at, queues.toNode());
    return queues.busiest < 1;
  };
  double least = 1;
  for (uint32_t at = 0; at < ports.network().routers(); ++at) {
    if (isStable(at, least))
      continue;
    double stable = 0;
    while (least - stable > tolerance) {
      const double load = (stable + least) / 2;
      (isStable(at, load) ? stable : least) = load;
    }
    least = stable;
  }
  return least;
}

} // namespace wsc::network::flow
