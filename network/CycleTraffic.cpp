// Synthetic traffic, sampled as BookSim2's traffic manager does: warm-up, periods until latency and
// acceptance change little, then until all packets that were measured have arrived.
#include "network/Cycle.h"
#include "network/CycleFabric.h"

#include <cmath>
#include <numeric>

namespace wsc::network::cycle {

namespace {

class Sampler {
public:
  Sampler(const Routes &routes, const Router &router, const Traffic &traffic,
          const Sampling &sampling);
  TrafficResult run();

private:
  enum class Phase : uint8_t { WarmUp, Measure, Drain };

  struct Record {
    uint64_t created = 0;
    bool measured = false;
  };

  void step();
  void create();
  void create(uint32_t node);
  uint32_t destination(uint32_t node);
  void retire(const Ejection &ejection);
  void clear();
  bool measure();
  bool drain();
  bool stuck() const { return fabric_.unroutable() || deadlocked(); }
  bool deadlocked() const { return created_ > arrived_ && fabric_.stalled(sampling_.patience); }
  double latencyWithThoseUnderWay() const;
  TrafficResult result(bool stable) const;

  const GridShape shape_;
  const Traffic traffic_;
  const Sampling sampling_;
  Draws draws_;
  Random unused_{0}; ///< patterns that are not drawn
  Fabric fabric_;
  const uint64_t threshold_;
  Phase phase_ = Phase::WarmUp;
  uint64_t since_ = 0, until_ = 0; ///< of the counts below; `until_` once draining

