// BookSim2: the mesh of cores of a reticle, or of reticles of a wafer, flit by flit.
//
// What BookSim2 reads (its config.l, anynet.cpp, and runs of it):
//   - `topology = mesh` is square with links of one cycle; everything else is `anynet`, one line a
//     router: `router R node N router R2 LATENCY ...`.  A latency counts for the direction of
//     its line only, so each link stands on both lines.  A number after `node N` would add a
//     phantom link; there is none.
//   - the value of a field decides its type: `0.1` is a float, `1` an int, and `injection_rate = 1`
//     is refused as an unknown integer field.  Strings cannot start with a digit.
//   - credits travel back over the same latency, so a link of L cycles needs buffers for about
//     2 L + 5 flits or it throttles itself.
//   - it exits with 255 after success and 0 when the network is unstable.
#include "backends/Backend.h"
#include "backends/BookSimText.h"
#include "backends/Folder.h"
#include "evaluation/LevelNetwork.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace wsc::backends {

namespace {

using evaluation::Topology;
using network::Pattern;
using network::Routing;

/// Beyond this BookSim2 needs minutes to set a table-routed network up.
constexpr unsigned slowRouters = 1024;

/// A rectangle of routers, the links between them, and what they carry.
struct Grid {
  evaluation::LevelNetwork level;
  Topology topology;
  Routing routing;
  unsigned packet;                    ///< flits
  unsigned linkCycles;                ///< on the wire, at least 1
  unsigned longerHops;                ///< cycles by which a hop takes longer than in the design
  double load;                        ///< flits that a node offers in a cycle, in (0, 1]
  Pattern pattern = Pattern::Uniform; ///< of `operation = traffic`
  llvm::StringRef node;               ///< what a node is

