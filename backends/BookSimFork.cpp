// rapidchiplet-booksim: the fork of BookSim2 in RapidChiplet, which takes routes, traffic and
// messages that wait for each other from files.
//
// What it does with its input (trafficmanager.cpp, anynet.cpp, traffic.cpp, and runs of it):
//   - ports of a router are its nodes in order and then its links, by the numbers of the
//     neighbours.
//   - a row of the traffic matrix says how the packets of a node are shared out: all nodes that
//     send offer the same load.
//   - a trace ends after ten times the largest `cycle`, and what it reports then looks like a
//     result; with `ignore_cycles` they have no other meaning but for ties, then the number counts.
//   - a node sends a flit a cycle, so a reticle is four nodes, one for each side.
//   - exit codes are those of BookSim2: 255 after success.
#include "backends/BookSimText.h"
#include "backends/Folder.h"
#include "backends/MessageTrace.h"
#include "backends/Text.h"
#include "backends/WaferTraffic.h"
#include "network/Detour.h"
#include "network/Flow.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <numeric>

namespace wsc::backends {

namespace {

using evaluation::LevelNetwork;
using llvm::formatv;
using network::Direction;

/// Its routing table has an entry for each pair.
constexpr double mostRouters = 1024;

/// What a trace holds: a run takes some seconds.
constexpr TraceLimits limits{20'000, 1e6};

/// It gives up after so many times what wsc says.
constexpr double patience = 10;

/// Cycles without a flit that arrives after which it warns of a deadlock.
constexpr unsigned longestSilence = 10'000;

/// Routers, links and routes, free of deadlock.
class Fabric {
public:
  Fabric(const evaluation::Chip &chip, Level level, unsigned units)
      : level(evaluation::networkOf(chip, level)), units(units), link(fitRouter(chip, this->level)),
        network((this->level.shape.wire.latency = link.cycles,
                 network::Network::grid(this->level.shape))) {
    this->level.router.ports = units;
    routes_.emplace(network, chip.routing);
    detours = !network::dependencyCycle(*routes_).empty();
    // Its virtual channels have no classes to break the circles of a torus.
    if (detours)
      detour_.emplace(network, llvm::BitVector(network.routers()));
  }
  Fabric(const Fabric &) = delete;

  const network::Routes &routes() const { return detours ? detour_->routes() : *routes_; }
  unsigned routers() const { return network.routers(); }

  /// The node of a router that sends into a channel, or takes what comes out of it: one a side.
  unsigned unit(uint32_t router, uint32_t channel, bool sends) const {
    const auto channels = sends ? network.outgoing(router) : network.incoming(router);
    return router * units + (llvm::find(channels, channel) - channels.begin()) % units;
  }
  /// The first and the last channel between two routers.
  std::pair<uint32_t, uint32_t> ends(uint32_t from, uint32_t to) const {
    std::pair<uint32_t, uint32_t> channels{network::none, network::none};
    routes().walk(from, to, network::Order::XY, [&](uint32_t channel) {
      if (channels.first == network::none)
        channels.first = channel;
      channels.second = channel;
    });
    return channels;
  }
  std::pair<unsigned, unsigned> nodesOf(uint32_t from, uint32_t to) const {
    const auto [first, last] = ends(from, to);
    return {unit(from, first, true), unit(to, last, false)};
  }

  LevelNetwork level;
  const unsigned units; ///< nodes of a router
  const BookSimLink link;
  const network::Network network;
  bool detours = false; ///< the routes are not those of the design, which wait in circles

private:
  std::optional<network::Routes> routes_;
  std::optional<network::Detour> detour_;
};

/// Channels of a router by the numbers of the neighbours.
std::vector<uint32_t> linksOf(const network::Network &network, uint32_t router) {
  std::vector<uint32_t> links = network.outgoing(router).vec();
  llvm::sort(links, [&](uint32_t a, uint32_t b) {
    return network.channels()[a].to < network.channels()[b].to;
  });
  return links;
}

std::string anynet(const Fabric &fabric) {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (uint32_t r = 0; r < fabric.routers(); ++r) {
    out << "router " << r;
    for (unsigned unit = 0; unit < fabric.units; ++unit)
      out << " node " << r * fabric.units + unit;
    for (const uint32_t channel : linksOf(fabric.network, r))
      out << " router " << fabric.network.channels()[channel].to << ' ' << fabric.link.cycles;
    out << '\n';
  }
  return text;
}

/// Of each router, the port to each node.
std::string routingTable(const Fabric &fabric) {
  std::string text = "[";
  llvm::raw_string_ostream out(text);
  for (uint32_t r = 0; r < fabric.routers(); ++r) {
    const std::vector<uint32_t> links = linksOf(fabric.network, r);
    out << (r ? ",\n{" : "\n{");
    for (uint32_t to = 0; to < fabric.routers(); ++to)
      for (unsigned unit = 0; unit < fabric.units; ++unit) {
        const size_t port =
            to == r
                ? unit
                : fabric.units + (llvm::find(links, fabric.routes().next(r, to)) - links.begin());
        out << (to || unit ? ", " : "") << '"' << to * fabric.units + unit << "\": " << port;
      }
    out << '}';
  }
  out << "\n]\n";
  return text;
}

/// Shares of what each node sends.
std::string trafficText(const Fabric &fabric, llvm::ArrayRef<double> matrix) {
  const unsigned routers = fabric.routers(), nodes = routers * fabric.units;
  std::vector<double> rows(size_t(nodes) * nodes);
  for (uint32_t from = 0; from < routers; ++from)
    for (uint32_t to = 0; to < routers; ++to)
      if (const double flits = matrix[size_t(from) * routers + to]; flits > 0) {
        const auto [source, destination] = fabric.nodesOf(from, to);
        rows[size_t(source) * nodes + destination] += flits;
      }
  std::string text = "[";
  llvm::raw_string_ostream out(text);
  for (unsigned row = 0; row < nodes; ++row) {
    out << (row ? ",\n[" : "\n[");
    for (unsigned col = 0; col < nodes; ++col)
      if (const double flits = rows[size_t(row) * nodes + col]; flits > 0)
        out << (col ? ", " : "") << formatv("{0:E6}", flits);
      else
        out << (col ? ", 0" : "0");
    out << ']';
  }
  out << "\n]\n";
  return text;
}

std::string traceText(const Fabric &fabric, llvm::ArrayRef<TracePacket> packets, uint64_t cycle) {
  std::vector<std::vector<uint32_t>> before(packets.size());
  for (uint32_t id = 0; id < packets.size(); ++id)
    for (const uint32_t other : packets[id].after)
      before[other].push_back(id);
  std::string text = "[";
  llvm::raw_string_ostream out(text);
  for (uint32_t id = 0; id < packets.size(); ++id) {
    const TracePacket &packet = packets[id];
    const auto [source, destination] = fabric.nodesOf(packet.source, packet.destination);
    out << formatv("{0}\n{{\"id\": {1}, \"cycle\": {2}, \"src\": {3}, \"dst\": {4}, "
                   "\"num_flits\": {5}, \"num_deps\": {6}, \"rev_deps\": [",
                   id ? "," : "", id, cycle, source, destination, packet.flits,
                   packet.after.size());
    llvm::interleaveComma(before[id], out);
    out << "]}";
  }
  out << "\n]\n";
  return text;
}

std::string config(const Fabric &fabric, llvm::StringRef mode, unsigned packet, double load) {
  return "topology = anynet;\nnetwork_file = ./network.anynet;\nrouting_function = min;\n"
         "routing_table_type = default;\nrouting_table_file = ./routing.json;\n" +
         routerText(fabric.level.router) +
         formatv("mode = {0};\n{0}_file = ./{0}.json;\nignore_cycles = 1;\ntraffic = custom;\n"
                 "injection_process = custom;\npacket_size = {1};\ninjection_rate_uses_flits = 1;\n"
                 "injection_rate = {2:F6};\nsim_type = latency;\nwarmup_periods = 3;\n"
                 "sample_period = 1000;\nmax_samples = 20;\nlatency_thres = 1000.0;\n"
                 "deadlock_warn_timeout = {3};\n"
                 "sim_count = 1;\nseed = 1;\n",
                 mode, packet, load, longestSilence)
             .str();
}

Emission start(const Fabric &fabric) {
  Emission emission;
  emission.files = {{"network.anynet", anynet(fabric)}, {"routing.json", routingTable(fabric)}};
  emission.notes = {formatv("{0} x {1} routers of {2} node(s); a cycle is {3:F3} ns, a flit "
                            "{4:F1} bit (the width of a link), a link takes {5} cycle(s)",
                            fabric.level.shape.rows, fabric.level.shape.cols, fabric.units,
                            1e9 * fabric.level.cycle, 8 * fabric.level.flit, fabric.link.cycles),
                    "routes cannot wait for each other in a circle: checked channel by channel"};
  if (fabric.detours)
    emission.notes.push_back("those of the design would, as this simulator has no classes of "
                             "virtual channels: some packets go a longer way round");
  if (fabric.link.longer > 0)
    emission.notes.push_back(
        formatv("a hop takes {0} cycle(s) longer than in the design", fabric.link.longer));
  emission.notes.push_back("$RAPIDCHIPLET is the folder that RapidChiplet was cloned to, with its "
                           "simulator made");
  emission.notes.push_back("it exits with 255 after success: look for `Overall Traffic "
                           "Statistics` in its output");
  return emission;
}

/// Packets at random.
Result emitTraffic(const Request &request) {
  const evaluation::Workload &workload = request.design.workload;
  if (workload.operation != evaluation::Operation::Traffic)
    return "a knee is many loads: take `workload.operation = traffic`";
  const Fabric fabric(request.design.chip, request.level, 1);
  Emission emission = start(fabric);
  emission.files.push_back(
      {"traffic.json", trafficText(fabric, trafficMatrix(request, fabric.level))});
  emission.files.push_back(
      {"traffic.cfg", config(fabric, "traffic", request.design.chip.packet, workload.load)});
  emission.command = "\"$RAPIDCHIPLET\"/booksim2/src/booksim traffic.cfg > output.txt";
  emission.notes.push_back("nobody sends to itself");
  emission.figures = {
      {"packet latency", request.evaluation[evaluation::Metric::PacketLatency] / fabric.level.cycle,
       "cycle"},
      {"accepted load", request.evaluation[evaluation::Metric::AcceptedLoad], "flit/cycle"}};
  return emission;
}

/// The collectives of a plan, and what they send on average.
Result emitPlan(const Request &request) {
  const Fabric fabric(request.design.chip, request.level, network::directions);
  const std::vector<PlannedTraffic> all =
      plannedTraffic(request.design, *request.plan, fabric.level);
  if (all.empty())
    return "the ranks of this design send nothing between the reticles of a wafer";
  Emission emission = start(fabric);
  MessageTrace trace(fabric.routers());
  double cycles = 0;
  for (const PlannedTraffic &each : all) {
    const double flitHops =
        network::flow::run(fabric.routes(), fabric.level.router, each.program).flitHops;
    const auto part = fitted(each.program, flitHops, limits);
    const size_t before = trace.packets().size();
    if (part && before < limits.packets) {
      trace.append(part->program);
      cycles += network::flow::run(fabric.routes(), fabric.level.router, part->program).cycles;
    }
    emission.notes.push_back(
        trace.packets().size() == before
            ? formatv("left out, as a trace holds {0} packets: {1}", formatNumber(limits.packets),
                      each.name)
                  .str()
            : formatv("{0} packets: {1}, {2} times an iteration{3}",
                      trace.packets().size() - before, each.name, formatNumber(each.times),
                      part->share < 1
                          ? ", with " + formatNumber(100 * part->share) + " % of its bytes"
                          : "")
                  .str());
  }
  if (trace.packets().empty())
    return formatv("its collectives have more than {0} packets each", formatNumber(limits.packets))
        .str();
  const std::vector<double> matrix = trafficMatrix(request, fabric.level);
  const double sent = std::accumulate(matrix.begin(), matrix.end(), 0.0);
  const double iteration =
      request.evaluation[evaluation::Metric::IterationTime] / fabric.level.cycle;
  const double load = sent / iteration / fabric.routers() / fabric.units;
  emission.files.push_back(
      {"trace.json", traceText(fabric, trace.packets(), std::max(1.0, std::ceil(cycles)))});
  emission.files.push_back({"trace.cfg", config(fabric, "trace", request.design.chip.packet, 1)});
  emission.files.push_back({"traffic.json", trafficText(fabric, matrix)});
  emission.files.push_back({"traffic.cfg", config(fabric, "traffic", request.design.chip.packet,
                                                  std::clamp(load, 1e-4, 1.0))});
  emission.command = "\"$RAPIDCHIPLET\"/booksim2/src/booksim trace.cfg > output.txt";
  emission.notes.push_back("a reticle is a node for each of its sides; a message is one packet, "
                           "but for those that are passed on while they arrive");
  emission.notes.push_back(
      "`traffic.cfg` is the same traffic at random, at the average "
      "load of an iteration: not steady where one collective keeps links busy");
  emission.figures = {{"cycles of the trace", cycles, "cycle"}};
  return emission;
}

constexpr Feature features[] = {Feature::Torus, Feature::RoutingXY, Feature::RoutingYX};

std::vector<Need> needs(const Request &request) {
  const evaluation::Topology topology = evaluation::topologyOf(request.design.chip, request.level);
  const llvm::StringRef level = request.level == Level::Wafer ? "wafer" : "reticle";
  if (topology == evaluation::Topology::Switch)
    return {{Feature::Switch, level.str() + ".topology = switch"}};
  return {needOf(request.design.chip.routing)};
}

Result emit(const Request &request) {
  if (request.plan && request.level != Level::Wafer)
    return "the collectives of a plan go between reticles: `--level wafer`";
  const network::GridShape shape = evaluation::networkOf(request.design.chip, request.level).shape;
  if (shape.nodes() < 2 || shape.nodes() > mostRouters)
    return formatv("a network of 2 to {0} routers is simulated, not of {1}",
                   formatNumber(mostRouters), shape.nodes())
        .str();
  return request.plan ? emitPlan(request) : emitTraffic(request);
}

/// The cycles of a trace, unless it was cut.
Reading readTrace(llvm::StringRef output, llvm::StringRef rest) {
  double cycles = 0, period = 0;
  if (rest.split('\n').first.trim().getAsDouble(cycles) ||
      output.split("Sample period ").second.split(' ').first.getAsDouble(period))
    return "`output.txt` does not say how many cycles the trace took";
  if (cycles >= period)
    return formatv("the trace was cut after {0} cycles, {1} times what wsc expects: its packets "
                   "wait for each other, or its links are far slower",
                   formatNumber(period), formatNumber(patience))
        .str();
  return std::vector<Figure>{{"cycles of the trace", cycles, "cycle"}};
}

Reading read(llvm::StringRef folder) {
  const auto output = fileOf(folder, "output.txt");
  if (!output)
    return "there is no `output.txt`: run the fork of BookSim2 as README says";
  const llvm::StringRef rest =
      llvm::StringRef(*output).split("Total cycles until trace completion = ").second;
  return rest.empty() ? readStatistics(*output) : readTrace(*output, rest);
}

} // namespace

const Backend bookSimFork{"rapidchiplet-booksim",
                          "BookSim2 of RapidChiplet: routes, traffic and collectives of a plan",
                          features,
                          needs,
                          emit,
                          read};

} // namespace wsc::backends
