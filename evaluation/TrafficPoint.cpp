// One point of a latency-load curve, or its knee.
#include "evaluation/TrafficPoint.h"

#include "evaluation/LevelNetwork.h"
#include "network/Cycle.h"
#include "network/Flow.h"
#include <algorithm>
#include <utility>

namespace wsc::evaluation {

namespace {

/// Flits a node and cycle that never meet.
constexpr double noLoad = 1e-6;

/// A network that takes traffic at one fidelity.
class Offer {
public:
  Offer(const Design &design, Fidelity fidelity)
      : fidelity_(fidelity), level_(networkOf(design.chip, design.workload.level)),
        network_(network::Network::grid(level_.shape)), routes_(network_, design.chip.routing) {
    traffic_.pattern = design.workload.pattern;
    traffic_.packet = static_cast<unsigned>(design.chip.packet);
    // Takes as long as a point by flows, which does without.
    if (fidelity == Fidelity::Analytic || design.workload.operation == Operation::Saturation)
      bound_ = network::flow::channelBound(routes_, traffic_.pattern);
  }

  double cycle() const { return level_.cycle; }
  /// The load that the busiest channel takes; for closed forms and knees.
  double bound() const { return bound_; }

  network::TrafficResult operator()(double load) const {
    network::Traffic traffic = traffic_;
    traffic.load = load;
    switch (fidelity_) {
    case Fidelity::Static:
    case Fidelity::Analytic: return averageLoad(traffic);
    case Fidelity::Flow: return network::flow::offer(routes_, level_.router, traffic);
    case Fidelity::Cycle: return network::cycle::offer(routes_, level_.router, traffic);
    }
    llvm_unreachable("covered switch");
  }

private:
  /// As if all channels were used alike, up to what the busiest one takes: at each, a packet waits
  /// as in an M/D/1 queue.
  network::TrafficResult averageLoad(network::Traffic traffic) const {
    const double load = std::exchange(traffic.load, noLoad);
    network::TrafficResult result = network::flow::offer(routes_, level_.router, traffic);
    double rates = 0;
    for (const network::Channel &channel : network_.channels())
      rates += channel.wire.rate;
    const double use = load * (result.hops - 1) * network_.nodes() / rates;
    result.stable = use < 1 && load < bound_;
    const double wait = traffic.packet * use / (2 * (1 - use));
    result.packetLatency += (result.hops - 1) * wait;
    result.networkLatency += (result.hops - 1) * wait;
    result.accepted = result.leastAccepted = std::min({load, load / use, bound_});
    return result;
  }

