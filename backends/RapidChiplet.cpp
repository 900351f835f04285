// RapidChiplet: a wafer as chiplets on an interposer: outline, links, latencies, throughput.
//
// What it does with its input (rapidchiplet.py, validation.py, and runs of it):
//   - a design is a JSON that names others, whose paths start where it runs.  Keys that are tuples
//     are strings `__tuple__:[0, 1]`.  A mistake is printed, and then computed with.
//   - lengths are millimetres, latencies cycles.  A packet takes 3 cycles to get in and out, the
//     internal latency of each chiplet on its way, and on each link that of two PHYs, which must be
//     above 0, and of the wire, which is rounded up to whole cycles.
//   - a link has the bits that its share of the bumps of a chiplet makes, half of them each way.
//   - its yields know no spares, and an interposer as large as a wafer costs NaN: cost is left out.
#include "backends/Folder.h"
#include "backends/Text.h"
#include "backends/WaferTraffic.h"
#include "network/Routing.h"

#include "llvm/Support/FormatVariadic.h"
#include <cmath>

namespace wsc::backends {

namespace {

using llvm::formatv;
using llvm::json::Array;
using llvm::json::Object;
using network::Direction;

/// Its routing table has an entry for each pair.
constexpr unsigned mostReticles = 1024;

/// In the order of the PHYs of a chiplet.
constexpr Direction sides[] = {Direction::East, Direction::West, Direction::South,
                               Direction::North};

/// Its check for overlaps adds up rounded numbers.
constexpr double nextToOne = 1 - 1e-9;

/// Cycles in a chiplet; it takes none for a mistake.
constexpr double leastLatency = 1e-6;

constexpr double mm = 1e-3, mm2 = 1e-6;

struct Wafer {
  evaluation::LevelNetwork level;
  network::Network network;
  network::Routes routes;
  std::vector<double> traffic; ///< flits, row to column
  double width, height;        ///< m, of a reticle
  double colPitch, rowPitch;   ///< m
  double bits;                 ///< of a link in a cycle, each way; whole
  // Cycles; a hop is internal + link + 2 phy.
  double hop, internal, link, phy;

  Wafer(const Request &request)
      : level(networkOf(request.design.chip, Level::Wafer)),
        network(network::Network::grid(level.shape)), routes(network, request.design.chip.routing),
        traffic(trafficMatrix(request, level)), width(*valueOf(request, "reticle.width")),
        height(*valueOf(request, "reticle.height")),
        colPitch(*valueOf(request, "wafer.width") / level.shape.cols),
        rowPitch(*valueOf(request, "wafer.height") / level.shape.rows),
        bits(std::max(1.0, std::round(8 * level.flit))) {
    const evaluation::Chip &chip = request.design.chip;
    hop = chip.waferHopLatency * chip.clock;
    internal = chip.pipeline < hop ? std::max(chip.pipeline, leastLatency) : hop / 2;
    link = std::max(0.0, std::ceil(hop - internal) - 1);
    phy = (hop - internal - link) / 2;
  }
  Wafer(const Wafer &) = delete;

