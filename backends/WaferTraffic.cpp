// From collectives to programs of messages, and sums over them.
#include "backends/WaferTraffic.h"

#include "backends/RankPlaces.h"
#include "evaluation/RoutedNetwork.h"
#include "evaluation/SingleOperator.h"
#include "network/Traffic.h"
#include <map>
#include <tuple>

namespace wsc::backends {

namespace {

using evaluation::Design;
using evaluation::LayerCollective;
using evaluation::LevelNetwork;
using evaluation::Plan;
using evaluation::PlannedPhase;

/// Collects the traffic of a plan.
class Collector {
public:
  Collector(const Design &design, const Plan &plan, const LevelNetwork &network)
      : design_(design), plan_(plan), network_(network) {}

  std::vector<PlannedTraffic> collect() {
    for (const PlannedPhase &phase : plan_.phases)
      for (const evaluation::PlannedPart &part : phase.parts)
        for (const LayerCollective &each : part.collectives)
          add(each, phase.repetitions * phase.microBatches * part.count / design_.strategy.pp);
    for (const LayerCollective &each : plan_.ends)
      add(each, 1);
    for (const PlannedPhase &phase : plan_.phases)
      addBoundaries(phase);
    return std::move(traffic_);
  }

private:
  void add(const LayerCollective &each, double times) {
    times *= each.forward + each.backward;
    const evaluation::Group &group = groupOf(plan_.placement, each.group);
    const evaluation::Fabric &fabric = group.local;
    if (times == 0 || each.bytes == 0 || fabric.ranks() == 1)
      return;
    const auto [known, isNew] =
        known_.try_emplace({each.group, each.kind, each.bytes}, traffic_.size());
    if (!isNew) {
      traffic_[known->second].times += times;
      return;
    }
    const llvm::StringRef algorithm =
        evaluation::collective(each.kind, group, each.bytes).algorithm;
    const auto groups = network::Groups::onGrid(network_.shape, fabric.rows.size, fabric.cols.size,
                                                fabric.rows.hops, fabric.cols.hops);
    traffic_.push_back(
        {evaluation::name(each.kind).str() + " of " + evaluation::name(each.group).str() + " (" +
             algorithm.str() + ")",
         times,
         network::programOf(evaluation::programOf(each.kind), evaluation::programOf(algorithm),
                            groups, each.bytes / fabric.lanes / network_.flit,
                            {0, unsigned(design_.chip.packet)})});
  }

  /// Each reticle of a rank sends its part to the one at the same place of the next stage.
  /// Interleaved, the last stage goes on at the first one, once less than it is visited.
  void addBoundaries(const PlannedPhase &phase) {
    const double lanes = design_.strategy.tp * design_.strategy.reticlesPerRank;
    const double flits = phase.boundaryBytes / lanes / network_.flit;
    std::map<std::tuple<unsigned, unsigned, unsigned>, std::vector<uint32_t>> reticles;
    uint32_t reticle = 0;
    for (const std::optional<RankPlace> &place : rankPlaces(design_, plan_.placement)) {
      if (place)
        reticles[{place->tensor, place->stage, place->replica}].push_back(reticle);
      ++reticle;
    }
    struct Exchange {
      network::Step forward, backward;
    } next, around;
    for (const auto &[rank, from] : reticles) {
      const auto &[tensor, stage, replica] = rank;
      const bool isLast = stage + 1 == design_.strategy.pp;
      const auto to = reticles.find({tensor, isLast ? 0 : stage + 1, replica});
      if (to == reticles.end())
        continue;
      Exchange &exchange = isLast ? around : next;
      for (size_t i = 0; i < std::min(from.size(), to->second.size()); ++i) {
        exchange.forward.flows.push_back({from[i], to->second[i], flits});
        exchange.backward.flows.push_back({to->second[i], from[i], flits});
      }
    }
    const double times = phase.microBatches * phase.repetitions;
    auto add = [&](const char *direction, double visits, network::Step &onward,
                   network::Step &again) {
      const std::string name = std::string("boundaries of stages, ") + direction;
      addStep(name, times * visits, std::move(onward));
      addStep(name + ", last to first", times * std::max(visits - 1, 0.0), std::move(again));
    };
    add("forward", phase.boundaryForward, next.forward, around.forward);
    add("backward", phase.boundaryBackward, next.backward, around.backward);
  }

  void addStep(llvm::StringRef name, double times, network::Step step) {
    if (times == 0 || step.flows.empty())
      return;
    PlannedTraffic &traffic = traffic_.emplace_back();
    traffic.name = name.str();
    traffic.times = times;
    traffic.program.packet = design_.chip.packet;
    traffic.program.steps.push_back(std::move(step));
  }

  const Design &design_;
  const Plan &plan_;
  const LevelNetwork &network_;
  std::vector<PlannedTraffic> traffic_;
  std::map<std::tuple<evaluation::GroupKind, evaluation::Collective, double>, size_t> known_;
};

/// One flit a node in all, to each destination of the pattern alike.
std::vector<double> patternMatrix(network::Pattern pattern, const network::GridShape &shape) {
  const unsigned nodes = shape.nodes();
  std::vector<double> matrix(size_t(nodes) * nodes);
  Random random(0); // which only the uniform pattern draws from
  for (unsigned from = 0; from < nodes; ++from)
    if (pattern == network::Pattern::Uniform)
      std::fill_n(matrix.begin() + size_t(from) * nodes, nodes, 1.0 / nodes);
    else
      matrix[size_t(from) * nodes + destinationOf(pattern, shape, from, random)] = 1;
  return matrix;
}

} // namespace

std::vector<PlannedTraffic> plannedTraffic(const Design &design, const Plan &plan,
                                           const LevelNetwork &network) {
  return Collector(design, plan, network).collect();
}

std::vector<double> trafficMatrix(const Request &request, const LevelNetwork &network) {
  const unsigned nodes = network.shape.nodes();
  std::vector<double> matrix(size_t(nodes) * nodes);
  bool any = false;
  if (request.plan)
    for (const PlannedTraffic &each : plannedTraffic(request.design, *request.plan, network))
      for (const network::Step &step : each.program.steps)
        for (const network::Flow &flow : step.flows) {
          matrix[size_t(flow.source) * nodes + flow.destination] +=
              each.times * step.times * flow.flits;
          any = true;
        }
  if (!any)
    matrix = patternMatrix(evaluation::isTraffic(request.design.workload)
                               ? request.design.workload.pattern
                               : network::Pattern::Uniform,
                           network.shape);
  for (unsigned node = 0; node < nodes; ++node)
    matrix[size_t(node) * nodes + node] = 0;
  return matrix;
}

} // namespace wsc::backends