  Fidelity fidelity_;
  LevelNetwork level_;
  network::Network network_;
  network::Routes routes_;
  network::Traffic traffic_;
  double bound_ = 1;
};

/// To a thousandth of the load that the busiest channel takes.
constexpr unsigned bisections = 10;
/// Of the latency in an empty network, where the knee is.
constexpr double kneeFactor = 3;

/// A load at which the network is all but empty.
double emptyLoad(const Offer &offer) { return std::min(0.01, offer.bound() / 10); }

/// The load at which latency is three times that of an empty network, or that the network no longer
/// takes, whichever is less.
double kneeOf(const Offer &offer) {
  double low = emptyLoad(offer), high = offer.bound();
  const double limit = kneeFactor * offer(low).packetLatency;
  for (unsigned i = 0; i < bisections; ++i) {
    const double middle = (low + high) / 2;
    const network::TrafficResult result = offer(middle);
    (result.stable && result.packetLatency <= limit ? low : high) = middle;
  }
  return (low + high) / 2;
}

/// A sweep of loads, in parts of the highest; the gap to the first that the network does not take
/// is halved so many times.
constexpr double sweptLoads[] = {0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1};
constexpr unsigned halvings = 3;

/// The same as one reads it off a curve: on the straight line between two loads of a sweep.
double kneeOfCurve(const Offer &offer, double highest) {
  double load = emptyLoad(offer), latency = offer(load).packetLatency, refused = 2 * highest;
  const double limit = kneeFactor * latency;
  auto goTo = [&](double next) { // whether the knee has not been passed yet
    const network::TrafficResult result = offer(next);
    if (!result.stable) {
      refused = next;
      return true;
    }
    const double part = (limit - latency) / (result.packetLatency - latency);
    const bool isBelow = result.packetLatency < limit;
    load = isBelow ? next : load + part * (next - load);
    latency = result.packetLatency;
    return isBelow;
  };
  for (double part : sweptLoads)
    if (part * highest < refused && !goTo(part * highest))
      return load;
  for (unsigned i = 0; i < halvings && refused <= highest; ++i)
    if (!goTo((load + refused) / 2))
      return load;
  return load;
}

void findTrafficContradictions(const Design &design, std::vector<std::string> &reasons) {
  const auto &[chip, model, workload, strategy] = design;
  const Topology topology = topologyOf(chip, workload.level);
  if (workload.level == Level::Cores && topology != Topology::Mesh) {
    reasons.push_back("all cores of a wafer are one network where `reticle.topology` and "
                      "`wafer.topology` are `mesh`");
    return;
  }
  const std::string level = workload.level == Level::Reticle ? "reticle" : "wafer";
  if (topology == Topology::Switch) {
    reasons.push_back("packets pass a switch in one hop: `" + level +
                      ".topology` must be `mesh` or `torus`");
    return;
  }
  const network::GridShape shape = networkOf(chip, workload.level).shape;
  if (shape.nodes() < 2)
    reasons.push_back("the network of the " + level + " has one node, with no other to send to");
  if (const llvm::StringRef reason = network::whyNot(workload.pattern, shape); !reason.empty())
    reasons.push_back("`workload.pattern` cannot be `" + network::name(workload.pattern).str() +
                      "`: " + reason.str());
  if (workload.operation == Operation::Traffic && workload.load == 0)
    reasons.push_back("traffic needs a `workload.load` above 0");
}

/// Nodes of which a point takes minutes: flit by flit, counted, and visited pair by pair.
constexpr double mostSimulated = 1 << 16, mostCounted = 1 << 20, mostVisited = 1 << 14;

void findTooLarge(const Design &design, Fidelity fidelity, std::vector<std::string> &reasons) {
  const auto &[chip, model, workload, strategy] = design;
  const double cores = chip.coreRows * chip.coreCols, reticles = chip.reticlesPerWafer();
  const double nodes = (workload.level == Level::Wafer ? 1 : cores) *
                       (workload.level == Level::Reticle ? 1 : reticles);
  const bool isMesh = topologyOf(chip, workload.level) == Topology::Mesh;
  const bool isCounted =
      workload.pattern != Pattern::Uniform || (isMesh && chip.routing != Routing::Adaptive);
  const double most = fidelity == Fidelity::Cycle ? mostSimulated
                      : isCounted                 ? mostCounted
                                                  : mostVisited;
  if (nodes > most)
    reasons.push_back("the network has " + formatNumber(nodes) + " nodes; the fidelity `" +
                      name(fidelity).str() + "` takes up to " + formatNumber(most) +
                      " of this traffic");
}

} // namespace

Evaluation trafficPoint(const Design &design, Fidelity fidelity) {
  Evaluation result;
  findUnmodelledRouters(design.chip, fidelity, result.reasons);
  findTooLarge(design, fidelity, result.reasons);
  if (!result.reasons.empty()) {
    result.status = Status::NotModelled;
    return result;
  }
  findTrafficContradictions(design, result.reasons);
  if (!result.reasons.empty()) {
    result.status = Status::Invalid;
    return result;
  }
  const Offer offer(design, fidelity);
  if (design.workload.operation == Operation::Saturation) {
    const double highest = design.workload.load;
    result[Metric::KneeLoad] = highest > 0 ? kneeOfCurve(offer, highest) : kneeOf(offer);
    return result;
  }
  const network::TrafficResult traffic = offer(design.workload.load);
  result[Metric::AcceptedLoad] = traffic.accepted;
  if (traffic.stable)
    result[Metric::PacketLatency] = traffic.packetLatency * offer.cycle();
  else if (traffic.ending == network::Ending::Deadlock)
    result.reasons.push_back("packets wait for each other in a circle, a deadlock: give "
                             "`network.virtual_channels` or `network.routing` another value");
  else
    result.reasons.push_back("the network does not take this load: latencies grow without end");
  return result;
}

} // namespace wsc::evaluation