  unsigned rows() const { return level.shape.rows; }
  unsigned cols() const { return level.shape.cols; }
  unsigned routers() const { return level.shape.nodes(); }
  bool isPlainMesh() const {
    return topology == Topology::Mesh && rows() == cols() && rows() > 1 && linkCycles == 1;
  }
};

double energyOf(const evaluation::Evaluation &evaluation, llvm::StringRef part) {
  const evaluation::Item *energy = evaluation.find("energy");
  const evaluation::Item *item = energy ? energy->find(part) : nullptr;
  return item ? item->value : 0;
}

/// Mean number of links between two nodes of a grid under uniform traffic, self included:
/// (k^2 - 1) / (3 k) a dimension (Dally and Towles, Principles and Practices of Interconnection
/// Networks, 2004).
double meanHops(const Grid &grid) {
  auto line = [](double k) { return (k * k - 1) / (3 * k); };
  return line(grid.rows()) + line(grid.cols());
}

/// Bytes times hops that the evaluation counted in one network of this level, from their energy.
double byteHopsOf(const Request &request, bool isWafer) {
  const evaluation::Chip &chip = request.design.chip;
  const double energy =
      energyOf(request.evaluation, isWafer ? "network between reticles" : "network between cores");
  const double perByteHop = isWafer ? chip.waferLinkEnergy : chip.coreLinkEnergy;
  const double copies = isWafer ? chip.wafers : chip.reticles();
  return perByteHop > 0 ? energy / perByteHop / copies : 0;
}

/// The load that a workload of packets states, or else the one that loads the links, on average
/// over the iteration, as the design does.
double offeredLoad(const Grid &grid, const Request &request) {
  const evaluation::Workload &workload = request.design.workload;
  if (workload.operation == evaluation::Operation::Traffic)
    return workload.load;
  const double cycles = request.evaluation[evaluation::Metric::IterationTime] / grid.level.cycle;
  const double injected =
      byteHopsOf(request, request.level == Level::Wafer) / std::max(meanHops(grid), 1.0);
  return std::clamp(injected / grid.level.flit / cycles / grid.routers(), 1e-4, 1.0);
}

Grid gridOf(const Request &request) {
  const evaluation::Chip &chip = request.design.chip;
  const bool isWafer = request.level == Level::Wafer;
  Grid grid{evaluation::networkOf(chip, request.level),
            evaluation::topologyOf(chip, request.level),
            chip.routing,
            static_cast<unsigned>(chip.packet),
            1,
            0,
            0,
            Pattern::Uniform,
            isWafer ? "reticle" : "core"};
  const BookSimLink link = fitRouter(chip, grid.level);
  grid.linkCycles = link.cycles;
  grid.longerHops = link.longer;
  grid.load = offeredLoad(grid, request);
  if (request.design.workload.operation == evaluation::Operation::Traffic)
    grid.pattern = request.design.workload.pattern;
  return grid;
}

/// The routing function of its own mesh (routefunc.cpp); empty where it has none.
llvm::StringRef word(Routing routing) {
  switch (routing) {
  case Routing::XY: return "dor";
  case Routing::O1Turn: return "xy_yx";
  case Routing::Adaptive: return "min_adapt";
  case Routing::YX:
  case Routing::Table: return "";
  }
  llvm_unreachable("covered switch");
}

/// Tables take the shortest ways by the lowest numbers, which is no order of dimensions, but
/// nearest to `xy`.
bool canRoute(const Grid &grid) {
  return grid.isPlainMesh() ? !word(grid.routing).empty() : grid.routing == Routing::XY;
}

std::string anynet(const Grid &grid) {
  std::string text;
  llvm::raw_string_ostream out(text);
  if (grid.topology == Topology::Switch) {
    out << "router 0";
    for (unsigned node = 0; node < grid.routers(); ++node)
      out << " node " << node;
    out << '\n';
    return text;
  }
  for (unsigned r = 0; r < grid.rows(); ++r)
    for (unsigned c = 0; c < grid.cols(); ++c) {
      unsigned id = r * grid.cols() + c;
      out << "router " << id << " node " << id;
      auto link = [&](unsigned other) { out << " router " << other << ' ' << grid.linkCycles; };
      if (c + 1 < grid.cols())
        link(id + 1);
      if (r + 1 < grid.rows())
        link(id + grid.cols());
      if (c > 0)
        link(id - 1);
      if (r > 0)
        link(id - grid.cols());
      out << '\n';
    }
  return text;
}

std::string config(const Grid &grid) {
  const network::Router &router = grid.level.router;
  std::string text;
  llvm::raw_string_ostream out(text);
  if (grid.isPlainMesh())
    out << "topology = mesh;\nk = " << grid.rows()
        << ";\nn = 2;\nrouting_function = " << word(grid.routing) << ";\n";
  else
    out << "topology = anynet;\nnetwork_file = ./network.anynet;\nrouting_function = min;\n";
  out << routerText(router) << "traffic = " << bookSimName(grid.pattern) << ";\n"
      << "packet_size = " << grid.packet << ";\ninjection_rate_uses_flits = 1;\n"
      << "injection_rate = " << llvm::formatv("{0:F6}", grid.load) << ";\n"
      << "sim_type = latency;\nwarmup_periods = 3;\nsample_period = 1000;\nmax_samples = 20;\n"
      << "latency_thres = 1000.0;\nsim_count = 1;\nseed = 1;\n";
  return text;
}

std::vector<std::string> notesOn(const Grid &grid, const Request &request) {
  std::vector<std::string> notes{
      llvm::formatv("a node is a {0}, {1} x {2} of them; a cycle is {3:F3} ns, a flit {4:F1} bit "
                    "(the width of a link), a link takes {5} cycle(s)",
                    grid.node, grid.rows(), grid.cols(), 1e9 * grid.level.cycle,
                    8 * grid.level.flit, grid.linkCycles)};
  if (request.design.workload.operation != evaluation::Operation::Traffic)
    notes.push_back(llvm::formatv(
        "injection_rate = {0:F6} flits per node and cycle loads the links on average as "
        "the analytic evaluation of this design does; traffic is uniform, since "
        "BookSim2 takes no traffic matrix",
        grid.load));
  if (grid.topology == Topology::Mesh && !grid.isPlainMesh())
    notes.push_back("BookSim2 takes the shortest ways by the lowest router numbers here, not `xy`");
  if (grid.longerHops > 0)
    notes.push_back(llvm::formatv("a hop takes {0} cycle(s) longer than in the design: two "
                                  "allocators, the crossbar and the wire take one each at least",
                                  grid.longerHops));
  notes.push_back("BookSim2 exits with 255 after success: look for `Overall Traffic Statistics` in "
                  "its output");
  if (!grid.isPlainMesh() && grid.routers() > slowRouters)
    notes.push_back(
        "BookSim2 sets a table-routed network up in time cubic in its routers: this one "
        "takes minutes");
  return notes;
}

/// A torus is routed without deadlock only if it is square with links of two cycles, which needs
/// `wafer.hop_latency` to say just that; its table routing would deadlock.
constexpr Feature features[] = {Feature::RoutingXY, Feature::RoutingO1Turn,
                                Feature::RoutingAdaptive};

std::vector<Need> needs(const Request &request) {
  const Grid grid = gridOf(request);
  std::vector<Need> list;
  if (grid.topology == Topology::Torus)
    list.push_back({Feature::Torus, request.level == Level::Wafer ? "wafer.topology = torus"
                                                                  : "reticle.topology = torus"});
  if (grid.topology == Topology::Mesh)
    list.push_back(needOf(grid.routing));
  return list;
}

/// What the design does with packets at random, where that is the workload.
std::vector<Figure> figuresOf(const Grid &grid, const Request &request) {
  if (request.design.workload.operation != evaluation::Operation::Traffic)
    return {};
  const evaluation::Evaluation &evaluation = request.evaluation;
  return {
      {"packet latency", evaluation[evaluation::Metric::PacketLatency] / grid.level.cycle, "cycle"},
      {"accepted load", evaluation[evaluation::Metric::AcceptedLoad], "flit/cycle"}};
}

Result emit(const Request &request) {
  const Grid grid = gridOf(request);
  if (grid.routers() < 2)
    return llvm::formatv("a network of a single {0} has nothing to simulate", grid.node).str();
  if (grid.topology == Topology::Mesh && !canRoute(grid))
    return "BookSim2 has `network.routing = " + network::name(grid.routing).str() +
           "` only on a square mesh with links of one cycle, which this network is not";
  Emission emission;
  emission.files.push_back({"booksim.cfg", config(grid)});
  if (!grid.isPlainMesh())
    emission.files.push_back({"network.anynet", anynet(grid)});
  emission.command = "booksim booksim.cfg > output.txt";
  emission.notes = notesOn(grid, request);
  emission.figures = figuresOf(grid, request);
  return emission;
}

Reading read(llvm::StringRef folder) {
  const auto output = fileOf(folder, "output.txt");
  return output ? readStatistics(*output)
                : Reading("there is no `output.txt`: run BookSim2 as README says");
}

} // namespace

const Backend bookSim{"booksim", "BookSim2: the network of a wafer or reticle, flit by flit",
                      features,  needs,
                      emit,      read};

} // namespace wsc::backends