  unsigned reticles() const { return level.shape.nodes(); }
};

Object chiplets(const Wafer &wafer, double power) {
  Array phys;
  auto add = [&](double x, double y) {
    phys.push_back(Object{{"x", x * nextToOne / mm},
                          {"y", y * nextToOne / mm},
                          {"fraction_bump_area", 1.0 / network::directions}});
  };
  add(wafer.width, wafer.height / 2);
  add(0, wafer.height / 2);
  add(wafer.width / 2, 0); // y goes up, rows go down
  add(wafer.width / 2, wafer.height);
  return Object{{"reticle", Object{{"dimensions", Object{{"x", wafer.width * nextToOne / mm},
                                                         {"y", wafer.height * nextToOne / mm}}},
                                   {"type", "compute"},
                                   {"phys", std::move(phys)},
                                   {"fraction_power_bumps", 0},
                                   {"technology", "reticle"},
                                   {"power", power / wafer.reticles()},
                                   {"relay", true},
                                   {"internal_latency", wafer.internal},
                                   {"unit_count", 1}}}};
}

Object placement(const Wafer &wafer) {
  Array list;
  const network::GridShape &shape = wafer.level.shape;
  for (unsigned r = 0; r < wafer.reticles(); ++r)
    list.push_back(
        Object{{"position", Object{{"x", shape.col(r) * wafer.colPitch / mm},
                                   {"y", (shape.rows - 1 - shape.row(r)) * wafer.rowPitch / mm}}},
               {"rotation", 0},
               {"name", "reticle"}});
  return Object{{"chiplets", std::move(list)}, {"interposer_routers", Array()}};
}

/// Each link once, from the left and from above.
Array topology(const Wafer &wafer) {
  Array links;
  auto end = [](unsigned reticle, unsigned phy) {
    return Object{{"type", "chiplet"}, {"outer_id", reticle}, {"inner_id", phy}};
  };
  for (unsigned r = 0; r < wafer.reticles(); ++r)
    for (unsigned side : {0, 2})
      if (const uint32_t other = wafer.level.shape.neighbor(r, sides[side]); other != network::none)
        links.push_back(
            Object{{"ep1", end(r, side)}, {"ep2", end(other, side + 1)}, {"color", "#000099"}});
  return links;
}

Object packaging(const Wafer &wafer) {
  // Rounded down, the bumps of a side are the bits of both directions.
  const double side = wafer.width * wafer.height * nextToOne * nextToOne / network::directions;
  return Object{{"link_routing", "manhattan"},
                {"link_latency_type", "constant"},
                {"link_latency", wafer.link},
                {"link_power_type", "constant"},
                {"link_power", 0},
                {"packaging_yield", 1},
                {"bump_pitch", std::sqrt(side / (2 * wafer.bits + 0.5)) / mm},
                {"non_data_wires", 0},
                {"is_active", false},
                {"latency_irouter", 0},
                {"power_irouter", 0},
                {"has_interposer", false}};
}

/// What costs need is that of the technology, where the spec has one.
Object technologies(const Request &request, const Wafer &wafer) {
  const double defects = valueOf(request, "technology.d0").value_or(0);
  return Object{
      {"reticle", Object{{"phy_latency", wafer.phy},
                         {"wafer_radius", std::hypot(wafer.level.shape.cols * wafer.colPitch,
                                                     wafer.level.shape.rows * wafer.rowPitch) /
                                              2 / mm},
                         {"wafer_cost", valueOf(request, "technology.wafer_cost").value_or(0)},
                         {"defect_density", std::min(1.0, defects * mm2)}}}};
}

/// A line a reticle; there are as many entries as pairs, so it is not put together as JSON.
std::string routingTable(const Wafer &wafer) {
  std::vector<std::string> keys, hops;
  for (unsigned r = 0; r < wafer.reticles(); ++r) {
    keys.push_back(formatv("\"__tuple__:[\\\"chiplet\\\", {0}]\": ", r));
    hops.push_back(formatv("{{\"__tuple__\": true, \"items\": [\"chiplet\", {0}]}", r));
  }
  std::string text = "{\"type\": \"default\", \"table\": {";
  for (unsigned from = 0; from < wafer.reticles(); ++from) {
    text += (from ? ",\n" : "\n") + keys[from] + "{";
    for (unsigned to = 0; to < wafer.reticles(); ++to) {
      const uint32_t channel = wafer.routes.next(from, to);
      text += to ? ", " : "";
      text += keys[to];
      text += channel == network::none ? "null" : hops[wafer.network.channels()[channel].to];
    }
    text += "}";
  }
  return text + "\n}}\n";
}

/// Calls `visit(from, to, flits)` for pairs that send.
template <typename Visit> void forPairs(const Wafer &wafer, Visit visit) {
  for (unsigned from = 0; from < wafer.reticles(); ++from)
    for (unsigned to = 0; to < wafer.reticles(); ++to)
      if (const double flits = wafer.traffic[size_t(from) * wafer.reticles() + to]; flits > 0)
        visit(from, to, flits);
}

Object traffic(const Wafer &wafer) {
  Object object;
  forPairs(wafer, [&](unsigned from, unsigned to, double flits) {
    object[formatv("__tuple__:[{0}, {1}]", from, to).str()] = flits;
  });
  return object;
}

/// What wsc says of the same packets: the head of one in an empty network, as the network of cores
/// has it (a cycle into the first router, its pipeline, hops, a cycle out of the last), and what
/// all send together when the busiest link is full.
std::vector<Figure> figuresOf(const Request &request, const Wafer &wafer) {
  double least = HUGE_VAL, most = 0, sum = 0, flits = 0;
  std::vector<double> loads(wafer.network.channels().size());
  forPairs(wafer, [&](unsigned from, unsigned to, double sent) {
    unsigned hops = 0;
    wafer.routes.walk(from, to, network::Order::XY, [&](uint32_t channel) {
      ++hops;
      loads[channel] += sent;
    });
    const double latency = 2 + request.design.chip.pipeline + hops * wafer.hop;
    least = std::min(least, latency);
    most = std::max(most, latency);
    sum += sent * latency;
    flits += sent;
  });
  const double busiest = *llvm::max_element(loads);
  return {{"area of the reticles", wafer.reticles() * *valueOf(request, "reticle.area"), "m^2"},
          {"area of the wafer", *valueOf(request, "wafer.area"), "m^2"},
          {"power of the wafer", valueOf(request, "wafer.power").value_or(0), "W"},
          {"bits of a link", 8 * wafer.level.flit, "bit/cycle"},
          {"shortest latency", least, "cycle"},
          {"mean latency", sum / flits, "cycle"},
          {"longest latency", most, "cycle"},
          {"throughput", flits / busiest * 8 * wafer.level.flit, "bit/cycle"}};
}

constexpr Feature features[] = {Feature::Torus, Feature::RoutingXY, Feature::RoutingYX};

std::vector<Need> needs(const Request &request) {
  const evaluation::Chip &chip = request.design.chip;
  if (chip.waferTopology == evaluation::Topology::Switch)
    return {{Feature::Switch, "wafer.topology = switch"}};
  if (chip.waferTopology == evaluation::Topology::Torus)
    return {{Feature::Torus, "wafer.topology = torus"}, needOf(chip.routing)};
  return {needOf(chip.routing)};
}

std::optional<std::string> missing(const Request &request) {
  if (request.level != Level::Wafer)
    return "RapidChiplet places the reticles of a wafer; it has no cores in them";
  const double reticles = request.design.chip.reticlesPerWafer();
  if (reticles < 2 || reticles > mostReticles)
    return formatv("RapidChiplet is given wafers of 2 to {0} reticles, not of {1}", mostReticles,
                   formatNumber(reticles))
        .str();
  for (llvm::StringRef field : {"reticle.width", "reticle.height", "reticle.area", "wafer.width",
                                "wafer.height", "wafer.area"})
    if (!valueOf(request, field))
      return "RapidChiplet needs `" + field.str() + "`, which the chip does not have";
  return std::nullopt;
}

Result emit(const Request &request) {
  if (auto problem = missing(request))
    return *problem;
  const Wafer wafer(request);
  const double power = valueOf(request, "wafer.power").value_or(0);
  Object design{{"design_name", "wafer"},
                {"traffic_by_unit", "none"},
                {"trace", "none"},
                {"booksim_config", "none"}};
  Emission emission;
  auto addText = [&](llvm::StringRef name, std::string content) {
    const std::string file = name.str() + ".json";
    design[name] = file;
    emission.files.push_back({file, std::move(content)});
  };
  auto add = [&](llvm::StringRef name, const llvm::json::Value &content) {
    addText(name, indented(content));
  };
  add("technologies", technologies(request, wafer));
  add("chiplets", chiplets(wafer, power));
  add("placement", placement(wafer));
  add("topology", topology(wafer));
  add("packaging", packaging(wafer));
  addText("routing_table", routingTable(wafer));
  add("traffic_by_chiplet", traffic(wafer));
  emission.files.push_back({"design.json", indented(std::move(design))});
  emission.command =
      "mkdir -p results && python3 \"$RAPIDCHIPLET\"/rapidchiplet.py -df design.json "
      "-rf wafer -nv -as -ps -ls -l -t > output.txt";
  emission.notes = {
      "$RAPIDCHIPLET is the folder that RapidChiplet was cloned to; -nv leaves its checks of the "
      "input out, whose time is cubic in the reticles",
      formatv(
          "a chiplet is a reticle, {0} x {1} of them, which takes its share of the power of the "
          "wafer, links included; bumps are as many as the links need",
          wafer.level.shape.rows, wafer.level.shape.cols),
      formatv("a hop of {0} cycles is {1} in the router, {2} on the wire and {3} in each PHY",
              formatNumber(wafer.hop), formatNumber(wafer.internal), formatNumber(wafer.link),
              formatNumber(wafer.phy)),
      "traffic is in flits between reticles of one wafer, of an iteration or of the pattern of a "
      "workload of packets; from all to all alike where nothing is sent",
      "costs are not asked for (-c): RapidChiplet knows neither spare cores nor wafers in one "
      "piece"};
  emission.figures = figuresOf(request, wafer);
  return emission;
}

Reading read(llvm::StringRef folder) {
  auto file = jsonFileOf(folder, "results/wafer.json",
                         "there is no `results/wafer.json`: run RapidChiplet as README says");
  auto *results = std::get_if<Object>(&file);
  if (!results)
    return std::get<std::string>(file);
  struct Place {
    const char *name, *summary, *key;
    double factor;
    const char *unit;
  };
  const Place places[] = {
      {"area of the reticles", "area_summary", "total_chiplet_area", mm2, "m^2"},
      {"area of the wafer", "area_summary", "total_interposer_area", mm2, "m^2"},
      {"power of the wafer", "power_summary", "total_power", 1, "W"},
      {"bits of a link", "link_summary", "bandwidths", 1, "bit/cycle"},
      {"shortest latency", "latency", "min", 1, "cycle"},
      {"mean latency", "latency", "avg", 1, "cycle"},
      {"longest latency", "latency", "max", 1, "cycle"},
      {"throughput", "throughput", "aggregate_throughput", 1, "bit/cycle"}};
  std::vector<Figure> figures;
  for (const Place &place : places) {
    const Object *summary = results->getObject(place.summary);
    const Object *list = summary ? summary->getObject(place.key) : nullptr;
    const auto value = list      ? list->getNumber("avg")
                       : summary ? summary->getNumber(place.key)
                                 : std::nullopt;
    if (!value)
      return formatv("`results/wafer.json` has no `{0}` in its `{1}`", place.key, place.summary)
          .str();
    figures.push_back({place.name, *value * place.factor, place.unit});
  }
  return figures;
}

} // namespace

const Backend rapidChiplet{
    "rapidchiplet", "RapidChiplet: outline, links and latencies of the reticles of a wafer",
    features,       needs,
    emit,           read};

} // namespace wsc::backends