  std::vector<Record> records_;    ///< by number of the packet
  std::vector<uint64_t> nextDraw_; ///< by node: cycle whose packet is drawn next
  std::vector<uint64_t> accepted_; ///< by node
  std::vector<bool> drained_;      ///< by node
  uint64_t nodesDraining_ = 0, measuredUnderWay_ = 0;
  uint64_t packets_ = 0, packetCycles_ = 0, networkCycles_ = 0, hops_ = 0;
  /// Of flits: how many there were so far, and the sum of the cycles in which those under way were
  /// created.
  uint64_t created_ = 0, arrived_ = 0, creationSum_ = 0;
};

Sampler::Sampler(const Routes &routes, const Router &router, const Traffic &traffic,
                 const Sampling &sampling)
    : shape_(*routes.network().shape()), traffic_(traffic), sampling_(sampling),
      draws_(sampling.seed), fabric_(routes, router, draws_),
      threshold_(Draws::threshold(traffic.load / traffic.packet)),
      nextDraw_(routes.network().nodes()), accepted_(routes.network().nodes()),
      drained_(routes.network().nodes()), nodesDraining_(routes.network().nodes()) {
  assert(traffic.packet >= 1 && traffic.load >= 0 && traffic.load <= 1);
}

void Sampler::step() {
  for (const Ejection &ejection : fabric_.begin())
    retire(ejection);
  create();
  fabric_.finish();
}

uint32_t Sampler::destination(uint32_t node) {
  return traffic_.pattern == Pattern::Uniform
             ? draws_.upTo(shape_.nodes() - 1)
             : destinationOf(traffic_.pattern, shape_, node, unused_);
}

/// A node whose packet has left draws for each cycle since then, up to the next packet.
void Sampler::create() {
  const unsigned ports = fabric_.portsOfNode();
  for (uint32_t node = 0; node < nextDraw_.size(); ++node) {
    if (!fabric_.accepts(node * ports))
      continue;
    while (nextDraw_[node] <= fabric_.now())
      if (draws_.below(threshold_)) {
        create(node);
        ++nextDraw_[node];
        break;
      } else {
        ++nextDraw_[node];
      }
    if (phase_ == Phase::Drain && nextDraw_[node] > until_ && !drained_[node]) {
      drained_[node] = true;
      --nodesDraining_;
    }
  }
}

void Sampler::create(uint32_t node) {
  const uint64_t time = nextDraw_[node];
  const uint32_t to = destination(node);
  draws_.upTo(0); // of the only one of BookSim2's subnetworks
  const uint32_t number = fabric_.send(node * fabric_.portsOfNode(), to, traffic_.packet);
  const bool measured = phase_ == Phase::Measure || (phase_ == Phase::Drain && time < until_);
  if (number >= records_.size())
    records_.resize(number + 1);
  records_[number] = {time, measured};
  created_ += traffic_.packet;
  creationSum_ += time * traffic_.packet;
  measuredUnderWay_ += measured;
}

void Sampler::retire(const Ejection &ejection) {
  const uint32_t number = ejection.flit.packet;
  const Record &record = records_[number];
  ++arrived_;
  creationSum_ -= record.created;
  if (phase_ != Phase::Drain)
    ++accepted_[ejection.node];
  if (!ejection.flit.tail)
    return;
  const Packet &packet = fabric_.packet(number);
  if (phase_ == Phase::WarmUp || record.measured) {
    ++packets_;
    packetCycles_ += fabric_.now() - record.created;
    networkCycles_ += fabric_.now() - packet.entered;
    hops_ += packet.hops;
  }
  measuredUnderWay_ -= record.measured;
  fabric_.forget(number);
}

void Sampler::clear() {
  packets_ = packetCycles_ = networkCycles_ = hops_ = 0;
  std::fill(accepted_.begin(), accepted_.end(), 0);
  since_ = fabric_.now();
}

/// Mean over the packets that have arrived and the flits that have not.
double Sampler::latencyWithThoseUnderWay() const {
  const uint64_t flits = created_ - arrived_;
  return double(packetCycles_ + flits * fabric_.now() - creationSum_) / (packets_ + flits);
}

/// Warms up and measures.  False if the network does not take what is offered.
bool Sampler::measure() {
  double latencyBefore = 0, acceptedBefore = 0;
  unsigned calm = 0;
  auto changes = [&](double now, double &before) {
    return std::fabs((now - std::exchange(before, now)) / now) > sampling_.change;
  };
  for (unsigned period = 0; period < sampling_.maxPeriods && calm < 3; ++period) {
    if (phase_ == Phase::WarmUp ? period % 2 == 0 : period == sampling_.warmup)
      clear();
    for (unsigned i = 0; i < sampling_.period; ++i)
      step();
    if (stuck() || latencyWithThoseUnderWay() > sampling_.latencyThreshold)
      return false;
    const TrafficResult now = result(true);
    const bool latencyChanges = changes(now.packetLatency, latencyBefore);
    const bool acceptedChanges = changes(now.accepted, acceptedBefore);
    if (phase_ == Phase::Measure)
      calm = latencyChanges || acceptedChanges ? 0 : calm + 1;
    else if (period + 1 >= sampling_.warmup)
      phase_ = Phase::Measure;
  }
  return phase_ == Phase::Measure;
}

/// Goes on until the packets of the periods measured have arrived.
bool Sampler::drain() {
  phase_ = Phase::Drain;
  until_ = fabric_.now();
  for (unsigned cycle = 1; measuredUnderWay_ || nodesDraining_; ++cycle) {
    step();
    if (stuck() || (cycle % 1000 == 0 && latencyWithThoseUnderWay() > sampling_.latencyThreshold))
      return false;
  }
  return true;
}

TrafficResult Sampler::result(bool stable) const {
  TrafficResult result;
  const double packets = packets_;
  const double cycles = (phase_ == Phase::Drain ? until_ : fabric_.now()) - since_;
  result.stable = stable;
  result.packetLatency = packetCycles_ / packets;
  result.networkLatency = networkCycles_ / packets;
  result.hops = hops_ / packets;
  result.accepted =
      std::accumulate(accepted_.begin(), accepted_.end(), uint64_t(0)) / cycles / accepted_.size();
  result.leastAccepted = *std::min_element(accepted_.begin(), accepted_.end()) / cycles;
  result.cycles = fabric_.now();
  if (fabric_.unroutable())
    result.ending = Ending::Unroutable;
  else if (deadlocked())
    result.ending = Ending::Deadlock;
  return result;
}

TrafficResult Sampler::run() {
  if (!measure())
    return result(false);
  // Should they not arrive, what counts is what the periods measured, as in BookSim2's output.
  TrafficResult measured = result(false);
  if (drain())
    return result(true);
  measured.cycles = fabric_.now();
  measured.ending = result(false).ending;
  return measured;
}

} // namespace

TrafficResult offer(const Routes &routes, const Router &router, const Traffic &traffic,
                    const Sampling &sampling) {
  return Sampler(routes, router, traffic, sampling).run();
}

} // namespace wsc::network::cycle
